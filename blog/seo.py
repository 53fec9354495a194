"""What a page tells search engines and those who share it; addresses begin with SITE_URL."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from blog import disclosure, rendering, sharing
from blog.models import Author, Post

# What would end the script element or start markup inside it.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
_DESCRIPTION_CHARACTERS = 160
_shorten = partial(rendering.shorten, characters=_DESCRIPTION_CHARACTERS)


@dataclass(frozen=True, kw_only=True)
class Meta:
    """The head of a page."""

    title: str
    description: str = ""
    canonical: str
    kind: str = "website"
    image: str = ""
    image_alt: str = ""
    # As the site's own image is, which stands for whatever has none.
    image_width: int = 1200
    image_height: int = 630
    image_type: str = "image/png"
    published_at: datetime | None = None
    changed_at: datetime | None = None
    is_indexed: bool = True
    data: list[dict[str, Any]] = field(default_factory=list)

    @property
    def full_title(self) -> str:
        """The title with the site's name."""
        if self.title == settings.SITE_NAME:
            return f"{self.title}: {settings.SITE_TAGLINE}"
        return f"{self.title} · {settings.SITE_NAME}"

    @property
    def json_ld(self) -> SafeString | str:
        """The page's linked data, safe inside a script element; empty where there is none."""
        if not self.data:
            return ""
        graph = {"@context": "https://schema.org", "@graph": self.data}
        text = json.dumps(graph, ensure_ascii=False).translate(_ESCAPES)
        return mark_safe(text)  # noqa: S308 (escaped in the line above)


def absolute(path: str) -> str:
    """Return the address of `path` on this site, whatever host the request named."""
    return urljoin(f"{settings.SITE_URL}/", path)


def for_page(title: str, *, path: str, description: str = "", is_indexed: bool = True) -> Meta:
    """Return the head of a list or another page that is not a post."""
    return Meta(
        title=title,
        description=_shorten(description),
        canonical=absolute(path),
        image=absolute(static("blog/share.png")),
        is_indexed=is_indexed,
    )


def for_home() -> Meta:
    """Return the head of the front page."""
    home = reverse("blog:home")
    website = {
        "@type": "WebSite",
        "@id": absolute("/#website"),
        "url": absolute(home),
        "name": settings.SITE_NAME,
        "description": settings.SITE_TAGLINE,
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{absolute(reverse('blog:search'))}?q={{search_term_string}}",
            "query-input": "required name=search_term_string",
        },
    }
    return Meta(
        title=settings.SITE_NAME,
        description=settings.SITE_TAGLINE,
        canonical=absolute(home),
        image=absolute(static("blog/share.png")),
        data=[website],
    )


def for_author(author: Author) -> Meta:
    """Return the head of an author's page."""
    return Meta(
        title=author.name,
        description=_shorten(author.bio) or f"What {author.name} wrote.",
        canonical=absolute(author.get_absolute_url()),
        kind="profile",
        image=absolute(static("blog/share.png")),
        data=[{"@type": "ProfilePage", "mainEntity": _person(author)}],
    )


def for_post(post: Post) -> Meta:
    """Return the head of a post's page."""
    changed_at = post.last_changed_at
    url = absolute(post.get_absolute_url())
    shared = sharing.image_of(post)
    image = absolute(shared.url)
    description = _shorten(post.summary) or rendering.excerpt(
        post.body_html, characters=_DESCRIPTION_CHARACTERS
    )
    posting = {
        "@type": "BlogPosting",
        "@id": f"{url}#post",
        "mainEntityOfPage": url,
        "headline": post.title,
        "description": description,
        "image": image,
        "inLanguage": post.language,
        "datePublished": post.publish_at and post.publish_at.isoformat(),
        "dateModified": changed_at and changed_at.isoformat(),
        "author": _person(post.author),
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/")},
        "articleSection": post.category and post.category.name,
        "keywords": [tag.name for tag in post.tags.all()],
        "digitalSourceType": disclosure.digital_source_type(post),
        "creditText": disclosure.note(post),
    }
    return Meta(
        title=post.title,
        description=description,
        canonical=url,
        kind="article",
        image=image,
        image_alt=shared.alt,
        image_width=shared.width,
        image_height=shared.height,
        image_type=shared.type,
        published_at=post.publish_at,
        changed_at=changed_at,
        data=[{name: value for name, value in posting.items() if value}, _breadcrumbs(post)],
    )


def _person(author: Author) -> dict[str, Any]:
    person = {"@type": "Person", "name": author.name, "url": absolute(author.get_absolute_url())}
    return person | ({"sameAs": author.url} if author.url else {})


def _breadcrumbs(post: Post) -> dict[str, Any]:
    trail = [(settings.SITE_NAME, reverse("blog:home"))]
    if post.category:
        trail.append((post.category.name, post.category.get_absolute_url()))
    trail.append((post.title, post.get_absolute_url()))
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": absolute(path)}
            for place, (name, path) in enumerate(trail, start=1)
        ],
    }
