"""Prices: the longest prefix that counts today, exact to the last digit, and never a guess."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pydantic import BaseModel

from generation import prices
from generation.client import Usage
from generation.models import ModelPrice

pytestmark = pytest.mark.django_db


class Answer(BaseModel):
    text: str


def add(prefix, dollars, since=date(2026, 1, 1), tier="default"):
    return ModelPrice.objects.create(
        model_prefix=prefix,
        service_tier=tier,
        effective_from=since,
        input_per_million=Decimal(dollars),
        cached_input_per_million=Decimal(dollars) / 10,
        output_per_million=Decimal(dollars) * 8,
    )


class TestThePriceOfAModel:
    @pytest.mark.parametrize(
        ("model", "prefix"),
        [
            ("acme", "acme"),
            ("acme-2026-08-07", "acme"),
            ("acme-mini", "acme-mini"),
            ("acme-mini-2026-08-07", "acme-mini"),
            ("acme:8b", "acme"),
        ],
    )
    def test_is_that_of_the_longest_prefix(self, model, prefix):
        for name in ("acme", "acme-mini", "acme-mini-tts"):
            add(name, 1)

        assert prices.price_of(model).model_prefix == prefix

    @pytest.mark.parametrize("model", ["acme5", "acme.5", "acm", "other", "acmeo-mini", ""])
    def test_is_unknown_where_no_prefix_ends_at_a_word(self, model):
        add("acme", 1)

        with pytest.raises(prices.UnknownModelPrice, match=f"No price is known for .*“{model}”"):
            prices.price_of(model)

    def test_is_the_one_that_counts_today(self):
        tomorrow = timezone.now().date() + timedelta(days=2)
        add("acme", 3, since=date(2025, 1, 1))
        today = add("acme", 2, since=date(2026, 1, 1))
        add("acme", 1, since=tomorrow)

        assert prices.price_of("acme") == today

    def test_is_shipped_for_well_known_models_and_the_sample(self):
        assert prices.price_of("gpt-5-mini-2025-08-07").output_per_million == 2
        assert prices.price_of("gpt-5-pro").output_per_million == 120
        assert prices.price_of("gpt-4o").input_per_million == Decimal("2.5")
        assert prices.price_of("sample").output_per_million == 0
        with pytest.raises(prices.UnknownModelPrice):
            prices.price_of("gpt-4")


def usage(input_tokens=0, cached=0, written=0, output=0):
    return Usage(
        input_tokens=input_tokens,
        cached_tokens=cached,
        cache_write_tokens=written,
        output_tokens=output,
        reasoning_tokens=output // 2,
    )


class TestTheCostOfARequest:
    def test_counts_cached_tokens_apart_and_reasoning_as_output(self):
        # 1 x 0.25 + 1000 x 0.025 + 3 x 2, per million
        assert prices.cost(add("acme", "0.25"), usage(1001, cached=1000, output=3)) == Decimal(
            "0.00003125"
        )

    def test_counts_what_goes_into_the_cache_at_its_own_price_if_it_has_one(self):
        price = add("acme", 1)
        assert prices.cost(price, usage(100, cached=20, written=50)) == Decimal("0.000082")

        price.cache_write_per_million = Decimal("1.25")
        # 30 x 1 + 20 x 0.1 + 50 x 1.25, per million
        assert prices.cost(price, usage(100, cached=20, written=50)) == Decimal("0.0000945")

    def test_is_exact_to_the_ninth_decimal(self):
        assert prices.cost(add("acme", "0.05"), usage(1, cached=1)) == Decimal("0.000000005")


class TestAServiceTier:
    def test_has_prices_of_its_own(self):
        usual, flex = add("acme", 1), add("acme", "0.5", tier="flex")

        assert prices.price_of("acme-2026-08-07") == usual
        assert prices.price_of("acme-2026-08-07", "flex") == flex

    def test_without_a_price_is_an_error_that_names_it(self):
        add("acme", 1)

        with pytest.raises(prices.UnknownModelPrice, match="service tier “priority”"):
            prices.price_of("acme", "priority")


def bound_of(price, messages, *, max_tokens):
    sent = prices.most_input_tokens(messages, Answer)
    return prices.upper_bound(price, input_tokens=sent, max_tokens=max_tokens)


class TestTheUpperBound:
    def test_covers_the_whole_prompt_the_schema_and_the_longest_answer(self):
        price = add("acme", 1)
        messages = [{"role": "user", "content": "ü" * 3000}]

        bound = bound_of(price, messages, max_tokens=500)

        # 6,000 bytes of text at three bytes a token, and 500 tokens out at eight dollars.
        assert Decimal("0.0062") > bound > Decimal("0.006")

    def test_covers_input_that_is_put_into_a_cache_at_a_higher_price(self):
        price = add("acme", 1)
        messages = [{"role": "user", "content": "word " * 3000}]
        plain = bound_of(price, messages, max_tokens=0)
        price.cache_write_per_million = Decimal("1.25")

        bound = bound_of(price, messages, max_tokens=0)

        assert bound == pytest.approx(plain * Decimal("1.25"), abs=Decimal("0.000000001"))
