"""What people do: furnish a blog, commission articles, approve what was written, press Retry."""

import json
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import httpx2
from django.contrib.auth.models import User
from django.db import connections

from blog.api import tokens
from generation import services, tasks
from generation.models import Brief, Budget, ContentPlan, ModelPrice, Run, Source
from publishing import schedules, workflow
from publishing.channels import webhook
from publishing.models import Channel
from publishing.schedules import IntervalSchedule, PeriodicTask
from tests import factories
from tests.web_fixtures.stories import NIGHT_TRAMS

MODEL = "chaos-model"
SEED = "chaos"
_SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
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
    for slug in ("city-desk", "by-schedule"):
        factories.make_plan(slug=slug, target_words=300)


def secret() -> str:
    """Return what the receiver of webhooks checks signatures with."""
    return webhook.secret_of(Channel(secret_seed=SEED))


def brief(number: int, plan: str = "city-desk") -> Brief:
    """Make a brief with a note as its source, about a place that no other brief is about."""
    chance = random.Random(number)
    first, second, third = ("".join(chance.choices(_SYLLABLES, k=4)).title() for _ in range(3))
    note = "\n\n".join(NIGHT_TRAMS.paragraphs)
    note = note.replace("Harrow Quay", f"{first} {second}").replace("trams", f"{third} trams")
    return services.create_brief(
        plan=ContentPlan.objects.get(slug=plan),
        title=f"{first} {second} {third}",
        by=None,
        sources=[Source(kind="note", title=f"{first} {second}", text=note)],
    )


def commission(brief_id: int, truth: Path) -> None:
    """Start a run, and write down that it was accepted; wait while no budget can pay for it."""
    wanted = Brief.objects.get(pk=brief_id)
    while True:
        try:
            run = services.start_run(wanted, by=None, trigger=Run.Trigger.EDITOR)
        except services.RunAlreadyActive as refusal:
            run = refusal.run
        except services.BriefNotReady:
            connections.close_all()
            time.sleep(1)
            continue
        if run:
            accept(truth, brief=brief_id, run=str(run.pk))
        return


def commission_by_api(site: str, token: str, brief_id: int, truth: Path, *, times: int) -> None:
    """Ask for a run over HTTP, several times at once, until the answer names a run.

    As a careful client does: whoever heard nothing looks whether it was heard.
    """
    headers = {"Authorization": f"Bearer {token}"}
    with httpx2.Client(base_url=site, headers=headers, timeout=5, trust_env=False) as api:
        for _ in range(240):
            with ThreadPoolExecutor(times) as senders:
                answers = list(senders.map(lambda _: _ask(api, brief_id), range(times)))
            if found := set(filter(None, answers)):
                for run in found:
                    accept(truth, brief=brief_id, run=run)
                return
            time.sleep(1)
            times = 1


def _ask(api: httpx2.Client, brief_id: int) -> str:
    """Return the id of the run that was promised; nothing where the answer is no promise."""
    try:
        known = api.get("/api/v1/runs/", params={"brief": brief_id}).json().get("results")
        if known:
            return str(known[0]["id"])
        answer = api.post("/api/v1/runs/", json={"brief": brief_id})
        if answer.status_code == 201:
            return str(answer.json()["id"])
        # The problem names the run that is under way: an address that ends with its id.
        return str(answer.json().get("run", "")).rstrip("/").rpartition("/")[2]
    except (httpx2.TransportError, ValueError):
        return ""


def accept(truth: Path, **told: object) -> None:
    """Write down what was promised to somebody, to the disk."""
    with truth.open("a") as file:
        file.write(json.dumps(told) + "\n")
        file.flush()
        os.fsync(file.fileno())


def approve(run_id: UUID, publish_at: datetime | None = None, *, refusals: Path | None) -> None:
    """Let readers have what the run wrote, unless the checks forbid it: then write down why."""
    post = Run.objects.get(pk=run_id).post
    if not post or post.approved_revision_id:
        return
    try:
        publisher = User.objects.get(username="publisher")
        workflow.approve(post, by=publisher, publish_at=publish_at)
    except workflow.TransitionNotAllowed as refusal:
        if refusals is None:
            raise
        accept(refusals, post=post.pk, why=str(refusal))


def retry(run_id: UUID) -> None:
    """Press Retry."""
    services.retry_run(Run.objects.get(pk=run_id), by=None)


def ring_again() -> None:
    """Double every message: whoever works, or waits, is woken twice more."""
    for run_id in 2 * list(Run.objects.active().values_list("pk", flat=True)):
        tasks.ring(run_id)


def allow(dollars: str, plan: str = "city-desk") -> None:
    """Let a plan spend so much a day."""
    Budget.objects.update_or_create(
        plan=ContentPlan.objects.get(slug=plan), period="day", defaults={"limit": Decimal(dollars)}
    )


def token() -> str:
    """Return a token of the editor for the API."""
    return tokens.issue(User.objects.get(username="editor")).text


def schedule(plan: str, seconds: int) -> None:
    """Have the clock commission the next brief of a plan, and wake the distribution."""
    every, _ = IntervalSchedule.objects.get_or_create(every=seconds, period="seconds")
    order = json.dumps({"plan_id": ContentPlan.objects.get(slug=plan).pk, "count": 1})
    PeriodicTask.objects.create(
        name="Commission", task=schedules.COMMISSION, interval=every, kwargs=order
    )
    PeriodicTask.objects.create(name="Distribute", task=schedules.DISTRIBUTE, interval=every)
