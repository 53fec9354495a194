"""Draws a cover for posts without a picture: a quilt of simple shapes, the same for ever."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

COLUMNS = 8
_ROWS, _TILE = 4, 100
# Background and three colours; a category keeps to one palette.
_PALETTES = (
    ("#1b2a6b", "#3f5bf6", "#c8d3ff", "#f4b63f"),
    ("#123a31", "#3d7a63", "#bcd9c3", "#f08a4b"),
    ("#40204e", "#8d4f93", "#ecc0d3", "#f7d774"),
    ("#6f2a1d", "#d8663c", "#f6cfae", "#27507a"),
    ("#0c3b4a", "#2c8ea0", "#bfe4e1", "#f26d50"),
    ("#2b2d33", "#6b7080", "#dcd8cc", "#e6503f"),
    ("#35371a", "#8b8c33", "#e9e3ac", "#d45a2d"),
    ("#23364d", "#5d86b3", "#d5e3f0", "#e9a13b"),
)


@dataclass(frozen=True)
class Tile:
    """A shape in its place: "quarter", "half", "corner", "disc", "dot" or "bar", turned clockwise
    by `turn` quarters.
    """

    shape: str
    column: int
    row: int
    turn: int
    colour: str


def draw(family: int, seed: str) -> str:
    """Return an SVG document for `seed`, in the colours of `family`."""
    width, height = COLUMNS * _TILE, _ROWS * _TILE
    shapes = "".join(map(_svg, tiles(family, seed, rows=_ROWS)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<path fill="{palette(family)[0]}" d="M0 0h{width}v{height}H0z"/>{shapes}</svg>'
    )


def palette(family: int) -> tuple[str, ...]:
    """Return the colours of `family`: the ground, then three for shapes."""
    return _PALETTES[family % len(_PALETTES)]


def tiles(family: int, seed: str, *, rows: int) -> Iterator[Tile]:
    """Yield the shapes of the first rows of the quilt, without the empty places."""
    colours, dice = palette(family), _dice(seed)
    for row in range(rows):
        for column in range(COLUMNS):
            number, turn, colour = next(dice), next(dice) % 4, colours[1 + next(dice) % 3]
            if shape := _shape(number, turn):
                yield Tile(shape, column, row, turn, colour)


def _shape(number: int, turn: int) -> str:
    """A quarter of the tiles stay empty: the eye needs rest."""
    if 205 <= number < 230:
        return "disc" if turn % 2 else "dot"
    limits = {70: "", 140: "quarter", 180: "half", 205: "corner", 256: "bar"}
    return next(shape for limit, shape in limits.items() if number < limit)


def _svg(tile: Tile) -> str:
    x, y, half = tile.column * _TILE, tile.row * _TILE, _TILE // 2
    if tile.shape in ("disc", "dot"):
        radius = half if tile.shape == "disc" else half // 2
        return f'<circle cx="{x + half}" cy="{y + half}" r="{radius}" fill="{tile.colour}"/>'
    outline = {
        "quarter": f"h{_TILE}a{_TILE} {_TILE} 0 0 1-{_TILE} {_TILE}z",
        "half": f"a{half} {half} 0 0 0 {_TILE} 0z",
        "corner": f"h{_TILE}v{_TILE}z",
        "bar": f"h{half}v{_TILE}h-{half}z",
    }[tile.shape]
    turned = f"rotate({tile.turn * 90} {x + half} {y + half})"
    return f'<path fill="{tile.colour}" d="M{x} {y}{outline}" transform="{turned}"/>'


def _dice(seed: str) -> Iterator[int]:
    """Yield bytes that look random and are the same for the same seed, for ever."""
    block = 0
    while True:
        yield from _digest(f"{seed}/{block}")
        block += 1


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
