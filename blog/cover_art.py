"""Draws a cover for posts without a picture: a quilt of simple shapes, the same for ever."""

import hashlib
from collections.abc import Iterator

_COLUMNS, _ROWS, _TILE = 8, 4, 100
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


def draw(family: int, seed: str) -> str:
    """Return an SVG document for `seed`, in the colours of `family`."""
    palette = _PALETTES[family % len(_PALETTES)]
    dice = _dice(seed)
    tiles = "".join(
        _tile(column * _TILE, row * _TILE, dice, palette)
        for row in range(_ROWS)
        for column in range(_COLUMNS)
    )
    width, height = _COLUMNS * _TILE, _ROWS * _TILE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<path fill="{palette[0]}" d="M0 0h{width}v{height}H0z"/>{tiles}</svg>'
    )


def _tile(x: int, y: int, dice: Iterator[int], palette: tuple[str, ...]) -> str:
    shape, turn, colour = next(dice), next(dice) % 4, palette[1 + next(dice) % 3]
    if shape < 70:  # a quarter of the tiles stay empty: the eye needs rest
        return ""
    half, middle = _TILE // 2, f"{x + _TILE // 2} {y + _TILE // 2}"
    if shape < 140:
        path = f"M{x} {y}h{_TILE}a{_TILE} {_TILE} 0 0 1-{_TILE} {_TILE}z"
    elif shape < 180:
        path = f"M{x} {y}a{half} {half} 0 0 0 {_TILE} 0z"
    elif shape < 205:
        path = f"M{x} {y}h{_TILE}v{_TILE}z"
    elif shape < 230:
        radius = half if turn % 2 else half // 2
        return f'<circle cx="{x + half}" cy="{y + half}" r="{radius}" fill="{colour}"/>'
    else:
        path = f"M{x} {y}h{half}v{_TILE}h-{half}z"
    return f'<path fill="{colour}" d="{path}" transform="rotate({turn * 90} {middle})"/>'


def _dice(seed: str) -> Iterator[int]:
    """Yield bytes that look random and are the same for the same seed, for ever."""
    block = 0
    while True:
        yield from _digest(f"{seed}/{block}")
        block += 1


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
