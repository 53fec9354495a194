"""What was asked of models goes out as lines, and what they cost comes in as a list."""

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from generation import prices
from generation.models import ModelCall, ModelPrice
from tests.generation import tiny

pytestmark = pytest.mark.django_db


def export(*words):
    out = io.StringIO()
    call_command("export_model_calls", *words, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def load(tmp_path, prices):
    file = tmp_path / "prices.json"
    file.write_text(prices if isinstance(prices, str) else json.dumps(prices))
    out = io.StringIO()
    call_command("load_model_prices", str(file), stdout=out)
    return out.getvalue()


class TestExport:
    @pytest.fixture
    def run(self, model, price):
        run = tiny.start()
        model.misbehave("wrong_shape", "", "503", "reset")
        tiny.advance(run)
        tiny.hurry()
        return tiny.advance(run)

    def test_writes_a_line_for_each_attempt_that_is_over(self, run, model):
        ModelCall.objects.create(run=run, model="test-model", messages=[])  # in flight

        lines = export()

        assert len(lines) == len(model.requests)
        states = [line["state"] for line in lines]
        assert {state: states.count(state) for state in states} == {
            "settled": len(model.billed) - 1,
            "released": 1,
            "unknown": 1,
        }

    def test_says_what_a_bill_says(self, run, model):
        line = export()[0]

        usage = model.billed[0]
        call = ModelCall.objects.earliest("pk")
        assert line == {
            "request_id": "req_1",
            "client_request_id": model.headers[0]["x-client-request-id"],
            "model": "test-model",
            "service_tier": "default",
            "prompt_tokens": usage["prompt_tokens"],
            "cached_tokens": usage["prompt_tokens_details"]["cached_tokens"],
            "cache_write_tokens": usage["prompt_tokens_details"]["cache_write_tokens"],
            "completion_tokens": usage["completion_tokens"],
            "image_tokens": 0,
            "cost": f"{call.cost:f}",
            "state": "settled",
            "outcome": "wrong_shape",
            "run": str(run.pk),
            "step": "research",
            "created_at": call.created_at.isoformat(),
        }
        assert Decimal(line["cost"]) == call.cost > 0

    def test_never_writes_an_exponent(self, run):
        ModelCall.objects.update(cost=Decimal("0.000000001"))

        assert {line["cost"] for line in export()} == {"0.000000001"}

    def test_is_of_the_days_that_were_asked_for(self, run):
        today = timezone.localdate()
        ModelCall.objects.filter(pk=ModelCall.objects.earliest("pk").pk).update(
            created_at="2026-01-31T23:59:59Z"
        )

        assert [line["created_at"][:10] for line in export("--until", "2026-02-01")] == [
            "2026-01-31"
        ]
        assert len(export("--since", str(today))) == ModelCall.objects.count() - 1
        with pytest.raises(CommandError, match="is no date"):
            export("--since", "31.1.2026")

    def test_leaves_the_sample_model_out(self, run):
        ModelCall.objects.update(is_sample=True)

        assert export() == []
        assert len(export("--with-sample")) == ModelCall.objects.count()


class TestLoad:
    def test_adds_prices_and_sets_known_ones_again(self, tmp_path):
        given = [
            {"model": "acme", "input": 0.15, "cached_input": 0.075, "output": 0.6},
            {"model": "acme", "input": 0.1, "output": "0.3", "service_tier": "flex"},
        ]
        assert load(tmp_path, given) == "2 prices added, 0 set again.\n"
        given[0]["output"] = 0.7
        assert load(tmp_path, given) == "0 prices added, 2 set again.\n"

        usual, flex = prices.price_of("acme"), prices.price_of("acme", "flex")
        assert usual.effective_from == timezone.localdate()
        # To the last digit, as no float would be.
        assert (usual.input_per_million, usual.output_per_million) == (
            Decimal("0.15"),
            Decimal("0.7"),
        )
        assert flex.cached_input_per_million == Decimal("0.1")
        assert flex.cache_write_per_million is None

    def test_takes_the_names_of_the_columns(self, tmp_path):
        names = ["input", "cached_input", "cache_write", "output"]
        row = {f"{name}_per_million": number for number, name in enumerate(names, 1)}

        load(tmp_path, [row | {"model_prefix": "acme", "effective_from": "2026-01-01"}])

        price = ModelPrice.objects.get(model_prefix="acme")
        assert price.effective_from == date(2026, 1, 1)
        assert price.cache_write_per_million == 3

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[", "This is not JSON"),
            ('{"acme": 1}', "The list: Input should be a valid list"),
            ('[{"model": "a", "input": -1, "output": 2}]', "Price 1, input: Input should be"),
            ('[{"model": "a", "input": 0.0000000001, "output": 2}]', "decimal places"),
            ('[{"model": "a", "input": 1}]', "Price 1, output_per_million: Field required"),
            ('[{"model": "a", "input": 1, "output": 1, "per": 1}]', "Price 1, per: Extra inputs"),
            ('[{"model": "a", "input": NaN, "output": 1}]', "Price 1, input"),
        ],
    )
    def test_says_what_is_wrong_and_loads_nothing(self, tmp_path, text, said):
        good = '[{"model": "good", "input": 1, "output": 1}'
        whole = text.replace("[{", f"{good}, {{") if text.startswith("[{") else text

        with pytest.raises(CommandError, match="No price was loaded") as refused:
            load(tmp_path, whole)

        assert said.replace("Price 1", "Price 2") in str(refused.value)
        assert not ModelPrice.objects.filter(model_prefix="good").exists()

    def test_of_a_file_that_is_not_there_says_so(self):
        with pytest.raises(CommandError, match="can't be read"):
            call_command("load_model_prices", "nowhere.json")

    def test_knows_what_pictures_cost(self, tmp_path):
        given = {"model": "acme-draw", "input": 5, "output": 30, "image_output": 30.5}

        load(tmp_path, [given])

        assert prices.image_price_of("acme-draw").image_output_per_million == Decimal("30.5")
