"""Whole addresses of many things at once: the pattern of an address is looked up once a section."""

from functools import cache

from blog import languages, seo


class Addresses:
    """Makes whole addresses of things that have a slug, for the length of a section."""

    def __init__(self) -> None:
        self._beginning = cache(self._look_up)

    def of(self, view: str, slug: str, language: str) -> str:
        """Return the whole address of what `view` shows of `slug`."""
        return f"{self._beginning(view, language)}{slug}/"

    def _look_up(self, view: str, language: str) -> str:
        # The slug is the last part of each address, with a slash behind it.
        return seo.absolute(languages.reverse_in(language, view, "-")).removesuffix("-/")
