"""A WordPress post or page, from its fields to the common middle."""

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime

from blog import rendering
from blog.models import Post
from blog.transfer import extras
from blog.transfer.extras import Extras
from blog.transfer.from_html import Losses, to_markdown
from blog.transfer.items import (
    AuthorItem,
    Broken,
    CategoryItem,
    Head,
    Kind,
    PostItem,
    Site,
    Status,
    TagItem,
)
from blog.transfer.notebook import Notebook
from blog.transfer.old_addresses import OldSite, as_path, slug_of
from blog.transfer.reading import Reading
from blog.transfer.validity import reason_of
from blog.transfer.wordpress import attachments, bodies
from blog.transfer.wordpress.fields import Fields, Term, plain

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_STATUSES = {"publish": Status.PUBLISHED, "private": Status.PUBLISHED, "future": Status.SCHEDULED}
NO_CATEGORY = "uncategorized"
_PRIMARY = ("_yoast_wpseo_primary_category", "rank_math_primary_category")
_SEO = {
    "seo_title": ("_yoast_wpseo_title", "rank_math_title", "_aioseo_title"),
    "seo_description": ("_yoast_wpseo_metadesc", "rank_math_description", "_aioseo_description"),
    "canonical_url": ("_yoast_wpseo_canonical", "rank_math_canonical_url"),
}
_LIMITS = {"seo_title": 160, "seo_description": 320, "canonical_url": 500}


def head_of(fields: Fields, old: OldSite, site: Site) -> Head:
    """Return what the post is called and where it was."""
    is_ours, own = site.is_ours, extras_of(fields, site)
    number, name = fields.text("post_id").strip(), fields.text("post_name").strip()
    kind = Post.Kind(fields.text("post_type"))
    title = fields.words("title")
    return Head(
        source_id=name if is_ours else number,
        post_kind=kind,
        title=(title if is_ours else " ".join(title.split()))[:160],
        slug=name if is_ours else slug_of(name or title, fallback=f"{kind}-{number}", limit=150),
        language=own.language,
        old_paths=own.redirects if is_ours else tuple(_old_paths(fields, old)),
    )


def post_of(fields: Fields, reading: Reading, old: OldSite, site: Site) -> PostItem:
    """Return the whole post. Raises ValidationError, ValueError."""
    head, own, meta = head_of(fields, old, site), extras_of(fields, site), fields.meta
    notes: list[str] = []
    category, tags = _terms(fields, reading.notebook)
    cover = attachments.by_id(reading.notebook, meta.get("_thumbnail_id", ""))
    published = fields.when("post_date_gmt") or fields.when("post_date")
    body = fields.text("markdown") if site.is_ours else _body(fields, reading, old, notes)
    status = _STATUSES.get(fields.text("status"), Status.DRAFT)
    return PostItem(
        **dict(head),
        summary=_summary(fields, site, notes),
        body=body,
        status=status,
        stays_draft=_why_draft(fields),
        publish_at=published if status != Status.DRAFT else None,
        changed_at=_changed_at(fields, published) if status == Status.PUBLISHED else None,
        author=fields.text("creator").strip(),
        category=category,
        tags=tags,
        cover=cover.source_id if cover else "",
        **_seo(own, meta, is_ours=site.is_ours),
        **own.part("is_ai_generated", "is_sample", "translation_of", "menu_position"),
        notes=(*notes, *_notes(fields, head)),
    )


def extra_terms(
    fields: Fields, notebook: Notebook
) -> Iterator[AuthorItem | CategoryItem | TagItem]:
    """Yield what only the post names, and tags for its second and further categories."""
    login = fields.text("creator").strip()
    if login and notebook.write_once("wordpress author", login, ""):
        yield AuthorItem(
            source_id=login, name=login[:120], slug=slug_of(login, fallback="author", limit=120)
        )
    shelves = _categories(fields, notebook)
    for term in fields.terms():
        if term.domain == "post_tag" and notebook.write_once("wordpress tag", term.nicename, ""):
            yield TagItem(
                source_id=term.nicename,
                name=term.name[:80] or term.nicename,
                slug=term_slug(term.nicename),
            )
    for place, term in enumerate(shelves):
        name = term.name[:80] or term.nicename
        if place == 0 and notebook.write_once("wordpress category", term.nicename, ""):
            yield CategoryItem(source_id=term.nicename, name=name, slug=term_slug(term.nicename))
        elif place and notebook.write_once("wordpress tag", f"category:{term.nicename}", ""):
            yield TagItem(
                source_id=f"category:{term.nicename}", name=name, slug=term_slug(term.nicename)
            )


def term_slug(nicename: str) -> str:
    """Return the slug of a category or tag here; WordPress's may be percent-encoded letters."""
    if len(nicename) <= 80 and _SLUG.fullmatch(nicename):
        return nicename
    return slug_of(nicename, fallback=f"term-{hashlib.sha256(nicename.encode()).hexdigest()[:8]}")


def extras_of(fields: Fields, site: Site) -> Extras:
    """Return what an export of ours says beside what WordPress knows.

    Only of such an export itself: in one that WordPress made later it would be out of date.
    """
    return extras.parse(fields.text("extras")) if site.is_ours else Extras()


def count_custom_fields(fields: Fields) -> int:
    """Return how many fields of the post only its theme or plugins knew."""
    return sum(1 for key in fields.meta if not key.startswith(("_", "rank_math", "footnotes")))


def broken(fields: Fields, error: Exception) -> Broken:
    """Return the post as something that could not be read."""
    kind = Kind.IMAGE if fields.text("post_type") == "attachment" else Kind.POST
    number = fields.text("post_id").strip() or "?"
    return Broken(
        kind=kind,
        source_id=number[:500],
        label=fields.words("title")[:160],
        reason=reason_of(error),
    )


def _body(fields: Fields, reading: Reading, old: OldSite, notes: list[str]) -> str:
    losses = Losses()

    def pictures(ids: list[str]) -> list[tuple[str, str, str]]:
        return attachments.of_gallery(reading.notebook, ids, fields.number("post_id"))

    content = bodies.to_html(fields.text("content"), fields.meta, losses, pictures)
    improve = attachments.Improver(reading.notebook, old)
    text = to_markdown(content, losses, improve_image=improve)
    notes += losses.sentences()
    return text


def _summary(fields: Fields, site: Site, notes: list[str]) -> str:
    if site.is_ours:
        return fields.words("excerpt")
    text = fields.words("excerpt").strip() or plain(bodies.teaser(fields.text("content")))
    line = " ".join(text.split())
    if len(line) > 400:
        notes.append("The excerpt was cut to 400 characters.")
    return rendering.shorten(line, characters=400)


def _why_draft(fields: Fields) -> str:
    if fields.text("post_password").strip():
        return "It was protected by a password; here it would be open to everybody."
    if fields.text("status") == "private":
        return "It was private."
    return ""


def _changed_at(fields: Fields, published: datetime | None) -> datetime | None:
    changed = fields.when("post_modified_gmt")
    return changed if changed and published and changed > published else None


def _categories(fields: Fields, notebook: Notebook) -> list[Term]:
    """Return the categories of the post, the one it stands on first."""
    terms = [term for term in fields.terms() if term.domain == "category"]
    terms = [term for term in terms if term.nicename != NO_CATEGORY]
    meta = fields.meta
    primary = {notebook.read("wordpress term", meta.get(key, "")) for key in _PRIMARY} - {None}
    return sorted(terms, key=lambda term: term.nicename not in primary)


def _terms(fields: Fields, notebook: Notebook) -> tuple[str, tuple[str, ...]]:
    shelves = [term.nicename for term in _categories(fields, notebook)]
    tags = [term.nicename for term in fields.terms() if term.domain == "post_tag"]
    tags += [f"category:{nicename}" for nicename in shelves[1:]]
    return (shelves[0] if shelves else ""), tuple(dict.fromkeys(tags))


def _seo(own: Extras, meta: dict[str, str], *, is_ours: bool) -> dict[str, str]:
    if is_ours:
        return own.part(*_SEO)
    found = {}
    for name, keys in _SEO.items():
        values = [" ".join(meta.get(key, "").split()) for key in keys]
        # A value with %%variables%% says what the plugin would have made of it, not words.
        usable = [
            value for value in values if (value and "%" not in value) or name == "canonical_url"
        ]
        found[name] = plain(usable[0])[: _LIMITS[name]] if usable else ""
    return found


def _old_paths(fields: Fields, old: OldSite) -> Iterator[str]:
    link, number = fields.text("link").strip(), fields.number("post_id")
    path = as_path(link)
    if path and path != "/":
        yield path
    base = as_path(f"{old.url}/") or "/"
    yield f"{base}?p={number}"
    if fields.text("post_type") == "page":
        yield f"{base}?page_id={number}"
    current = fields.text("post_name")
    for meta in fields.all("postmeta"):
        former = meta.text("meta_value").strip()
        if meta.text("meta_key") == "_wp_old_slug" and former and current and current in link:
            yield as_path(link.replace(current, former))


def _notes(fields: Fields, head: Head) -> Iterator[str]:
    if len(" ".join(fields.words("title").split())) > len(head.title):
        yield "The title was cut to 160 characters."
    more = [term.name for term in fields.terms() if term.domain == "author"]
    if len(more) > 1:
        yield f"Written by {len(more)} people; a post has one byline here."
