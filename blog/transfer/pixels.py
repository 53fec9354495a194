"""Tells a picture that holds nothing but pixels, so that it need not be drawn anew.

Every upload is decoded and encoded again, which a JPEG does not survive without change. A picture
that moves from one of our blogs to another was drawn once already; whether this one was is looked
up in its bytes: only the parts that our own encoder writes, each as long as it says, and nothing
behind the end.
"""

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_PARTS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
# Frame headers, tables, restarts, start of scan; and JFIF's own header.
_JPEG_PARTS = {0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xDA, 0xE0}
_WEBP_PARTS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
_AVIF_PARTS = [b"ftyp", b"meta", b"mdat"]
_FOREIGN_IN_AVIF = (b"Exif", b"mime", b"uri ", b"prof", b"rICC", b"infe\x00\x00\x00\x00mime")


def are_all(content: bytes) -> bool:
    """Return whether the file is a whole picture without any part that is none."""
    try:
        return any(kind(content) for kind in (_png, _jpeg, _webp, _avif))
    except (struct.error, IndexError):
        return False


def _png(content: bytes) -> bool:
    if not content.startswith(_PNG):
        return False
    at, name = len(_PNG), b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", content, at)
        if name not in _PNG_PARTS:
            return False
        at += 12 + length
    return at == len(content)


def _jpeg(content: bytes) -> bool:
    if not content.startswith(b"\xff\xd8"):
        return False
    at = 2
    while True:
        sign, part = content[at], content[at + 1]
        if sign != 0xFF:
            return False
        if part == 0xD9:
            return at + 2 == len(content)
        if part not in _JPEG_PARTS:
            return False
        (length,) = struct.unpack_from(">H", content, at + 2)
        if part == 0xE0 and (content[at + 4 : at + 9] != b"JFIF\0" or length != 16):
            return False
        at += 2 + length
        if part == 0xDA:
            at = _end_of_scan(content, at)


def _end_of_scan(content: bytes, at: int) -> int:
    """Return where the next part begins; within a scan, 0xFF is followed by 0 or a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0:
            raise IndexError
        if content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7:
            at += 2
        else:
            return at


def _webp(content: bytes) -> bool:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return False
    (size,) = struct.unpack_from("<I", content, 4)
    at = 12
    while at < len(content):
        name, length = struct.unpack_from("<4sI", content, at)
        if name not in _WEBP_PARTS:
            return False
        at += 8 + length + length % 2
    return bool(at == len(content) == size + 8)


def _avif(content: bytes) -> bool:
    if content[4:12] != b"ftypavif":
        return False
    at, parts = 0, []
    while at < len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        parts.append((name, content[at : at + length]))
        at += length if length >= 8 else len(content)
    described = dict(parts).get(b"meta", b"")
    is_plain = not any(mark in described for mark in _FOREIGN_IN_AVIF)
    return at == len(content) and [name for name, _ in parts] == _AVIF_PARTS and is_plain
