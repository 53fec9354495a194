"""The one door to the outside web: nothing leaves AutoBlog except through fetch() and post()."""

from blog.fetching.door import Fetched, Posted, fetch, post
from blog.fetching.kinds import Accept
from blog.fetching.refusals import (
    AddressForbidden,
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

__all__ = [
    "Accept",
    "AddressForbidden",
    "AddressInvalid",
    "Empty",
    "FetchError",
    "Fetched",
    "HttpError",
    "Posted",
    "RobotsRefused",
    "TimedOut",
    "TooLarge",
    "TooManyRedirects",
    "Unreachable",
    "WrongType",
    "fetch",
    "post",
]
