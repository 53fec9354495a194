"""The template tags that Jekyll and Hugo allow in a text: what they showed becomes Markdown.

Jekyll's are {% ... %} and {{ ... }}, Hugo's {{< ... >}} and {{% ... %}}. What only the old site's
templates understood stays as it is written, and is reported.
"""

import re
from collections.abc import Callable
from typing import Any

from blog.transfer import prose
from blog.transfer.from_html import Losses
from blog.transfer.from_html.converter import destination

_RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}\n?")
_HIGHLIGHT = re.compile(
    r"\{%-?\s*highlight\s+([\w+#.-]+)[^%]{0,200}%\}\n?(.*?)\{%-?\s*endhighlight\s*-?%\}", re.DOTALL
)
_HUGO_HIGHLIGHT = re.compile(
    r"\{\{[<%]\s*highlight\s+\"?([\w+#.-]+)[^>%]{0,200}[>%]\}\}\n?(.*?)"
    r"\{\{[<%]\s*/\s*highlight\s*[>%]\}\}",
    re.DOTALL,
)
_JEKYLL = re.compile(r"\{%-?\s*(\w+)\s*([^%]{0,1000}?)-?%\}")
_VALUE = re.compile(r"\{\{-?\s*([^{}]{1,500}?)\s*-?\}\}")
_HUGO = re.compile(
    r"\{\{[<%]\s*(?P<closing>/?)\s*(?P<name>[A-Za-z][\w/.-]*)\s*(?P<rest>[^{}]{0,1000}?)/?\s*[>%]\}\}"
)
_SHOWN = re.compile(r"\{\{([<%])/\*(.{0,1000}?)\*/([>%])\}\}")
_PAIR = re.compile(r"""(\w[\w-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']+))""")
_WORD = re.compile(r'"([^"]*)"|(\S+)')
# Kramdown's attributes of the block or span before them.
_ATTRIBUTES = re.compile(r"\{:\s?[^{}\n]{0,200}\}|^[ ]{0,3}\{:toc\}.*$", re.MULTILINE)
_MAX_HIGHLIGHTS = 2000
_VIDEOS = {
    "youtube": "https://youtu.be/{}",
    "vimeo": "https://vimeo.com/{}",
    "tweet": "https://x.com/i/status/{}",
    "twitter": "https://x.com/i/status/{}",
    "instagram": "https://www.instagram.com/p/{}/",
}

# The address of the page that a tag names, None for one that is not there.
Find = Callable[[str], str | None]


class Tags:
    """Replaces the tags of one text."""

    def __init__(self, losses: Losses, find: Find, config: dict[str, Any]) -> None:
        self._losses, self._find, self._config = losses, find, config

    def jekyll(self, text: str) -> str:
        """Return a Jekyll page without Liquid."""
        text = _with_fences(_HIGHLIGHT, text)
        # Tags shown in code were protected by the tag "raw"; now nothing looks for tags any more.
        pieces = _RAW.split(text)
        pieces[::2] = [self._liquid(piece) for piece in pieces[::2]]
        return prose.change("".join(pieces), lambda words: _ATTRIBUTES.sub("", words))

    def hugo(self, text: str) -> str:
        """Return a Hugo page without shortcodes."""
        text = _with_fences(_HUGO_HIGHLIGHT, text)
        return _SHOWN.sub(r"{{\1\2\3}}", _HUGO.sub(self._shortcode, text))

    def _liquid(self, text: str) -> str:
        return _VALUE.sub(self._value, _JEKYLL.sub(self._tag, text))

    def _tag(self, found: re.Match[str]) -> str:
        name, rest = found[1], found[2].strip()
        if name in ("post_url", "link"):
            if url := self._find(rest):
                return url
        elif name in ("comment", "endcomment"):
            return ""
        elif (
            name == "include"
            and (image := _attributes(rest))
            and ("src" in image or "url" in image)
        ):
            return _figure(image)
        elif name in _VIDEOS and rest:
            return f"<{_VIDEOS[name].format(rest.split()[0])}>"
        self._losses[f"the Liquid tag “{name}”"] += 1
        return found[0]

    def _value(self, found: re.Match[str]) -> str:
        words = found[1]
        if literal := re.fullmatch(r"""["']([^"']*)["']\s*\|\s*(?:relative|absolute)_url""", words):
            return literal[1]
        if words in ("site.baseurl", "site.url", "site.github.url"):
            # Addresses on the old blog are found with and without its own beginning.
            return str(self._config.get(words.split(".")[-1]) or "").rstrip("/")
        if words.startswith(("page.", "site.")):
            self._losses[f"the value “{words}”"] += 1
        return found[0]

    def _shortcode(self, found: re.Match[str]) -> str:
        closing, name, rest = bool(found["closing"]), found["name"], found["rest"].strip()
        named, words = _attributes(rest), [a or b for a, b in _WORD.findall(_PAIR.sub("", rest))]
        if name in ("figure", "img", "image") and ("src" in named or words) and not closing:
            return _figure({"src": words[0] if words else "", **named})
        if name in ("ref", "relref"):
            if url := self._find(words[0] if words else named.get("path", "")):
                return url
        elif name in _VIDEOS and (words or named.get("id")) and not closing:
            return f"<{_VIDEOS[name].format(named.get('id') or words[-1])}>"
        elif name == "gist" and len(words) > 1:
            return f"<https://gist.github.com/{words[0]}/{words[1]}>"
        if not closing:
            self._losses[f"the shortcode “{name}”"] += 1
        return found[0]


def _with_fences(highlight: re.Pattern[str], text: str) -> str:
    """Return the text with fences around its code; one made of beginnings stays as it is."""
    return highlight.sub(_fence, text) if text.count("highlight") < _MAX_HIGHLIGHTS else text


def _fence(found: re.Match[str]) -> str:
    ticks = max(map(len, re.findall("`{3,}", found[2])), default=2) + 1
    return f"\n{'`' * ticks}{found[1]}\n{found[2].strip(chr(10))}\n{'`' * ticks}\n"


def _figure(named: dict[str, str]) -> str:
    caption = named.get("caption") or named.get("title") or ""
    caption = " ".join(caption.replace('"', '\\"').split())
    title = f' "{caption}"' if caption else ""
    alt = " ".join(named.get("alt", "").replace("[", r"\[").replace("]", r"\]").split())
    return f"![{alt}]({destination(named.get('src') or named.get('url') or '')}{title})"


def _attributes(text: str) -> dict[str, str]:
    return {
        name.lower(): re.sub(r"\\(.)", r"\1", a) or b or c for name, a, b, c in _PAIR.findall(text)
    }
