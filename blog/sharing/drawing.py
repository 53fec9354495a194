"""Draws the card of a post: its title on paper, above a strip of its category's quilt.

The one font we have knows Latin letters only. Words that it can't write are left out; without a
title the site's name and the quilt take its place.
"""

import io
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import blog
from blog import cover_art

SIZE = (1200, 630)
_FONT = Path(blog.__file__).parent / "static" / "blog" / "fonts" / "newsreader.woff2"
_PAPER, _INK, _SOFT, _BLUE = "#fbfbf8", "#15171c", "#565c68", "#2743d6"
_MARGIN, _TILE = 76, SIZE[0] // cover_art.COLUMNS
_TITLE_SIZES = (88, 80, 72, 64, 58, 52, 46, 40)
_TITLE_TOP, _TITLE_HEIGHT, _LEADING = 122, 270, 1.08
# Shapes are drawn so much larger and then reduced: Pillow draws no soft edges.
_FINER = 4
# No letters: they may be left out of a title whose words can be written. (So may the signs, from
# U+FE00 on, that make another look of the one before them.)
_ORNAMENTS = {"So", "Sk", "Cf", "Co", "Cn"}
_NO_CHARACTER = "\uffff"


def draw(*, title: str, site: str, author: str, category: str, family: int, seed: str) -> bytes:
    """Return the card as a PNG file; `family` and `seed` are those of the post's cover art."""
    card = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(card)
    lines, size = _fitted(_writable(title))
    _quilt(card, family, seed, rows=1 if lines else 2)
    if not lines:
        _brand(card, pen, _writable(site), top=102, height=116)
        return _png(card)
    _brand(card, pen, _writable(site), top=50, height=40)
    top = _TITLE_TOP + (_TITLE_HEIGHT - len(lines) * size * _LEADING) * 0.42
    for number, line in enumerate(lines):
        place = (_MARGIN, top + number * size * _LEADING)
        pen.text(place, line, fill=_INK, font=_font(size, 600), anchor="la")
    _byline(pen, _writable(author), _writable(category), cover_art.palette(family)[0])
    return _png(card)


def _brand(
    card: Image.Image, pen: ImageDraw.ImageDraw, name: str, *, top: int, height: int
) -> None:
    card.paste(_mark(height), (_MARGIN, top))
    size = round(height * 0.8)
    room = SIZE[0] - 2 * _MARGIN - round(height * 1.3)
    line = _cut(name, _font(size, 600), room)
    place = (_MARGIN + round(height * 1.3), top + height * 0.52)
    pen.text(place, line, fill=_INK, font=_font(size, 600), anchor="lm")


def _byline(pen: ImageDraw.ImageDraw, author: str, category: str, colour: str) -> None:
    font, bottom = _font(30, 500), SIZE[1] - _TILE - 36
    left: float = _MARGIN
    dot = "·" if category and author else ""
    for words, fill in ((category, colour), (dot, _SOFT), (author, _SOFT)):
        if words:
            line = _cut(words, font, SIZE[0] - _MARGIN - left)
            pen.text((left, bottom), line, fill=fill, font=font, anchor="ls")
            left += font.getlength(line) + 12


def _fitted(title: str) -> tuple[list[str], int]:
    """Return the title in lines and the size in which they fit; the last line may be cut."""
    lines: list[str] = []
    for size in _TITLE_SIZES:
        font, room = _font(size, 600), SIZE[0] - 2 * _MARGIN
        lines = list(_wrapped(title, font, room))
        is_whole = all(font.getlength(line) <= room for line in lines)
        if is_whole and len(lines) * size * _LEADING <= _TITLE_HEIGHT:
            return _balanced(title, font, room, len(lines)), size
    most = int(_TITLE_HEIGHT // (size * _LEADING))
    kept = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [_cut(line, font, room) for line in kept], size


def _balanced(title: str, font: ImageFont.FreeTypeFont, room: int, count: int) -> list[str]:
    """Return the lines in the least room that they fit: no single word is left over below."""
    for less in range(room // 2, room, 20):
        lines = list(_wrapped(title, font, less))
        if len(lines) <= count and all(font.getlength(line) <= less for line in lines):
            return lines
    return list(_wrapped(title, font, room))


def _wrapped(text: str, font: ImageFont.FreeTypeFont, room: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > room:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _cut(line: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    """Return as much of the line as there is room for, with an ellipsis if that is not all."""
    if font.getlength(line) <= room:
        return line
    while line and font.getlength(f"{line}…") > room:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _writable(text: str) -> str:
    """Return what the font can write: the text without ornaments, or nothing."""
    composed = unicodedata.normalize("NFC", text)
    plain = " ".join("".join(sign for sign in composed if not _is_ornament(sign)).split())
    return plain if all(map(_has_glyph, set(plain) - {" "})) else ""


def _is_ornament(sign: str) -> bool:
    return unicodedata.category(sign) in _ORNAMENTS or "\ufe00" <= sign <= "\ufe0f"


@lru_cache(maxsize=4096)
def _has_glyph(character: str) -> bool:
    font = _font(40, 400)
    return bytes(font.getmask(character)) != bytes(font.getmask(_NO_CHARACTER))


@lru_cache(maxsize=32)
def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(_FONT, size)
    font.set_variation_by_axes([weight])
    return font


def _mark(height: int) -> Image.Image:
    """The site's mark, as in icon.svg."""
    scale = height * _FINER / 32
    mark = Image.new("RGB", (height * _FINER,) * 2, _PAPER)
    pen = ImageDraw.Draw(mark)
    pen.rounded_rectangle((0, 0, 32 * scale - 1, 32 * scale - 1), 7 * scale, fill=_BLUE)
    for path in ([(7, 24), (16, 7.5), (25, 24)], [(11.8, 18.2), (15.2, 21.5), (20.2, 15.5)]):
        points = [(x * scale, y * scale) for x, y in path]
        pen.line(points, fill="#fff", width=round(2.8 * scale), joint="curve")
        for x, y in points:
            radius = 1.4 * scale
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill="#fff")
    return mark.resize((height, height), Image.Resampling.LANCZOS)


def _quilt(card: Image.Image, family: int, seed: str, *, rows: int) -> None:
    side = _TILE * _FINER
    ground = cover_art.palette(family)[0]
    quilt = Image.new("RGB", (cover_art.COLUMNS * side, rows * side), ground)
    for tile in cover_art.tiles(family, seed, rows=rows):
        quilt.paste(_shape(tile, side, ground), (tile.column * side, tile.row * side))
    strip = quilt.resize((SIZE[0], rows * _TILE), Image.Resampling.LANCZOS)
    card.paste(strip, (0, SIZE[1] - rows * _TILE))


def _shape(tile: cover_art.Tile, side: int, ground: str) -> Image.Image:
    picture = Image.new("RGB", (side, side), ground)
    pen, half, quarter = ImageDraw.Draw(picture), side // 2, side // 4
    if tile.shape == "quarter":
        pen.pieslice((-side, -side, side, side), 0, 90, fill=tile.colour)
    elif tile.shape == "half":
        pen.pieslice((0, -half, side, half), 0, 180, fill=tile.colour)
    elif tile.shape == "corner":
        pen.polygon([(0, 0), (side, 0), (side, side)], fill=tile.colour)
    elif tile.shape == "bar":
        pen.rectangle((0, 0, half, side), fill=tile.colour)
    else:
        inset = 0 if tile.shape == "disc" else quarter
        pen.ellipse((inset, inset, side - inset, side - inset), fill=tile.colour)
    return picture.rotate(-90 * tile.turn)


def _png(card: Image.Image) -> bytes:
    out = io.BytesIO()
    # Few colours and flat: an eighth of the bytes, and nothing to be seen of it.
    card.quantize(64, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
