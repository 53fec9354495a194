"""Task lists: items with a box that shows, to every sense, whether they are done."""

import pytest

from blog.rendering import render_markdown


def test_tasks_are_labelled_boxes_that_nobody_can_tick():
    html = render_markdown("- [x] **done**\n- [ ] open\n- [y] neither")

    assert '<input type="checkbox" checked="" disabled=""> <strong>done</strong></label>' in html
    assert '<li class="task"><label><input type="checkbox" disabled=""> open</label></li>' in html
    assert "[y] neither" in html


def test_a_described_picture_is_a_label():
    assert "<label>" in render_markdown("- [x] ![done](/media/a.png)")


@pytest.mark.parametrize("text", ["- [ ]", "- [ ] ![](/media/a.png)", "- [ ]\n  x", "[ ] x"])
def test_there_is_no_box_without_a_label(text):
    assert ("<input" in render_markdown(text)) == ("<label>" in render_markdown(text))
    assert '<label><input type="checkbox" disabled=""> </label>' not in render_markdown(text)
