"""Which published posts a program asks for."""

from django.conf import settings
from django.db.models import QuerySet
from django_filters import rest_framework as filters

from blog import text_search
from blog.models import Post, Tag


class PostFilter(filters.FilterSet):  # type: ignore[misc]
    """Filters that may be combined; the order stays newest first."""

    category = filters.CharFilter("category__slug", help_text="Slug of a category.")
    tag = filters.CharFilter(method="with_tag", help_text="Slug of a tag.")
    author = filters.CharFilter("author__slug", help_text="Slug of an author.")
    language = filters.CharFilter("language", help_text="Code of a language, such as `en`.")
    since = filters.IsoDateTimeFilter(
        "publish_at", lookup_expr="gte", help_text="Published at this instant (ISO 8601) or later."
    )
    q = filters.CharFilter(
        method="with_words",
        max_length=text_search.MAX_CHARACTERS,
        help_text='Words to search for, as in a search engine: `bicycle chain -oil`, `"exact"`.',
    )

    class Meta:
        model = Post
        fields: list[str] = []

    def with_tag(self, posts: QuerySet[Post], _name: str, slug: str) -> QuerySet[Post]:
        """Keep the posts with the tag.

        Asked for by its number: only of that does PostgreSQL know how many posts have it, and so
        whether it should begin with the tag or with the newest posts.
        """
        tag = Tag.objects.filter(slug=slug).first()
        return posts.filter(tags=tag) if tag else posts.none()

    def with_words(self, posts: QuerySet[Post], _name: str, words: str) -> QuerySet[Post]:
        """Keep the posts that match."""
        language = self.form.cleaned_data.get("language") or settings.LANGUAGE_CODE
        query = text_search.query(words, language=language)
        return posts.filter(search_vector=query)
