"""Headings form an outline below the page's own title, and each can be linked to."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.rendering import render_markdown


def _levels(text: str) -> str:
    return "".join(re.findall(r"<h(\d)", render_markdown(text)))


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# A", "2"),
        ("# A\n\n## B\n\n# C", "232"),
        ("## A\n\n### B", "23"),
        ("## A\n\n##### B\n\n### C\n\n#### D", "2334"),
        ("### A\n\n## B\n\n### C", "223"),
        ("# A\n\n## B\n\n### C\n\n#### D\n\n##### E\n\n###### F", "234566"),
        ("A\n=\n\nB\n-\n\n> ### C", "234"),
    ],
)
def test_levels_follow_the_outline_below_the_page_title(text, levels):
    assert _levels(text) == levels


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_no_level_is_ever_left_out(levels):
    shown = list(map(int, _levels("\n\n".join(f"{'#' * level} a" for level in levels))))

    assert shown[0] == 2
    assert all(after <= before + 1 for before, after in pairwise(shown))


def test_headings_of_the_same_words_get_different_ids():
    html = render_markdown("## A\n\n## A\n\n## A 2\n\n## !\n")

    assert re.findall('id="(.*?)"', html) == ["h-a", "h-a--2", "h-a-2", "h-section"]


def test_headings_in_any_script_get_an_id():
    assert 'id="h-übersicht"' in render_markdown("## Übersicht")
    assert 'id="h-مرحبا-بالعالم"' in render_markdown("## مرحبا بالعالم")


def test_a_heading_without_words_is_none():
    assert render_markdown("##\n\n## [](/x)\n\n#  #\n\na") == "<p>a</p>\n"


def test_a_heading_of_an_undescribed_picture_is_a_figure():
    assert render_markdown("## ![](/media/a.png)").startswith("<figure><img")


def test_a_heading_of_a_described_picture_stays_one():
    assert render_markdown("## ![A](/media/a.png)").startswith('<h2 id="h-a"><img')
