"""The schema is the truth: valid, without gaps, and every answer is one that it announces."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.management import call_command
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from rest_framework.throttling import SimpleRateThrottle
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from blog.api import tokens
from config.wsgi import application
from generation.models import Source
from tests.factories import make_brief, make_plan, make_post, make_user

EXAMPLES = 12  # of each operation


def test_the_schema_is_valid_and_complete(tmp_path) -> None:
    written = tmp_path / "schema.yaml"

    call_command("spectacular", validate=True, fail_on_warn=True, file=str(written))

    assert written.read_text().startswith("openapi: 3.1")


@pytest.fixture
def one_transaction(db: None) -> Iterator[None]:
    """Keeps the test's connection open from request to request, as Django's own client does."""
    edges = (signals.request_started, signals.request_finished)
    for edge in edges:
        edge.disconnect(close_old_connections)
    yield
    for edge in edges:
        edge.connect(close_old_connections)


@pytest.fixture
def api(one_transaction: None, monkeypatch):
    """The schema as the running application serves it, and rows to be found."""
    for scope in ("anon", "user"):
        monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, scope, "100000/min")
    make_post(live=True)
    Source.objects.create(brief=make_brief(plan=make_plan(slug="0")), kind="note", text="A fact.")
    return schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)


@pytest.fixture
def token(db: None) -> str:
    return tokens.issue(make_user("Editors")).text


def test_every_answer_is_announced(api, token: str, subtests: pytest.Subtests) -> None:
    for result in api.get_all_operations():
        operation = result.ok()
        with subtests.test(operation.label):
            _try_out(operation, token)


def _try_out(operation: Any, token: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def answers_as_announced(case: schemathesis.Case) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"},
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ],
        )

    answers_as_announced()
