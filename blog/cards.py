"""A post in a list."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from markupsafe import Markup

from blog import fragments, languages, renditions
from blog.models import Post


@dataclass(frozen=True, kw_only=True)
class Card:
    """All that a card shows, and so all that its template is given."""

    page_language: str
    level: str
    title: str
    url: str
    language: str
    summary: str
    author: str
    category: str
    category_url: str
    published_at: datetime | None
    is_sample: bool
    cover: renditions.Shown | None
    art_url: str


def card(post: Post, level: str = "h2", *, is_brief: bool = False) -> Markup:
    """Return the card of `post` as HTML, its title a heading of `level`."""
    shelf = post.category
    shows = Card(
        page_language=translation.get_language() or "",
        level=level,
        title=post.title,
        url=post.get_absolute_url(),
        language=post.language,
        summary="" if is_brief else post.summary,
        author=post.author.name,
        category=shelf.name if shelf else "",
        category_url=shelf.get_absolute_url() if shelf else "",
        published_at=post.publish_at,
        is_sample=post.is_sample,
        cover=renditions.show(post.cover) if post.cover else None,
        art_url="" if post.cover else art_url(post),
    )
    return fragments.render("blog/_card.html", "card", shows)


def art_url(post: Post) -> str:
    """Return the address of the drawing that stands in for a missing cover picture."""
    return languages.reverse_here("files:cover-art", post.category_id or 0, post.slug)
