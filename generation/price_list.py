"""A list of prices as a file says it, checked before any of it counts."""

import json
from datetime import date
from decimal import Decimal
from typing import Annotated

from django.db import transaction
from django.utils import timezone
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from generation.models import ModelPrice
from generation.prices import DEFAULT_TIER

# As the columns hold them.
_Dollars = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=9)]


class PriceListInvalid(ValueError):
    """The list can't be read; says where. Nothing of it counts."""


def _names(name: str) -> AliasChoices:
    return AliasChoices(f"{name}_per_million", name)


class _Price(BaseModel):
    model_config = ConfigDict(extra="forbid")

    model_prefix: str = Field(
        min_length=1, max_length=80, validation_alias=AliasChoices("model_prefix", "model")
    )
    service_tier: str = Field(DEFAULT_TIER, min_length=1, max_length=20)
    effective_from: date = Field(default_factory=timezone.localdate)
    input_per_million: _Dollars = Field(validation_alias=_names("input"))
    # A model that has no price for it bills it as other input.
    cached_input_per_million: _Dollars | None = Field(None, validation_alias=_names("cached_input"))
    cache_write_per_million: _Dollars | None = Field(None, validation_alias=_names("cache_write"))
    output_per_million: _Dollars = Field(validation_alias=_names("output"))
    image_output_per_million: _Dollars | None = Field(None, validation_alias=_names("image_output"))


_List = TypeAdapter(list[_Price])


def load(text: str) -> tuple[int, int]:
    """Add the prices of a JSON list, and change those of the same model, tier and day.

    All of them or none; returns how many are new, and how many changed or stayed. Raises
    PriceListInvalid.
    """
    try:
        prices = _List.validate_python(json.loads(text, parse_float=Decimal))
    except ValidationError as error:
        raise PriceListInvalid(_said(error)) from None
    except (ValueError, RecursionError) as error:
        raise PriceListInvalid(f"This is not JSON: {error}.") from None
    with transaction.atomic():
        are_new = [_save(price) for price in prices]
    return sum(are_new), len(are_new) - sum(are_new)


def _save(price: _Price) -> bool:
    fields = price.model_dump()
    if price.cached_input_per_million is None:
        fields["cached_input_per_million"] = price.input_per_million
    key = {name: fields.pop(name) for name in ("model_prefix", "service_tier", "effective_from")}
    _, is_new = ModelPrice.objects.update_or_create(**key, defaults=fields)
    return is_new


def _said(error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_url=False, include_input=False)[:10]:
        number, *names = problem["loc"] or ("",)
        where = f"Price {number + 1}" if isinstance(number, int) else "The list"
        lines.append(f"{where}{''.join(f', {name}' for name in names)}: {problem['msg']}.")
    return "\n".join(lines)
