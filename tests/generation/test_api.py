"""Briefs and runs by API: what the staff may commission, follow, stop and resume."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from blog.api import tokens
from generation import services
from generation.models import Brief, ModelPrice, Run, Source
from tests.factories import make_brief, make_plan, make_run, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_memory_of_other_tests() -> None:
    cache.clear()


def client_of(user) -> APIClient:
    token = tokens.issue(user).text
    return APIClient(headers={"authorization": f"Bearer {token}"})


@pytest.fixture
def writer() -> APIClient:
    return client_of(make_user("Writers"))


def ready_brief() -> Brief:
    brief = make_brief()
    Source.objects.create(brief=brief, kind="note", text="Forty chains were measured in October.")
    return brief


class TestBriefs:
    def test_can_be_commissioned_with_sources(self, writer: APIClient) -> None:
        make_plan(slug="bench")

        answer = writer.post(
            "/api/v1/briefs/",
            {
                "plan": "bench",
                "title": "How chains wear",
                "notes": "Numbers, please.",
                "keywords": ["chain", "wear"],
                "due_on": "2027-01-31",
                "sources": [
                    {"url": "https://example.com/chains"},
                    {"kind": "note", "title": "Workshop", "text": "Forty chains."},
                ],
            },
            format="json",
        )

        assert answer.status_code == 201
        brief = Brief.objects.get(pk=answer.json()["id"])
        assert (brief.plan.slug, brief.title, brief.keywords) == (
            "bench",
            "How chains wear",
            ["chain", "wear"],
        )
        assert brief.created_by.username.startswith("writers")
        assert [(s.kind, s.url, s.text) for s in brief.sources.all()] == [
            ("url", "https://example.com/chains", ""),
            ("note", "", "Forty chains."),
        ]
        assert writer.get(f"/api/v1/briefs/{brief.pk}/").json() == answer.json()

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"plan": "unknown"}, "#/plan"),
            ({"plan": "retired"}, "#/plan"),
            ({"plan": "bench\x00"}, "#/plan"),
            ({"title": ""}, "#/title"),
            ({"title": "x" * 161}, "#/title"),
            ({"keywords": ["x" * 61]}, "#/keywords/0"),
            ({"due_on": "tomorrow"}, "#/due_on"),
            ({"sources": [{"url": "https://ok.example"}, {"kind": "note"}]}, "#/sources/1/text"),
            ({"sources": [{"url": "file:///etc/passwd"}]}, "#/sources/0/url"),
            ({"sources": [{"url": "javascript:alert(1)"}]}, "#/sources/0/url"),
            ({"sources": [{"kind": "file"}]}, "#/sources/0/kind"),
            ({"sources": [{"url": "https://ok.example"}] * 21}, "#/sources"),
        ],
    )
    def test_are_refused_with_a_pointer_to_the_fault(
        self, writer: APIClient, change: dict[str, Any], pointer: str
    ) -> None:
        make_plan(slug="bench")
        make_plan(slug="retired", is_active=False)

        body = {"plan": "bench", "title": "How chains wear"} | change
        answer = writer.post("/api/v1/briefs/", body, format="json")

        assert answer.status_code == 400
        assert pointer in [error["pointer"] for error in answer.json()["errors"]]
        assert Brief.objects.count() == Source.objects.count() == 0

    def test_are_listed_by_plan_with_a_constant_number_of_queries(
        self, writer: APIClient, django_assert_max_num_queries
    ) -> None:
        plan = make_plan(slug="bench")
        briefs = [make_brief(plan=plan) for _ in range(5)]
        make_brief()

        with django_assert_max_num_queries(7):  # token 3, permissions 2, briefs, sources
            answer = writer.get("/api/v1/briefs/", {"plan": "bench"})

        assert [row["id"] for row in answer.json()["results"]] == [b.pk for b in reversed(briefs)]


class TestRuns:
    def test_starts_and_says_where_and_when_to_ask_again(self, writer: APIClient) -> None:
        brief = ready_brief()

        answer = writer.post(f"/api/v1/briefs/{brief.pk}/runs/")

        assert answer.status_code == 201
        run = Run.objects.get(brief=brief)
        assert (run.trigger, run.requested_by.groups.get().name) == ("api", "Writers")
        assert answer["Location"] == f"http://testserver/api/v1/runs/{run.pk}/"
        assert answer["Retry-After"] == "2"
        assert writer.get(answer["Location"]).json()["status"] == "queued"

    def test_starts_at_its_own_address_too(self, writer: APIClient) -> None:
        brief = ready_brief()

        answer = writer.post("/api/v1/runs/", {"brief": brief.pk}, format="json")

        assert answer.status_code == 201
        assert answer.json()["brief"] == brief.pk
        assert answer.json()["progress"]["total"] > 0

    @pytest.mark.parametrize("address", ["/api/v1/runs/", "/api/v1/briefs/{pk}/runs/"])
    def test_a_second_one_is_refused_with_the_address_of_the_first(
        self, writer: APIClient, address: str
    ) -> None:
        brief = ready_brief()
        first = writer.post(f"/api/v1/briefs/{brief.pk}/runs/")

        second = writer.post(address.format(pk=brief.pk), {"brief": brief.pk}, format="json")

        assert second.status_code == 409
        problem = second.json()
        assert problem["type"] == "urn:autoblog:problem:run-already-active"
        assert problem["run"] == first["Location"]
        assert Run.objects.count() == 1

    def test_needs_a_brief_that_can_be_written(self, writer: APIClient) -> None:
        answer = writer.post(f"/api/v1/briefs/{make_brief().pk}/runs/")

        assert answer.status_code == 409
        assert answer.json()["type"] == "urn:autoblog:problem:brief-not-ready"
        assert "no sources" in answer.json()["detail"]

    def test_can_be_cancelled_once_and_resumed(self, writer: APIClient) -> None:
        run = f"/api/v1/runs/{services.start_run(ready_brief(), by=None, trigger='api').pk}/"

        cancelled, again = writer.post(f"{run}cancel/"), writer.post(f"{run}cancel/")
        resumed, twice = writer.post(f"{run}retry/"), writer.post(f"{run}retry/")

        assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
        assert "Retry-After" not in cancelled
        assert again.json()["type"] == "urn:autoblog:problem:run-not-active"
        assert (resumed.status_code, resumed.json()["status"]) == (200, "queued")
        assert resumed["Retry-After"] == "2"
        assert twice.json()["type"] == "urn:autoblog:problem:run-not-retryable"

    def test_are_listed_newest_first_and_filtered(self, writer: APIClient) -> None:
        brief = make_brief()
        failed = make_run(brief=brief, status="failed", problem="The page is gone.")
        queued = make_run(brief=brief)
        make_run()

        listed = writer.get("/api/v1/runs/", {"brief": brief.pk}).json()["results"]
        of_status = writer.get("/api/v1/runs/", {"status": "failed"}).json()["results"]

        assert [row["id"] for row in listed] == [str(queued.pk), str(failed.pk)]
        assert [row["problem"] for row in of_status] == ["The page is gone."]

    @pytest.mark.parametrize("path", ["runs", "briefs"])
    def test_are_kept_by_no_cache(self, writer: APIClient, path: str) -> None:
        run = make_run()
        one = {"runs": run.pk, "briefs": run.brief_id}[path]

        for address in (f"/api/v1/{path}/", f"/api/v1/{path}/{one}/"):
            assert writer.get(address)["Cache-Control"] == "private, no-store", address

    def test_tells_nothing_of_the_inside_when_something_breaks(
        self, writer: APIClient, monkeypatch
    ) -> None:
        def explode(*_: Any, **__: Any) -> None:
            raise RuntimeError("password=hunter2")

        monkeypatch.setattr(services, "start_run", explode)
        writer.raise_request_exception = False

        answer = writer.post(f"/api/v1/briefs/{ready_brief().pk}/runs/")

        assert answer.status_code == 500
        assert answer["Content-Type"] == "application/problem+json"
        assert "hunter2" not in answer.content.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_run_can_be_followed_to_its_draft(settings) -> None:
    settings.USE_SAMPLE_MODEL = True
    zero = {f"{kind}_per_million": Decimal(0) for kind in ("input", "cached_input", "output")}
    ModelPrice.objects.get_or_create(
        model_prefix="sample", effective_from="2026-01-01", defaults=zero
    )
    writer = client_of(make_user("Writers"))
    brief = make_brief(title="How bicycle chains wear")
    Source.objects.create(
        brief=brief,
        kind="note",
        title="Workshop",
        text="We measured forty chains in October. Twenty-six of them were beyond 0.75 percent."
        " A chain that is worn ruins the cassette. Only five riders owned a chain gauge.",
    )
    started = writer.post(f"/api/v1/briefs/{brief.pk}/runs/")

    services.advance(Run.objects.get().pk)
    ended = writer.get(started["Location"])

    run = ended.json()
    assert (run["status"], run["problem"]) == ("succeeded", "")
    assert run["progress"]["finished"] == run["progress"]["total"] >= 7
    assert run["progress"]["percent"] == 100
    assert run["is_sample"] is True
    assert run["preview_url"] == f"http://testserver/preview/{run['post_id']}/"
    assert "Retry-After" not in ended
    assert Client().get("/api/v1/posts/").json()["results"] == []


ROLES = ["anonymous", "reader", "staff", "Writers", "Editors", "Publishers", "Operators"]
# What each role gets, in the order of ROLES.
EXPECTED = {
    "GET /briefs/": [401, 403, 403, 200, 200, 200, 200],
    "POST /briefs/": [401, 403, 403, 201, 201, 403, 403],
    "GET /briefs/{brief}/": [401, 403, 403, 200, 200, 200, 200],
    "POST /briefs/{brief}/runs/": [401, 403, 403, 201, 201, 403, 403],
    "GET /runs/": [401, 403, 403, 200, 200, 200, 200],
    "POST /runs/": [401, 403, 403, 201, 201, 403, 403],
    "GET /runs/{run}/": [401, 403, 403, 200, 200, 200, 200],
    "POST /runs/{run}/cancel/": [401, 403, 403, 200, 200, 403, 200],
    "POST /runs/{failed}/retry/": [401, 403, 403, 200, 200, 403, 200],
}


@pytest.mark.parametrize("endpoint", EXPECTED)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what(role: str, endpoint: str) -> None:
    plan, brief = make_plan(), ready_brief()
    run = services.start_run(ready_brief(), by=None, trigger="api")
    failed = make_run(status="failed")
    method, path = endpoint.split()
    body = {"plan": plan.slug, "title": "New", "brief": brief.pk}

    client = APIClient()
    if role == "reader":
        user = make_user()
        user.is_staff = False
        user.save()
        client = client_of(user)
    elif role != "anonymous":
        client = client_of(make_user() if role == "staff" else make_user(role))
    address = "/api/v1" + path.format(brief=brief.pk, run=run.pk, failed=failed.pk)
    answer = client.generic(method, address, data=json.dumps(body), content_type="application/json")

    assert answer.status_code == EXPECTED[endpoint][ROLES.index(role)]
    if answer.status_code == 401:
        assert answer["WWW-Authenticate"] == "Bearer"


class TestBodies:
    @pytest.mark.parametrize(
        ("body", "kind", "status"),
        [
            ("{", "application/json", 400),
            ("[" * 100_000, "application/json", 400),
            ('{"brief": 1' + " " * 1_000_001 + "}", "application/json", 413),
            ("brief=1", "application/x-www-form-urlencoded", 415),
            ("[]", "application/json", 400),
            ('{"brief": "\\ud800"}', "application/json", 400),
            ('{"brief": 99999999999999999999999}', "application/json", 400),
            ('{"brief": 1e400}', "application/json", 400),
        ],
    )
    def test_that_cannot_be_used_are_refused(
        self, writer: APIClient, body: str, kind: str, status: int
    ) -> None:
        answer = writer.generic("POST", "/api/v1/runs/", data=body, content_type=kind)

        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"

    def test_a_cookie_alone_does_not_open_a_door_for_other_sites(self) -> None:
        client = APIClient(enforce_csrf_checks=True)
        client.force_login(make_user("Writers"))

        assert client.get("/api/v1/runs/").status_code == 200
        assert client.post("/api/v1/runs/", {}, format="json").status_code == 403
