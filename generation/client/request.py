"""One request through the SDK, whose exceptions become ours.

The SDK's own retries are off, because each of them may be billed: whoever asks writes down every
attempt and decides about the next one.
"""

import os
from collections.abc import Sequence
from functools import cache
from typing import Any

import httpx2
import openai
from django.conf import settings

from generation.client import failures, images
from generation.client.refusals import NotAModel
from generation.client.transport import (
    MAX_ANSWER_BYTES,
    AnswerTooLarge,
    DeadlineTransport,
    bounds,
)
from generation.prompts import Message

SAMPLE_BASE_URL = "http://sample-model.invalid/v1"
OPENAI_BASE_URL = "https://api.openai.com/v1"
CONNECT_SECONDS = 5.0


def send(
    messages: Sequence[Message],
    response_format: Any,
    *,
    model: str,
    max_tokens: int,
    request_id: str,
) -> httpx2.Response:
    """Return the provider's answer as it came; `client.complete` says what the words mean.

    Raises the subclasses of CallFailed.
    """
    tier = settings.OPENAI_SERVICE_TIER
    return _post(
        "/chat/completions",
        {
            "messages": list(messages),
            "model": model,
            "max_completion_tokens": max_tokens,
            "response_format": response_format,
            **({"service_tier": tier} if tier else {}),
        },
        request_id=request_id,
    )


def send_for_picture(prompt: str, *, model: str, request_id: str) -> httpx2.Response:
    """Return the provider's answer as it came, as `send` does."""
    return _post(
        "/images/generations",
        {"prompt": prompt, "model": model, **images.SHAPE},
        request_id=request_id,
        most_bytes=images.MAX_ANSWER_BYTES,
        wanted="picture",
    )


def _post(
    path: str,
    body: dict[str, Any],
    *,
    request_id: str,
    most_bytes: int = MAX_ANSWER_BYTES,
    wanted: str = "article",
) -> httpx2.Response:
    seconds: float = settings.OPENAI_TIMEOUT_SECONDS
    sdk, model = _sdk(), str(body["model"])
    try:
        with bounds(seconds=seconds, most_bytes=most_bytes):
            # The SDK's way around its typed methods, which copy every message piece by piece.
            return sdk.post(
                path,
                cast_to=httpx2.Response,
                body=body,
                options={"headers": {"X-Client-Request-Id": request_id}},
            )
    except openai.APIStatusError as error:
        raise failures.from_status(error, model=model) from error
    except openai.APIConnectionError as error:
        raise failures.from_connection(error, seconds=seconds) from error
    except AnswerTooLarge as error:
        raise NotAModel(
            f"The model's answer is larger than any {wanted} can be."
            " Ask an operator to check OPENAI_BASE_URL, then press Retry.",
            outcome="too_large",
        ) from error


def _sdk() -> openai.OpenAI:
    """The SDK's client for the settings as they are now."""
    if settings.USE_SAMPLE_MODEL:
        return _build("sample", SAMPLE_BASE_URL, os.getpid())
    return _build(settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL or OPENAI_BASE_URL, os.getpid())


@cache
def _build(api_key: str, base_url: str, _process: int) -> openai.OpenAI:
    """Built at the first request, once per process: connections must not cross a fork."""
    transport: httpx2.BaseTransport = DeadlineTransport()
    if base_url == SAMPLE_BASE_URL:
        # Installations with a real model never load the stand-in.
        from generation import sample_model

        transport = sample_model.transport()
    # Our own deadline ends the rest.
    timeout = httpx2.Timeout(None, connect=CONNECT_SECONDS)
    return openai.OpenAI(
        api_key=api_key,
        base_url=base_url,
        max_retries=0,
        http_client=httpx2.Client(
            transport=transport, timeout=timeout, headers={"accept-encoding": "identity"}
        ),
    )
