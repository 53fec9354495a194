"""A believable small blog, its people and its plan, so that the first minute shows the product."""

import json
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from publishing import demo

# Name, groups, what the account is for. The administrator is a superuser.
ACCOUNTS: list[tuple[str, list[str], str]] = [
    ("editor", ["Writers", "Editors"], "commissions drafts, edits them, runs the schedules"),
    ("publisher", ["Publishers"], "approves what others wrote, and withdraws it"),
    ("admin", [], "runs the installation: users, channels, prices"),
]


class Command(BaseCommand):
    help = "Fills an empty blog with demo posts, a content plan and three accounts."

    def handle(self, **_: Any) -> None:
        if not settings.DEMO_ACCOUNTS_FILE:
            raise CommandError("The demo is for one's own machine: this blog is not made for it.")
        with transaction.atomic():
            passwords = self._make_accounts()
            demo.fill(
                writer=User.objects.get(username="editor"),
                approver=User.objects.get(username="publisher"),
            )
        self._print(passwords)

    def _make_accounts(self) -> dict[str, str]:
        """Make the missing accounts; return the passwords that are known on this machine."""
        note = Path(settings.DEMO_ACCOUNTS_FILE)
        known: dict[str, str] = json.loads(note.read_text()) if note.exists() else {}
        for username, groups, _ in ACCOUNTS:
            user, is_new = User.objects.get_or_create(
                username=username,
                defaults={
                    "is_staff": True,
                    "is_superuser": not groups,
                    "email": f"{username}@blog.example",
                },
            )
            if is_new:
                known[username] = secrets.token_urlsafe(12)
                user.set_password(known[username])
                user.save()
                user.groups.set(Group.objects.filter(name__in=groups))
        note.parent.mkdir(parents=True, exist_ok=True)
        note.touch(mode=0o600)
        note.write_text(json.dumps(known, indent=2))
        return known

    def _print(self, passwords: dict[str, str]) -> None:
        self.stdout.write("Accounts (made for this machine; change a password in the admin):")
        for username, _, purpose in ACCOUNTS:
            password = passwords.get(username, "")
            if not User.objects.get(username=username).check_password(password):
                password = "(changed)"  # noqa: S105  no password
            self.stdout.write(f"{username:<10} {password:<18} {purpose}")
