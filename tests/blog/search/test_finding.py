"""Search finds by words, ranks by where they stand, and shows them safely."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from blog import querysets, search
from blog.models import Tag
from blog.search import finding
from tests.factories import make_category, make_post

pytestmark = pytest.mark.django_db


def _titles(words: str) -> list[str]:
    return [result.post.title for result in search.search(words).results]


def test_a_word_in_the_title_ranks_above_one_in_the_text():
    make_post(live=True, title="Something else", body="A word about glue.")
    make_post(live=True, title="Glue", body="Nothing more.")

    assert _titles("glue") == ["Glue", "Something else"]


def test_words_are_found_in_other_forms():
    make_post(live=True, title="Mending socks", body="x")

    assert _titles("mended sock") == ["Mending socks"]


def test_phrases_and_exclusions_work_as_on_the_web():
    make_post(live=True, title="One", body="a cold chisel")
    make_post(live=True, title="Two", body="a chisel, cold as ice")

    assert _titles('"cold chisel"') == ["One"]
    assert _titles("chisel -ice") == ["One"]


@pytest.mark.parametrize(
    "words",
    ["'", '"', "a & | ! ( )", ":*", "\\", "%", "\x00", "🧶", "-" * 500, "- " * 99, "(-_" * 60],
)
def test_any_words_can_be_looked_for(client, words):
    make_post(live=True)

    assert client.get("/search/", {"q": words}).status_code == 200


def test_the_words_found_are_marked_and_the_rest_is_escaped():
    make_post(live=True, title="x", summary="", body="Glue: 5 < 6 & `a < b > c` \\<script\\> glue?")
    (result,) = search.search("glue").results

    assert "<mark>Glue</mark>" in result.snippet
    assert "5 &lt; 6 &amp;" in result.snippet
    assert "&lt;script&gt;" in result.snippet
    assert result.snippet.count("<") == 2 * result.snippet.count("<mark>")
    assert "\x02" not in result.snippet


def test_results_come_in_pages(client):
    for _ in range(12):
        make_post(live=True, body="glue")
    first = client.get("/search/?q=glue").context_data["results"]
    second = client.get("/search/?q=glue&page=2").context_data["results"]

    assert (len(first.results), first.has_more) == (10, True)
    assert (len(second.results), second.has_more) == (2, False)
    assert {r.post for r in first.results}.isdisjoint(r.post for r in second.results)


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "99999999999999999999", ""])
def test_an_odd_page_number_is_no_mistake_of_ours(client, page):
    make_post(live=True, body="glue")

    assert client.get("/search/", {"q": "glue", "page": page}).status_code == 200


def test_no_words_and_no_results_say_what_to_do(client):
    assert "Search looks through" in client.get("/search/").content.decode()
    assert "No post matches “zebra”" in client.get("/search/?q=zebra").content.decode()


def test_the_words_are_echoed_safely(client):
    html = client.get("/search/", {"q": '"><script>alert(1)</script>'}).content.decode()

    assert "<script>alert" not in html


def test_a_search_without_end_is_given_up_in_words(client, monkeypatch):
    monkeypatch.setattr(finding, "PATIENCE_MS", 1)
    for number in range(10):
        make_post(live=True, body=f"glue {number} " * 5_000)

    answer = client.get("/search/?q=glue")

    assert answer.status_code == 503
    assert "That took too long." in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert make_post(live=True).pk  # Whoever comes next waits as long as before.


def test_what_is_cut_off_leaves_no_markup_behind():
    link = "[here](https://example.com/" + "x" * 1_000 + ")"
    make_post(live=True, body="word " * 9_900 + f"zebra {link}")

    (result,) = search.search("zebra").results

    assert "<mark>zebra</mark>" in result.snippet
    assert "href" not in result.snippet


def test_of_many_matches_the_titled_and_the_newest_are_ranked(monkeypatch):
    monkeypatch.setattr(querysets, "MOST_MATCHES", 2)
    now = timezone.now()
    make_post(live=True, title="Glue", body="x", publish_at=now - timedelta(days=9))
    for days in (8, 3, 2):
        make_post(live=True, title=f"Days {days}", body="glue", publish_at=now - timedelta(days))

    found = search.search("glue")

    assert [result.post.title for result in found.results] == ["Glue", "Days 2", "Days 3"]


def test_what_must_not_be_there_is_looked_for_below_the_title_too(monkeypatch):
    monkeypatch.setattr(querysets, "MOST_MATCHES", 1)
    now = timezone.now()
    make_post(live=True, title="Glue", body="ice", publish_at=now - timedelta(days=3))
    make_post(live=True, title="Glue again", body="x", publish_at=now - timedelta(days=2))
    make_post(live=True, title="New", body="glue", publish_at=now - timedelta(days=1))

    assert sorted(_titles("glue -ice")) == ["Glue again", "New"]


def test_a_year_begins_to_be_looked_through_at_its_end():
    assert search.Filters(year="2024").until == datetime(2025, 1, 1, tzinfo=UTC)
    assert search.Filters().until is None
    assert search.Filters(year="24").until is None


class TestNarrowing:
    @pytest.fixture(autouse=True)
    def posts(self):
        repair, garden = (make_category(name=n, slug=n.lower()) for n in ("Repair", "Garden"))
        wood = Tag.objects.create(name="Wood", slug="wood")
        at = datetime(2024, 5, 1, tzinfo=UTC)
        make_post(live=True, title="One", body="glue", category=repair, tags=[wood])
        make_post(live=True, title="Two", body="glue", category=repair, publish_at=at)
        make_post(live=True, title="Three", body="glue", category=garden)
        make_post(live=True, title="Four", body="nails", category=garden)

    def test_is_offered_with_numbers(self):
        facets = {facet.name: facet.choices for facet in search.search("glue").facets}

        assert [(c.label, c.matches) for c in facets["category"]] == [("Garden", 1), ("Repair", 2)]
        assert [(c.label, c.matches) for c in facets["year"]] == [("2026", 2), ("2024", 1)]
        assert facets["category"][1].query == "q=glue&category=repair"

    def test_keeps_what_was_chosen_and_leads_back(self, client):
        page = client.get("/search/?q=glue&category=repair&year=2024")
        facets = {facet.name: facet.choices for facet in page.context_data["results"].facets}

        assert [r.post.title for r in page.context_data["results"].results] == ["Two"]
        assert [c.is_chosen for c in facets["category"]] == [True]
        assert facets["category"][0].query == "q=glue&year=2024"
        assert "q=glue&amp;year=2024" in page.content.decode()

    def test_by_tag(self, client):
        page = client.get("/search/?q=glue&tag=wood")

        assert [r.post.title for r in page.context_data["results"].results] == ["One"]

    @pytest.mark.parametrize(
        "odd", ["year=0", "year=9999", "year=x", "year=²", "category=x", "tag=x", "tag=%00"]
    )
    def test_by_what_is_not_there_finds_nothing_and_offers_the_way_back(self, client, odd):
        make_post(live=True, title="On no shelf", body="glue")
        page = client.get(f"/search/?q=glue&{odd}")

        assert page.status_code == 200
        assert page.context_data["results"].results == []
        assert 'href="?q=glue"' in page.content.decode()


def test_only_what_readers_of_the_language_see_is_found(client):
    make_post(live=True, title="Glue", language="ar")
    make_post(title="Glue in a draft")
    make_post(approved=True, title="Glue tomorrow")

    assert _titles("glue") == []
    assert client.get("/ar/search/?q=glue").context_data["results"].total == 1


def test_a_page_of_results_costs_the_same_however_many_there_are(client, django_assert_num_queries):
    for number in range(15):
        make_post(live=True, body="glue", category=make_category(), title=f"Post {number}")
        if number in (1, 14):
            # A transaction (2), its patience (2), the newest (2), the ranked, their
            # posts, two facets, the navigation.
            with django_assert_num_queries(11):
                client.get("/search/?q=glue")
