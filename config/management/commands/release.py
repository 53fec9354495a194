"""Once per release, before the new programs start: check, migrate, bring files, forget pages."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from blog.pagecache.store import pages
from config import bucket_files


class Command(BaseCommand):
    """`manage.py release`."""

    help = "Refuse unsafe settings, then bring the database to this release. May be repeated."
    requires_system_checks = []

    def handle(self, *_: Any, verbosity: int, **__: Any) -> None:
        """Run all; a failure of any but the last is the failure of the release."""
        call_command("check", deploy=True, fail_level="WARNING", verbosity=verbosity)
        call_command("migrate", interactive=False, verbosity=verbosity)
        if settings.S3_BUCKET_NAME:
            self.stdout.write(f"{bucket_files.upload()} static files went to the bucket.")
        # What the release before has made must not be shown between the pages of this one.
        pages.bump()
