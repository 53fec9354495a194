"""Fetching a document and posting a message, both through one guarded, bounded exchange."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpcore2
import httpx2
from django.conf import settings

from blog.fetching import addresses, kinds, politeness, retry_after, robots
from blog.fetching.kinds import Accept
from blog.fetching.refusals import (
    AddressInvalid,
    Empty,
    FetchError,
    HttpError,
    RobotsRefused,
    TimedOut,
    TooLarge,
    TooManyRedirects,
    Unreachable,
    WrongType,
)
from blog.fetching.transport import Transport

MAX_REDIRECTS = 5
EXCERPT_BYTES = 2_000
MAX_VALIDATOR = 1_000
_REDIRECTS = (301, 302, 303, 307, 308)
_ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A document as a server gave it; `body` is decompressed and not yet decoded."""

    url: str
    final_url: str
    status: int
    content_type: str
    charset: str
    body: bytes
    etag: str
    last_modified: str
    fetched_at: datetime
    not_modified: bool


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What a receiver answered, whatever it was; `body_excerpt` is its beginning.

    `retry_after` are the seconds it asks to be left alone, None where it does not say.
    """

    status: int
    retry_after: float | None
    body_excerpt: str


def fetch(
    url: str,
    *,
    accept: Accept,
    etag: str = "",
    last_modified: str = "",
    obey_robots: bool = False,
    timeout_seconds: float | None = None,
    now: datetime | None = None,
) -> Fetched:
    """Return the document at a public address, at most 5 redirects away.

    Give `etag` and `last_modified` of an earlier answer to get `not_modified` for an unchanged one.
    Set `obey_robots` where no person named this very page. Raises FetchError.
    """
    start = addresses.parse(url)
    deadline = time.monotonic() + (timeout_seconds or settings.FETCH_TIMEOUT_SECONDS)
    headers = _headers(accept, etag=etag, last_modified=last_modified)
    target = start
    for _ in range(MAX_REDIRECTS + 1):
        if obey_robots:
            _ask_robots(target, deadline=deadline)
        # An import fetches the pictures of a blog that its owner moves.
        if accept is not Accept.PICTURE:
            politeness.wait_turn(str(target.host), deadline=deadline)
        with _exchange("GET", target, headers=headers, deadline=deadline) as answer:
            if answer.status_code not in _REDIRECTS:
                return _received(start, target, answer, accept=accept, headers=headers, now=now)
            target = _next(target, answer)
    raise TooManyRedirects(
        f"{addresses.shown(start)} redirects more than {MAX_REDIRECTS} times. "
        "Open it in a browser and use the address where it ends."
    )


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout_seconds: float | None = None,
) -> Posted:
    """Send a message to a receiver and return its answer, an error status or a redirect included.

    Messages of its errors name the host only: the path of a webhook is often its secret.
    Raises FetchError when no answer came.
    """
    target = addresses.parse(url)
    deadline = time.monotonic() + (timeout_seconds or settings.FETCH_TIMEOUT_SECONDS)
    own = {"user-agent": settings.FETCH_USER_AGENT, "accept-encoding": "identity"}
    sent = own | {name.lower(): value for name, value in headers.items()}
    with _exchange("POST", target, headers=sent, deadline=deadline, body=body) as answer:
        return Posted(
            status=answer.status_code,
            retry_after=retry_after.seconds_of(answer.headers.get("retry-after", "")),
            body_excerpt=_excerpt(answer).decode("utf-8", "replace").replace("\x00", ""),
        )


def _headers(accept: Accept, *, etag: str, last_modified: str) -> dict[str, str]:
    headers = {
        "accept": accept.header,
        "accept-encoding": "gzip, deflate",
        "accept-language": "en;q=0.9,*;q=0.5",
        "user-agent": settings.FETCH_USER_AGENT,
    }
    if etag:
        headers["if-none-match"] = etag
    if last_modified:
        headers["if-modified-since"] = last_modified
    return headers


@contextmanager
def _exchange(
    method: str,
    url: httpx2.URL,
    *,
    headers: Mapping[str, str],
    deadline: float,
    body: bytes | None = None,
) -> Iterator[httpx2.Response]:
    """One request and its answer, still streaming; every failure becomes a FetchError."""
    place = addresses.shown(url) if method == "GET" else str(url.host)
    transport = Transport(deadline=deadline)
    try:
        request = httpx2.Request(method, url, headers=dict(headers), content=body)
        answer = transport.handle_request(request)
        try:
            yield answer
        finally:
            answer.close()
    except (httpcore2.TimeoutException, httpx2.TimeoutException):
        raise TimedOut(f"{place} did not answer in time. Try again later.") from None
    except (httpcore2.ConnectError, httpx2.ConnectError):
        raise Unreachable(
            f"No connection to {place} was possible. Check the address, or try again later."
        ) from None
    except httpx2.DecodingError:
        raise WrongType(f"The compressed answer of {place} is damaged. Try again later.") from None
    except httpcore2.LocalProtocolError:
        raise AddressInvalid(f"The request to {place} cannot be sent as it is.") from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError):
        raise Unreachable(f"The connection to {place} broke off. Try again later.") from None
    finally:
        transport.close()


def _next(current: httpx2.URL, answer: httpx2.Response) -> httpx2.URL:
    """Where a redirect leads; it is checked as if somebody had typed it."""
    location = answer.headers.get("location", "")
    try:
        return addresses.parse(str(current.join(location)) if location else "")
    except (FetchError, httpx2.InvalidURL, ValueError):
        raise AddressInvalid(
            f"{addresses.shown(current)} redirects to something that is no web address. "
            "Open it in a browser and use the address where it ends."
        ) from None


def _received(
    start: httpx2.URL,
    final: httpx2.URL,
    answer: httpx2.Response,
    *,
    accept: Accept,
    headers: Mapping[str, str],
    now: datetime | None,
) -> Fetched:
    asked_for_change = "if-none-match" in headers or "if-modified-since" in headers
    not_modified = answer.status_code == 304 and asked_for_change
    content_type, charset = kinds.declared(answer.headers.get("content-type", ""))
    place = addresses.shown(final)
    if not not_modified and not 200 <= answer.status_code < 300:
        raise HttpError(place, answer.status_code)
    return Fetched(
        url=str(start),
        final_url=str(final),
        status=answer.status_code,
        content_type=content_type,
        charset=charset,
        body=b"" if not_modified else _document(answer, place, content_type, charset, accept),
        etag=_validator(answer, "etag"),
        last_modified=_validator(answer, "last-modified"),
        fetched_at=now or datetime.now(UTC),
        not_modified=not_modified,
    )


def _validator(answer: httpx2.Response, name: str) -> str:
    """What names this version of a document; one that can't be sent back names none."""
    value: str = answer.headers.get(name, "")
    return value if value.isascii() and len(value) <= MAX_VALIDATOR else ""


def _document(
    answer: httpx2.Response, place: str, content_type: str, charset: str, accept: Accept
) -> bytes:
    """The body, once it is known to be something the caller can use."""
    is_picture = accept is Accept.PICTURE
    advice = _USE_A_PICTURE if is_picture else _USE_A_PAGE
    if not accept.allows(content_type):
        raise WrongType(f"{place} is {kinds.spoken(content_type)}. {advice}")
    if answer.headers.get("content-encoding", "").strip().lower() not in _ENCODINGS:
        raise WrongType(f"{place} is compressed in a way that was not asked for. {advice}")
    limit = settings.FETCH_MAX_PICTURE_BYTES if is_picture else settings.FETCH_MAX_BYTES
    body = _read(answer, place, limit=limit)
    if not body.strip():
        raise Empty(f"{place} answered with an empty page. Check the address, or try again later.")
    if not is_picture and (words := kinds.binary(body, charset)):
        raise WrongType(f"{place} is {words}. {advice}")
    return body


_USE_A_PAGE = "Use a web page, a feed or a text, or paste what you need as a note."
_USE_A_PICTURE = "A picture was expected there."


def _read(answer: httpx2.Response, place: str, *, limit: int) -> bytes:
    """The decompressed body, abandoned as soon as it is larger than `limit` bytes."""
    declared = answer.headers.get("content-length", "")
    body = bytearray()
    if not (declared.isdecimal() and int(declared) > limit):
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > limit:
                break
        else:
            return bytes(body)
    raise TooLarge(
        f"{place} is larger than {limit / 1_000_000:g} MB. "
        "Use a smaller page, or paste the part you need as a note."
    )


def _excerpt(answer: httpx2.Response) -> bytes:
    """The beginning of a body; a receiver that stops talking has answered nevertheless."""
    body = b""
    try:
        for piece in answer.iter_raw():
            body += piece
            if len(body) >= EXCERPT_BYTES:
                break
    except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError):
        pass
    return body[:EXCERPT_BYTES]


def _ask_robots(url: httpx2.URL, *, deadline: float) -> None:
    """Read robots.txt like everything else, but never for more than a few seconds."""

    def read(robots_url: httpx2.URL) -> str:
        until = min(deadline, time.monotonic() + robots.PATIENCE_SECONDS)
        headers = {"user-agent": settings.FETCH_USER_AGENT, "accept-encoding": "gzip, deflate"}
        with _exchange("GET", robots_url, headers=headers, deadline=until) as answer:
            if answer.status_code != 200:
                return ""
            text = _read(answer, addresses.shown(robots_url), limit=settings.FETCH_MAX_BYTES)[
                : robots.MAX_BYTES
            ]
            return text.decode("utf-8", "replace")

    if not robots.allow(url, read=read):
        raise RobotsRefused(
            f"The robots.txt of {url.host} asks automatic readers to stay away from "
            f"{addresses.shown(url)}. Paste its text as a note, or choose another source."
        )
