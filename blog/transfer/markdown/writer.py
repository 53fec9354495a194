"""Writes the blog as a folder of Markdown with front matter, which Hugo can build as it is.

Bylines, shelves, subjects and pictures stand in the folder `autoblog`, one a line.
"""

from collections import Counter
from datetime import datetime
from typing import Any

import yaml

from blog.models import Post
from blog.transfer.items import PostItem, Status
from blog.transfer.markdown.ours import FILES, PAGES
from blog.transfer.outgoing import Outgoing
from blog.transfer.sink import Sink

_POSTS = "content/posts/"
_MEDIA = "static/media/"


class _Dumper(yaml.SafeDumper):
    """Instants as Hugo reads them."""


_Dumper.add_representer(
    datetime,
    lambda dumper, at: dumper.represent_scalar(
        "tag:yaml.org,2002:timestamp", f"{at:%Y-%m-%dT%H:%M:%SZ}"
    ),
)


def write(outgoing: Outgoing, sink: Sink) -> None:
    """Write everything."""
    with sink.text("autoblog/site.yaml") as out:
        site = {"generator": "AutoBlog", "title": outgoing.title, "url": outgoing.url}
        out.write(_yaml(site))
    labels = {}
    for name in FILES:
        with sink.text(f"autoblog/{name}.jsonl") as out:
            names: Counter[str] = Counter()
            for item in getattr(outgoing, name)():
                if name == "images":
                    item = item.model_copy(update={"file": _MEDIA + item.stored_as})
                out.write(item.model_dump_json(exclude_defaults=True) + "\n")
                labels[name, getattr(item, "slug", "")] = getattr(item, "name", "")
                names[getattr(item, "name", "")] += 1
            _keep_unmistakable(labels, name, names)
    for post in outgoing.posts():
        folder = PAGES if post.post_kind == Post.Kind.PAGE else _POSTS
        with sink.text(f"{folder}{post.slug}.md") as out:
            out.write(f"---\n{_yaml(_facts(post, labels))}---\n\n{post.body}\n")
    outgoing.copy_media(sink, _MEDIA)


def _keep_unmistakable(labels: dict[tuple[str, str], str], name: str, names: Counter[str]) -> None:
    """Let a text name a thing by its name only where no other thing is meant by it."""
    slugs = {slug for kind, slug in labels if kind == name}
    for kind, slug in list(labels):
        label = labels[kind, slug]
        if kind == name and (names[label] > 1 or (label in slugs and label != slug)):
            labels[kind, slug] = slug


def _facts(post: PostItem, labels: dict[tuple[str, str], str]) -> dict[str, Any]:
    """Return the front matter: what says nothing is left out."""
    kind = Post(kind=post.post_kind, slug=post.slug, language=post.language)
    facts: dict[str, Any] = {
        "title": post.title,
        "slug": post.slug,
        "url": kind.get_absolute_url(),
        "date": post.publish_at,
        "lastmod": post.changed_at,
        "draft": post.status == Status.DRAFT,
        "status": post.status.value,
        "language": post.language,
        "author": labels.get(("authors", post.author), post.author),
        "categories": [labels.get(("categories", post.category), post.category)]
        * bool(post.category),
        "tags": [labels.get(("tags", tag), tag) for tag in post.tags],
        "summary": post.summary,
        "cover": post.cover,
        "seo_title": post.seo_title,
        "description": post.seo_description,
        "canonical_url": post.canonical_url,
        "is_ai_generated": post.is_ai_generated,
        "is_sample": post.is_sample,
        "translation_of": post.translation_of,
        "aliases": list(post.old_paths),
    }
    facts = {name: value for name, value in facts.items() if value}
    if post.menu_position is not None:
        facts["menu_position"] = post.menu_position
    return facts


def _yaml(values: dict[str, Any]) -> str:
    return yaml.dump(
        values, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf")
    )
