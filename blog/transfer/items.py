"""The common middle of all imports and exports: what a blog consists of, whoever wrote it down.

Each item carries the name that its blog gives it (`source_id`), refers to others by theirs, and has
a digest, so that the same item twice is recognised. Texts are Markdown.
"""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from blog import rendering
from blog.models import ImportedItem, Post

Kind = ImportedItem.Kind
_SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"


def _clean(text: str) -> str:
    return rendering.storable(text).replace("\r\n", "\n").replace("\r", "\n")


Text = Annotated[str, AfterValidator(_clean)]
Name = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_clean)]
TermSlug = Annotated[str, Field(pattern=_SLUG, max_length=80)]


class Status(StrEnum):
    """What readers of the other blog saw of a post."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"


class Item(BaseModel):
    """One thing of a blog."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: ClassVar[Kind]

    source_id: str = Field(min_length=1, max_length=500)
    # Its addresses on the old blog: paths, each of which leads to the thing from now on.
    old_paths: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What a person calls it."""
        return self.source_id

    def digest(self) -> str:
        """Return the SHA-256 (hex) of all that it says."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class AuthorItem(Item):
    """A byline."""

    kind = Kind.AUTHOR
    name: Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_clean)]
    slug: Annotated[str, Field(pattern=_SLUG, max_length=120)]
    bio: Text = ""
    url: Annotated[str, Field(max_length=200)] = ""

    @property
    def label(self) -> str:
        """Their name."""
        return self.name


class CategoryItem(Item):
    """A shelf."""

    kind = Kind.CATEGORY
    name: Name
    slug: TermSlug
    description: Text = ""
    position: Annotated[int, Field(ge=0, le=32767)] = 0

    @property
    def label(self) -> str:
        """Its name."""
        return self.name


class TagItem(Item):
    """A subject."""

    kind = Kind.TAG
    name: Name
    slug: TermSlug

    @property
    def label(self) -> str:
        """Its name."""
        return self.name


class ImageItem(Item):
    """A picture: where it is (`url`, or `file` in the package), and what is known about it."""

    kind = Kind.IMAGE
    url: str = ""
    file: str = ""
    # Only of a blog like this one: the name that its file had there, to be kept.
    stored_as: str = ""
    alt_text: Annotated[str, Field(max_length=250), AfterValidator(_clean)] = ""
    is_decorative: bool = False
    caption: Annotated[str, Field(max_length=250), AfterValidator(_clean)] = ""
    credit: Annotated[str, Field(max_length=120), AfterValidator(_clean)] = ""
    licence: Annotated[str, Field(max_length=120), AfterValidator(_clean)] = ""
    source_url: Annotated[str, Field(max_length=200)] = ""
    is_ai_generated: bool = False
    focal_x: Annotated[int, Field(ge=0, le=100)] = 50
    focal_y: Annotated[int, Field(ge=0, le=100)] = 50
    created_at: datetime | None = None


class Head(Item):
    """What a post is called and where it was: enough to plan its new address."""

    kind = Kind.POST
    post_kind: Post.Kind = Post.Kind.POST
    title: Annotated[str, Field(max_length=160), AfterValidator(_clean)] = ""
    # As the old blog has it; empty or taken, another is made.
    slug: Annotated[str, Field(max_length=160)] = ""
    language: Annotated[str, Field(max_length=12)] = ""

    @property
    def label(self) -> str:
        """Its title."""
        return self.title


class PostItem(Head):
    """A post or page with all that readers see of it."""

    summary: Annotated[str, Field(max_length=400), AfterValidator(_clean)] = ""
    body: Text = ""
    status: Status = Status.DRAFT
    # Why it must stay a draft, whatever its status was: private, for members, ...
    stays_draft: str = ""
    publish_at: datetime | None = None
    changed_at: datetime | None = None
    author: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    cover: str = ""
    seo_title: Annotated[str, Field(max_length=160), AfterValidator(_clean)] = ""
    seo_description: Annotated[str, Field(max_length=320), AfterValidator(_clean)] = ""
    canonical_url: Annotated[str, Field(max_length=500)] = ""
    is_ai_generated: bool = False
    is_sample: bool = False
    translation_of: str = ""
    menu_position: Annotated[int, Field(ge=0, le=32767)] | None = None
    # What was left behind or altered, in sentences for the report.
    notes: Annotated[tuple[str, ...], Field(exclude=True)] = ()


class RedirectItem(Item):
    """An old address that leads neither to a post nor to anything else of the file."""

    kind = Kind.POST
    target: Annotated[str, Field(min_length=1, max_length=500)]


class Broken(BaseModel):
    """What stands in the file and cannot be read; the rest goes on without it."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    source_id: str
    label: str = ""
    reason: str


class Site(BaseModel):
    """The blog that a file comes from."""

    model_config = ConfigDict(frozen=True)

    # What keeps its items apart from those of other blogs.
    source: str = Field(min_length=1, max_length=300)
    url: str = ""
    title: str = ""
    language: str = ""
    # The file was written by AutoBlog: everything in it is meant to come along.
    is_ours: bool = False
