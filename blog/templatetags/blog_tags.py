"""The few presentational helpers of the public pages."""

from django import template

from blog import disclosure, languages
from blog.models import Content, Post

register = template.Library()


@register.filter
def cover_art(post: Post) -> str:
    """Return the address of the drawing that stands in for a missing cover picture."""
    return languages.reverse_here("files:cover-art", post.category_id or 0, post.slug)


@register.filter
def disclosure_note(content: Content) -> str:
    """Return what readers must know about who wrote the text; empty where a person did."""
    return disclosure.note(content)


@register.filter
def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name."""
    words = name.split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
