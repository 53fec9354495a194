"""Which kinds of document may come in, told by the declared type and by the first bytes."""

from collections.abc import Iterator
from email.message import Message
from enum import Enum

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_TEXTS = frozenset({"text/plain", "text/markdown", "text/x-markdown"})
_XML = frozenset({"application/xml", "text/xml"})
_FEEDS = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/x-rss+xml",
        "text/rss+xml",
        "text/rss",
        "text/atom+xml",
        "application/rss",
        "application/atom",
        "application/feed+json",
        "application/json",
        "text/json",
    }
)
_PICTURES = frozenset(
    {
        *("image/jpeg", "image/pjpeg", "image/jpg", "image/png", "image/gif", "image/webp"),
        "image/avif",
    }
)
# Servers that do not know a file's kind say one of these; its bytes then decide.
_UNDECLARED = frozenset({"", "application/octet-stream", "binary/octet-stream"})

_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "an image, a sound or a film"),
    (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
)
_SPOKEN = {
    "application/pdf": "a PDF document",
    "application/zip": "a ZIP archive",
    "image": "an image",
    "video": "a film",
    "audio": "a sound",
    "font": "a font",
}
_WIDE = (b"\xff\xfe", b"\xfe\xff")


class Accept(Enum):
    """A family of documents a caller can use, with the Accept header that asks for it."""

    PAGE = (
        _PAGES | _TEXTS | _XML,
        "text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.8,*/*;q=0.1",
    )
    # Many feeds are served as text/html or text/plain; the feed parser tells them apart.
    FEED = (
        _FEEDS | _XML | _PAGES | _TEXTS,
        "application/atom+xml,application/rss+xml,application/feed+json,application/rdf+xml;q=0.9,"
        "application/xml;q=0.8,text/xml;q=0.8,application/json;q=0.7,text/html;q=0.3,*/*;q=0.1",
    )
    READABLE = (
        _FEEDS | _XML | _PAGES | _TEXTS,
        "text/html,application/xhtml+xml,application/atom+xml;q=0.9,application/rss+xml;q=0.9,"
        "application/feed+json;q=0.9,application/xml;q=0.8,text/plain;q=0.8,*/*;q=0.1",
    )

    # Whoever asks for one decodes it, and draws it anew.
    PICTURE = (_PICTURES, "image/avif,image/webp,image/png,image/jpeg,image/gif;q=0.9,*/*;q=0.1")

    def __init__(self, types: frozenset[str], header: str) -> None:
        self.types = types
        self.header = header

    def allows(self, content_type: str) -> bool:
        """Whether a declared type may be downloaded at all."""
        return content_type in self.types or content_type in _UNDECLARED


def declared(header: str) -> tuple[str, str]:
    """Return (content type, charset) of a Content-Type header, lower case, "" when unsaid."""
    message = Message()
    message["content-type"] = "".join(_printable(header))[:300]
    if "/" not in header:
        return "", ""
    charset = message.get_param("charset", "")
    return message.get_content_type(), charset.lower() if isinstance(charset, str) else ""


def binary(body: bytes, charset: str) -> str | None:
    """Return what a body is, in words, when it is no text; None for text."""
    start = body[:1024]
    for signature, words in _SIGNATURES:
        if start.startswith(signature):
            return words
    is_wide = start.startswith(_WIDE) or charset.startswith(("utf-16", "utf-32"))
    return "a binary file" if start.count(0) > 8 and not is_wide else None


def spoken(content_type: str) -> str:
    """A content type in words."""
    family = content_type.split("/")[0]
    return _SPOKEN.get(content_type) or _SPOKEN.get(family) or f"of the type {content_type}"


def _printable(header: str) -> Iterator[str]:
    return (character for character in header if character.isprintable())
