"""Markdown put together by chance: constructs within constructs, around hostile leaves."""

from hypothesis import strategies as st

from tests.blog import hostile_texts

_LEAVES = (
    st.text(max_size=12)
    | st.sampled_from(hostile_texts.PIECES)
    | st.sampled_from(hostile_texts.MARKUP)
    | st.sampled_from(hostile_texts.BREAKERS)
)
_ADDRESSES = st.sampled_from(
    [
        *(hostile_texts.DISGUISES + hostile_texts.SCHEMES + hostile_texts.FOREIGN_DISGUISES),
        *("/media/a.png", "/a", "#h-a", "https://a.example/", "mailto:a@b.example"),
    ]
)
_LANGUAGES = st.sampled_from(["", "py", "html", "diff", "js", "bash", "no-such"]) | _LEAVES


def _spans(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    wrapped = st.sampled_from(
        ["*{}*", "**{}**", "~~{}~~", "`{}`", "^[{}]", "[^{}]", '"{}"', "<{}>"]
    )
    links = st.sampled_from(["[{}]({} '{}')", '![{}]({} "{}")', "[![{}](/media/a.png)]({} '{}')"])
    return (
        st.builds(lambda shape, words: shape.replace("{}", words), wrapped, inner)
        | st.builds(lambda shape, *parts: _fill(shape, *parts), links, inner, _ADDRESSES, inner)
        | st.builds(lambda one, two: f"{one} {two}", inner, inner)
    )


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    prefixes = st.sampled_from(["> ", "- ", "- [x] ", "1. ", "    ", "[^1]: ", "## ", "\u05d0 "])
    return (
        st.builds(_indented, prefixes, inner)
        | st.builds(lambda words, more: f"|{words}|{more}|\n|-|:-:|\n|{more}|", inner, inner)
        | st.builds(lambda name, code: f"```{name}\n{code}\n```", _LANGUAGES, inner)
        | st.builds(lambda one, two: f"{one}\n\n{two}", inner, inner)
    )


def _fill(shape: str, *parts: str) -> str:
    for part in parts:
        shape = shape.replace("{}", part, 1)
    return shape


def _indented(prefix: str, block: str) -> str:
    first, *rest = block.split("\n")
    follow = prefix if prefix == "> " else " " * len(prefix)
    return "\n".join([prefix + first, *(follow + line for line in rest)])


@st.composite
def mutated(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Texts in which a few places were cut out, doubled or spoilt."""
    text = draw(texts)
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 6)))
        middle = draw(st.sampled_from(["", text[start:end] * 2]) | _LEAVES)
        text = text[:start] + middle + text[end:]
    return text


INLINES = st.recursive(_LEAVES, _spans, max_leaves=6)
DOCUMENTS = st.recursive(INLINES, _blocks, max_leaves=6)
MARKUP = st.lists(
    st.sampled_from(hostile_texts.MARKUP) | st.sampled_from(hostile_texts.PIECES), max_size=4
).map("".join)
