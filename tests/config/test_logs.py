"""Log lines hold what an operator needs, and no secret."""

import io
import json
import logging
import logging.config

import pytest
import structlog

from config.logs import logging_config

SECRETS = [
    "sk-proj-abcdefgh12345678",
    "abk_0123456789abcdef",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "postgres://autoblog:hunter2secret@db/autoblog",
    "Bearer eyJhbGciOi.payload",
    "GET /preview/link/MQ:1tXyZa:hunter2secret-_Kx9/",
]


def _log_of(fmt: str, secret: str) -> str:
    """What is written for an event that has the secret in its text, a field and an exception."""
    config = logging_config(fmt=fmt, level="INFO")
    stream = io.StringIO()
    config["handlers"]["stderr"]["stream"] = stream
    before = logging.root.handlers[:]
    logging.config.dictConfig(config)
    try:
        logging.getLogger("a").info("connected to %s", secret)
        try:
            raise ValueError(f"could not use {secret}")
        except ValueError:
            structlog.get_logger("b").exception("failed", nested={"key": [secret]})
    finally:
        logging.root.handlers = before
    return stream.getvalue()


@pytest.mark.parametrize("fmt", ["json", "console"])
@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_written_wherever_it_hides(fmt: str, secret: str) -> None:
    written = _log_of(fmt, secret)

    assert "failed" in written
    assert "***" in written
    assert "hunter2secret" not in written
    assert secret not in written


def test_json_lines_are_json() -> None:
    lines = [json.loads(line) for line in _log_of("json", SECRETS[0]).splitlines()]

    assert [line["level"] for line in lines] == ["info", "error"]
    assert lines[1]["exception"][0]["exc_type"] == "ValueError"
