"""The published blog for programs: read-only, the same for everybody, cheap to ask again."""

from typing import Any

from django.db.models import QuerySet
from django.utils.decorators import method_decorator
from rest_framework.permissions import AllowAny
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ReadOnlyModelViewSet

from blog.api import serializers
from blog.api.filters import PostFilter
from blog.api.pagination import PostPagination
from blog.models import Author, Category, Post, Tag
from blog.reading import for_readers


@method_decorator(for_readers, name="dispatch")
class PublicViewSet(ReadOnlyModelViewSet[Any]):
    """Nobody is recognised here, so nobody can see more than the public, or fill its caches."""

    authentication_classes = []
    permission_classes = [AllowAny]
    lookup_field = "slug"
    lookup_value_regex = "[a-z0-9-]+"


class PostViewSet(PublicViewSet):
    """Published posts, newest first. Lists come without the text; ask for a post to get it."""

    queryset = Post.objects.none()
    filterset_class = PostFilter
    pagination_class = PostPagination
    keyset = ("-publish_at", "-pk")

    def get_queryset(self) -> QuerySet[Post]:
        """Return what readers see at this moment."""
        posts = Post.objects.published().posts().in_full()
        return posts.defer("body", "body_html") if self.action == "list" else posts

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Return the serializer with or without the text."""
        if self.action == "list":
            return serializers.PostSerializer
        return serializers.PostDetailSerializer


class CategoryViewSet(PublicViewSet):
    """The shelves of the blog."""

    queryset = Category.objects.all()
    serializer_class = serializers.CategorySerializer
    keyset = ("position", "name", "pk")


class TagViewSet(PublicViewSet):
    """The subjects that published posts have."""

    serializer_class = serializers.TagSerializer
    keyset = ("slug",)

    def get_queryset(self) -> QuerySet[Tag]:
        """Return the tags readers meet; those of drafts alone would give the drafts away."""
        return Tag.objects.filter(Post.objects.published().exist_for("tags"))


class AuthorViewSet(PublicViewSet):
    """The bylines of published posts."""

    serializer_class = serializers.AuthorSerializer
    keyset = ("slug",)

    def get_queryset(self) -> QuerySet[Author]:
        """Return the authors readers meet."""
        return Author.objects.filter(Post.objects.published().exist_for("author"))
