"""The sample model's pictures: shapes in the blog's colours, and the words that say what it is."""

import base64
import io
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from blog import cover_art

_SIZE = (1536, 1024)
_TILE = _SIZE[0] // cover_art.COLUMNS
_WORDS = "Sample picture"


def picture(request_json: dict[str, Any]) -> str:
    """Return a picture for the body of an image request, as base64; the same for the same."""
    seed = str(request_json.get("prompt", ""))
    family = sum(seed.encode())
    ground, *_colours = cover_art.palette(family)
    drawn = Image.new("RGB", _SIZE, ground)
    pen = ImageDraw.Draw(drawn)
    for tile in cover_art.tiles(family, seed, rows=_SIZE[1] // _TILE + 1):
        left, top = tile.column * _TILE, tile.row * _TILE
        pen.ellipse((left, top, left + _TILE, top + _TILE), fill=tile.colour)
    # In the middle: pages cut a cover above and below.
    middle = _SIZE[1] / 2
    pen.rectangle((0, middle - _TILE / 2, _SIZE[0], middle + _TILE / 2), fill=ground)
    font = ImageFont.load_default(size=96)
    pen.text((_SIZE[0] / 2, middle), _WORDS, fill="white", font=font, anchor="mm")
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=85)
    return base64.b64encode(out.getvalue()).decode()
