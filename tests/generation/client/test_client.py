"""Every way a model can answer, over real HTTP, with the sentence an editor reads."""

import subprocess
import sys
import time

import pytest
from pydantic import BaseModel, Field

from generation import client
from generation.client import Billing, Usage
from tests.model_server import API_KEY


class Haiku(BaseModel):
    title: str = Field(description="Its name.", max_length=100)
    lines: list[str]


MESSAGES = [{"role": "user", "content": "Write a haiku."}]


def ask(**changes):
    options = {"model": "test-model", "max_tokens": 500, "request_id": "autoblog-7"} | changes
    return client.complete(MESSAGES, Haiku, **options)


def refusal_of(model, fault, **changes):
    model.misbehave(fault)
    with pytest.raises(client.CallFailed) as caught:
        ask(**changes)
    return caught.value


def test_the_sdk_is_not_loaded_before_a_model_is_asked():
    code = "import sys; from generation import client; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


class TestAGoodAnswer:
    def test_comes_as_the_type_that_was_asked_for(self, model):
        completion = ask()

        assert completion.parsed == Haiku(title="text", lines=["text"])
        assert completion.receipt.text
        assert completion.receipt.model == "test-model-2026-01-01"
        assert completion.receipt.request_id == "req_1"

    def test_brings_all_classes_of_tokens(self, model):
        usage = ask().receipt.usage

        billed = model.billed[0]
        assert usage == Usage(
            input_tokens=billed["prompt_tokens"],
            cached_tokens=billed["prompt_tokens_details"]["cached_tokens"],
            cache_write_tokens=billed["prompt_tokens_details"]["cache_write_tokens"],
            output_tokens=billed["completion_tokens"],
            reasoning_tokens=64,
        )
        assert usage.cached_tokens > 0
        assert usage.cache_write_tokens > 0

    def test_is_asked_for_with_a_strict_schema_our_id_and_a_limit(self, model):
        ask()

        request, headers = model.requests[0], model.headers[0]
        shape = request["response_format"]["json_schema"]
        assert (shape["name"], shape["strict"]) == ("Haiku", True)
        assert shape["schema"]["required"] == ["title", "lines"]
        assert shape["schema"]["additionalProperties"] is False
        assert shape["schema"]["properties"]["title"] == {
            "type": "string",
            "title": "Title",
            "description": "Its name. At most 100 characters.",
        }
        assert request["max_completion_tokens"] == 500
        assert headers["x-client-request-id"] == "autoblog-7"
        assert headers["authorization"] == f"Bearer {API_KEY}"
        assert headers["accept-encoding"] == "identity"

    def test_without_usage_is_still_an_answer(self, model):
        model.misbehave("no_usage")

        completion = ask()

        assert completion.parsed.title == "text"
        assert completion.receipt.usage is None

    def test_whose_usage_is_no_count_is_still_an_answer(self, model):
        model.misbehave("uncountable")

        completion = ask()

        assert completion.parsed.title == "text"
        assert completion.receipt.usage is None

    def test_loses_characters_that_the_database_refuses(self, model):
        model.misbehave("nul")

        assert ask().parsed.title == "text"

    def test_reuses_the_connection(self, model):
        ask()
        ask()

        assert len(model.requests) == 2


NOT_BILLED = [
    ("401", client.NotAllowed, "not_allowed", "does not accept the API key"),
    ("403", client.NotAllowed, "not_allowed", "may not use the model “test-model”"),
    ("404", client.BadRequest, "unknown_model", "does not know the model “test-model”"),
    ("400", client.BadRequest, "rejected", "(status 400) and says “Invalid schema"),
    ("too_long", client.BadRequest, "too_long", "The sources are too long for the model."),
    ("400_nul", client.BadRequest, "rejected", "(status 400) and says “Bad word.”"),
    ("redirect", client.BadRequest, "rejected", "rejected the request (status 302)"),
    ("quota", client.QuotaExhausted, "quota_exhausted", "has no credit left"),
    ("quota_by_type", client.QuotaExhausted, "quota_exhausted", "has no credit left"),
    ("rate_limit", client.TryAgainLater, "rate_limited", "asks for fewer requests"),
    ("500", client.TryAgainLater, "unavailable", "has a problem at the moment (status 500)"),
    ("503", client.TryAgainLater, "unavailable", "has a problem at the moment (status 503)"),
    ("504", client.TryAgainLater, "unavailable", "has a problem at the moment (status 504)"),
]
BILLED = [
    ("length", client.Truncated, "truncated", "was cut off at 500 tokens"),
    ("refusal", client.Refused, "refused", "The model refused to write this: “I can't help"),
    ("content_filter", client.Refused, "content_filter", "The content filter of the model's"),
    ("empty", client.InvalidAnswer, "empty", "The model gave an empty answer."),
    ("null", client.InvalidAnswer, "empty", "The model gave an empty answer."),
    ("no_choices", client.InvalidAnswer, "empty", "The model gave an empty answer."),
    ("tool_calls", client.InvalidAnswer, "unfinished", "stopped before the end of its answer"),
    ("invalid_json", client.InvalidAnswer, "invalid_json", "is not valid JSON"),
    ("deep", client.InvalidAnswer, "invalid_json", "is not valid JSON"),
    ("huge", client.InvalidAnswer, "wrong_shape", "has the wrong shape: the whole: Input should"),
    ("wrong_shape", client.InvalidAnswer, "wrong_shape", "wrong shape: title: Field required"),
]
MAYBE_BILLED = [
    ("reset", client.OutcomeUnknown, "lost", "The connection broke while the model was answering"),
    ("html", client.NotAModel, "not_a_model", "something that is no model's answer"),
    # It unpacks to as much as whoever sent it likes.
    ("packed", client.NotAModel, "not_a_model", "something that is no model's answer"),
    ("endless", client.NotAModel, "too_large", "larger than any article can be"),
]


class TestABadAnswer:
    @pytest.mark.parametrize(("fault", "kind", "outcome", "words"), NOT_BILLED)
    def test_that_costs_nothing_says_so(self, model, fault, kind, outcome, words):
        refusal = refusal_of(model, fault)

        assert type(refusal) is kind
        assert refusal.outcome == outcome
        assert words in str(refusal)
        assert refusal.billing is Billing.NO
        assert refusal.receipt.request_id == "req_1"
        assert model.billed == []

    @pytest.mark.parametrize(("fault", "kind", "outcome", "words"), BILLED)
    def test_that_was_billed_brings_its_usage(self, model, fault, kind, outcome, words):
        refusal = refusal_of(model, fault)

        assert type(refusal) is kind
        assert refusal.outcome == outcome
        assert words in str(refusal)
        assert refusal.billing is Billing.YES
        assert refusal.receipt.usage.output_tokens == model.billed[0]["completion_tokens"]
        assert refusal.receipt.request_id == "req_1"

    @pytest.mark.parametrize(("fault", "kind", "outcome", "words"), MAYBE_BILLED)
    def test_that_was_lost_is_never_taken_as_free(self, model, fault, kind, outcome, words):
        refusal = refusal_of(model, fault)

        assert type(refusal) is kind
        assert refusal.outcome == outcome
        assert words in str(refusal)
        assert refusal.billing is Billing.MAYBE

    def test_is_asked_for_once_only(self, model):
        refusal_of(model, "500")

        assert len(model.requests) == 1

    @pytest.mark.parametrize("fault", [fault for fault, *_ in NOT_BILLED + BILLED + MAYBE_BILLED])
    def test_is_told_in_whole_sentences_without_the_key(self, model, fault):
        message = str(refusal_of(model, fault))

        assert message[0].isupper()
        assert message.endswith(".") or "I can't help" in message
        assert API_KEY not in message


class TestTheDeadline:
    @pytest.mark.parametrize("fault", ["timeout", "drip"])
    def test_ends_a_request_however_slowly_bytes_arrive(self, model, settings, fault):
        ask()  # the first one also loads the SDK
        settings.OPENAI_TIMEOUT_SECONDS = 1.0
        started = time.monotonic()

        refusal = refusal_of(model, fault)

        assert time.monotonic() - started < 5
        assert type(refusal) is client.OutcomeUnknown
        assert refusal.outcome == "timeout"
        assert "did not answer within 1 seconds" in str(refusal)
        assert len(model.billed) == 2


class TestAnAddressWithoutAModel:
    def test_that_refuses_the_connection_may_be_tried_again(self, model, settings):
        settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"

        with pytest.raises(client.TryAgainLater, match="No connection to the model at 127"):
            ask()

    @pytest.mark.parametrize(
        ("name", "value"),
        [("OPENAI_BASE_URL", "ftp://127.0.0.1/v1"), ("OPENAI_API_KEY", "sk-with\nnewline")],
    )
    def test_or_with_a_broken_key_is_for_an_operator(self, model, settings, name, value):
        setattr(settings, name, value)

        with pytest.raises(client.BadRequest, match="check OPENAI_BASE_URL and OPENAI_API_KEY"):
            ask()


class TestHowLongToWait:
    @pytest.mark.parametrize(
        ("fault", "seconds"),
        [("rate_limit", 7), ("503", 3), ("rate_limit_by_reset", 62.5), ("rate_limit_silent", None)],
    )
    def test_is_what_the_provider_asks_for(self, model, fault, seconds):
        assert refusal_of(model, fault).after == seconds
