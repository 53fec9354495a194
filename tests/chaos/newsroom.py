"""What people do: furnish a blog, commission articles, approve what was written, press Retry."""

import json
import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.contrib.auth.models import User

from generation import services
from generation.models import Brief, ContentPlan, ModelPrice, Run, Source
from publishing import workflow
from publishing.channels import webhook
from publishing.models import Channel
from tests import factories
from tests.web_fixtures.stories import NIGHT_TRAMS

MODEL = "chaos-model"
SEED = "chaos"
PRICES = {
    "input_per_million": "1.25",
    "cached_input_per_million": "0.125",
    "output_per_million": "10",
}


def furnish() -> None:
    """Make what an empty blog needs."""
    ModelPrice.objects.create(model_prefix=MODEL, effective_from="2026-01-01", **PRICES)
    Channel.objects.create(name="Partner", url="http://127.0.0.1:9/", secret_seed=SEED)
    factories.make_user("Writers", "Editors", username="editor")
    factories.make_user("Publishers", username="publisher")
    factories.make_plan(slug="city-desk", target_words=300)


def secret() -> str:
    """Return what the receiver of webhooks checks signatures with."""
    return webhook.secret_of(Channel(secret_seed=SEED))


def brief(number: int) -> Brief:
    """Make a brief with a note as its source."""
    return services.create_brief(
        plan=ContentPlan.objects.get(slug="city-desk"),
        title=f"What the night trams changed, part {number}",
        by=None,
        sources=[Source(kind="note", title="Harrow Quay", text="\n\n".join(NIGHT_TRAMS.paragraphs))],
    )


def commission(brief_id: int, truth: Path) -> None:
    """Start a run, and write down that it was accepted."""
    wanted = Brief.objects.get(pk=brief_id)
    try:
        run = services.start_run(wanted, by=None, trigger=Run.Trigger.EDITOR)
    except services.RunAlreadyActive as refusal:
        run = refusal.run
    if run:
        accept(truth, brief=brief_id, run=str(run.pk))


def accept(truth: Path, **told: object) -> None:
    """Write down what was promised to somebody, to the disk."""
    with truth.open("a") as file:
        file.write(json.dumps(told) + "\n")
        file.flush()
        os.fsync(file.fileno())


def approve(run_id: UUID, publish_at: datetime | None = None) -> None:
    """Let readers have what the run wrote."""
    post = Run.objects.get(pk=run_id).post
    if post and not post.approved_revision_id:
        publisher = User.objects.get(username="publisher")
        workflow.approve(post, by=publisher, publish_at=publish_at)


def retry(run_id: UUID) -> None:
    """Press Retry."""
    services.retry_run(Run.objects.get(pk=run_id), by=None)
