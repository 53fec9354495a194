"""Once per release, before the new programs start: check, migrate, forget the old one's pages."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from blog.pagecache.store import pages


class Command(BaseCommand):
    """`manage.py release`."""

    help = "Refuse unsafe settings, then bring the database to this release. May be repeated."
    requires_system_checks = []

    def handle(self, *_: Any, verbosity: int, **__: Any) -> None:
        """Run all; a failure of the first two is the failure of the release."""
        call_command("check", deploy=True, fail_level="WARNING", verbosity=verbosity)
        call_command("migrate", interactive=False, verbosity=verbosity)
        # What the release before has made must not be shown between the pages of this one.
        pages.bump()
