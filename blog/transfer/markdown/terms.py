"""Bylines, shelves and subjects that have only names: each becomes one thing with one slug."""

import hashlib
from typing import TypeVar

from blog.transfer.items import AuthorItem, CategoryItem, TagItem
from blog.transfer.notebook import Notebook
from blog.transfer.old_addresses import slug_of

TermItem = TypeVar("TermItem", AuthorItem, CategoryItem, TagItem)
# Names of programming languages differ by these alone.
_SPOKEN = str.maketrans({"+": " plus ", "#": " sharp ", "&": " and "})


class Terms:
    """What was named so far."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def meet(
        self, kind: type[TermItem], name: str, **fields: str | tuple[str, ...]
    ) -> TermItem | None:
        """Return the thing called `name` when it is met for the first time, None afterwards."""
        source_id = self.id_of(name)
        if not self._notebook.write_once(f"markdown {kind.__name__}", source_id, name):
            return None
        values = {"source_id": source_id, "name": name[:80], "slug": self._slug(kind, name)}
        return kind.model_validate(values | fields)

    def id_of(self, name: str) -> str:
        """Return what keeps this name apart: case and blanks do not."""
        return " ".join(name.casefold().split())[:500]

    def _slug(self, kind: type[TermItem], name: str) -> str:
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        base = slug_of(name.translate(_SPOKEN), fallback=f"term-{digest}", limit=70)
        slug, number = base, 1
        while not self._notebook.write_once(f"markdown slugs {kind.__name__}", slug, name):
            number += 1
            slug = f"{base}-{number}"
        return slug
