"""`python -m tests.load.fill N`: fills an empty blog with N believable posts, fast.

Rows are copied into the tables with our own triggers off, because the workflow needs a hundred
statements for a post. What the triggers guard holds all the same: each live post is a copy of an
approved revision, with its tags and a signed digest; `check` asks the database for exceptions.
"""

import argparse
import itertools
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import django
from django.db import connection, models, transaction

BATCH = 2_000
YEARS = 10
TAGS, AUTHORS, CATEGORIES = 3_000, 200, 12
_TITLE_WORDS = (3, 9)
_TAGS_OF_A_POST = (1, 5)


def fill(count: int, *, workers: int = 1) -> None:
    """Fill the database that the settings name with `count` posts. It must hold none."""
    from blog.models import Post  # the settings are chosen in `main`

    if Post.objects.exists():
        raise SystemExit("The database has posts already; only an empty one is filled.")
    _make_shelves()
    end = datetime.now(UTC).replace(microsecond=0)
    starts = range(0, count, BATCH)
    with _at_full_speed():
        connection.close()
        if workers == 1:
            _copy_batches(list(starts), count, end)
        else:
            with ProcessPoolExecutor(workers, initializer=django.setup) as pool:
                shares = [list(starts[n::workers]) for n in range(workers)]
                list(pool.map(_copy_batches, shares, [count] * workers, [end] * workers))
    _put_in_order()


def check() -> list[str]:
    """Return what the database's guards would have refused; nothing, if `fill` is right."""
    with connection.cursor() as cursor:
        wrong = []
        for name, sql in _GUARDS.items():
            cursor.execute(sql)
            if found := cursor.fetchall():
                wrong.append(f"{name}: {found[:3]}")
    return wrong


_GUARDS = {
    "shows something else than was approved": """
        SELECT post.id FROM blog_post AS post
        LEFT JOIN blog_revision AS approved ON approved.id = post.approved_revision_id
        WHERE post.approved_revision_id IS NOT NULL AND (
            approved.post_id <> post.id
            OR (approved.title, approved.slug, approved.body, approved.body_html, approved.summary)
               IS DISTINCT FROM (post.title, post.slug, post.body, post.body_html, post.summary)
            OR (approved.language, approved.author_id, approved.category_id)
               IS DISTINCT FROM (post.language, post.author_id, post.category_id))
        LIMIT 3""",
    "has other tags than were approved": """
        SELECT post.id FROM blog_post AS post
        JOIN blog_revision AS approved ON approved.id = post.approved_revision_id
        WHERE ARRAY(SELECT tag_id FROM blog_post_tags WHERE post_id = post.id ORDER BY tag_id)
              <> approved.tag_ids LIMIT 3""",
    "was approved by nobody": """
        SELECT post.id FROM blog_post AS post
        LEFT JOIN publishing_approval AS approval
            ON approval.revision_id = post.approved_revision_id
        LEFT JOIN blog_revision AS revision ON revision.id = post.approved_revision_id
        WHERE post.approved_revision_id IS NOT NULL
          AND approval.digest IS DISTINCT FROM revision.digest LIMIT 3""",
}


def _make_shelves() -> None:
    from django.contrib.auth import get_user_model

    from blog.models import Author, Category, Tag
    from tests.load.prose import Prose

    prose = Prose(1)
    names = [word.capitalize() for word in dict.fromkeys(prose.words(40_000))]
    tags, authors, shelves = names[:TAGS], names[TAGS:][:AUTHORS], names[TAGS + AUTHORS :]
    Tag.objects.bulk_create(Tag(name=name, slug=name.lower()) for name in tags)
    Author.objects.bulk_create(
        Author(name=f"{name} Holm", slug=f"{name.lower()}-holm", bio=prose.sentence())
        for name in authors
    )
    Category.objects.bulk_create(
        Category(name=name, slug=name.lower(), position=place, description=prose.sentence())
        for place, name in enumerate(shelves[:CATEGORIES])
    )
    get_user_model().objects.create_superuser("approver", password=None)


@contextmanager
def _at_full_speed() -> Iterator[None]:
    """Without our triggers, and without the indexes that are faster made at the end."""
    tables = ("blog_post", "blog_revision", "blog_post_tags", "publishing_approval")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes"
            " WHERE tablename = ANY(%s) AND indexdef LIKE '%% USING gin %%'",
            [list(tables)],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for _name, definition in indexes:
            _say(f"  {definition[:90]} ...")
            cursor.execute(definition)


def _copy_batches(starts: Sequence[int], count: int, end: datetime) -> None:
    maker = Maker(count, end)
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET synchronous_commit = off")
    for place, start in enumerate(starts):
        with transaction.atomic():
            maker.copy(range(start, min(start + BATCH, count)))
        if place % 25 == 24:
            share = (place + 1) / len(starts)
            left = (time.monotonic() - began) * (1 / share - 1)
            _say(f"  {share:4.0%} of a worker's posts, {left / 60:.0f} minutes left")


class Maker:
    """Makes posts by their number: the same number of the same count is always the same post."""

    def __init__(self, count: int, end: datetime) -> None:
        from django.contrib.auth import get_user_model

        from blog.models import Author, Category, Tag
        from tests.load.prose import Prose

        self._count, self._end = count, end
        self._prose = Prose(2)
        self._paragraphs = self._prose.paragraphs()
        self._tags = list(Tag.objects.order_by("pk").values_list("pk", flat=True))
        self._authors = list(Author.objects.order_by("pk").values_list("pk", flat=True))
        self._categories = list(Category.objects.order_by("pk").values_list("pk", flat=True))
        self._approver = get_user_model().objects.values_list("pk", flat=True).get()

    def copy(self, numbers: Sequence[int]) -> None:
        """Copy the posts of these numbers into the database, in one transaction."""
        from blog.models import Post, Revision
        from publishing.models import Approval

        made = [self._make(number) for number in numbers]
        _copy(Post, [post for post, _ in made])
        _copy(Revision, [revision for _, revision in made])
        links = ({"post_id": r["post_id"], "tag_id": t} for _, r in made for t in r["tag_ids"])
        _copy(Post.tags.through, links)
        _copy(
            Approval,
            (
                {
                    "revision_id": revision["id"],
                    "digest": revision["digest"],
                    "approved_by_id": self._approver,
                    "approved_at": revision["created_at"],
                }
                for post, revision in made
                if post["approved_revision_id"]
            ),
        )

    def _make(self, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
        from blog.models import Revision

        chance = self._prose.chance
        chance.seed(f"{self._count} {number}")
        pk = number + 1
        content = self._content(pk)
        at = self._end - timedelta(days=365 * YEARS) * (1 - (number + 0.5) / self._count)
        is_live = number % 50 != 7
        tags = sorted({_zipf(self._tags, chance) for _ in range(chance.randint(*_TAGS_OF_A_POST))})
        revision = {**content, "id": pk, "post_id": pk, "number": 1, "tag_ids": tags}
        revision |= {"created_at": at, "image_ids": [], "contributor_ids": []}
        revision["digest"] = Revision(**revision).compute_digest()
        post = {
            **content,
            "id": pk,
            "status": "approved" if is_live else "draft",
            "publish_at": at if is_live else None,
            "latest_revision_id": pk,
            "approved_revision_id": pk if is_live else None,
            "created_at": at,
            "updated_at": at,
        }
        return post, revision

    def _content(self, pk: int) -> dict[str, Any]:
        prose, chance = self._prose, self._prose.chance
        title = " ".join(prose.words(chance.randint(*_TITLE_WORDS))).capitalize()
        count = min(30, max(2, round(chance.lognormvariate(1.8, 0.5))))
        parts = chance.choices(self._paragraphs, k=count)
        return {
            "title": title,
            "slug": f"{title.lower().replace(' ', '-')[:100].rstrip('-')}-{pk}",
            "summary": prose.sentence(),
            "body": "\n\n".join(part.text for part in parts),
            "body_html": "".join(part.html for part in parts),
            "language": "ar" if chance.random() < 0.05 else "en",
            "author_id": _zipf(self._authors, chance),
            "category_id": _zipf(self._categories, chance),
            "is_ai_generated": chance.random() < 0.5,
        }


def _zipf(rows: Sequence[int], chance: random.Random) -> int:
    return chance.choices(rows, cum_weights=_weights(len(rows)))[0]


@cache
def _weights(count: int) -> list[float]:
    return list(itertools.accumulate(1 / rank for rank in range(1, count + 1)))


@cache
def _columns(model: type[models.Model]) -> dict[str, Any]:
    """The columns that rows are copied into, with what stands in them unless said otherwise."""
    return {
        field.attname: field.get_default()
        for field in model._meta.concrete_fields
        if not field.generated and not isinstance(field, models.AutoField | models.BigAutoField)
    }


def _copy(model: type[models.Model], rows: Any) -> None:
    rows = list(rows)
    if not rows:
        return
    columns = _columns(model)
    names = [*columns, *(["id"] if "id" in rows[0] else [])]
    sql = f"COPY {model._meta.db_table} ({', '.join(names)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row([row.get(name, columns.get(name)) for name in names])


def _put_in_order() -> None:
    """Let the next post get a number of its own, and let the planner know what there is."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for table in ("blog_post", "blog_revision"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
        cursor.execute("VACUUM (ANALYZE)")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def main() -> None:
    """Fill, check, say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=int)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.load.settings")
    django.setup()
    began = time.monotonic()
    fill(chosen.posts, workers=chosen.workers)
    _say(f"{chosen.posts:,} posts in {time.monotonic() - began:.0f} s")
    if wrong := check():
        raise SystemExit("\n".join(wrong))


if __name__ == "__main__":
    main()
