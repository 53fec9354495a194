"""Takes the blog out, into a folder or a zip archive."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from blog.management import telling
from blog.transfer import exporting, formats
from blog.transfer.outgoing import Outgoing
from blog.transfer.sink import SinkRefused


class Command(BaseCommand):
    """`manage.py export_posts markdown backup.zip`."""

    help = (
        "Exports posts, pages, bylines, categories, tags, redirects and pictures for WordPress,"
        " Ghost, or as Markdown. The same blog gives the same bytes; drafts are included."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the format and the place."""
        parser.add_argument("format", choices=list(formats.NAMES))
        parser.add_argument("out", type=Path, help="a new folder, or a file that ends in .zip")
        parser.add_argument("--published-only", action="store_true", help="what readers see, alone")

    def handle(self, *_: Any, **options: Any) -> None:
        """Export and tell what went."""
        outgoing = Outgoing(
            published_only=options["published_only"], progress=telling.bar(self.stderr)
        )
        try:
            exporting.run(options["format"], options["out"], outgoing)
        except SinkRefused as refused:
            raise CommandError(str(refused)) from refused
        for name, number in sorted(outgoing.counts.items()):
            self.stdout.write(f"{number:>11,}  {name}")
        for problem in outgoing.problems:
            self.stdout.write(f"  {problem}")
        self.stdout.write(f"Written to {options['out']}.")
