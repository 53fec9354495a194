"""A feed that did not change is not sent again; one that did is never read from its copy."""

import pytest

from generation import feed_copies, gathering
from tests.web_server import RSS

ONE = b"<rss version='2.0'><channel><title>T</title><item><title>One</title></item></channel></rss>"
TWO = ONE.replace(b"One", b"Two")


def titles(url):
    return [item.title for item in gathering.read_feed(url).items]


def test_an_unchanged_feed_is_read_from_its_copy_after_asking(web):
    url = web.serve("/kept.xml", ONE, RSS, headers={"etag": '"a"'})

    assert titles(url) == titles(url) == ["One"]

    first, second = web.asked("/kept.xml")
    assert "if-none-match" not in first.headers
    assert second.headers["if-none-match"] == '"a"'


def test_a_changed_feed_is_read_anew_and_kept_anew(web):
    url = web.serve("/changed.xml", ONE, RSS, headers={"etag": '"a"'})
    assert titles(url) == ["One"]
    web.serve("/changed.xml", TWO, RSS, headers={"etag": '"b"'})

    assert titles(url) == titles(url) == ["Two"]
    assert web.asked("/changed.xml")[-1].headers["if-none-match"] == '"b"'


def test_a_feed_that_does_not_say_its_version_is_fetched_whole(web):
    url = web.serve("/plain.xml", ONE, RSS)

    assert titles(url) == titles(url) == ["One"]
    assert all("if-none-match" not in seen.headers for seen in web.asked("/plain.xml"))


def test_a_large_feed_does_not_fill_the_cache(web):
    large = ONE + b"<!--" + b"x" * feed_copies.MAX_KEPT_BYTES + b"-->"
    url = web.serve("/large.xml", large, RSS, headers={"etag": '"a"'})

    assert titles(url) == titles(url) == ["One"]
    assert all("if-none-match" not in seen.headers for seen in web.asked("/large.xml"))


@pytest.mark.parametrize("etag", ['W/"\xe9"', '"' + "x" * 5000 + '"'])
def test_a_strange_version_does_no_harm(web, etag):
    url = web.serve("/strange.xml", ONE, RSS, headers={"etag": etag})

    assert titles(url) == titles(url) == ["One"]
