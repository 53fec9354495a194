"""API tokens: shown once, kept as a hash, sent as `Authorization: Bearer abk_...`, expiring."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.models import AuthToken
from knox.settings import knox_settings
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

DEFAULT_DAYS: int = knox_settings.TOKEN_TTL.days
MAX_DAYS = 366


class TokenRefused(Exception):
    """The token would never work, or for too long; the message says why."""


@dataclass(frozen=True)
class IssuedToken:
    """The text exists only here, the row keeps its hash: whoever loses it asks for a new one."""

    text: str
    row: AuthToken


def issue(user: AbstractBaseUser, *, days: int = DEFAULT_DAYS) -> IssuedToken:
    """Make a token with all the rights of `user`, for `days`. Raises TokenRefused."""
    if not user.is_active:
        raise TokenRefused(f"{user} is not active; a token would not be accepted.")
    if not 1 <= days <= MAX_DAYS:
        raise TokenRefused(f"A token lives from 1 to {MAX_DAYS} days, not {days}.")
    row, text = AuthToken.objects.create(user=user, expiry=timedelta(days=days))
    return IssuedToken(text, row)


class EndsWithPassword:
    """Listens among the password validators: whoever changes a password distrusts what it opened.

    Django calls them after a change, not when it only stores the same password more safely.
    """

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Refuse none."""

    def get_help_text(self) -> str:
        """Say so where passwords are changed."""
        return "A new password ends all API tokens of the account."

    def password_changed(self, _password: str, user: AbstractBaseUser | None = None) -> None:
        """Revoke the tokens."""
        AuthToken.objects.filter(user=user).delete()


class TokenAuthentication(KnoxAuthentication):  # type: ignore[misc]
    """Knox's, which stumbles over a header that is not UTF-8."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Return the user and the token. Raises AuthenticationFailed."""
        try:
            answer: tuple[Any, Any] | None = super().authenticate(request)
        except UnicodeDecodeError as error:
            raise AuthenticationFailed("Invalid token.") from error
        return answer


class TokenScheme(KnoxTokenScheme):  # type: ignore[no-untyped-call]
    """What the schema says about it."""

    target_class = "blog.api.tokens.TokenAuthentication"
    name = "token"
