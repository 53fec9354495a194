"""A picture asked for over real HTTP: what is sent, what may come, and what an editor reads."""

import pytest

from generation import client
from generation.client import Billing, Usage, images
from tests import image_answers


def draw():
    return client.draw("A tram at night.", model="test-image", request_id="autoblog-9")


def refusal_of(model, fault):
    model.misbehave(fault)
    with pytest.raises(client.CallFailed) as caught:
        draw()
    return caught.value


class TestAGoodAnswer:
    def test_is_a_picture_drawn_anew(self, model):
        drawn = draw()

        assert (drawn.picture.kind, drawn.picture.size_in_pixels) == ("JPEG", (192, 128))
        assert client.picture_of(drawn.receipt.text).name == drawn.picture.name
        assert drawn.receipt.request_id == "req_1"

    def test_brings_its_tokens_by_what_they_are(self, model):
        assert draw().receipt.usage == Usage(
            input_tokens=61,
            cached_tokens=0,
            cache_write_tokens=0,
            output_tokens=1568,
            reasoning_tokens=0,
            image_tokens=1568,
        )

    def test_tells_pictures_from_what_was_written_beside(self, model, monkeypatch):
        told = {"output_tokens_details": {"image_tokens": 1500, "text_tokens": 68}}
        monkeypatch.setattr(image_answers, "USAGE", image_answers.USAGE | told)

        usage = draw().receipt.usage

        assert (usage.output_tokens, usage.image_tokens) == (1568, 1500)

    def test_is_asked_for_in_the_shape_of_a_cover_under_our_id(self, model):
        draw()

        assert model.requests == [
            {"prompt": "A tram at night.", "model": "test-image"} | {**images.SHAPE}
        ]
        assert model.headers[0]["x-client-request-id"] == "autoblog-9"

    def test_may_be_larger_than_any_article(self, model):
        model.misbehave("large")

        assert draw().picture.size_in_pixels == (192, 128)

    def test_is_worth_the_same_without_its_usage(self, model):
        model.misbehave("no_usage")

        assert draw().receipt.usage is None


class TestARefusal:
    @pytest.mark.parametrize(
        ("fault", "kind", "outcome", "billing"),
        [
            ("policy", client.BadRequest, "content_policy", Billing.NO),
            ("rate_limit", client.TryAgainLater, "rate_limited", Billing.NO),
            ("quota", client.QuotaExhausted, "quota_exhausted", Billing.NO),
            ("endless", client.NotAModel, "too_large", Billing.MAYBE),
            ("html", client.NotAModel, "not_a_model", Billing.MAYBE),
            ("empty", client.InvalidAnswer, "empty", Billing.YES),
            ("link", client.InvalidAnswer, "empty", Billing.YES),
            ("invalid_base64", client.InvalidAnswer, "invalid_base64", Billing.YES),
            ("no_picture", client.InvalidAnswer, "no_picture", Billing.YES),
            ("cut_off", client.InvalidAnswer, "no_picture", Billing.YES),
            ("bomb", client.InvalidAnswer, "no_picture", Billing.YES),
        ],
    )
    def test_has_a_name_and_a_bill(self, model, fault, kind, outcome, billing):
        refusal = refusal_of(model, fault)

        assert type(refusal) is kind
        assert (refusal.outcome, refusal.billing) == (outcome, billing)
        assert len(model.requests) == 1

    def test_that_was_paid_for_keeps_the_usage(self, model):
        assert refusal_of(model, "no_picture").receipt.usage.image_tokens == 1568

    def test_comes_within_the_time_that_is_given(self, model, settings):
        settings.OPENAI_TIMEOUT_SECONDS = 0.3

        assert refusal_of(model, "timeout").outcome == "timeout"
