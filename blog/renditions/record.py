"""What a row of the library knows of its copies: the value of `Image.renditions`, with types."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Copy:
    """A file beside the original: its name in the storage, media type, pixels and bytes."""

    name: str
    type: str
    width: int
    height: int
    bytes: int

    @property
    def kind(self) -> str:
        """What people call the format."""
        return self.type.removeprefix("image/").upper().replace("WEBP", "WebP")


@dataclass(frozen=True)
class Record:
    """The copies that were made, or why there are none.

    `again_at` (seconds since 1970) is when a worker may try again; 0 when nobody will by itself.
    """

    copies: list[Copy] = field(default_factory=list)
    fallback: Copy | None = None
    share: Copy | None = None
    problem: str = ""
    attempts: int = 0
    again_at: int = 0

    @classmethod
    def read(cls, value: dict[str, Any] | None) -> "Record":
        """Return the record that `Image.renditions` holds; an empty one where it holds none."""
        value = value or {}
        return cls(
            copies=[Copy(**each) for each in value.get("copies", [])],
            fallback=_copy(value.get("fallback")),
            share=_copy(value.get("share")),
            **{name: value[name] for name in _PLAIN if name in value},
        )

    def as_json(self) -> dict[str, Any]:
        """Return what is stored: only what says something."""
        return {name: value for name, value in asdict(self).items() if value}

    def files(self) -> Iterator[Copy]:
        """Yield every file of it."""
        yield from self.copies
        yield from filter(None, (self.fallback, self.share))


_PLAIN = ("problem", "attempts", "again_at")


def _copy(value: dict[str, Any] | None) -> Copy | None:
    return Copy(**value) if value else None
