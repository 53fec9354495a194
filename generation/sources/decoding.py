"""Bytes to text: what a server or a document says of its own charset is a hint, not a fact."""

import codecs
import re

from charset_normalizer import from_bytes

# Python's names of the charsets browsers know; what else Python can "decode" is not a charset.
_KNOWN = re.compile(
    r"utf-(8|16(-[lb]e)?|32(-[lb]e)?)|iso8859-\d+|cp125\d|cp(866|874|932|949|950)|koi8-[ru]|gb18030"
    r"|big5hkscs|euc_(jp|kr)|iso2022_jp|mac-(roman|cyrillic)"
)
# As browsers do: the larger sister of a charset that pages name when they mean the sister.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_IN_DOCUMENT = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']?([\w.:-]{2,40})"""
    rb"""|<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_LOOKED_AT = 4096
_WESTERN_SHARE = 0.3


def decode(body: bytes, *, charset: str = "") -> str:
    """Return the text of a document; never raises, and never gives up a readable part.

    `charset` is what the server declared. A byte order mark wins; then UTF-8 that is valid and not
    plain ASCII, because nothing else looks like it; then the declarations; then Windows-1252.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    declared = _python_name(charset)
    if declared.startswith(("utf-16", "utf-32")) and b"\x00" in body[:_LOOKED_AT]:
        return body.decode(declared, "replace")
    hints = [declared, _declared_inside(body)]
    # This one is made of ASCII bytes only, so that UTF-8 would take them for text.
    hints.insert(2 if "iso2022_jp" in hints else 0, "utf-8")
    for encoding in hints:
        if (text := _strictly(body, encoding)) is not None:
            return text
    return _guessed(body)


def _strictly(body: bytes, encoding: str) -> str | None:
    if not encoding or encoding.startswith(("utf-16", "utf-32")):
        return None
    # Windows-1252 leaves five bytes undefined that pages contain nevertheless.
    errors = "replace" if encoding == "cp1252" else "strict"
    try:
        return body.decode(encoding, errors)
    except ValueError:
        return None


def _guessed(body: bytes) -> str:
    """The text of bytes that contradict what was declared, or declare nothing."""
    good = len(_MULTIBYTE.findall(body))
    text = body.decode("utf-8", "replace")
    if good and good >= text.count("\ufffd"):
        return text  # UTF-8 with a few broken characters
    text = body.decode("cp1252", "replace")
    letters = [character for character in text[:50_000] if character.isalpha()]
    foreign = sum(character > "\x7f" for character in letters)
    if foreign < _WESTERN_SHARE * len(letters):
        return text
    best = from_bytes(body[:100_000]).best()
    return body.decode(best.encoding, "replace") if best else text


def _declared_inside(body: bytes) -> str:
    found = _IN_DOCUMENT.search(body[:_LOOKED_AT])
    return _python_name((found[1] or found[2]).decode("ascii", "replace")) if found else ""


def _python_name(charset: str) -> str:
    """Python's name of a declared charset, "" for none or one that is not a charset of the web."""
    try:
        name = codecs.lookup(charset.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return ""
    name = _MEANT.get(name, name)
    return name if _KNOWN.fullmatch(name) else ""
