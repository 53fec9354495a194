"""What programs may know of a published post: only what its page shows to everybody."""

from typing import Any

from django.db.models import Model
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from blog import disclosure, seo
from blog.models import Author, Category, Image, Post, Tag


@extend_schema_field(OpenApiTypes.URI)
class PublicAddressField(serializers.ReadOnlyField):
    """Makes the path of a page or file absolute: at the site's own address, whoever asks where."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"source": "get_absolute_url", **kwargs})

    def to_representation(self, path: str) -> str:
        """Return the absolute address."""
        return seo.absolute(path)


class AuthorSerializer(serializers.ModelSerializer[Author]):
    """A byline."""

    url = PublicAddressField(help_text="The author's page on this blog.")
    homepage = serializers.CharField(source="url", help_text="The author's own page, or empty.")

    class Meta:
        model = Author
        fields = ["slug", "name", "bio", "homepage", "url"]


class CategorySerializer(serializers.ModelSerializer[Category]):
    """A shelf of the blog."""

    url = PublicAddressField(help_text="The category's page.")

    class Meta:
        model = Category
        fields = ["slug", "name", "description", "url"]


class TagSerializer(serializers.ModelSerializer[Tag]):
    """A subject."""

    url = PublicAddressField(help_text="The tag's page.")

    class Meta:
        model = Tag
        fields = ["slug", "name", "url"]


class NamedSerializer(serializers.Serializer[Model]):
    """An author, a category or a tag, as a post mentions it."""

    slug = serializers.CharField()
    name = serializers.CharField()


class CoverSerializer(serializers.ModelSerializer[Image]):
    """The picture on top."""

    url = PublicAddressField(source="file.url", help_text="The picture's file.")

    class Meta:
        model = Image
        fields = ["url", "width", "height", "alt_text", "caption", "credit", "licence"]


class PostSerializer(serializers.ModelSerializer[Post]):
    """A post in a list: all but its text."""

    url = PublicAddressField(help_text="The page for readers.")
    author = NamedSerializer()
    category = NamedSerializer(allow_null=True)
    tags = NamedSerializer(many=True)
    cover = CoverSerializer(allow_null=True)
    published_at = serializers.DateTimeField(source="publish_at")
    updated_at = serializers.DateTimeField(
        source="last_changed_at",
        help_text="When readers last saw it change, by its publication or later.",
    )
    disclosure = serializers.SerializerMethodField(
        help_text="What readers must be told about who wrote it; empty where a person did."
    )

    class Meta:
        model = Post
        fields = [
            "slug",
            "url",
            "title",
            "summary",
            "language",
            "author",
            "category",
            "tags",
            "cover",
            "published_at",
            "updated_at",
            "is_ai_generated",
            "is_sample",
            "disclosure",
        ]

    def get_disclosure(self, post: Post) -> str:
        """Return the sentence that the post's page shows."""
        return disclosure.note(post)


class PostDetailSerializer(PostSerializer):
    """A post with its text."""

    body = serializers.CharField(help_text="Markdown, as it was written.")
    html = serializers.CharField(source="body_html", help_text="The same, as sanitised HTML.")

    class Meta(PostSerializer.Meta):
        fields = [*PostSerializer.Meta.fields, "body", "html"]
