"""The demo blog: posts that went the whole workflow, a plan with a feed, a brief to start with."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth.models import User
from django.templatetags.static import static
from django.utils import timezone
from django.utils.text import slugify

import blog
from blog import revisions, seo
from blog.models import Author, Category, Post, Tag
from generation.models import Brief, ContentPlan, Source, StyleGuide
from publishing import workflow

POSTS = Path(blog.__file__).parent / "demo"
PLAN = "demo"
BIOS = {
    "Mara Quill": "Runs a repair workshop in a former bakery. Writes about edges, joints and the "
    "moment before something breaks.",
    "Jonas Feld": "Restores chairs and, when they let him, the people who lean back in them.",
    "ليلى منصور": "تصلح الأدوات في ورشة صغيرة، وتنقل إلى العربية ما يستحق أن يُنقل.",
}
# A name that makes no address by itself carries one: "المطبخ (al-matbakh)".
_NAME = re.compile(r"(.+?)(?: \(([a-z-]+)\))?")
# Sentences of the page about chains; a draft about it quotes some of them.
CHAIN_FACTS = [
    "Its pins and bushings wear",
    "exactly 12 inches over 24 links",
    "At 0.5 percent most makers",
    "it is the noisiest and most wearing gear",
    "Fresh oil on a dirty chain carries the dirt into the joints",
]


def fill(*, writer: User, approver: User) -> None:
    """Fill an empty blog; on a blog that has posts only refresh the demo's own addresses."""
    if not Post.objects.exists():
        for path in sorted(POSTS.glob("*.md")):
            _publish(path, writer=writer, approver=approver)
    plan = _plan()
    _feed(plan)
    _first_brief(plan, writer=writer)


def _publish(path: Path, *, writer: User, approver: User) -> None:
    head, _, body = path.read_text().removeprefix("---\n").partition("\n---\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if line)
    at = timezone.now() - timedelta(days=int(fields["days_ago"]), hours=3)
    draft = revisions.Draft(
        title=fields["title"],
        slug=fields.get("slug", ""),
        language=fields.get("language", "en"),
        summary=fields["summary"],
        body=body.strip() + "\n",
        author=_author(fields["author"]),
        category=_category(fields["category"]) if "category" in fields else None,
        tags=[_tag(name) for name in fields.get("tags", "").split(", ") if name],
    )
    post = revisions.create_post(
        draft,
        by=writer,
        note="Demo",
        kind=Post.Kind(fields.get("kind", "post")),
        translation_of=Post.objects.filter(slug=fields.get("translation_of")).first(),
    )
    Post.objects.filter(pk=post.pk).update(menu_position=fields.get("menu_position"))
    workflow.submit(post, by=writer, now=at)
    workflow.approve(post, by=approver, publish_at=at, now=at)


def _plan() -> ContentPlan:
    style, _ = StyleGuide.objects.get_or_create(
        name="House style",
        defaults={
            "tone": "Calm, concrete, curious. Short sentences. No hype, no exclamation marks.",
            "audience": "People who like to look after things and want to know why a method works.",
            "rules": "Start with what the reader sees or holds.\nNumbers carry their units.\n"
            "Say where a fact comes from.",
            "banned_phrases": ["game changer", "in today's fast-paced world", "delve into"],
        },
    )
    plan, _ = ContentPlan.objects.get_or_create(
        slug=PLAN,
        defaults={
            "name": "The repair bench",
            "description": "Practical articles about keeping things in use: bicycles, knives, "
            "clothes, furniture. For readers who repair at home with few tools.",
            "style_guide": style,
            "author": _author("Mara Quill"),
            "category": _category("Repair"),
            "target_words": 700,
        },
    )
    return plan


def _feed(plan: ContentPlan) -> None:
    """The feed is served by this very site, whose address may have changed since last time."""
    Source.objects.update_or_create(
        plan=plan,
        kind=Source.Kind.FEED,
        title="The Mending Bench",
        defaults={"url": page_url("feed.xml")},
    )


def _first_brief(plan: ContentPlan, *, writer: User) -> None:
    brief, is_new = Brief.objects.get_or_create(
        plan=plan,
        title="How to make a bicycle chain last",
        defaults={
            "notes": "When to replace it, how to measure wear, what a worn chain costs.",
            "keywords": ["bicycle", "chain", "wear", "maintenance"],
            "due_on": _next_friday(timezone.now()).date(),
            "created_by": writer,
        },
    )
    if is_new:
        Source.objects.create(
            brief=brief,
            kind=Source.Kind.NOTE,
            title="From our own workshop",
            text="We measured forty chains that came to the workshop in October. "
            "Twenty-six of them were beyond 0.75 percent elongation. "
            "Only five of the forty riders owned a chain gauge.",
        )
    Source.objects.update_or_create(
        brief=brief, kind=Source.Kind.URL, defaults={"url": page_url("bicycle-chain.html")}
    )


def page_url(name: str) -> str:
    """Return the address of a page of the demo publisher, which this very site serves."""
    return seo.absolute(static(f"generation/demo/{name}"))


def _next_friday(now: datetime) -> datetime:
    return now + timedelta(days=(4 - now.weekday()) % 7 or 7)


def _author(words: str) -> Author:
    name, slug = _named(words)
    fields = {"name": name, "bio": BIOS.get(name, "")}
    return Author.objects.get_or_create(slug=slug, defaults=fields)[0]


def _category(words: str) -> Category:
    name, slug = _named(words)
    return Category.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def _tag(words: str) -> Tag:
    name, slug = _named(words)
    return Tag.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def _named(words: str) -> tuple[str, str]:
    match = _NAME.fullmatch(words)
    name, slug = match.groups() if match else (words, None)
    return name, slug or slugify(name)
