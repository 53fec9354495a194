"""A text in passages is the same text, and its bones are what a translation must keep."""

import pytest

from generation import passages

TEXT = """[home]: https://blog.example/

A first paragraph with a [link][home].

## One

- an item

- another

```text
## no heading

# nor this
```

## Two

| a | b |
|---|---|
| 1 | 2 |

See https://blog.example/a?b=1&c=2.

[^1]: A note.
"""


@pytest.mark.parametrize("characters", [1, 60, 120, 10_000])
def test_joined_again_they_are_the_text(characters):
    found = passages.split(TEXT, characters=characters)
    assert "\n\n".join(found) + "\n" == TEXT


def test_neither_code_nor_lists_are_cut_and_headings_begin_a_passage():
    found = passages.split(TEXT, characters=60)
    assert any("```text\n## no heading\n\n# nor this\n```" in one for one in found)
    assert any("- an item\n\n- another" in one for one in found)
    assert any(one.startswith("## Two") for one in found)


def test_an_empty_text_has_none():
    assert passages.split(" \n\n") == []


def test_bones_are_addresses_wherever_they_stand_and_what_may_get_lost():
    found = passages.bones(f"{TEXT}\n`curl https://code.example/x`\n\n![i](/media/a.png) [^1]\n")
    assert {"https://blog.example/a?b=1&c=2", "https://code.example/x", "/media/a.png"} <= set(
        found.addresses
    )
    assert found.counts["headings"] == 2
    assert (found.counts["blocks of code"], found.counts["tables"]) == (1, 1)
    assert (found.counts["images"], found.counts["footnote marks"]) == (1, 1)
