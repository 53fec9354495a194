"""Fragments of texts: the words marked, all else escaped, and shown as what they are: parts."""

import pytest

from blog.search import snippets


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ("A \x02burr\x03 tells you when.", "A <mark>burr</mark> tells you when."),
        ("the \x02burr\x03 tells", "… the <mark>burr</mark> tells …"),
        ("\x02sharpen\x03 it!", "… <mark>sharpen</mark> it!"),
        ("It is \x02sharp\x03", "It is <mark>sharp</mark> …"),
        ("هل هو \x02حاد\x03؟", "هل هو <mark>حاد</mark>؟"),
        ("&lt;b&gt; \x02x\x03.", "&lt;b&gt; <mark>x</mark>."),
        ("", ""),
    ],
)
def test_highlight(found, shown):
    assert snippets.highlight(found) == shown
