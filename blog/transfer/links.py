"""The addresses within a Markdown text: which pictures it shows, and others in their place.

Written at the level of Markdown, because that is what all formats become: links and pictures with
round brackets, definitions of references, and addresses that stand alone.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote

from blog.transfer import prose
from blog.transfer.from_html.converter import destination

_INLINE = r"(?<=\]\()[ \t]*(?:<(?P<angle>[^<>\n]*)>|(?P<plain>(?:[^\s()<>\\]|\\.|\([^\s()\\]*\))+))"
_DEFINITION = r"^[ ]{0,3}\[(?!\^)[^\]\n]{1,200}\]:[ \t]*<?(?P<defined>[^\s<>]+)>?"
_ALONE = (
    r"<(?P<auto>https?://[^\s<>]+)>|(?<![\w(<\"'=\[/])(?P<bare>https?://[^\s<>()\[\]\"'`]+[\w/])"
)
_ADDRESS = re.compile(f"{_INLINE}|{_DEFINITION}|{_ALONE}", re.MULTILINE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")

# What takes the place of an address; None keeps it. The second value says that it stands alone,
# where only a whole address is one.
Resolve = Callable[[str, bool], str | None]


def images_of(text: str) -> dict[str, str]:
    """Return the addresses of the pictures that the text shows, each with its description there."""
    found: dict[str, str] = {}
    for token in prose.tokens(text):
        for child in token.children or []:
            if child.type == "image" and (address := unquote(str(child.attrs.get("src", "")))):
                found[address] = found.get(address) or child.content
    return found


def rewrite(text: str, resolve: Resolve) -> str:
    """Return the text with each address replaced as `resolve` says."""

    def replace(found: re.Match[str]) -> str:
        kind = str(found.lastgroup)
        written = found[kind]
        address = written if kind in ("auto", "bare") else _ESCAPED.sub(r"\1", written)
        new = resolve(address, kind in ("auto", "bare"))
        if new is None or new == address:
            return found[0]
        start = found.start(kind) - found.start()
        before, after = found[0][:start], found[0][start + len(written) :]
        return f"{before}{destination(new)}{after}"

    return prose.change(text, lambda stretch: _ADDRESS.sub(replace, stretch))
