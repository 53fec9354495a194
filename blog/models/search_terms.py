"""The words of the public texts, so that a search forgives a slip of the finger."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class SearchTerm(models.Model):
    """A word as it is written somewhere, and how it is found: see `blog.search.spelling`."""

    language = models.CharField(max_length=12)
    word = models.CharField(max_length=40)
    # As the language's dictionary has it; empty for words that no search looks for.
    stem = models.CharField(max_length=40, blank=True)
    keys = ArrayField(models.IntegerField())
    # In about how many texts: of two words that are equally near, the more common was meant.
    texts = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["language", "word"], name="search_term_is_kept_once")
        ]
        indexes = [
            models.Index(fields=["language", "stem"], name="search_term_stem_idx"),
            GinIndex(fields=["keys"], name="search_term_keys_idx"),
        ]

    def __str__(self) -> str:
        return self.word
