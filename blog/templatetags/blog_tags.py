"""The few presentational helpers of the public pages."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from blog import disclosure, languages, renditions, seo
from blog.models import Content, Image, Post

register = template.Library()
register.filter("absolute", seo.absolute)
register.filter("language_name", languages.name_of)


@register.filter
def cover_art(post: Post) -> str:
    """Return the address of the drawing that stands in for a missing cover picture."""
    return languages.reverse_here("files:cover-art", post.category_id or 0, post.slug)


@register.filter
def shown(image: Image) -> renditions.Shown:
    """Return what `blog/_picture.html` needs for a picture."""
    return renditions.show(image)


@register.filter
def disclosure_note(content: Content) -> str:
    """Return what readers must know about who wrote the text; empty where a person did."""
    return disclosure.note(content)


@register.filter
def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name."""
    words = name.split()
    # The letters of some scripts join: no word shall come of them.
    return "\u200c".join(word[0] for word in words[:1] + words[1:][-1:]).upper()


@register.filter
def instant(moment: datetime) -> str:
    """Return the moment as pages and those who share them write it for machines."""
    return moment.isoformat(timespec="seconds")


@register.filter
def spoken(content: Content, language: str) -> SafeString | str:
    """Return the attributes that say the content's language, where its page speaks another."""
    if content.language == language:
        return ""
    direction = languages.direction_of(content.language)
    return format_html(' lang="{}" dir="{}"', content.language, direction)
