"""What a request may cost and what it did cost, in exact decimal US dollars.

A price row says from which day on it counts and for which models: its prefix is the whole name or
ends where a new word begins, so that `gpt-4` prices neither `gpt-4o` nor `gpt-4.1`. The longest
prefix wins. A model without a price is an error, never a default.
"""

import json
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Length, Now, TruncDate
from django.utils import timezone
from pydantic import BaseModel

from blog import composing
from generation import client
from generation.client import Usage
from generation.models import ModelPrice
from generation.prompts import Message

DEFAULT_TIER = "default"

_MILLION = Decimal(1_000_000)
_PLACES = Decimal("0.000000001")
# No tokenizer is needed for an upper bound: a token is longer than three bytes on average.
_BYTES_PER_TOKEN = 3


class UnknownModelPrice(Exception):
    """No price is known for a model; nothing was sent."""

    def __init__(self, model: str, tier: str = "", *, of: str = "") -> None:
        where = f" in the service tier “{tier}”" if tier else ""
        super().__init__(
            f"No price {of}is known for the model “{model}”{where}, so nothing was sent."
            " Ask an operator to add one under Model prices, then press Retry."
        )


def price_of(model: str, tier: str = "") -> ModelPrice:
    """Return the price that counts for `model` today, in a service tier (empty: the usual one).

    Raises UnknownModelPrice.
    """
    name = "prices", timezone.get_current_timezone_name()
    for price in composing.rows(name, _candidates, model=model, tier=tier or DEFAULT_TIER):
        if _ends_a_word(price.model_prefix, model):
            return price
    raise UnknownModelPrice(model, tier)


def image_price_of(model: str) -> ModelPrice:
    """Return the price that counts for pictures by `model` today. Raises UnknownModelPrice."""
    price = price_of(model)
    if price.image_output_per_million is None:
        raise UnknownModelPrice(model, of="of pictures ")
    return price


def cost(price: ModelPrice, usage: Usage) -> Decimal:
    """Return what `usage` costs; reasoning is part of its output, and so are pictures."""
    fresh = usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens
    total = (
        fresh * price.input_per_million
        + usage.cached_tokens * price.cached_input_per_million
        + usage.cache_write_tokens * _cache_write(price)
        + (usage.output_tokens - usage.image_tokens) * price.output_per_million
        + usage.image_tokens * _picture(price)
    )
    return (total / _MILLION).quantize(_PLACES, ROUND_HALF_UP)


def most_input_tokens(messages: Sequence[Message], schema: type[BaseModel]) -> int:
    """Return the most tokens that a request can have."""
    sent = json.dumps([*messages, client.response_format(schema)], ensure_ascii=False)
    return most_tokens(sent)


def most_tokens(text: str) -> int:
    """Return the most tokens that a text can have."""
    return len(text.encode()) // _BYTES_PER_TOKEN + 1


def upper_bound(price: ModelPrice, *, input_tokens: int, max_tokens: int) -> Decimal:
    """Return the most a request can cost; what is reserved before it is sent."""
    dearest = max(price.input_per_million, _cache_write(price))
    written = max(price.output_per_million, _picture(price))
    total = input_tokens * dearest + max_tokens * written
    return (total / _MILLION).quantize(_PLACES, ROUND_UP)


def _cache_write(price: ModelPrice) -> Decimal:
    written = price.cache_write_per_million
    return price.input_per_million if written is None else written


def _picture(price: ModelPrice) -> Decimal:
    """What a million tokens of pictures cost; a model that only writes has no price for them."""
    drawn = price.image_output_per_million
    return price.output_per_million if drawn is None else drawn


def _candidates(model: str, tier: str) -> QuerySet[ModelPrice]:
    """Whatever the name begins with, the longest first."""
    asked = ModelPrice.objects.alias(asked=Value(model, output_field=CharField()))
    valid = asked.filter(service_tier=tier, effective_from__lte=TruncDate(Now()))
    begun = valid.filter(asked__startswith=F("model_prefix"))
    return begun.order_by(Length("model_prefix").desc(), "-effective_from")


def _ends_a_word(prefix: str, model: str) -> bool:
    """Whether it is the whole name, or no letter, digit or dot continues it."""
    following = model[len(prefix) : len(prefix) + 1]
    return not (following.isalnum() or following == ".")
