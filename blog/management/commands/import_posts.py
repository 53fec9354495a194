"""Moves another blog here: first a report of what would happen, then, on demand, the real thing."""

import json
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.management.base import BaseCommand, CommandError

from blog.management import telling
from blog.models import Author
from blog.transfer import formats, importing, package
from blog.transfer.move import Options
from blog.transfer.publisher import PublishingRefused
from blog.transfer.reading import Choices, FormatRefused
from blog.transfer.report import Report

_REFUSALS = (FormatRefused, package.PackageRefused, importing.AlreadyRunning, PublishingRefused)


class Command(BaseCommand):
    """`manage.py import_posts wordpress export.xml`."""

    help = (
        "Imports posts, pages, bylines, categories, tags and pictures from WordPress (wordpress),"
        " Ghost (ghost) or a folder of Markdown (markdown). Without --apply it only reports what"
        " would happen. The same import again changes nothing, and goes on where one broke off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what there is to say about the other blog."""
        parser.add_argument("format", choices=list(formats.NAMES))
        parser.add_argument("file", type=Path, help="the export: a file, a folder or a .zip")
        parser.add_argument("--apply", action="store_true", help="really bring it; without: report")
        parser.add_argument(
            "--publish",
            action="store_true",
            help="put live what was live there (needs --user with the right to)",
        )
        parser.add_argument("--user", metavar="NAME", help="on whose behalf")
        parser.add_argument("--url", default="", help="the address of the old blog")
        parser.add_argument(
            "--host", action="append", default=[], help="another host of its pictures or links"
        )
        parser.add_argument("--source", default="", help="a name for it, kept for later imports")
        parser.add_argument(
            "--media",
            type=Path,
            metavar="FOLDER",
            help="its pictures, such as wp-content/uploads",
        )
        parser.add_argument("--no-fetch", action="store_true", help="fetch no pictures")
        parser.add_argument(
            "--all-media", action="store_true", help="also pictures that no post shows"
        )
        parser.add_argument(
            "--author", default="", metavar="SLUG", help="byline for posts without one"
        )
        parser.add_argument(
            "--primary-tag-is-category", action="store_true", help="Ghost: of each post's first tag"
        )
        parser.add_argument("--again", action="store_true", help="bring back what was deleted here")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there, too")

    def handle(self, *_: Any, **options: Any) -> None:
        """Import, tell, and end with 1 if something failed."""
        with ExitStack() as open_files:
            listen = None
            if options["verbosity"] > 0:
                listen = telling.lines(self.stdout)
            try:
                report = importing.run(
                    options["format"],
                    options["file"],
                    choices=_choices(options),
                    options=_options(options, open_files),
                    listen=listen,
                    progress=telling.bar(self.stderr),
                )
            except _REFUSALS as refused:
                raise CommandError(str(refused)) from refused
        if options["json"]:
            text = json.dumps(report.as_json(), ensure_ascii=False, indent=1)
            options["json"].write_text(text + "\n", encoding="utf-8")
        telling.totals(report, self.stdout)
        self._end(report, options)

    def _end(self, report: Report, options: dict[str, Any]) -> None:
        if report.is_trial:
            self.stdout.write("Nothing was changed. With --apply it would be.")
        if report.has_failures:
            raise CommandError("Not everything could be brought; see the lines marked “failed”.")
        if not report.is_trial and not options["publish"]:
            self.stdout.write("What is new is a draft. Review and publish it at the desk.")


def _choices(options: dict[str, Any]) -> Choices:
    return Choices(
        url=options["url"],
        hosts=tuple(options["host"]),
        source=options["source"],
        primary_tag_is_category=options["primary_tag_is_category"],
    )


def _options(options: dict[str, Any], open_files: ExitStack) -> Options:
    media = options["media"]
    if options["author"] and not Author.objects.filter(slug=options["author"]).exists():
        raise CommandError(f"There is no byline with the slug {options['author']}.")
    return Options(
        by=_user(options["user"]),
        apply=options["apply"],
        publish=options["publish"],
        again=options["again"],
        fetch_images=not options["no_fetch"],
        all_media=options["all_media"],
        media=open_files.enter_context(package.opened(media)) if media else None,
        author=options["author"],
    )


def _user(name: str | None) -> AbstractBaseUser | None:
    if name is None:
        return None
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user called {name}.")
    return user
