"""A brief from the command line, written in the foreground: no browser, no broker, no worker."""

import json
import logging
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from blog import seo
from blog.models import Post
from generation import services
from generation.management import foreground
from generation.models import ContentPlan, Run, Source
from generation.services import Progress

STANDARD_INPUT = "-"


class Command(BaseCommand):
    help = (
        "Writes an article in the foreground and files it as a draft in review. If it fails, the"
        " brief and what was paid for are kept: mend the cause and use --retry."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--title", help="title or angle of the article")
        what.add_argument("--retry", metavar="RUN", help="resume the run with this id")
        parser.add_argument("--plan", metavar="SLUG", help="content plan; required with --title")
        parser.add_argument("--notes", default="", help="what must be in it, what must not")
        parser.add_argument("--keyword", action="append", default=[], help="may be repeated")
        parser.add_argument(
            "--source",
            action="append",
            default=[],
            metavar="URL|FILE|-",
            help="page, feed, text file or standard input; may be repeated",
        )
        parser.add_argument("--user", metavar="NAME", help="on whose behalf")
        parser.add_argument(
            "--json", action="store_true", help="one JSON object a line on standard output"
        )

    def handle(self, **options: Any) -> None:
        # The progress says it all.
        is_quiet = options["verbosity"] < 2
        with _errors_only("generation", "django_structlog") if is_quiet else nullcontext():
            self._generate(options)

    def _generate(self, options: dict[str, Any]) -> None:
        by = _user(options["user"])
        run = _resume(options["retry"], by) if options["retry"] else _start(options, by)
        try:
            end = foreground.follow(run, foreground.choose(is_json=options["json"]))
        except foreground.Interrupted:
            sys.stderr.write(
                "\nStopped. Nothing that was finished is lost: the run goes on by itself as soon as"
                f" a worker runs, or here with\n  {_retry_line(run)}\n"
            )
            sys.exit(130)
        self._tell(end, is_json=options["json"])

    def _tell(self, end: Progress, *, is_json: bool) -> None:
        post = Post.objects.filter(pk=end.post_id or 0).first()
        preview = seo.absolute(reverse("files:preview", args=[post.pk])) if post else ""
        if is_json:
            result = end.model_dump(mode="json") | {"event": "result", "preview_url": preview}
            result |= {"title": post.title if post else ""}
            self.stdout.write(json.dumps(result))
        if end.status != Run.Status.SUCCEEDED:
            raise CommandError(
                f"{end.problem}\nThe brief is kept. Resume with\n"
                f"  manage.py generate_post --retry {end.run_id}"
            )
        if not is_json and post:
            sample = " (by the sample model)" if end.is_sample else ""
            self.stdout.write(f"Filed for review{sample}: “{post.title}” for ${end.cost:.4f}")
            self.stdout.write(preview)


def _start(options: dict[str, Any], by: AbstractBaseUser | None) -> Run:
    """Make the brief and its run, or neither."""
    plan = _plan(options["plan"])
    try:
        with transaction.atomic():
            brief = services.create_brief(
                plan=plan,
                title=options["title"],
                by=by,
                notes=options["notes"],
                keywords=options["keyword"],
                sources=map(_source, options["source"]),
            )
            return services.start_run(brief, by=by, trigger=Run.Trigger.COMMAND, wake=False)
    except services.BriefNotReady as refusal:
        raise CommandError(str(refusal)) from None
    except ValidationError as error:
        raise CommandError("\n".join(error.messages)) from None


def _resume(run_id: str, by: AbstractBaseUser | None) -> Run:
    """Go on with a run: one that failed, was cancelled, or was left in the middle."""
    try:
        run = Run.objects.get(pk=run_id)
    except (Run.DoesNotExist, ValidationError):
        raise CommandError(f"There is no run {run_id}.") from None
    if run.is_active:
        return run
    try:
        return services.retry_run(run, by=by, wake=False)
    except services.RunNotRetryable as refusal:
        raise CommandError(str(refusal)) from None


def _source(given: str) -> Source:
    """A page or feed by its address, a file by its path, or what comes by standard input."""
    if given == STANDARD_INPUT:
        return Source(kind=Source.Kind.NOTE, title="Standard input", text=sys.stdin.read())
    if given.startswith(("http://", "https://")):
        return Source(kind=Source.Kind.URL, url=given)
    path = Path(given)
    if not path.is_file():
        raise CommandError(f"“{given}” is neither a file nor an address with http:// or https://.")
    file = ContentFile(path.read_bytes(), name=path.name)
    return Source(kind=Source.Kind.FILE, title=path.name[:200], file=file)


def _plan(slug: str | None) -> ContentPlan:
    plan = ContentPlan.objects.filter(slug=slug).first()
    if plan is None:
        known = ", ".join(ContentPlan.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"Name a content plan with --plan SLUG. There are: {known}.")
    return plan


def _user(name: str | None) -> AbstractBaseUser | None:
    if name is None:
        return None
    people = get_user_model()
    try:
        user: AbstractBaseUser = people._default_manager.get_by_natural_key(name)
    except people.DoesNotExist:
        raise CommandError(f"There is no user “{name}”.") from None
    return user


def _retry_line(run: Run) -> str:
    return f"manage.py generate_post --retry {run.pk}"


@contextmanager
def _errors_only(*loggers: str) -> Iterator[None]:
    """Let these loggers say nothing but errors, as long as it takes."""
    before = {name: logging.getLogger(name).level for name in loggers}
    for name in loggers:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
