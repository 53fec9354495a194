"""What the model server says to requests for pictures, the good and the bad."""

import base64
import io
import time
from typing import Any

from PIL import Image

USAGE = {
    "input_tokens": 61,
    "input_tokens_details": {"text_tokens": 61, "image_tokens": 0},
    "output_tokens": 1_568,
    "total_tokens": 1_629,
}
DECLINED = {
    "message": "Your request was rejected by the safety system.",
    "type": "image_generation_user_error",
    "param": None,
    "code": "moderation_blocked",
}


def picture(kind: str = "JPEG", size: tuple[int, int] = (192, 128)) -> bytes:
    """A picture that can be decoded."""
    out = io.BytesIO()
    Image.new("1" if kind == "PNG" else "RGB", size).save(out, kind)
    return out.getvalue()


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def spoiled(fault: str) -> list[dict[str, Any]]:
    """The pictures of an answer, as bad as ordered."""
    if fault == "empty":
        return []
    if fault == "invalid_base64":
        return [{"b64_json": "§ no base64 §"}]
    if fault == "no_picture":
        return [{"b64_json": _base64(b"<svg onload='alert(1)'></svg>")}]
    if fault == "cut_off":
        return [{"b64_json": _base64(picture()[:-200])}]
    if fault == "bomb":
        return [{"b64_json": _base64(picture("PNG", (12_000, 12_000)))}]
    if fault == "link":
        return [{"url": "http://127.0.0.1:1/picture.png"}]
    return [{"b64_json": _base64(picture())}]


def document(fault: str) -> dict[str, Any]:
    """The body of an answer."""
    body = {"created": int(time.time()), "data": spoiled(fault), "usage": USAGE}
    if fault == "large":
        body["padding"] = "x" * 11_000_000
    if fault == "no_usage":
        del body["usage"]
    return body
