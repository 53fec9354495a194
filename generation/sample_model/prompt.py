"""A request as the sample model reads it: which answer is wanted, and the fenced material."""

import re
from dataclasses import dataclass
from textwrap import dedent
from typing import Any, Self

_FENCE = re.compile(r'<untrusted name="(\w+)">\n(.*?)\n?</untrusted>', re.DOTALL)
_SOURCE = re.compile(r"^\[(S\d+)\] (.*?)(?: \(([^()\s]+)\))?$", re.MULTILINE)
_FACT = re.compile(
    r"^(S\d+:\d+) \[(.*?)\]\n  says: (.*)\n  quote: (.*(?:\n(?!S\d+:\d+ \[).*)*)", re.MULTILINE
)
_LISTED = re.compile(r"^(S\d+): (.*?)(?: \(([^()\s]+)\))?$", re.MULTILINE)
_ADDRESS = re.compile(r"localhost|[\d.]+|\[?[0-9a-f:]+\]?")


@dataclass(frozen=True)
class SourceText:
    """A source with its text, or only its name."""

    label: str
    title: str
    host: str
    text: str = ""


@dataclass(frozen=True)
class GivenFact:
    """A fact as the prompts show it."""

    id: str
    topic: str
    statement: str
    quote: str

    @property
    def label(self) -> str:
        """The source it is from."""
        return self.id.partition(":")[0]

    @property
    def is_item(self) -> bool:
        """Taken from a list: it was stated as "topic: quote"."""
        return self.statement != self.quote


@dataclass(frozen=True)
class Request:
    """What is asked for and what it may be composed from."""

    task: str
    blocks: dict[str, str]
    user: str
    length: int

    @classmethod
    def parse(cls, request_json: dict[str, Any]) -> Self:
        """Read the body of a chat completion request; what is missing is empty."""
        schema = (request_json.get("response_format") or {}).get("json_schema") or {}
        messages = request_json.get("messages") or []
        texts = {m.get("role"): str(m.get("content") or "") for m in messages}
        user = texts.get("user", "")
        return cls(
            task=str(schema.get("name", "")),
            blocks=dict(_FENCE.findall(user)),
            user=_FENCE.sub("", user),
            length=sum(map(len, texts.values())),
        )

    def line(self, block: str, name: str) -> str:
        """Return what follows "Name: " on a line of a block."""
        match = re.search(rf"^{name}: (.*)$", self.blocks.get(block, ""), re.MULTILINE)
        return match[1].strip() if match else ""

    @property
    def title(self) -> str:
        """The title of the brief."""
        return self.line("brief", "Title") or "Untitled"

    @property
    def subject(self) -> str:
        """All words of the brief that say what is wanted."""
        brief = self.blocks.get("brief", "")
        notes = brief.partition("\nNotes:\n")[2]
        return " ".join([self.title, self.line("brief", "Keywords"), notes])

    @property
    def language(self) -> str:
        """The language's first two letters."""
        return (self.line("brief", "Language") or "en")[:2].lower()

    def number(self, before: str, default: int) -> int:
        """Return the number that follows some words of the instructions."""
        match = re.search(rf"{before} (\d+)", self.user)
        return int(match[1]) if match else default

    def evidence(self) -> list[SourceText]:
        """Return the sources with their texts."""
        block = self.blocks.get("evidence", "")
        heads = list(_SOURCE.finditer(block))
        ends = [*(head.start() for head in heads[1:]), len(block)]
        return [
            SourceText(h[1], h[2], _name(h[3]), dedent(block[h.end() : end]).strip())
            for h, end in zip(heads, ends, strict=False)
        ]

    def sources(self) -> dict[str, SourceText]:
        """Return the sources without their texts, by label."""
        listed = _LISTED.findall(self.blocks.get("sources", ""))
        return {label: SourceText(label, title, _name(host)) for label, title, host in listed}

    def facts(self) -> list[GivenFact]:
        """Return the facts."""
        found = _FACT.findall(self.blocks.get("facts", ""))
        return [
            GivenFact(one, topic, says, " ".join(quote.split()))
            for one, topic, says, quote in found
        ]


def _name(host: str) -> str:
    """A host that means something to a reader, or ""."""
    return "" if not host or _ADDRESS.fullmatch(host) else host
