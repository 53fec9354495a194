"""Passwords can't be tried without end, neither on one name nor from one address on many."""

import pytest
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _guarded(settings):
    settings.AXES_ENABLED = True


def status_of_login(client, name: str, password: str = "guess", **extra: str) -> int:
    data = {"username": name, "password": password}
    return client.post(reverse("admin:login"), data, **extra).status_code


def test_one_name_is_locked_after_some_failures(client):
    user = factories.make_user("Writers")
    for _ in range(8):
        status_of_login(client, user.username)

    assert status_of_login(client, user.username, "secret") == 429


def test_one_password_cannot_be_tried_on_everybody(client):
    user = factories.make_user("Writers")
    answers = [status_of_login(client, f"name-{number}") for number in range(40)]

    assert answers[:39] == [200] * 39
    assert status_of_login(client, user.username, "secret") == 429
    assert status_of_login(client, user.username, "secret", REMOTE_ADDR="192.0.2.7") == 302


def test_an_own_account_does_not_buy_more_guesses(client):
    own = factories.make_user("Writers")
    for number in range(39):
        status_of_login(client, f"name-{number}")
    assert status_of_login(client, own.username, "secret") == 302
    status_of_login(client, "name-40")

    assert status_of_login(client, own.username, "secret") == 429


def test_a_made_up_forwarding_buys_no_guesses(client):
    for number in range(40):
        status_of_login(client, f"name-{number}", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")

    assert status_of_login(client, "name-41") == 429
