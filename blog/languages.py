"""In which languages the site speaks, and which of them a text belongs to.

The default language has no prefix in its addresses; each other one has its own (`/ar/...`). A text
in a language that the site does not speak stands among those of the default language.
"""

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.signals import setting_changed
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext


def codes() -> list[str]:
    """Return the codes of the site's languages, the default first."""
    others = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    return [settings.LANGUAGE_CODE, *others]


def english_name_of(code: str) -> str:
    """Return the English name of a language, for the desk; a strange code stays a code."""
    return str(LANG_INFO.get(code, {}).get("name", code))


def right_to_left() -> list[str]:
    """Return the codes of all languages that are written from right to left."""
    return [code for code, about in LANG_INFO.items() if about.get("bidi")]


def home_of(language: str) -> str:
    """Return the site's language under which a text in `language` is published."""
    return language if language in codes() else str(settings.LANGUAGE_CODE)


def current() -> str:
    """Return the site's language of the page that is being made."""
    return home_of(translation.get_language() or settings.LANGUAGE_CODE)


@lru_cache(maxsize=20_000)
def reverse_in(language: str, view: str, *args: object) -> str:
    """Return the path of a public page in one of the site's languages."""
    with translation.override(home_of(language)):
        return reverse(view, args=args)


def of_path(path: str) -> str:
    """Return the language that `path` begins with; without one it is the default."""
    return translation.get_language_from_path(path) or settings.LANGUAGE_CODE


def name_of(language: str) -> str:
    """Return what its speakers call one of the site's languages."""
    return dict(settings.LANGUAGES).get(language, language)


def direction_of(language: str) -> str:
    """Return the direction in which a text in `language` is written: ltr or rtl."""
    names = {language, language.partition("-")[0]}
    return "rtl" if names.intersection(settings.LANGUAGES_BIDI) else "ltr"


def tagline() -> str:
    """Return what the site says of itself, in the language of the page that is being made."""
    said: str = settings.SITE_TAGLINES.get(current(), "") or settings.SITE_TAGLINE
    # The translation of nothing is a list of the translators.
    return gettext(said) if said else ""


def reverse_here(view: str, *args: object) -> str:
    """Return the path of a public page in the language of the page that is being made."""
    return reverse_in(translation.get_language() or "", view, *args)


# A list of posts needs some fifty addresses. Only tests change what they are made of.
setting_changed.connect(lambda **_: reverse_in.cache_clear(), weak=False)


class LanguageByPathMiddleware:
    """Speaks the language of the address: neither cookie nor browser setting changes a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the language that the path begins with, else in the default one."""
        language = of_path(request.path_info)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self._get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
