"""A text may only lead where its sources or this blog already are; markup has no other way in."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from blog import rendering
from generation import closed_world
from tests.factories import make_category, make_post

SOURCE = "https://example.org/news/trams"
PIECES = [
    *"ab <>[]()!*_`#>-+=|~^\\&\"'/:.;1",
    "http://x.io",
    "www.evil.com",
    "![",
    "](",
    "<b",
    "[^1]",
]
hostile = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def close(text: str, *allowed: str) -> closed_world.Closed:
    return closed_world.close(text, is_allowed=lambda url: url in allowed)


def vouches(*texts: str):
    return closed_world.vouched_for(texts, [SOURCE])


@pytest.mark.parametrize(
    ("written", "kept", "removed"),
    [
        ("See [the page](https://evil.example/x) now.", "See the page now.", 1),
        ("See https://evil.example/x now.", "See now.", 1),
        ("See www.evil.com, now.", "See, now.", 1),
        ("See cheap.evil.xyz, now.", "See, now.", 1),
        ("Ask evil.com for it.", "Ask for it.", 1),
        ("Write to me@evil.com today.", "Write to today.", 1),
        ("**https://evil.example**", "", 1),
        ("See_https://evil.com/x now.", "See\\_ now.", 1),
        ("A picture ![alt](https://evil.example/p.png) here.", "A picture here.", 1),
        ("A <img src=x onerror=alert(1)> here.", "A here.", 0),
        ("<script>alert(1)</script>Hello.", "alert(1)Hello.", 0),
        ("[x](javascript:alert(1))", r"\[x\](javascript:alert(1))", 0),
        ("Edit `settings.py` and README.md first.", "Edit `settings.py` and `README.md` first.", 0),
    ],
)
def test_what_nobody_vouches_for_is_taken_out(written, kept, removed):
    closed = close(written)
    assert closed.text == kept
    assert len(closed.removed) == removed


def test_a_link_into_the_closed_world_stays():
    closed = close(f"See [the news]({SOURCE}) and {SOURCE} too.", SOURCE)
    assert closed.text == f"See [the news](<{SOURCE}>) and <{SOURCE}> too."
    assert closed.removed == []


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        (SOURCE, True),
        ("http://www.example.org/news/trams/", True),
        ("https://example.org/news/trams#part", True),
        ("https://mentioned.example/page", True),
        ("mentioned.example/page", True),
        ("https://example.org/news/trams?ref=me", False),
        ("https://example.org/", False),
        ("https://example.org.evil.com/news/trams", False),
        ("https://evil.com/https://example.org/news/trams", False),
        ("https://mentioned.example/page/deeper", False),
        ("https://mentioned.example", False),
        ("https://example.org@evil.com/news/trams", False),
        ("ftp://example.org/news/trams", False),
        ("javascript://example.org/news/trams", False),
        ("//evil.com/x", False),
        ("http://[broken", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_sources_are_vouched_for(url, is_allowed):
    vouched = vouches("As https://mentioned.example/page says, and notmentioned.example.")
    assert vouched(url) is is_allowed


@pytest.mark.django_db
def test_live_pages_of_the_blog_are_vouched_for_and_others_are_not(settings):
    vouched = vouches("Nothing of this blog is in the sources.")
    live = make_post(live=True)
    coming = make_post(approved=True)
    category = make_category(slug="repairs")
    assert vouched(live.get_absolute_url())
    assert vouched(settings.SITE_URL + category.get_absolute_url())
    assert not vouched(coming.get_absolute_url())
    assert not vouched("/admin/")
    assert not vouched(settings.SITE_URL + ".evil.com/")


@example("_http://x.io")
@example("a:http:*//x.io*")
@example("\\http://x.io")
@settings(max_examples=400, deadline=None)
@given(hostile)
def test_whatever_a_model_writes_renders_without_links_markup_or_blocks(text):
    closed = close(" ".join(text.split()))
    html = rendering.render_markdown(f"{closed.text}\n\n[^1]: A note.")
    assert not re.search(r"<(?!/?(?:p|em|strong|code)>)", html), closed.text


@settings(deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=80)
)
def test_plain_text_is_shown_exactly_as_it_is(text):
    html = MarkdownIt("commonmark").renderInline(closed_world.escape(text))
    assert html == MarkdownIt("zero").renderInline(text)


@settings(deadline=None)
@given(st.text(st.sampled_from("`a b*<"), min_size=1).filter(lambda text: text.strip(" ")))
def test_code_stays_code_whatever_is_in_it(text):
    tokens = MarkdownIt("commonmark").parseInline(closed_world.code(text))[0].children
    assert [token.type for token in tokens] == ["code_inline"]
