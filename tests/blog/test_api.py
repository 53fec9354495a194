"""The public API: what readers see, for programs; never more."""

import json
import socket
import time
from contextlib import closing
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from blog import newest, revisions
from blog.api import tokens
from blog.models import Tag
from tests.factories import (
    make_author,
    make_category,
    make_draft,
    make_post,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_memory_of_other_tests() -> None:
    cache.clear()


@pytest.fixture
def client() -> Client:
    return Client()


def get(client: Client, path: str, **query: object):
    return client.get(f"/api/v1/{path}", query)


def titles(answer) -> list[str]:
    return [post["title"] for post in answer.json()["results"]]


class TestPosts:
    def test_lists_what_readers_see_newest_first(self, client: Client) -> None:
        now = timezone.now()
        make_post(title="Old", live=True, publish_at=now - timedelta(days=2))
        make_post(title="New", live=True, publish_at=now - timedelta(days=1))
        make_post(title="Tomorrow", approved=True)
        make_post(title="In review", in_review=True)
        make_post(title="Draft")

        assert titles(get(client, "posts/")) == ["New", "Old"]

    @pytest.mark.parametrize("state", [{}, {"in_review": True}, {"approved": True}])
    def test_a_post_that_is_not_live_cannot_be_found(self, client: Client, state: dict) -> None:
        post = make_post(**state)

        answer = get(client, f"posts/{post.slug}/")

        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:autoblog:problem:not-found"

    def test_staff_see_no_more_than_everybody(self, client: Client) -> None:
        post = make_post(in_review=True)
        client.force_login(make_user("Editors", is_superuser=True))

        assert titles(get(client, "posts/")) == []
        assert get(client, f"posts/{post.slug}/").status_code == 404

    def test_a_newer_revision_of_a_live_post_stays_unseen(self, client: Client) -> None:
        post = make_post(live=True, title="Approved", body="Approved text.")
        before = get(client, f"posts/{post.slug}/").json()
        draft = make_draft(title="Secret", body="Secret text.", slug=post.slug)
        revisions.save_revision(post, draft, by=make_user())

        assert get(client, f"posts/{post.slug}/").json() == before
        assert "Secret" not in json.dumps(before)

    def test_a_list_comes_without_texts_and_a_post_with_both_forms(self, client: Client) -> None:
        post = make_post(live=True, body="A **bold** word.")

        [listed] = get(client, "posts/").json()["results"]
        whole = get(client, f"posts/{post.slug}/").json()

        assert "body" not in listed
        assert "html" not in listed
        assert whole["body"] == "A **bold** word."
        assert "<strong>bold</strong>" in whole["html"]
        assert listed.items() <= whole.items()

    def test_tells_everything_a_page_shows(self, client: Client, settings) -> None:
        settings.SITE_URL = "https://blog.example.com"
        post = make_post(
            live=True,
            title="Chains",
            author=make_author(name="Mara", slug="mara"),
            category=make_category(name="Repair", slug="repair"),
            tags=[Tag.objects.create(name="Bike", slug="bike")],
            is_ai_generated=True,
        )

        [listed] = get(client, "posts/").json()["results"]

        assert listed["url"] == f"https://blog.example.com/posts/{post.slug}/"
        assert listed["author"] == {"slug": "mara", "name": "Mara"}
        assert listed["category"] == {"slug": "repair", "name": "Repair"}
        assert listed["tags"] == [{"slug": "bike", "name": "Bike"}]
        assert listed["is_ai_generated"] is True
        assert "AI" in listed["disclosure"]
        assert listed["cover"] is None

    def test_filters_can_be_combined(self, client: Client) -> None:
        now = timezone.now()
        mara, repair = make_author(slug="mara"), make_category(slug="repair")
        bike = Tag.objects.create(name="Bike", slug="bike")
        wanted = {"author": mara, "category": repair, "tags": [bike], "body": "A worn chain."}
        make_post(title="Yes", live=True, **wanted)
        make_post(title="Other author", live=True, **wanted | {"author": make_author()})
        make_post(title="Other category", live=True, **wanted | {"category": None})
        make_post(title="Other tag", live=True, **wanted | {"tags": []})
        make_post(title="Other words", live=True, **wanted | {"body": "A knife."})
        make_post(title="Old", live=True, publish_at=now - timedelta(days=9), **wanted)

        answer = get(
            client,
            "posts/",
            author="mara",
            category="repair",
            tag="bike",
            q="chains",
            since=(now - timedelta(days=1)).isoformat(),
        )

        assert titles(answer) == ["Yes"]

    @pytest.mark.parametrize(
        "query",
        [
            {"since": "yesterday"},
            {"q": "x" * 201},
            {"q": "a\x00b"},
            {"limit": "0"},
            {"limit": "101"},
            {"limit": "9" * 400},
            {"limit": "0000000019999"},
            {"cursor": "made-up"},
        ],
    )
    def test_says_what_is_wrong_with_a_query(self, client: Client, query: dict) -> None:
        answer = get(client, "posts/", **query)

        assert answer.status_code == 400
        problem = answer.json()
        assert problem["type"] == "urn:autoblog:problem:invalid"
        assert [error["pointer"] for error in problem["errors"]] == [f"#/{next(iter(query))}"]

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_nothing_can_be_written(self, client: Client, method: str) -> None:
        post = make_post(live=True)

        assert getattr(client, method)("/api/v1/posts/").status_code == 405
        assert getattr(client, method)(f"/api/v1/posts/{post.slug}/").status_code == 405


class TestPages:
    def test_neither_skip_nor_repeat_when_a_post_appears_meanwhile(self, client: Client) -> None:
        minute = timezone.now() - timedelta(hours=3)
        for number in range(5):  # of one and the same minute
            make_post(title=f"Post {number}", live=True, publish_at=minute)

        first = get(client, "posts/", limit=2)
        make_post(title="Late", live=True)
        seen = titles(first)
        following = first.json()["next"]
        while following:
            answer = client.get(following)
            seen += titles(answer)
            following = answer.json()["next"]

        assert seen == ["Post 4", "Post 3", "Post 2", "Post 1", "Post 0"]

    def test_pages_of_what_has_words_neither_skip_nor_repeat(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # So that each page is looked for step by step.
        monkeypatch.setattr(newest, "TEXTS", newest.Reach(2, 9))
        made = [make_post(live=True, body="glue" if n % 3 else "nails").slug for n in range(14)]
        url, seen = "/api/v1/posts/?q=glue&limit=2", []
        while url:
            page = client.get(url).json()
            seen += [row["slug"] for row in page["results"]]
            url = page["next"]

        assert seen == [slug for n, slug in enumerate(made) if n % 3][::-1]

    def test_a_cursor_of_another_list_is_refused(self, client: Client) -> None:
        for _ in range(2):
            make_post(live=True)
        following = get(client, "authors/", limit=1).json()["next"]

        answer = client.get(following.replace("authors", "posts"))

        assert answer.status_code == 400

    def test_cost_the_same_however_many_posts(
        self, client: Client, django_assert_num_queries
    ) -> None:
        for _ in range(7):
            make_post(live=True, tags=[Tag.objects.get_or_create(name="x", slug="x")[0]])

        with django_assert_num_queries(2):  # posts with their tags, the next publication
            assert len(titles(get(client, "posts/"))) == 7


class TestTaxonomy:
    def test_shows_only_what_published_posts_show(self, client: Client) -> None:
        seen, hidden = (Tag.objects.create(name=n, slug=n) for n in ("seen", "hidden"))
        make_post(live=True, tags=[seen], author=make_author(slug="mara"))
        make_post(tags=[hidden], author=make_author(slug="ghost"))
        make_category(slug="repair")

        for path, slug in [("tags", "seen"), ("authors", "mara"), ("categories", "repair")]:
            [row] = get(client, f"{path}/").json()["results"]
            assert row["slug"] == slug
            assert get(client, f"{path}/{slug}/").json() == row
        assert get(client, "tags/hidden/").status_code == 404
        assert get(client, "authors/ghost/").status_code == 404


class TestCaching:
    def test_may_be_kept_briefly_and_asked_for_again_cheaply(self, client: Client) -> None:
        post = make_post(live=True)
        path = f"/api/v1/posts/{post.slug}/"

        first = client.get(path)
        again = client.get(path, headers={"if-none-match": first["ETag"]})

        assert first["Cache-Control"].startswith("public, max-age=60, s-maxage=60")
        assert "Cookie" not in first.get("Vary", "")
        assert (again.status_code, again.content) == (304, b"")

    def test_is_never_kept_past_the_next_publication(self, client: Client) -> None:
        make_post(approved=True, publish_at=timezone.now() + timedelta(seconds=20))

        said = get(client, "posts/")["Cache-Control"].removesuffix(", stale-if-error=86400")
        assert 0 < sum(int(word.partition("=")[2] or 0) for word in said.split(", ")) <= 20

    def test_a_refusal_is_kept_very_briefly_or_not_at_all(self, client: Client) -> None:
        assert get(client, "posts/soon/")["Cache-Control"].startswith("public, max-age=10,")
        assert get(client, "posts/", limit="x")["Cache-Control"] == "no-store"


class TestThrottle:
    @pytest.fixture(autouse=True)
    def _two_a_minute(self, monkeypatch) -> None:
        monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "anon", "2/min")

    def test_says_when_to_come_back(self, client: Client) -> None:
        answers = [get(client, "posts/") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 0 < int(answers[-1]["Retry-After"]) <= 61
        assert answers[-1].json()["type"] == "urn:autoblog:problem:throttled"

    def test_counts_the_client_not_what_it_says_about_itself(self, client: Client) -> None:
        answers = [
            client.get("/api/v1/posts/", headers={"x-forwarded-for": f"10.0.0.{number}"})
            for number in range(3)
        ]

        assert answers[-1].status_code == 429

    def test_lets_everybody_pass_while_redis_is_down(self, client: Client, settings) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        down = {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{port}/0"}
        settings.CACHES = {"default": down}
        start = time.monotonic()

        assert [get(client, "posts/").status_code for _ in range(4)] == [200] * 4
        assert time.monotonic() - start < 4


class TestAddresses:
    def test_the_index_leads_everywhere(self, client: Client) -> None:
        links = client.get("/api/v1/").json()

        assert links["posts"] == "http://testserver/api/v1/posts/"
        assert client.get(links["schema"]).status_code == 200
        assert client.get(links["docs"]).status_code == 200

    def test_a_forgotten_slash_is_added_for_readers_only(self, client: Client) -> None:
        assert client.get("/api/v1/posts?q=x")["Location"] == "/api/v1/posts/?q=x"
        assert client.post("/api/v1/runs").status_code == 404

    @pytest.mark.parametrize("method", ["get", "post", "options", "delete"])
    def test_every_other_address_answers_with_a_problem(self, client: Client, method: str) -> None:
        answer = getattr(client, method)("/api/v2/nothing/")

        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"


class TestTokens:
    def use(self, token: str) -> int:
        client = APIClient(headers={"authorization": f"Bearer {token}"})
        return client.get("/api/v1/runs/").status_code

    def test_opens_the_staff_part_for_as_long_as_it_lives(self, time_machine) -> None:
        issued = tokens.issue(make_user("Writers"), days=30)

        assert issued.text.startswith("abk_")
        assert self.use(issued.text) == 200
        time_machine.move_to(timezone.now() + timedelta(days=30, seconds=1))
        assert self.use(issued.text) == 401

    def test_is_kept_as_a_hash_only(self, django_db_blocker) -> None:
        from django.db import connection

        issued = tokens.issue(make_user())

        with connection.cursor() as cursor:
            cursor.execute("SELECT t::text FROM knox_authtoken t")
            [[row]] = cursor.fetchall()
        assert issued.text not in row
        assert issued.text[:15] in row

    def test_two_tokens_of_one_user_do_not_get_in_each_others_way(self) -> None:
        user = make_user("Writers")

        issued = [tokens.issue(user).text for _ in range(3)]

        assert [self.use(text) for text in issued] == [200] * 3

    @pytest.mark.parametrize("token", ["abk_" + "0" * 64, "x", "\xff\xfe", "a b", ""])
    def test_anything_else_is_refused(self, token: str) -> None:
        assert self.use(token) == 401

    def test_stops_with_its_owner(self) -> None:
        user = make_user("Writers")
        text = tokens.issue(user).text
        user.is_active = False
        user.save()

        assert self.use(text) == 401
        with pytest.raises(tokens.TokenRefused, match="not active"):
            tokens.issue(user)

    def test_the_command_prints_it_alone(self, capsys) -> None:
        user = make_user("Writers")

        call_command("create_api_token", user.username, days=7)

        said = capsys.readouterr()
        assert self.use(said.out.strip()) == 200
        assert "can't be shown again" in said.err

    def test_the_command_refuses_in_words(self) -> None:
        with pytest.raises(CommandError, match="no user called nobody"):
            call_command("create_api_token", "nobody")
        with pytest.raises(CommandError, match="1 to 366 days"):
            call_command("create_api_token", make_user().username, days=0)
