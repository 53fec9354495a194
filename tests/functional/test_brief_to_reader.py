"""The whole journey with real parts: web, worker, broker, database, and a model over HTTP."""

from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from generation.models import Claim, ModelCall, ModelPrice, Run, Source
from publishing.channels import webhook
from publishing.journey.promises import Journey, Stage
from publishing.journey.sink import Sink
from publishing.journey.visitor import Visitor
from publishing.models import Channel
from tests import factories, model_server
from tests.functional import parts
from tests.web_fixtures.stories import NIGHT_TRAMS
from tests.web_server import WebServer

pytestmark = [
    pytest.mark.process,
    # The programs see what is committed; the rows of data migrations come back afterwards.
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_brief_becomes_a_page_that_readers_find(
    tmp_path: Path, web: WebServer, price: ModelPrice
) -> None:
    editor = factories.make_user("Writers", "Editors")
    publisher = factories.make_user("Publishers")
    plan = factories.make_plan(name="City desk")
    Source.objects.create(plan=plan, kind="feed", url=web.url("/feeds/wordpress.xml"))

    with (
        model_server.running(compose=model_server.as_the_sample_model) as model,
        parts.running(
            tmp_path,
            "web",
            "worker",
            OPENAI_API_KEY=model_server.API_KEY,
            OPENAI_BASE_URL=model.base_url,
            OPENAI_MODEL=price.model_prefix,
        ) as running,
        Sink() as sink,
        Visitor(running.base_url) as reader,
        Visitor(running.base_url) as desk,
        Visitor(running.base_url) as approver,
    ):
        channel = Channel.objects.create(name="Partner", url=sink.url)
        sink.secret = webhook.secret_of(channel)
        stage = Stage(
            editor=(editor.username, "secret"),
            approver=(publisher.username, "secret"),
            plan_id=plan.pk,
            plan_name=plan.name,
            source_url=web.url(NIGHT_TRAMS.path),
            source_facts=list(NIGHT_TRAMS.facts),
            time_zone=ZoneInfo("UTC"),
            sink=sink,
        )
        journey = Journey(stage, reader, desk, approver, title="Why trams run at night again")
        for promise, look in journey.promises():
            print(promise, "→", look())  # noqa: T201  shown when one is broken

    run = Run.objects.get()
    assert run.status == Run.Status.SUCCEEDED
    assert run.is_sample is False
    assert run.request_id
    assert _cost_of(model.billed) == run.model_calls.spent() > 0
    assert ModelCall.objects.filter(is_usable=True).count() == len(model.billed)
    supported = [claim for claim in Claim.objects.select_related("snapshot") if claim.is_supported]
    assert supported
    assert all(claim.quote in claim.snapshot.text for claim in supported)
    body = run.post.latest_revision.body
    assert not [words for words in NIGHT_TRAMS.antifacts if words in body]


def _cost_of(billed: list[dict[str, Any]]) -> Decimal:
    """What the server's bill comes to, at the prices above, to the last digit."""
    total = Decimal(0)
    for usage in billed:
        cached = usage["prompt_tokens_details"]["cached_tokens"]
        total += (usage["prompt_tokens"] - cached) * Decimal("1.25")
        total += cached * Decimal("0.125")
        total += usage["completion_tokens"] * Decimal("10")
    return total / 1_000_000
