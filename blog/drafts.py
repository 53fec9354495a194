"""The content of a revision as a typed value, from whoever wrote it, and the revision it makes."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from django.contrib.auth.models import AbstractBaseUser

from blog import rendering
from blog.models import Author, Category, Image, Post, Revision, Tag

# What people and models type; the rest is ours.
_CHECKED = {
    *("title", "slug", "summary", "language"),
    *("seo_title", "seo_description", "canonical_url"),
}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The content of a revision to be saved; Markdown in `body`."""

    title: str
    author: Author
    body: str = ""
    summary: str = ""
    slug: str = ""
    language: str = "en"
    category: Category | None = None
    cover: Image | None = None
    tags: list[Tag] = field(default_factory=list)
    is_ai_generated: bool = False
    is_sample: bool = False
    seo_title: str = ""
    seo_description: str = ""
    canonical_url: str = ""


def draft_of(post: Post) -> Draft:
    """Return the content of the post's latest revision, to be changed and saved again."""
    latest = post.latest_revision
    if latest is None:
        raise ValueError(f"Post {post.pk} has no revision yet.")
    return content_of(latest)


def content_of(revision: Revision) -> Draft:
    """Return the content of a revision, to be changed or brought back."""
    copied = (f.name for f in fields(Draft) if f.name != "tags")
    tags = list(Tag.objects.filter(pk__in=revision.tag_ids))
    return Draft(**{name: getattr(revision, name) for name in copied}, tags=tags)


def revision_of(
    post: Post,
    draft: Draft,
    *,
    by: AbstractBaseUser | None,
    note: str,
    previous: Revision | None,
    more: Iterable[int],
) -> Revision:
    """Return the revision that `draft` makes after `previous`, not yet saved.

    `more` are the users who had a hand in it beside `by`. Raises ValidationError, TextTooLong.
    """
    clean = rendering.storable
    body = clean(draft.body)
    body_html = rendering.render_markdown(body)
    revision = Revision(
        post=post,
        number=previous.number + 1 if previous else 1,
        title=clean(draft.title).strip(),
        slug=draft.slug or (previous.slug if previous else post.slug),
        summary=clean(draft.summary).strip(),
        seo_title=clean(draft.seo_title).strip(),
        seo_description=clean(draft.seo_description).strip(),
        canonical_url=draft.canonical_url,
        body=body,
        body_html=body_html,
        language=draft.language,
        author=draft.author,
        category=draft.category,
        cover=draft.cover,
        tag_ids=sorted({tag.pk for tag in draft.tags}),
        image_ids=sorted(Image.objects.shown_in(body_html).values_list("pk", flat=True)),
        is_ai_generated=draft.is_ai_generated,
        is_sample=draft.is_sample,
        created_by_id=by.pk if by else None,
        contributor_ids=sorted(_contributors(post, previous, by).union(more)),
        note=clean(note)[:200],
    )
    revision.digest = revision.compute_digest()
    revision.clean_fields(exclude={f.name for f in Revision._meta.fields} - _CHECKED)
    return revision


def _contributors(post: Post, previous: Revision | None, by: AbstractBaseUser | None) -> set[int]:
    """Everybody who had a hand in the content since the last approval."""
    earlier = (
        set(previous.contributor_ids)
        if previous and previous.pk != post.approved_revision_id
        else set()
    )
    return earlier | ({by.pk} if by else set())
