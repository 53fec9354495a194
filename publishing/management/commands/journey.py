"""Walks the whole journey against the running parts and ends with the first broken promise."""

import json
import secrets
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from generation.models import ContentPlan
from publishing import demo
from publishing.channels import webhook
from publishing.journey.promises import BrokenPromise, Journey, Stage
from publishing.journey.sink import Sink
from publishing.journey.visitor import FormRefused, PageRefused, Visitor
from publishing.models import Channel


class Command(BaseCommand):
    help = "Walks from a brief to a reader, over HTTP; fails at the first broken promise."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url", default=settings.SITE_URL, help="of the running site")

        parser.add_argument(
            "--tell-channels", action="store_true", help="let the blog's own channels hear of it"
        )

    def handle(self, *, base_url: str, tell_channels: bool, **_: Any) -> None:
        others = Channel.objects.filter(is_enabled=True).values_list("name", flat=True)
        if others and not tell_channels:
            raise CommandError(
                f"This blog tells {', '.join(others)} of each post, and would of the journey's."
                " Switch the channels off, or add --tell-channels."
            )
        began = time.monotonic()
        with ExitStack() as stack:
            stage = _stage(stack.enter_context(_channel()))
            reader, editor, approver = (stack.enter_context(Visitor(base_url)) for _ in range(3))
            title = f"A chain that lasts, {secrets.token_hex(3)}"
            self._walk(Journey(stage, reader, editor, approver, title))
        self.stdout.write(f"All promises kept in {time.monotonic() - began:.1f} s.")

    def _walk(self, journey: Journey) -> None:
        for promise, look in journey.promises():
            began = time.monotonic()
            try:
                seen = look()
            except (BrokenPromise, PageRefused, FormRefused) as broken:
                raise CommandError(f"Broken: {promise}. {broken}") from broken
            self.stdout.write(f"kept  {time.monotonic() - began:5.1f} s  {promise}: {seen}")


def _stage(sink: Sink) -> Stage:
    note = Path(settings.DEMO_ACCOUNTS_FILE or "-")
    plan = ContentPlan.objects.filter(slug=demo.PLAN).first()
    if plan is None or not note.exists():
        raise CommandError("The journey is walked by the demo's people: run seed_demo first.")
    passwords = json.loads(note.read_text())
    return Stage(
        editor=("editor", passwords["editor"]),
        approver=("publisher", passwords["publisher"]),
        plan_id=plan.pk,
        plan_name=plan.name,
        source_url=demo.page_url("bicycle-chain.html"),
        source_facts=demo.CHAIN_FACTS,
        time_zone=timezone.get_default_timezone(),
        sink=sink,
    )


@contextmanager
def _channel() -> Iterator[Sink]:
    """A channel to a receiver of our own, as long as the journey lasts."""
    with Sink() as sink:
        channel = Channel.objects.create(name=f"Journey {secrets.token_hex(4)}", url=sink.url)
        sink.secret = webhook.secret_of(channel)
        try:
            yield sink
        finally:
            channel.delete()
