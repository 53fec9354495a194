"""Reads a folder of Markdown: each file a post or page, the facts at its head."""

from collections.abc import Iterator

from pydantic import ValidationError

from blog.transfer.items import Broken, Item, Kind, PostItem, Site
from blog.transfer.markdown import front_matter, layout
from blog.transfer.markdown.front_matter import FrontMatterInvalid
from blog.transfer.markdown.layout import Tool
from blog.transfer.markdown.ours import OwnExport
from blog.transfer.markdown.page import Page
from blog.transfer.markdown.pages import PageReader
from blog.transfer.markdown.terms import Terms
from blog.transfer.old_addresses import OldSite
from blog.transfer.reading import FormatRefused, Reading, site_name
from blog.transfer.validity import reason_of

MAX_CHARACTERS = 1_000_000


class MarkdownReader:
    """The items of a folder of Markdown."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        try:
            self._layout = layout.recognise(reading.package)
        except FrontMatterInvalid as invalid:
            raise FormatRefused(f"The configuration of the site can't be read. {invalid}") from None
        self._names = layout.texts(reading.package, self._layout)
        self._is_ours = self._layout.tool == Tool.OURS
        if not self._names and not self._is_ours:
            raise FormatRefused("There are no Markdown files (.md) in it.")
        config = self._layout.config
        url = reading.choices.url or self._layout.url
        title = str(config.get("title") or "")
        self.old = OldSite.of(url, *reading.choices.hosts)
        self.site = Site(
            source=site_name(
                reading.choices, url, str(config.get("title") or ""), reading.package.name
            ),
            url=url,
            title=title,
            language=str(config.get("lang") or config.get("languagecode") or ""),
            is_ours=self._is_ours,
        )
        self._terms = Terms(reading.notebook)
        self._pages = PageReader(reading, self._layout, self.old, self._terms)
        self._own = (
            OwnExport(reading.package, reading.notebook, self.old) if self._is_ours else None
        )

    def survey(self) -> Iterator[Item | Broken]:
        """Yield bylines, shelves, subjects, pictures and the heads of posts."""
        if self._own:
            yield from self._own.things()
        for page in self._read():
            if isinstance(page, Broken):
                yield page
                continue
            try:
                if self._own:
                    yield self._own.head(page)
                else:
                    yield from self._pages.survey(page)
            except (ValidationError, ValueError, TypeError) as invalid:
                yield _broken(page, invalid)

    def posts(self) -> Iterator[PostItem | Broken]:
        """Yield the posts and pages; what could not be read was told in the survey."""
        for page in self._read():
            if isinstance(page, Broken) or not self._pages.is_text(page):
                continue
            try:
                yield self._own.post(page) if self._own else self._pages.post(page)
            except (ValidationError, ValueError, TypeError) as invalid:
                yield _broken(page, invalid)

    def _read(self) -> Iterator[Page | Broken]:
        for name in self._names:
            path = self._reading.package.root / name
            try:
                with path.open(encoding="utf-8") as file:
                    text = file.read(MAX_CHARACTERS + 1)
                if len(text) > MAX_CHARACTERS:
                    raise FrontMatterInvalid("It is longer than a million characters.")
                document = front_matter.split(text)
            except UnicodeDecodeError:
                reason = "It is no UTF-8 text. Save it as UTF-8."
                yield Broken(kind=Kind.POST, source_id=name[-500:], reason=reason)
            except (FrontMatterInvalid, OSError) as invalid:
                yield Broken(kind=Kind.POST, source_id=name[-500:], reason=str(invalid))
            else:
                yield Page(layout.place_of(name, self._layout), document)


def _broken(page: Page, error: Exception) -> Broken:
    title = str(page.document.facts.get("title") or "")
    return Broken(
        kind=Kind.POST, source_id=page.place.name[-500:], label=title[:160], reason=reason_of(error)
    )
