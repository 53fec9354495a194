"""Search finds by words, ranks by where they stand, and shows them safely."""

import pytest

from blog import searching
from tests.factories import make_post

pytestmark = pytest.mark.django_db


def _titles(words: str) -> list[str]:
    return [result.post.title for result in searching.search(words).results]


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
    (result,) = searching.search("glue").results

    assert "<mark>Glue</mark>" in result.snippet
    assert "5 &lt; 6 &amp;" in result.snippet
    assert "&lt;script&gt;" in result.snippet
    assert result.snippet.count("<") == 2 * result.snippet.count("<mark>")
    assert "\x02" not in result.snippet


def test_results_come_in_pages(client):
    for _ in range(12):
        make_post(live=True, body="glue")
    first = client.get("/search/?q=glue").context["results"]
    second = client.get("/search/?q=glue&page=2").context["results"]

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
    monkeypatch.setattr(searching, "PATIENCE_MS", 1)
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

    (result,) = searching.search("zebra").results

    assert "<mark>zebra</mark>" in result.snippet
    assert "href" not in result.snippet
