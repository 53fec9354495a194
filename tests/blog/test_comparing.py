"""Two texts compared line by line."""

from blog import comparing


def test_only_what_changed_is_shown_with_two_lines_around_it() -> None:
    old = "\n".join(f"line {number}" for number in range(20))
    new = old.replace("line 10", "another line 10")

    assert comparing.lines(old, new) == [
        ("gap", ""),
        ("same", "line 8"),
        ("same", "line 9"),
        ("old", "line 10"),
        ("new", "another line 10"),
        ("same", "line 11"),
        ("same", "line 12"),
    ]


def test_lines_that_look_like_a_diff_are_text() -> None:
    assert comparing.lines("a", "@@ a\n+++ b") == [
        ("gap", ""),
        ("old", "a"),
        ("new", "@@ a"),
        ("new", "+++ b"),
    ]


def test_equal_texts_differ_in_nothing() -> None:
    assert comparing.lines("a\nb", "a\nb") == []


def test_endless_texts_are_compared_as_far_as_it_makes_sense() -> None:
    old = "\n".join(f"{number * 7919 % 10007}" for number in range(50_000))
    new = "\n".join(f"{number * 104729 % 10007}" for number in range(50_000))

    assert len(comparing.lines(old, new)) <= 2 * comparing.MAX_LINES + 1_000
