"""Why a fetch did not work, in sentences an editor can act on."""

from http import HTTPStatus
from typing import ClassVar


class FetchError(Exception):
    """A request that gave nothing usable; str() is for an editor, `code` for programs.

    `is_temporary` says whether the same request may work later without anybody changing anything.
    """

    code: ClassVar[str] = "fetch_failed"
    is_temporary: bool = False


class AddressInvalid(FetchError):
    """What was typed is no http(s) address."""

    code = "bad_address"


class AddressForbidden(FetchError):
    """The address leads somewhere AutoBlog must never go, such as its own network."""

    code = "forbidden_address"


class Unreachable(FetchError):
    """No such host, nothing listens, or the connection broke."""

    code = "unreachable"
    is_temporary = True


class TimedOut(FetchError):
    """The whole answer did not arrive in time."""

    code = "timeout"
    is_temporary = True


class TooLarge(FetchError):
    """The answer, decompressed, is larger than the limit."""

    code = "too_large"


class Empty(FetchError):
    """The answer has no content."""

    code = "empty"


class WrongType(FetchError):
    """The answer is not a kind of document that was asked for."""

    code = "wrong_type"


class TooManyRedirects(FetchError):
    """The address sends visitors on, again and again."""

    code = "too_many_redirects"


class RobotsRefused(FetchError):
    """The site's robots.txt asks automatic readers to stay away from this page."""

    code = "robots"


class HttpError(FetchError):
    """The server answered with an error status."""

    code = "http_error"

    def __init__(self, url: str, status: int) -> None:
        self.status = status
        self.is_temporary = status in (408, 425, 429) or status >= 500
        super().__init__(f"{url} answered {_spoken(status)}. {_advice(status)}")


def _spoken(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _advice(status: int) -> str:
    if status in (404, 410):
        return "Check the address or remove the source."
    if status in (401, 402, 403, 407, 451):
        return "The site does not let AutoBlog read it: paste its text as a note instead."
    if status == 429:
        return "The site asks for fewer requests: try again later."
    if status >= 500:
        return "The site has a problem at the moment: try again later."
    return "Open the address in a browser to see what is wrong with it."
