"""What our blog knows of things and other systems have no field for; it travels beside theirs."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError


class Extras(BaseModel):
    """The part of a thing that only a blog like this one reads."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    redirects: tuple[str, ...] = ()
    # Bylines and shelves.
    bio: str = ""
    url: str = ""
    position: int = 0
    # Pictures.
    stored_as: str = ""
    file: str = ""
    alt_text: str = ""
    caption: str = ""
    is_decorative: bool = False
    credit: str = ""
    licence: str = ""
    source_url: str = ""
    focal_x: int = 50
    focal_y: int = 50
    created_at: datetime | None = None
    # Posts.
    summary: str = ""
    language: str = ""
    seo_title: str = ""
    seo_description: str = ""
    canonical_url: str = ""
    is_ai_generated: bool = False
    is_sample: bool = False
    translation_of: str = ""
    menu_position: int | None = None

    def written(self) -> dict[str, Any]:
        """Return what differs from nothing, as plain values."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def part(self, *names: str) -> dict[str, Any]:
        """Return the values of some fields, by name."""
        return {name: getattr(self, name) for name in names}


def parse(text: str) -> Extras:
    """Return the extras written as JSON; none where there is none or somebody broke it."""
    try:
        return Extras.model_validate_json(text) if text else Extras()
    except ValidationError:
        return Extras()
