"""The vocabulary of the blog: what there is, and what is always true of it."""

from blog.models.addresses import Redirect
from blog.models.content import Content, Page, Post, Revision
from blog.models.images import Image
from blog.models.imports import ImportedItem
from blog.models.preview_links import PreviewLink
from blog.models.search_terms import SearchTerm
from blog.models.taxonomy import SLUG_VALIDATOR, Author, Category, Tag
from blog.models.transfers import Transfer

__all__ = [
    "SLUG_VALIDATOR",
    "Author",
    "Category",
    "Content",
    "Image",
    "ImportedItem",
    "Page",
    "Post",
    "PreviewLink",
    "Redirect",
    "Revision",
    "SearchTerm",
    "Tag",
    "Transfer",
]
