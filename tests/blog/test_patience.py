"""A database that takes too long is told to give up, and only what was asked impatiently."""

import pytest
from django.db import OperationalError, connection

from blog import patience

pytestmark = pytest.mark.django_db


def run(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def test_what_takes_too_long_is_given_up():
    with pytest.raises(patience.TookTooLong), patience.limited(50):
        run("SELECT pg_sleep(5)")
    assert run("SELECT 1") == (1,)


def test_what_comes_afterwards_has_the_usual_time():
    usual = run("SHOW statement_timeout")
    with patience.limited(50):
        assert run("SHOW statement_timeout") == ("50ms",)
    assert run("SHOW statement_timeout") == usual


def test_another_mishap_stays_what_it_is():
    with pytest.raises(OperationalError, match="x"), patience.limited(50):
        raise OperationalError("x")
