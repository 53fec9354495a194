"""A picture as the answer: how it is asked for, and what came back, drawn anew before it counts."""

import base64
import io
from dataclasses import dataclass
from typing import Any

import httpx2
from pydantic import BaseModel, ValidationError

from blog import pictures
from blog.pictures import Picture
from generation.client import answers, limits
from generation.client.answers import Tokens
from generation.client.refusals import InvalidAnswer, Receipt, Usage

# Wide as a cover is shown; a JPEG, because a drawing as PNG is ten times as large and no better.
SHAPE: dict[str, Any] = {
    "n": 1,
    "size": "1536x1024",
    "quality": "medium",
    "output_format": "jpeg",
    "output_compression": 90,
}
# More than the largest picture of that size takes in the finest quality; what is reserved.
MAX_TOKENS = 8_000
# A picture of some 20 MB, in base64.
MAX_ANSWER_BYTES = 30_000_000


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A picture fit for the library, and what is known about the answer; its text is base64."""

    picture: Picture
    receipt: Receipt


class _InputDetails(BaseModel):
    cached_tokens: Tokens | None = None


class _OutputDetails(BaseModel):
    text_tokens: Tokens = 0


class _Usage(BaseModel):
    input_tokens: Tokens
    output_tokens: Tokens
    input_tokens_details: _InputDetails | None = None
    # Servers that do not tell them apart draw and write nothing beside.
    output_tokens_details: _OutputDetails | None = None


class _Image(BaseModel):
    b64_json: str | None = None


class _Wire(BaseModel):
    data: list[_Image] | None
    # Read on its own: a malformed usage must not cost us the picture, nor the other way round.
    usage: Any = None


def read(response: httpx2.Response) -> Drawing:
    """Return the picture that came. Raises NotAModel, InvalidAnswer; each with what is known."""
    try:
        wire = _Wire.model_validate_json(response.content)
    except ValidationError:
        raise answers.no_model(response) from None
    text = answers.storable((wire.data[0].b64_json or "") if wire.data else "")
    receipt = Receipt(
        request_id=answers.request_id(response),
        usage=_usage(wire.usage),
        text=text,
        limits=limits.read(response.headers),
    )
    if not text:
        raise InvalidAnswer("The image model sent no picture.", outcome="empty", receipt=receipt)
    return Drawing(picture=picture_of(text, receipt=receipt), receipt=receipt)


def picture_of(text: str, *, receipt: Receipt | None = None) -> Picture:
    """Return the picture in base64 `text`, the same for the same. Raises InvalidAnswer."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        raise InvalidAnswer(
            "What the image model sent is damaged: it is not valid base64.",
            outcome="invalid_base64",
            receipt=receipt,
        ) from None
    try:
        return pictures.redraw(io.BytesIO(content))
    except pictures.PictureRefused:
        raise InvalidAnswer(
            "What the image model sent is no picture that this blog takes.",
            outcome="no_picture",
            receipt=receipt,
        ) from None


def _usage(data: Any) -> Usage | None:
    try:
        found = _Usage.model_validate(data)
    except ValidationError:
        return None
    sent = found.input_tokens_details or _InputDetails(cached_tokens=0)
    written = found.output_tokens_details or _OutputDetails(text_tokens=0)
    return Usage(
        input_tokens=found.input_tokens,
        cached_tokens=min(sent.cached_tokens or 0, found.input_tokens),
        cache_write_tokens=0,
        output_tokens=found.output_tokens,
        reasoning_tokens=0,
        image_tokens=max(0, found.output_tokens - written.text_tokens),
    )
