"""WordPress's square brackets: pictures, galleries and embeds become HTML, the rest is reported."""

import html
import re
from collections.abc import Callable

from blog.transfer.from_html.embeds import page_of
from blog.transfer.from_html.losses import Losses

# A shortcode has attributes, or an end, or is one that everybody knows.
_KNOWN = "caption|wp_caption|gallery|embed|audio|video|youtube|vimeo|code|sourcecode|playlist"
_SHORTCODE = re.compile(
    r"\[(?P<escaped>\[)?"
    r"(?P<name>[A-Za-z][\w-]{1,40})"
    r"(?P<attributes>(?:\s[^\[\]<>]{0,1000})?)/?\](?P<end>\])?"
)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""")
_CAPTION_IMAGE = re.compile(r"(?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?", re.IGNORECASE)

# The pictures of a gallery, as (address, description, caption) of each attachment id.
Pictures = Callable[[list[str]], list[tuple[str, str, str]]]


class Shortcodes:
    """Replaces the shortcodes of one text."""

    def __init__(self, losses: Losses, pictures: Pictures) -> None:
        self._losses = losses
        self._pictures = pictures
        # Where the next end of each shortcode is; a text full of beginnings is read once.
        self._ends: dict[str, int] = {}

    def replace(self, text: str) -> str:
        """Return the text with HTML in place of the shortcodes that are understood."""
        written, at = [], 0
        while found := _SHORTCODE.search(text, at):
            written.append(text[at : found.start()])
            made, at = self._replace(found, text)
            written.append(made)
        return "".join(written) + text[at:]

    def _replace(self, found: re.Match[str], text: str) -> tuple[str, int]:
        """Return what takes the place of a shortcode, and where the text goes on."""
        name, attributes = found["name"].lower(), attributes_of(found["attributes"])
        if found["escaped"] and found["end"]:
            return found[0][1:-1], found.end()
        closing = f"[/{found['name']}]"
        end = self._end_of(closing, text, found.end())
        inner = text[found.end() : end] if end >= 0 else ""
        after = end + len(closing) if end >= 0 else found.end()
        write = getattr(self, f"_{name.replace('wp_', '').replace('-', '_')}", None)
        if re.fullmatch(_KNOWN, name) and write:
            made = write(attributes, inner)
            if made is not None:
                return made, after
        elif attributes or end >= 0:
            self._losses[f"the shortcode [{name}]"] += 1
        return found[0], found.end()

    def _end_of(self, closing: str, text: str, start: int) -> int:
        end = self._ends.get(closing, 0)
        if 0 <= end < start:
            end = self._ends[closing] = text.find(closing, start)
        return end

    def _caption(self, attributes: dict[str, str], inner: str) -> str | None:
        image = _CAPTION_IMAGE.search(inner)
        if image is None:
            return None
        words = attributes.get("caption") or inner[image.end() :].strip()
        return f"\n\n<figure>{image[0]}<figcaption>{words}</figcaption></figure>\n\n"

    def _gallery(self, attributes: dict[str, str], _inner: str) -> str | None:
        ids = re.findall(r"\d+", attributes.get("ids") or attributes.get("include", ""))
        figures = "".join(
            f'<figure><img src="{html.escape(url)}" alt="{html.escape(alt)}">'
            f"<figcaption>{html.escape(caption)}</figcaption></figure>"
            for url, alt, caption in self._pictures(ids)
        )
        if not figures:
            self._losses["a gallery without pictures in the file"] += 1
        return f"\n\n<div>{figures}</div>\n\n"

    def _embed(self, attributes: dict[str, str], inner: str) -> str | None:
        return _link(inner.strip() or attributes.get("src", ""))

    def _audio(self, attributes: dict[str, str], inner: str) -> str | None:
        kinds = ("src", "mp4", "m4v", "webm", "ogv", "mp3", "m4a", "ogg", "wav")
        sources = [attributes[kind] for kind in kinds if attributes.get(kind)]
        return _link(sources[0] if sources else inner.strip())

    _video = _audio

    def _youtube(self, attributes: dict[str, str], inner: str) -> str | None:
        return _link(inner.strip() or attributes.get("url") or attributes.get("", ""))

    def _vimeo(self, attributes: dict[str, str], inner: str) -> str | None:
        video = attributes.get("id") or attributes.get("", "")
        return _link(f"https://vimeo.com/{video}" if video.isdecimal() else video or inner.strip())

    def _code(self, attributes: dict[str, str], inner: str) -> str | None:
        if not inner:
            return None
        language = attributes.get("language") or attributes.get("lang") or attributes.get("", "")
        words = html.escape(html.unescape(inner).strip("\r\n"))
        return f'\n\n<pre><code class="language-{html.escape(language)}">{words}</code></pre>\n\n'

    _sourcecode = _code


def attributes_of(text: str) -> dict[str, str]:
    """Return the attributes of a shortcode; "" holds a first value that has no name."""
    # Editors make typographic quotes of straight ones.
    text = re.sub("[\u201c\u201d\u2033\u201e]|&#822[01];|&quot;", '"', text)
    found = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(text)}
    bare = _ATTRIBUTE.sub("", text).strip(" =/")
    return {"": bare, **found} if bare else found


def _link(url: str) -> str | None:
    url = page_of(html.unescape(re.sub(r"<[^<>]*>", "", url)).strip())
    if not url.startswith(("http://", "https://", "/")):
        return None
    return f'\n\n<p><a href="{html.escape(url)}">{html.escape(url)}</a></p>\n\n'
