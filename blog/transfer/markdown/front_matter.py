"""The facts at the head of a Markdown file, in YAML, TOML or JSON; read with suspicion.

YAML can refer to its own parts, and a few lines can mean a billion: more than a few references are
refused, and so is a head longer than any honest one.
"""

import json
import re
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import yaml

MAX_CHARACTERS = 100_000
_MAX_ALIASES = 10
_FENCED = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)^\1[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


class FrontMatterInvalid(ValueError):
    """The head of the file cannot be read; the message says why."""


@dataclass(frozen=True)
class Document:
    """A file: the facts at its head, and the text below."""

    facts: dict[str, Any] = field(default_factory=dict)
    body: str = ""
    has_facts: bool = False


class _Loader(yaml.SafeLoader):
    """Plain values only, and hardly a reference."""

    _aliases = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Count the references."""
        if self.check_event(yaml.AliasEvent):
            self._aliases += 1
            if self._aliases > _MAX_ALIASES:
                raise FrontMatterInvalid("Its front matter refers to itself too often.")
        return super().compose_node(parent, index)


def split(text: str) -> Document:
    """Return the facts and the body of a file. Raises FrontMatterInvalid."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if text.startswith("{"):
        return _json(text)
    found = _FENCED.match(text)
    if found is None:
        return Document(body=text)
    read = load_toml if found[1] == "+++" else load_yaml
    facts = read(found[2])
    if facts is not None and not isinstance(facts, dict):
        raise FrontMatterInvalid("Its front matter is no list of names and values.")
    # The blank line that separates the two, and the end of the last line, belong to neither.
    body = text[found.end() :].removeprefix("\n").removesuffix("\n")
    return Document({str(name).lower(): value for name, value in (facts or {}).items()}, body, True)


def load_yaml(text: str) -> Any:
    """Return the values of a YAML text. Raises FrontMatterInvalid."""
    _refuse_long(text)
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 (a SafeLoader of our own)
    except FrontMatterInvalid:
        raise
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, OverflowError) as invalid:
        raise FrontMatterInvalid(f"Its YAML can't be read: {_first_line(invalid)}") from invalid


def load_toml(text: str) -> Any:
    """Return the values of a TOML text. Raises FrontMatterInvalid."""
    _refuse_long(text)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as invalid:
        raise FrontMatterInvalid(f"Its TOML can't be read: {_first_line(invalid)}") from invalid


def instant(value: Any, zone: tzinfo = UTC) -> datetime | None:
    """Return the instant that a value means; what says no zone is of `zone`. None for no date."""
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 (given one below)
    if not isinstance(value, datetime):
        return None
    try:
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _parsed(text: str) -> datetime | None:
    text = text.strip()
    for pattern in ("", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M %z", "%Y/%m/%d"):
        try:
            if pattern:
                return datetime.strptime(text, pattern)  # noqa: DTZ007 (a zone follows)
            return datetime.fromisoformat(text)
        except ValueError:
            continue
    return None


def _json(text: str) -> Document:
    try:
        facts, end = json.JSONDecoder().raw_decode(text[:MAX_CHARACTERS])
    except (ValueError, RecursionError):
        return Document(body=text)
    body = text[end:].lstrip("\n").removesuffix("\n")
    return Document({str(name).lower(): value for name, value in facts.items()}, body, True)


def _refuse_long(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise FrontMatterInvalid(
            f"Its front matter has {len(text):,} characters; {MAX_CHARACTERS:,} are read at most."
        )


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
