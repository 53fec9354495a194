"""Once per release, before the new web server, worker and beat start: check, then migrate."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """`manage.py release`."""

    help = "Refuse unsafe settings, then bring the database to this release. May be repeated."
    requires_system_checks = []

    def handle(self, *_: Any, verbosity: int, **__: Any) -> None:
        """Run both; either one's failure is the failure of the release."""
        call_command("check", deploy=True, fail_level="WARNING", verbosity=verbosity)
        call_command("migrate", interactive=False, verbosity=verbosity)
