"""Code in colours: classes for a style sheet, made by Pygments, for languages on our list alone.

Pygments' lexers are rows of regular expressions, and some take quadratic time for text that was
made to slow them down. So only languages whose lexers were measured are coloured (nothing is
guessed), and only blocks in which no line and no gap is longer than in any honest code. All other
code is shown plain. No clock decides, because the same text must always give the same HTML.
"""

import re
from collections.abc import Iterable
from itertools import groupby

from markdown_it.common.utils import escapeHtml
from pygments.lexers import LEXERS, get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Literal, Name, Operator

# In a block, and in all the blocks of a text together; what goes beyond is shown plain.
MAX_BLOCK_CHARACTERS = 3_000
MAX_CHARACTERS = 24_000
MAX_LINE_CHARACTERS = 300
# Spaces and empty lines in a row.
MAX_GAP_CHARACTERS = 100

_MEASURED = """
apache bash batch c clojure cmake console cpp css dart diff docker elixir erlang go
graphql haskell html http ini java javascript jinja json jsx julia kotlin lua make
markdown mysql nginx nix objective-c perl php postgresql powershell protobuf pycon python r
ruby rust sass scala scss sql swift terraform toml tsx typescript xml yaml zig
"""
LANGUAGES = frozenset(_MEASURED.split())
# A type of word, with its parents: ("Literal", "String", "Escape").
_Kind = tuple[str, ...]
# Short names that Pygments gives to types of words. Ordinary names and signs keep the ink's colour.
_CLASS_OF: dict[_Kind, str] = {
    Comment: "c",
    Comment.Preproc: "cp",
    Generic.Deleted: "gd",
    Generic.Heading: "gh",
    Generic.Inserted: "gi",
    Generic.Output: "go",
    Generic.Prompt: "gp",
    Generic.Subheading: "gu",
    Keyword: "k",
    Keyword.Constant: "kc",
    Keyword.Type: "kt",
    Literal.Number: "m",
    Name.Attribute: "na",
    Name.Builtin: "nb",
    Name.Class: "nc",
    Name.Decorator: "nd",
    Name.Function: "nf",
    Name.Tag: "nt",
    Name.Variable: "nv",
    Operator.Word: "k",
    Literal.String: "s",
    Literal.String.Escape: "se",
    Literal.String.Interpol: "si",
    Literal.String.Regex: "sr",
}
CLASSES = sorted({f"hl-{name}" for name in _CLASS_OF.values()})
_GAP = re.compile(rf"\s{{{MAX_GAP_CHARACTERS + 1}}}")
_LEXER_OF = {
    alias: aliases[0]
    for _module, _name, aliases, _files, _types in LEXERS.values()
    if LANGUAGES.intersection(aliases)
    for alias in aliases
}


def colour(code: str, language: str) -> str | None:
    """Return `code` as safe HTML with a class for each word of a kind; None if it stays plain."""
    alias = _LEXER_OF.get(language.lower())
    if alias is None or not _is_honest(code):
        return None
    # A lexer of its own for each block: some keep notes on themselves.
    words = list(get_lexer_by_name(alias, stripnl=False, ensurenl=False).get_tokens(code))
    # Lexers may tidy what they read; the reader gets what the author wrote.
    if "".join(word for _kind, word in words) != code:
        return None
    return "".join(_spans(words))


def _is_honest(code: str) -> bool:
    longest = max(map(len, code.split("\n")))
    is_short = len(code) <= MAX_BLOCK_CHARACTERS and longest <= MAX_LINE_CHARACTERS
    return is_short and not _GAP.search(code)


def _spans(words: Iterable[tuple[_Kind, str]]) -> Iterable[str]:
    for name, group in groupby(words, key=lambda word: _class_of(word[0])):
        text = escapeHtml("".join(word for _kind, word in group))
        yield f'<span class="hl-{name}">{text}</span>' if name and text else text


def _class_of(kind: _Kind) -> str:
    while kind and kind not in _CLASS_OF:
        kind = kind[:-1]
    return _CLASS_OF.get(kind, "")
