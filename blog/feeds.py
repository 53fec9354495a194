"""The newest posts in full as RSS, Atom and JSON Feed; items keep their ids, whatever the slug."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import format_html
from django.utils.xmlutils import SimplerXMLGenerator

from blog import disclosure, languages, rendering, renditions, seo
from blog.models import Image, Post

ITEMS = 30


class _RssGenerator(Rss201rev2Feed):
    """RSS with the whole text beside the summary."""

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/"
        }

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


class _AtomGenerator(Atom1Feed):
    """Atom with the whole text beside the summary."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class RssFeed(Feed):  # type: ignore[type-arg]  # not generic at run time
    """The newest posts as RSS 2.0."""

    feed_type: type[SyndicationFeed] = _RssGenerator
    feed_url_name = "blog:feed-rss"
    item_guid_is_permalink = False
    language = settings.LANGUAGE_CODE

    def title(self) -> str:
        return settings.SITE_NAME

    def description(self) -> str:
        return settings.SITE_TAGLINE

    def link(self) -> str:
        return seo.absolute(reverse("blog:home"))

    def feed_url(self) -> str:
        return seo.absolute(reverse(self.feed_url_name))

    def feed_guid(self) -> str:
        return f"tag:{_host()},2026:posts"

    def items(self) -> list[Post]:
        return newest_posts()

    def item_title(self, post: Post) -> str:
        # Django's own would escape it, and the generator once more.
        return post.title

    def item_description(self, post: Post) -> str:
        return post.summary or rendering.excerpt(post.body_html)

    def item_link(self, post: Post) -> str:
        return seo.absolute(post.get_absolute_url())

    def item_guid(self, post: Post) -> str:
        return stable_id(post)

    def item_pubdate(self, post: Post) -> datetime | None:
        return post.publish_at

    def item_updateddate(self, post: Post) -> datetime | None:
        return post.last_changed_at

    def item_author_name(self, post: Post) -> str:
        return rendering.storable(post.author.name)

    def item_author_link(self, post: Post) -> str:
        return seo.absolute(post.author.get_absolute_url())

    def item_categories(self, post: Post) -> list[str]:
        return subjects(post)

    def item_extra_kwargs(self, post: Post) -> dict[str, Any]:
        return {"content": full_content(post)}


class AtomFeed(RssFeed):
    """The newest posts as Atom 1.0."""

    feed_type = _AtomGenerator
    feed_url_name = "blog:feed-atom"

    def subtitle(self) -> str:
        return settings.SITE_TAGLINE


def json_feed(_request: HttpRequest) -> JsonResponse:
    """Answer with the newest posts as JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": settings.SITE_NAME,
        "description": settings.SITE_TAGLINE,
        "home_page_url": seo.absolute(reverse("blog:home")),
        "feed_url": seo.absolute(reverse("blog:feed-json")),
        "icon": seo.absolute(static("blog/share.png")),
        "language": settings.LANGUAGE_CODE,
        "items": [_json_item(post) for post in newest_posts()],
    }
    return JsonResponse(
        feed,
        content_type="application/feed+json",
        json_dumps_params={"ensure_ascii": False},
    )


def newest_posts() -> list[Post]:
    """Return what every feed holds."""
    posts = Post.objects.for_readers(languages.current())
    return with_pictures(posts.in_full().newest_first()[:ITEMS])


def with_pictures(posts: Iterable[Post]) -> list[Post]:
    """Return `posts` with the pictures of their texts, in memory, by one query for them all."""
    shown = list(posts)
    images = list(Image.objects.shown_in("".join(post.body_html for post in shown)))
    for post in shown:
        post.body_html = renditions.with_plain_pictures(post.body_html, images)
    return shown


def stable_id(post: Post) -> str:
    """Return the post's id for ever: a tag URI (RFC 4151) that survives a change of the slug."""
    return f"tag:{_host()},{post.created_at:%Y-%m-%d}:post-{post.pk}"


def full_content(post: Post) -> str:
    """Return the whole text with links that work in a feed reader, and who wrote it."""
    html = rendering.absolute_links(
        post.body_html, site=settings.SITE_URL, page=seo.absolute(post.get_absolute_url())
    )
    note = disclosure.note(post)
    return html + format_html("<p><em>{}</em></p>", note) if note else html


def subjects(post: Post) -> list[str]:
    """Return the names of the post's category and tags."""
    category = [post.category.name] if post.category else []
    return [rendering.storable(name) for name in category + [t.name for t in post.tags.all()]]


def _json_item(post: Post) -> dict[str, Any]:
    item = {
        "id": stable_id(post),
        "url": seo.absolute(post.get_absolute_url()),
        "title": post.title,
        "summary": post.summary or rendering.excerpt(post.body_html),
        "content_html": full_content(post),
        "image": post.cover and seo.absolute(renditions.show(post.cover).src),
        "date_published": post.publish_at and post.publish_at.isoformat(),
        "date_modified": post.last_changed_at and post.last_changed_at.isoformat(),
        "authors": [
            {"name": post.author.name, "url": seo.absolute(post.author.get_absolute_url())}
        ],
        "tags": subjects(post),
        "language": post.language,
    }
    made_by = {
        "about": "https://schema.org/digitalSourceType",
        "digital_source_type": disclosure.digital_source_type(post),
        "is_ai_generated": post.is_ai_generated,
        "is_sample": post.is_sample,
    }
    return {name: value for name, value in item.items() if value} | {"_disclosure": made_by}


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
