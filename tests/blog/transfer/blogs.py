"""Blogs as hypothesis makes them: odd titles, every script, texts that look like markup."""

import io
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import override_settings
from hypothesis import strategies as st
from PIL import Image as Picture

from blog import library, rendering, revisions
from blog.models import Author, Category, Image, Post, Redirect, Tag
from publishing import workflow
from tests.factories import make_user

ODD = [
    *(
        "]]>",
        "<![CDATA[",
        "---\ntitle: x\n---",
        "+++",
        "مرحبا بالعالم",
        "שלום",
        "日本語",
        "👩‍🚀 🏳️‍🌈",
    ),
    *(
        "{{ page.title }}",
        "{% raw %}",
        "{{< youtube x >}}",
        "<!--more-->",
        "&amp; &lt;b&gt; & <b>x</b>",
    ),
    *(
        "# heading",
        "a \"quoted\" 'one'",
        "key: value",
        "| a | b |",
        "null",
        "~",
        "2020-01-01",
        "1e3",
    ),
    *(
        "<item>",
        "</item>",
        "<wp:post_id>7</wp:post_id>",
        "__GHOST_URL__/x",
        "\\",
        "\\n",
        "%d8%a7",
        "- a",
    ),
    *(
        "```\ncode\n```",
        "    indented",
        "`span`",
        "trailing  ",
        "  leading",
        "\u2028",
        "\u00a0",
        "\u0085",
    ),
    *("[caption]", "/posts/x/", "https://example.org/a(b)", "\ufeff", "a\tb", "é\u0301", "\u202e"),
]
_CHARACTERS = st.characters(exclude_categories=("Cs",))
_PIECES = st.one_of(st.sampled_from(ODD), st.text(_CHARACTERS, max_size=20))
_SLUGS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)


def line(limit: int, *, blank: bool = True) -> st.SearchStrategy[str]:
    """One line of text."""
    joined = st.lists(_PIECES, min_size=0 if blank else 1, max_size=4).map(" ".join)
    # Letters that nobody can store are no name, and no end of one either.
    clean = joined.map(lambda text: " ".join(rendering.storable(text).split())[:limit].strip())
    return clean.map(lambda text: text or ("" if blank else "x"))


BODIES = st.lists(_PIECES, max_size=8).map("\n\n".join)


@st.composite
def blogs(draw: Any) -> dict[str, Any]:
    """A description of a small blog."""
    authors = draw(st.lists(_SLUGS, min_size=1, max_size=3, unique=True))
    categories = draw(st.lists(_SLUGS, max_size=3, unique=True))
    tags = draw(st.lists(_SLUGS, max_size=6, unique=True))
    images = draw(st.integers(0, 3))
    slugs = draw(st.lists(_SLUGS, min_size=1, max_size=4, unique=True))
    names = line(80, blank=False)
    return {
        "authors": [(s, draw(names), draw(BODIES), draw(_urls())) for s in authors],
        "categories": [
            (s, draw(names), draw(BODIES), draw(st.integers(0, 99))) for s in categories
        ],
        "tags": [(s, draw(names)) for s in tags],
        "images": [_image(draw, number) for number in range(images)],
        "posts": [_post(draw, slug, authors, categories, tags, images) for slug in slugs],
        "redirects": draw(
            st.lists(st.tuples(_paths(), _paths()), max_size=2, unique_by=lambda r: r[0])
        ),
    }


def _urls() -> st.SearchStrategy[str]:
    return st.sampled_from(["", "https://example.org/~a?b=c&d=e#f"])


def _paths() -> st.SearchStrategy[str]:
    words = st.sampled_from(["2019", "alt", "مرحبا", "a b", "x&y", "old-post", "?p=12"])
    return st.lists(words, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))


def _image(draw: Any, number: int) -> dict[str, Any]:
    is_decorative = draw(st.booleans())
    return {
        # Two may be the same picture, described in two ways.
        "colour": draw(st.sampled_from(["navy", "teal", "gold"])),
        "kind": draw(st.sampled_from(["PNG", "JPEG", "WEBP"])),
        "alt_text": draw(line(250, blank=is_decorative)),
        "is_decorative": is_decorative,
        "caption": draw(line(250)),
        "credit": draw(line(120)),
        "licence": draw(line(120)),
        "source_url": draw(_urls()),
        "is_ai_generated": draw(st.booleans()),
        "focal": (draw(st.integers(0, 100)), draw(st.integers(0, 100))),
        "days": number,
    }


def _post(
    draw: Any, slug: str, authors: Any, categories: Any, tags: Any, images: int
) -> dict[str, Any]:
    return {
        "slug": f"{slug}-post",
        "kind": draw(st.sampled_from(list(Post.Kind))),
        "state": draw(st.sampled_from(["draft", "review", "live", "scheduled", "changed"])),
        "at": draw(st.datetimes(datetime(2001, 1, 1), datetime(2020, 1, 1))).replace(tzinfo=UTC),
        "title": draw(line(160, blank=False)),
        "summary": draw(line(400)),
        "body": draw(BODIES),
        "language": draw(st.sampled_from(["en", "ar", "de"])),
        "author": draw(st.sampled_from(authors)),
        "category": draw(st.sampled_from([None, *categories])),
        "tags": draw(st.lists(st.sampled_from(tags), unique=True)) if tags else [],
        "cover": draw(st.sampled_from([None, *range(images)])),
        "shown": draw(st.sampled_from([None, *range(images)])),
        "seo_title": draw(line(160)),
        "seo_description": draw(line(320)),
        "canonical_url": draw(_urls()),
        "is_ai_generated": draw(st.booleans()),
        "is_sample": draw(st.booleans()),
        "menu_position": draw(st.sampled_from([None, 0, 7])),
        "old": draw(st.lists(_paths(), max_size=2, unique=True)),
        "translates": draw(st.booleans()),
    }


def build(described: dict[str, Any]) -> None:
    """Make the blog that was described, through the doors that people use."""
    publisher = make_user("Publishers")
    for slug, name, bio, url in described["authors"]:
        Author.objects.create(slug=slug, name=name, bio=_lf(bio), url=url)
    for slug, name, description, position in described["categories"]:
        Category.objects.create(
            slug=slug, name=name, description=_lf(description), position=position
        )
    for slug, name in described["tags"]:
        Tag.objects.create(slug=slug, name=name)
    images = [_keep(**image) for image in described["images"]]
    posts = [_write(post, images, publisher) for post in described["posts"]]
    for post, one in zip(posts, described["posts"], strict=True):
        original = posts[0]
        free = not Post.objects.filter(translation_of=original, language=post.language).exists()
        if one["translates"] and post != original and free:
            Post.objects.filter(pk=post.pk).update(translation_of=original)
    for path, target in described["redirects"]:
        Redirect.objects.get_or_create(path=path, defaults={"target": target})


def _lf(text: str) -> str:
    return text.replace("\x00", "")


def _keep(*, colour: str, kind: str, focal: tuple[int, int], days: int, **facts: Any) -> Image:
    content = io.BytesIO()
    Picture.linear_gradient("L").convert("RGB").resize((40, 30)).save(content, kind)
    picture = Picture.open(content).convert("RGB")
    picture.paste(colour, (0, 0, 20, 15))
    content = io.BytesIO()
    picture.save(content, kind)
    file = ContentFile(content.getvalue(), name=f"x.{kind.lower()}")
    image = library.add_image(file, **facts, by=None)
    image.focal_x, image.focal_y = focal
    image.created_at = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(days=days, microseconds=7)
    image.save()
    return image


def _write(post: dict[str, Any], images: list[Image], publisher: User) -> Post:
    body = post["body"].replace("\x00", "")
    if post["shown"] is not None:
        body += f'\n\n![{"a"}]({images[post["shown"]].file.url} "t")'
    copied = ("title", "slug", "summary", "language", "seo_title", "seo_description")
    copied += ("canonical_url", "is_ai_generated", "is_sample")
    draft = revisions.Draft(
        **{name: post[name] for name in copied},
        body=body,
        author=Author.objects.get(slug=post["author"]),
        category=Category.objects.filter(slug=post["category"]).first(),
        tags=list(Tag.objects.filter(slug__in=post["tags"])),
        cover=images[post["cover"]] if post["cover"] is not None else None,
    )
    made = revisions.create_post(draft, by=None, kind=post["kind"])
    Post.objects.filter(pk=made.pk).update(menu_position=post["menu_position"])
    made.refresh_from_db()
    for path in post["old"]:
        Redirect.objects.get_or_create(path=path, defaults={"post": made})
    if post["state"] != "draft":
        workflow.submit(made, by=None)
    if post["state"] in ("live", "scheduled", "changed"):
        is_later = post["state"] == "scheduled"
        at = post["at"].replace(year=2190) if is_later else post["at"]
        workflow.approve(made, by=publisher, publish_at=at, now=None if is_later else at)
    if post["state"] == "changed":
        draft = revisions.draft_of(made)
        revisions.save_revision(made, revisions.replace(draft, summary="Changed."), by=None)
        workflow.submit(made, by=None)
        workflow.approve(made, by=publisher, now=post["at"] + timedelta(days=5))
    return made


@contextmanager
def a_site(media: Path):  # type: ignore[no-untyped-def]
    """A site of its own: its rows and its files are gone afterwards."""
    with override_settings(MEDIA_ROOT=str(media)), transaction.atomic():
        yield
        with connection.cursor() as cursor:
            # What would be looked at when the transaction ends.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def files_of(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder, by name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
