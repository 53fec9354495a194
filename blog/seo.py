"""What the head of a page tells search engines and those who share it."""

import locale
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import to_locale

from blog import languages, linked_data, rendering, sharing
from blog.linked_data import Node, Trail, absolute
from blog.models import Author, Post

__all__ = ["Alternate", "Meta", "absolute", "for_author", "for_home", "for_list", "for_post"]

_DESCRIPTION_CHARACTERS = 160
_shorten = partial(rendering.shorten, characters=_DESCRIPTION_CHARACTERS)
# Where those who read the tag have another word than the operating systems.
_LOCALES = {"ar": "ar_AR"}


@dataclass(frozen=True)
class Alternate:
    """The same in another language, or (`x-default`) for speakers of none."""

    language: str
    url: str
    locale: str = ""


@dataclass(frozen=True, kw_only=True)
class Meta:
    """The head of a page."""

    title: str
    # In the browser's tab and in search results, where it differs.
    search_title: str = ""
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
    author_url: str = ""
    section: str = ""
    tags: list[str] = field(default_factory=list)
    locale: str = ""
    alternates: list[Alternate] = field(default_factory=list)
    markdown: str = ""
    data: list[Node] = field(default_factory=list)

    @property
    def full_title(self) -> str:
        """The title with the site's name."""
        if self.title == settings.SITE_NAME:
            return f"{self.title}: {languages.tagline()}"
        return f"{self.search_title or self.title} · {settings.SITE_NAME}"

    @property
    def json_ld(self) -> SafeString | str:
        """The page's linked data, safe inside a script element; empty where there is none."""
        return linked_data.as_script(self.data)


def for_page(title: str, *, path: str, description: str) -> Meta:
    """Return the head of a page that no search engine should list."""
    return Meta(
        title=title,
        description=description,
        canonical=absolute(path),
        image=absolute(static("blog/share.png")),
        is_indexed=False,
        locale=_locale(languages.current()),
    )


def for_list(title: str, *, path: str, description: str, above: Trail | None = None) -> Meta:
    """Return the head of a list of posts; `above` leads from the front page to it."""
    description = _shorten(description)
    return Meta(
        title=title,
        description=description,
        canonical=absolute(path),
        image=absolute(static("blog/share.png")),
        locale=_locale(languages.current()),
        data=[
            linked_data.collection(title, path=path, description=description),
            linked_data.breadcrumbs([*(above or []), (title, path)]),
        ],
    )


def for_home() -> Meta:
    """Return the head of the front page."""
    return Meta(
        title=settings.SITE_NAME,
        description=languages.tagline(),
        canonical=absolute(reverse("blog:home")),
        image=absolute(static("blog/share.png")),
        locale=_locale(languages.current()),
        data=[linked_data.website()],
    )


def for_author(author: Author) -> Meta:
    """Return the head of an author's page."""
    path = author.get_absolute_url()
    return Meta(
        title=author.name,
        description=_shorten(author.bio) or _("What %(name)s wrote.") % {"name": author.name},
        canonical=absolute(path),
        kind="profile",
        image=absolute(static("blog/share.png")),
        locale=_locale(languages.current()),
        data=[linked_data.profile(author), linked_data.breadcrumbs([(author.name, path)])],
    )


def for_post(post: Post, translations: Iterable[Post] = ()) -> Meta:
    """Return the head of a post's page, or of a page beside the posts."""
    path = post.get_absolute_url()
    shared = sharing.image_of(post)
    image = absolute(shared.url)
    description = (
        post.seo_description
        or _shorten(post.summary)
        or rendering.excerpt(post.body_html, characters=_DESCRIPTION_CHARACTERS)
    )
    is_post = post.kind == Post.Kind.POST
    shelf = [(post.category.name, post.category.get_absolute_url())] if post.category else []
    return Meta(
        title=post.title,
        search_title=post.seo_title,
        description=description,
        canonical=post.canonical_url or absolute(path),
        kind="article" if is_post else "website",
        image=image,
        image_alt=shared.alt,
        image_width=shared.width,
        image_height=shared.height,
        image_type=shared.type,
        published_at=post.publish_at if is_post else None,
        changed_at=post.last_changed_at if is_post else None,
        author_url=absolute(post.author.get_absolute_url()) if is_post else "",
        section=post.category.name if is_post and post.category else "",
        tags=[tag.name for tag in post.tags.all()] if is_post else [],
        locale=_locale(post.language),
        alternates=_alternates(post, *translations),
        markdown=f"{absolute(path).rstrip('/')}.md" if is_post else "",
        data=[
            linked_data.text(post, description=description, image=image),
            linked_data.breadcrumbs([*(shelf if is_post else []), (post.title, path)]),
        ],
    )


def _alternates(post: Post, *translations: Post) -> list[Alternate]:
    """The post in each language; speakers of none get the original, if it is public."""
    if not translations:
        return []
    versions = sorted([post, *translations], key=lambda each: each.language)
    original = next((each for each in versions if each.translation_of_id is None), versions[0])
    return [
        *(_alternate(each, each.language, _locale(each.language)) for each in versions),
        _alternate(original, "x-default"),
    ]


def _alternate(post: Post, language: str, its_locale: str = "") -> Alternate:
    return Alternate(language, absolute(post.get_absolute_url()), its_locale)


def _locale(language: str) -> str:
    """Return the language with a territory, as Open Graph wants it: en_US."""
    return _LOCALES.get(language) or locale.normalize(to_locale(language)).partition(".")[0]
