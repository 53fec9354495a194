"""A stand-in for a model: answers like OpenAI's API, in process, from nothing but the prompt.

It chooses sentences of the evidence, orders them and quotes them, so that everything behind it can
be tried for real, without a key. What it writes is labelled as a sample wherever it shows.
"""

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
from django.conf import settings

from generation.sample_model import composing, drawing, finding, translating
from generation.sample_model.prompt import Request

MODEL = "sample-1"
_PICTURE_TOKENS = 1_500

_COMPOSERS: dict[str, Callable[[Request], dict[str, Any]]] = {
    "FactSheet": finding.fact_sheet,
    "Outline": composing.outline,
    "SectionText": composing.section,
    "Edit": composing.edit,
    "Metadata": composing.metadata,
    "CoverIdea": composing.cover,
    "Refresh": composing.refresh,
    "TranslatedPassage": translating.passage,
    "TranslatedTitle": translating.title,
}


def transport() -> httpx2.BaseTransport:
    """Return a transport that answers every request without leaving the process."""
    return httpx2.MockTransport(_respond)


def answer(request_json: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a chat.completion for the body of a request; the same for the same."""
    request = Request.parse(request_json)
    compose = _COMPOSERS.get(request.task)
    content = json.dumps(compose(request) if compose else {}, ensure_ascii=False)
    prompt_tokens = _tokens(request.length)
    completion_tokens = _tokens(len(content))
    return {
        "id": f"chatcmpl-sample-{_fingerprint(request_json)}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        },
    }


def picture(request_json: dict[str, Any]) -> dict[str, Any]:
    """Return the body of an images response for the body of a request; the same for the same."""
    sent = _tokens(len(str(request_json.get("prompt", ""))))
    return {
        "created": int(time.time()),
        "data": [{"b64_json": drawing.picture(request_json)}],
        "usage": {
            "input_tokens": sent,
            "input_tokens_details": {"text_tokens": sent, "image_tokens": 0},
            "output_tokens": _PICTURE_TOKENS,
            "total_tokens": sent + _PICTURE_TOKENS,
        },
    }


def _respond(request: httpx2.Request) -> httpx2.Response:
    path = request.url.path.rpartition("/v1")[2]
    if request.method != "POST" or path not in _ANSWERS:
        return httpx2.Response(404, json={"error": {"message": "Only texts and pictures here."}})
    time.sleep(getattr(settings, "SAMPLE_MODEL_DELAY_SECONDS", 0))
    asked = json.loads(request.content)
    headers = {"x-request-id": f"req-sample-{_fingerprint(asked)}"}
    return httpx2.Response(200, json=_ANSWERS[path](asked), headers=headers)


def _fingerprint(request_json: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(request_json, sort_keys=True).encode()).hexdigest()[:24]


def _tokens(characters: int) -> int:
    """Four characters a token, as English has it."""
    return max(1, characters // 4)


_ANSWERS = {"/chat/completions": answer, "/images/generations": picture}
