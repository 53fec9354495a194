"""What kind of folder it is (Jekyll, Hugo, ours, or just files), and what its files are in it."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from blog.transfer.markdown import front_matter
from blog.transfer.package import Package

OURS = "autoblog/site.yaml"
_ENDINGS = (".md", ".markdown", ".mdown", ".mkd", ".html")
_HUGO = [f"{name}.{ending}" for name in ("hugo", "config") for ending in ("toml", "yaml", "yml")]
_FURNITURE = {
    *("_site", "_layouts", "_includes", "_sass", "_data", "_plugins", "vendor", "public"),
    *("themes", "layouts", "archetypes", "resources", "assets", "static", "data", "docs"),
}
_NOTICES = re.compile(r"(readme|license|licence|changelog|contributing|code_of_conduct)\.\w+", re.I)
_DATED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})-(.+)")
_MAX_CONFIG_BYTES = 200_000


class Tool(StrEnum):
    """Who would build a site of the folder."""

    OURS = "autoblog"
    JEKYLL = "jekyll"
    HUGO = "hugo"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A folder and what its configuration says."""

    tool: Tool
    config: dict[str, Any] = field(default_factory=dict)
    # Its content begins below this folder.
    content: str = ""

    @property
    def zone(self) -> tzinfo:
        """The zone of dates that name none."""
        try:
            return ZoneInfo(str(self.config.get("timezone") or "UTC"))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return UTC

    @property
    def url(self) -> str:
        """The address of the old blog, "" if the configuration does not say."""
        base = str(self.config.get("baseurl") or "")
        url = str(self.config.get("url") or "")
        # Hugo's one name is the whole address, Jekyll's is what follows it.
        return base if "://" in base else (url.rstrip("/") + base if url else "")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a file stands, and what that says about it."""

    name: str
    section: str
    stem: str
    at: datetime | None
    is_page: bool
    is_draft: bool
    # From a name such as about.fr.md.
    language: str


def recognise(package: Package) -> Layout:
    """Return what kind of folder it is. Raises FrontMatterInvalid for a damaged configuration."""
    if package.path(OURS):
        return Layout(tool=Tool.OURS, config=_config(package, OURS), content="content/")
    for name in _HUGO:
        if package.path(name) and _has(package, "content/"):
            return Layout(tool=Tool.HUGO, config=_config(package, name), content="content/")
    for name in ("_config.yml", "_config.yaml", "_config.toml"):
        if package.path(name):
            return Layout(tool=Tool.JEKYLL, config=_config(package, name))
    if _has(package, "_posts/") or _has(package, "_drafts/"):
        return Layout(tool=Tool.JEKYLL)
    if _has(package, "content/"):
        return Layout(tool=Tool.HUGO, content="content/")
    return Layout(tool=Tool.NONE)


def texts(package: Package, layout: Layout) -> list[str]:
    """Return the names of the files that may be posts or pages."""
    return [
        name
        for name in package.names(*_ENDINGS)
        if name.startswith(layout.content) and not _is_furniture(name, layout)
    ]


def place_of(name: str, layout: Layout) -> Place:
    """Return what the place of a file says about it."""
    path = PurePosixPath(name.removeprefix(layout.content))
    stem, language = path.stem, ""
    folders = list(path.parts[:-1])
    if found := re.fullmatch(r"(.+)\.([a-z]{2}(?:-[A-Za-z]{2,4})?)", stem):
        stem, language = found[1], found[2].lower()
    # A Hugo bundle is a folder with the pictures of the one page in it.
    if stem == "index" and folders:
        stem = folders.pop()
    at = None
    if dated := _DATED.fullmatch(stem):
        at, stem = _day(dated, layout.zone), dated[4]
    is_post = "_posts" in folders or "_drafts" in folders
    return Place(
        name=name,
        section=next((part for part in folders if not part.startswith("_")), ""),
        stem=stem,
        at=at,
        is_page=not is_post and _is_page(layout, folders),
        is_draft="_drafts" in folders,
        language=language,
    )


def _is_page(layout: Layout, folders: list[str]) -> bool:
    if folders[:1] in (["pages"], ["page"], ["_pages"]):
        return True
    if layout.tool == Tool.JEKYLL:
        return not (folders and folders[0].startswith("_"))
    return layout.tool == Tool.HUGO and not folders


def _is_furniture(name: str, layout: Layout) -> bool:
    path = PurePosixPath(name.removeprefix(layout.content))
    hidden = any(part.startswith(".") for part in path.parts)
    # In a plain folder, nothing is known about what folders mean.
    outside = layout.tool == Tool.JEKYLL and bool(_FURNITURE.intersection(path.parts[:-1]))
    is_notice = len(path.parts) == 1 and bool(_NOTICES.fullmatch(path.name))
    return hidden or outside or is_notice or path.stem.split(".")[0] == "_index"


def _day(dated: re.Match[str], zone: tzinfo) -> datetime | None:
    try:
        return datetime(int(dated[1]), int(dated[2]), int(dated[3]), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _has(package: Package, folder: str) -> bool:
    return (package.root / folder).is_dir()


def _config(package: Package, name: str) -> dict[str, Any]:
    path = package.path(name)
    if path is None or path.stat().st_size > _MAX_CONFIG_BYTES:
        return {}
    text = path.read_text(encoding="utf-8", errors="replace")
    is_toml = name.endswith(".toml")
    read = front_matter.load_toml(text) if is_toml else front_matter.load_yaml(text)
    return {str(key).lower(): value for key, value in (read or {}).items()}
