"""Every word that readers see has its Arabic one, and the compiled catalogue is the written one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.template import engines
from django.utils import translation
from jinja2.ext import extract_from_ast

from tests.factories import make_post

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = ROOT / "blog" / "locale" / "ar" / "LC_MESSAGES" / "django.po"
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "pgettext", "ngettext"}
# makemessages reads templates of Django's alone, and would drop what stands in those of Jinja.
_HOW = "Write these into django.po, or take them out of it; then run compilemessages."

Message = tuple[str | None, str]


def _in_python(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
            words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if words and isinstance(words[0], str):
                yield (words[0], words[1]) if node.func.id == "pgettext" else (None, words[0])


def _in_template(path: Path) -> Iterator[Message]:
    tree = engines["jinja2"].env.parse(path.read_text())
    for _line, name, words in extract_from_ast(tree, CALLS):
        words = (words,) if isinstance(words, str) else words
        yield (words[0], words[1]) if name == "pgettext" else (None, words[0])


def _messages() -> set[Message]:
    templates = (ROOT / "templates" / "site").rglob("*.html")
    modules = [*(ROOT / "blog").rglob("*.py"), ROOT / "config" / "settings" / "base.py"]
    found = {message for path in templates for message in _in_template(path)}
    return found | {message for path in modules for message in _in_python(path)}


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_no_word_of_the_site_is_missing_or_left_over(catalogue):
    written = {(entry.msgctxt, entry.msgid) for entry in catalogue if not entry.obsolete}
    shown = _messages()

    assert len(shown) > 50
    assert shown - written == set(), _HOW
    assert written - shown == set(), _HOW


def test_everything_is_translated_and_nothing_is_a_guess(catalogue):
    assert catalogue.untranslated_entries() == []
    assert catalogue.fuzzy_entries() == []


def test_placeholders_and_markup_are_those_of_the_original(catalogue):
    for entry in catalogue:
        wanted = _fixed_parts(entry.msgid)
        forms = entry.msgstr_plural or {0: entry.msgstr}
        # "One minute" and "two minutes" are words without a number in Arabic.
        for form, text in forms.items():
            allowed = [wanted, []] if entry.msgid_plural and form in (1, 2) else [wanted]
            assert _fixed_parts(text) in allowed, entry.msgid
            # Some stand inside an attribute.
            assert '"' not in re.sub("<[^>]*>", "", text), entry.msgid


def _fixed_parts(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s|<[^>]+>", text))


def test_the_compiled_catalogue_is_the_written_one(catalogue):
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    def content(entries):
        return {(e.msgctxt, e.msgid): e.msgstr_plural or e.msgstr for e in entries}

    assert content(compiled) == content(catalogue)


@pytest.mark.django_db
def test_numbers_get_the_form_that_arabic_has_for_them():
    parts = engines["jinja2"].env.get_template("blog/_parts.html").module
    post = make_post()
    shown = {}
    with translation.override("ar"):
        for minutes in (1, 2, 3, 11, 100):
            text = parts.byline(post, minutes)
            shown[minutes] = " ".join(re.sub("<[^>]*>", " ", text).split()).rpartition("· ")[2]

    assert shown == {
        1: "دقيقة واحدة للقراءة",
        2: "دقيقتان للقراءة",
        3: "3 دقائق للقراءة",
        11: "11 دقيقة للقراءة",
        100: "100 دقيقة للقراءة",
    }
