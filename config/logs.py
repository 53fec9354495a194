"""Structured logs: one event a line, the same fields from web, worker and beat, no secret in any.

`django_structlog` binds the request id in the web process and carries it in the message headers to
the worker, so one id follows a run from the button to the last step.
"""

import re
from typing import Any

import structlog

_SECRET = re.compile(
    r"sk-[\w-]{8,}|abk_\w{8,}|whsec_[\w+/=]{8,}|(?<=://)[^\s:/@]*:[^\s/@]+(?=@)|Bearer\s+[\w.~+/=-]+"
    # Whoever has it reads a post that is not public.
    r"|(?<=/preview/link/)[^\s\"'/<>\\]+"
)


def redact_secrets(_logger: Any, _method: str, line: str) -> str:
    """Replace API keys, webhook secrets, bearer tokens, preview links, passwords in URLs by `***`.

    Comes last, over the whole line: nothing nested in it escapes.
    """
    return _SECRET.sub("***", line)


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.UnicodeDecoder(),
]


# Plain tracebacks: the rich ones show local variables (keys and prompts), and take seconds to draw.
_CONSOLE = structlog.dev.ConsoleRenderer(
    colors=False, exception_formatter=structlog.dev.plain_traceback
)


def logging_config(*, fmt: str, level: str) -> dict[str, Any]:
    """Return Django's LOGGING for `fmt` "json" or "console" at `level`."""
    tail = (
        # Tracebacks without local variables: those hold keys and prompts.
        [
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(),
            redact_secrets,
        ]
        if fmt == "json"
        else [structlog.processors.format_exc_info, _CONSOLE, redact_secrets]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *tail],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "level": level, "propagate": False},
            "httpx2": {"level": "WARNING"},
            "openai": {"level": "WARNING"},
            "trafilatura": {"level": "CRITICAL"},
            "axes": {"level": "WARNING"},
            # django_structlog says the same, with the request id.
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
        },
    }


def configure_structlog() -> None:
    """Send structlog's events through the standard library's logging, once per process."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
