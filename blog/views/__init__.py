"""The public pages: each names its posts in the words of the queryset and says what it is about.

They never look at the session, so that one answer serves everybody; `blog.reading` says how long.
"""

from blog.views.archives import Archive, ArchivePeriod
from blog.views.files import show_cover_art, show_robots
from blog.views.lists import AuthorPage, CategoryPage, Home, TagPage
from blog.views.posts import PostPage, StandingPage, describe
from blog.views.searching import Search

__all__ = [
    "Archive",
    "ArchivePeriod",
    "AuthorPage",
    "CategoryPage",
    "Home",
    "PostPage",
    "Search",
    "StandingPage",
    "TagPage",
    "describe",
    "show_cover_art",
    "show_robots",
]
