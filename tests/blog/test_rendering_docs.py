"""docs/rendering.md tells the truth: its tables, limits and examples are those of the code."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from blog import allowed_html, code_colours, rendering
from blog.markdown_rules import guard
from tests.blog import html_audit

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rendering.md"
TEXT = PAGE.read_text()
LIMITS = {
    "characters of a text": rendering.MAX_CHARACTERS,
    "characters in a row without a space, in a paragraph": guard.MAX_UNBROKEN,
    "quotation marks and apostrophes in a paragraph": guard.MAX_QUOTES,
    "characters of a coloured block of code": code_colours.MAX_BLOCK_CHARACTERS,
    "coloured characters of code in a text": code_colours.MAX_CHARACTERS,
    "characters in a line of a coloured block": code_colours.MAX_LINE_CHARACTERS,
    "spaces and empty lines in a row, in a coloured block": code_colours.MAX_GAP_CHARACTERS,
}
EXAMPLES = re.findall(
    r"^(~~~|```)markdown\n(.*?)\n\1\n\n```html\n(.*?)\n```$", TEXT, re.DOTALL | re.MULTILINE
)


def _table(heading: str) -> list[str]:
    """Return the rows of the table whose first column is called `heading`."""
    rows = TEXT.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0].splitlines()
    return rows[2:]


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "-"


def _classes(tag: str) -> Iterable[str]:
    return allowed_html.CLASSES.get(tag, set()) | ({"language-..."} if tag == "code" else set())


def _element_rows() -> list[str]:
    return [
        f"| `{tag}` | {_names(_attributes(tag))} | {_names(_classes(tag))} |"
        for tag in sorted(allowed_html.TAGS)
    ]


def _attributes(tag: str) -> set[str]:
    free = allowed_html.ATTRIBUTES.get(tag, set()) - {"class"}
    return free | set(allowed_html.VALUES.get(tag, {}))


def _value_rows() -> list[str]:
    return [
        f"| `{tag}` | `{attribute}` | {_names(values)} |"
        for tag, attributes in sorted(allowed_html.VALUES.items())
        for attribute, values in sorted(attributes.items())
    ]


def test_it_lists_each_element_with_its_attributes_and_classes():
    assert _table("element | attributes | classes") == _element_rows()


def test_it_lists_each_attribute_that_has_values_of_its_own():
    assert _table("element | attribute | values") == _value_rows()


def test_it_lists_each_limit():
    assert _table("limit | value") == [f"| {name} | {most:,} |" for name, most in LIMITS.items()]


def test_it_names_the_languages_schemes_and_rel():
    assert f"> {_names(code_colours.LANGUAGES)}\n" in TEXT
    assert f"Schemes: {_names(allowed_html.SCHEMES)}," in " ".join(TEXT.split())
    assert f'`rel="{allowed_html.FOREIGN_REL}"`' in TEXT


@pytest.mark.parametrize(("text", "html"), [example[1:] for example in EXAMPLES])
def test_its_examples_are_rendered_so(text, html):
    assert rendering.render_markdown(text).strip() == html


def test_it_has_examples():
    assert len(EXAMPLES) == TEXT.count("```html\n") == 8


def test_the_audit_of_the_tests_allows_no_more_and_no_less():
    allowed = {tag: _attributes(tag) for tag in allowed_html.TAGS}
    for tag in {*allowed_html.CLASSES, "code"}:
        allowed[tag] = allowed[tag] | {"class"}

    assert html_audit.TAGS == allowed_html.TAGS
    assert {tag: set(names) for tag, names in html_audit.ATTRIBUTES.items()} == {
        tag: names for tag, names in allowed.items() if names
    }
