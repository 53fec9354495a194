"""What an article will cost, before it is begun: as the last ones did, or a rough guess."""

from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from generation import prices
from generation.models import Brief, ContentPlan, Run

_LOOKED_AT = 20
_MILLION = Decimal(1_000_000)
# A picture in middling quality.
_IMAGE_TOKENS = 1_600
# What the shipped steps ask for, roughly: the evidence is read whole once, and each of some nine
# requests has instructions and a part of it; each word is written, edited and thought about.
_INPUT_TOKENS = 65_000
_OUTPUT_TOKENS = 4_000
_OUTPUT_TOKENS_PER_WORD = 4


@dataclass(frozen=True)
class Forecast:
    """US dollars, and on how many finished runs it rests; none: a guess."""

    amount: Decimal
    runs: int


def of_article(
    plan: ContentPlan, model: str, cover_model: str = "", *, kind: str = Brief.Kind.ARTICLE
) -> Forecast:
    """Return what an article of the plan will cost, or other work of that kind.

    Raises UnknownModelPrice.
    """
    price = prices.price_of(model)
    cover = _cover(cover_model)
    if not (price.input_per_million or price.output_per_million or cover):
        return Forecast(Decimal(0), 0)
    finished = Run.objects.filter(
        status=Run.Status.SUCCEEDED, model=model, cover_model=cover_model, brief__kind=kind
    )
    for runs in (finished.filter(brief__plan=plan), finished):
        if costs := runs.order_by("-created_at").costs(_LOOKED_AT):
            return Forecast(median(costs), len(costs))
    output = _OUTPUT_TOKENS + _OUTPUT_TOKENS_PER_WORD * plan.target_words
    guess = _INPUT_TOKENS * price.input_per_million + output * price.output_per_million
    return Forecast(guess / _MILLION + cover, 0)


def _cover(model: str) -> Decimal:
    if not model:
        return Decimal(0)
    price = prices.image_price_of(model)
    return _IMAGE_TOKENS * (price.image_output_per_million or Decimal(0)) / _MILLION
