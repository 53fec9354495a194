"""What a page says in schema.org's words (JSON-LD); addresses begin with SITE_URL."""

import json
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from blog import disclosure, languages
from blog.models import Author, Post

Node = dict[str, Any]
# Names and paths from the front page down to the page itself.
Trail = list[tuple[str, str]]

# What would end the script element or start markup inside it.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def absolute(path: str) -> str:
    """Return the address of `path` on this site, whatever host the request named."""
    return _join(f"{settings.SITE_URL}/", path)


@lru_cache(maxsize=20_000)
def _join(base: str, path: str) -> str:
    return urljoin(base, path)


def as_script(nodes: list[Node]) -> SafeString | str:
    """Return the nodes as a graph that is safe inside a script element; empty without any."""
    if not nodes:
        return ""
    graph = {"@context": "https://schema.org", "@graph": nodes}
    text = json.dumps(graph, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(text)  # noqa: S308 (escaped in the line above)


def website() -> Node:
    """Return the site, as it speaks the language of the page."""
    return {
        "@type": "WebSite",
        "@id": _website_id(),
        "url": absolute(reverse("blog:home")),
        "name": settings.SITE_NAME,
        "description": languages.tagline(),
        "inLanguage": languages.current(),
        "publisher": _publisher(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{absolute(reverse('blog:search'))}?q={{search_term_string}}",
            "query-input": "required name=search_term_string",
        },
    }


def collection(name: str, *, path: str, description: str) -> Node:
    """Return a list of posts."""
    return _told(
        {
            "@type": "CollectionPage",
            "@id": absolute(path),
            "url": absolute(path),
            "name": name,
            "description": description,
            "inLanguage": languages.current(),
            "isPartOf": {"@id": _website_id()},
        }
    )


def profile(author: Author) -> Node:
    """Return the page about an author."""
    url = absolute(author.get_absolute_url())
    return {"@type": "ProfilePage", "@id": url, "url": url, "mainEntity": person(author)}


def person(author: Author) -> Node:
    """Return an author, by the same id wherever they are named."""
    url = absolute(author.get_absolute_url())
    return _told(
        {
            "@type": "Person",
            "@id": f"{url}#person",
            "name": author.name,
            "url": url,
            "description": author.bio,
            "sameAs": author.url,
        }
    )


def text(post: Post, *, description: str, image: str) -> Node:
    """Return a post, or a page beside them."""
    url = absolute(post.get_absolute_url())
    changed_at = post.last_changed_at
    is_page = post.kind == Post.Kind.PAGE
    return _told(
        {
            "@type": "WebPage" if is_page else "BlogPosting",
            "@id": url if is_page else f"{url}#post",
            "mainEntityOfPage": "" if is_page else url,
            "url": url,
            "headline": post.title,
            "description": description,
            "image": image,
            "inLanguage": post.language,
            "isPartOf": {"@id": _website_id()},
            "datePublished": post.publish_at and post.publish_at.isoformat(),
            "dateModified": changed_at and changed_at.isoformat(),
            "author": person(post.author),
            "publisher": _publisher(),
            "articleSection": not is_page and post.category and post.category.name,
            "keywords": [tag.name for tag in post.tags.all()],
            "digitalSourceType": disclosure.digital_source_type(post),
            "creditText": disclosure.note(post),
        }
    )


def breadcrumbs(trail: Trail) -> Node:
    """Return the way from the front page to a page."""
    whole = [(settings.SITE_NAME, reverse("blog:home")), *trail]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": absolute(path)}
            for place, (name, path) in enumerate(whole, start=1)
        ],
    }


def _website_id() -> str:
    return absolute(f"{reverse('blog:home')}#website")


def _publisher() -> Node:
    return {
        "@type": "Organization",
        "@id": absolute("/#publisher"),
        "name": settings.SITE_NAME,
        "url": absolute("/"),
    }


def _told(node: Node) -> Node:
    """Only what there is something to say about."""
    return {name: value for name, value in node.items() if value}
