"""Makes an API token for a user and prints it, once."""

import argparse
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from blog.api import tokens


class Command(BaseCommand):
    """`manage.py create_api_token alice --days 30`."""

    help = "Make an API token with all the rights of a user. It is shown once and kept as a hash."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the user name and the lifetime."""
        parser.add_argument("username")
        parser.add_argument("--days", type=int, default=tokens.DEFAULT_DAYS, help="of validity")
        parser.formatter_class = argparse.ArgumentDefaultsHelpFormatter

    def handle(self, *_: Any, username: str, days: int, **__: Any) -> None:
        """Print the token alone on standard output, the rest on standard error."""
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user called {username}.")
        try:
            issued = tokens.issue(user, days=days)
        except tokens.TokenRefused as refused:
            raise CommandError(str(refused)) from refused
        if not user.is_staff:
            self.stderr.write(f"{username} is not staff: the API will refuse to commission for it.")
        self.stderr.write(f"Valid until {issued.row.expiry:%Y-%m-%d}; it can't be shown again:")
        self.stdout.write(issued.text)
