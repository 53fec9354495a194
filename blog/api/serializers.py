"""What programs may know of a published post: only what its page shows to everybody."""

from typing import Any

from django.db.models import Model
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from blog import disclosure, renditions, seo
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


class CopySerializer(serializers.Serializer[Model]):
    """A copy of a picture."""

    url = serializers.URLField()
    type = serializers.CharField(help_text="Its media type, such as image/avif.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class CoverSerializer(serializers.ModelSerializer[Image]):
    """The picture on top."""

    url = PublicAddressField(source="file.url", help_text="The picture's file.")
    alt_text = serializers.SerializerMethodField(help_text="Empty if it is decorative.")
    copies = serializers.SerializerMethodField(
        help_text="The same in modern formats and smaller; empty until they are made."
    )

    class Meta:
        model = Image
        fields = [
            *("url", "width", "height", "alt_text", "caption", "credit", "licence"),
            *("is_ai_generated", "copies"),
        ]

    def get_alt_text(self, image: Image) -> str:
        """Return what the page says."""
        return "" if image.is_decorative else image.alt_text

    @extend_schema_field(CopySerializer(many=True))
    def get_copies(self, image: Image) -> list[dict[str, Any]]:
        """Return each copy with its absolute address."""
        url = image.file.storage.url
        return [
            {
                "url": seo.absolute(url(copy.name)),
                "type": copy.type,
                "width": copy.width,
                "height": copy.height,
            }
            for copy in renditions.Record.read(image.renditions).copies
        ]


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
    html = serializers.SerializerMethodField(help_text="The same, as sanitised HTML.")

    class Meta(PostSerializer.Meta):
        fields = [*PostSerializer.Meta.fields, "body", "html"]

    def get_html(self, post: Post) -> str:
        """Return the text of the page."""
        images = Image.objects.shown_in(post.body_html)
        return renditions.with_pictures(post.body_html, images)
