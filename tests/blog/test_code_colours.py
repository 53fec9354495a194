"""Code in colours: the reader gets each character that the author wrote, in bounded time."""

import html
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog import code_colours

EXAMPLES = {
    "py": 'def f(x: int) -> str:\n    """Doc."""\n    return f"{x!r} <b>"  # why\n',
    "js": "const f = async (x) => `a ${x}` // why\n",
    "ts": "interface A { b: string }\n",
    "html": '<p class="a">x &amp; y</p><script>let a = 1</script>\n',
    "css": "a:hover { color: #fff !important }\n",
    "sql": "SELECT count(*) FROM a WHERE b = 'c'\n",
    "sh": 'for x in "$@"; do echo "${x}" | wc -l; done\n',
    "console": "$ ls -l\ntotal 0\n",
    "yaml": "a:\n  - b: 'c'\n",
    "json": '{"a": [1, true, null]}\n',
    "go": "func main() { fmt.Println(`x`) }\n",
    "rs": 'fn main() { println!("{}", 1); }\n',
    "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n",
    "dockerfile": "FROM a AS b\nRUN echo x\n",
}


def _text_of(coloured: str) -> str:
    return html.unescape(re.sub("<[^>]*>", "", coloured))


@pytest.mark.parametrize("language", EXAMPLES)
def test_words_of_a_kind_get_a_class(language):
    coloured = code_colours.colour(EXAMPLES[language], language)

    assert coloured
    assert _text_of(coloured) == EXAMPLES[language]
    classes = set(re.findall('class="(.*?)"', coloured))
    assert classes
    assert classes <= set(code_colours.CLASSES)


@pytest.mark.parametrize("language", sorted(code_colours.LANGUAGES))
@given(code=st.text(max_size=80) | st.text("abc01(){}[]<>\"'`/*#$@\\ \n\t-=:;.", max_size=120))
def test_no_character_is_ever_lost(language, code):
    coloured = code_colours.colour(code, language)

    assert coloured is None or _text_of(coloured) == code


@pytest.mark.parametrize("language", ["", "none", "brainfuck", "../x", "py\x00", "p" * 1000])
def test_other_languages_stay_plain(language):
    assert code_colours.colour("x = 1\n", language) is None


def test_a_name_is_known_in_any_case():
    assert code_colours.colour("x = 1\n", "Python") == code_colours.colour("x = 1\n", "py")


@pytest.mark.parametrize(
    "code",
    [
        "x" * (code_colours.MAX_LINE_CHARACTERS + 1),
        "x\n" * code_colours.MAX_BLOCK_CHARACTERS,
        "x" + " " * (code_colours.MAX_GAP_CHARACTERS + 1),
        "x" + " \n" * code_colours.MAX_GAP_CHARACTERS,
    ],
)
def test_what_no_honest_code_has_stays_plain(code):
    assert code_colours.colour(code, "py") is None
    assert code_colours.colour("x = 1\n", "py")


# For each language the text that slowed its lexer down most, of some six hundred that were tried.
SLOWEST = {"py": " \n", "js": '\\"', "css": '\\"', "go": '\\"', "c": ";", "html": "<?"}


@pytest.mark.parametrize("language", SLOWEST)
def test_a_text_made_to_slow_a_lexer_down_is_done_in_a_moment(language):
    piece = SLOWEST[language]
    line = (piece * code_colours.MAX_LINE_CHARACTERS)[: code_colours.MAX_LINE_CHARACTERS - 1]
    code = f"{line}\nx\n" * (code_colours.MAX_BLOCK_CHARACTERS // (len(line) + 3))
    start = time.process_time()
    code_colours.colour(code, language)

    assert time.process_time() - start < 5
