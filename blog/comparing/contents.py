"""What differs between two contents: the fields by their names, the text in rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from blog.comparing import paragraphs
from blog.comparing.paragraphs import Row
from blog.comparing.words import Effort, Run
from blog.models import Revision, Tag

_YES_OR_NO = {True: "yes", False: "no"}


@dataclass(frozen=True)
class Field:
    """A field that differs: its name for people, and both sides."""

    name: str
    old: list[Run]
    new: list[Run]


@dataclass(frozen=True)
class Comparison:
    """All that differs between two contents; false when nothing does."""

    fields: list[Field]
    rows: list[Row]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.fields or self.rows)


def revisions(old: Revision, new: Revision) -> Comparison:
    """Return what `new` changes of `old`: all that an approval signs."""
    return contents(content_of(old), content_of(new))


def contents(old: Mapping[str, str], new: Mapping[str, str]) -> Comparison:
    """Return what differs between contents as `content_of` describes them.

    A field that only one side names is not compared.
    """
    effort = Effort()
    fields = [
        Field(name, *paragraphs.pair(old[name], new[name], effort))
        for name in old
        if name in new and name != "Text" and old[name] != new[name]
    ]
    return Comparison(fields, paragraphs.texts(old.get("Text", ""), new.get("Text", "")))


def content_of(revision: Revision) -> dict[str, str]:
    """Return what a revision says, each field under its name for people; "Text" is the Markdown."""
    tags = Tag.objects.filter(pk__in=revision.tag_ids).order_by("name")
    return {
        "Title": revision.title,
        "Summary": revision.summary,
        "Text": revision.body,
        "Author": revision.author.name,
        "Category": revision.category.name if revision.category else "",
        "Tags": ", ".join(tag.name for tag in tags),
        "Cover picture": str(revision.cover or ""),
        "Address": revision.slug,
        "Language": revision.language,
        "Title for search engines": revision.seo_title,
        "Description for search engines": revision.seo_description,
        "Original address": revision.canonical_url,
        "AI-assisted": _YES_OR_NO[revision.is_ai_generated],
        "Sample text": _YES_OR_NO[revision.is_sample],
    }
