"""Queries that are put together once give what they always gave, with the values of each time."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from blog import composing
from blog.models import Post
from blog.querysets import PostQuerySet
from tests.factories import make_category, make_image, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_is_composed() -> None:
    composing._composed.clear()
    composing._changes.clear()


def _newest(now, slug="") -> PostQuerySet:
    posts = Post.objects.for_readers("en", now).in_full().newest_first()
    return posts.filter(slug=slug) if slug else posts


def test_rows_are_the_same_as_ever(django_assert_num_queries) -> None:
    for number in range(3):
        tags = {"category": make_category(), "cover": make_image()} if number else {}
        make_post(live=True, **tags)
    now = timezone.now()
    plain = list(_newest(now))

    for _ in range(2):
        with django_assert_num_queries(1):
            rows = composing.rows("newest", _newest, now=now)
            assert [(p.category, p.cover, list(p.tags.all())) for p in rows]
        assert rows == plain
        assert [vars(a).keys() for a in rows] == [vars(b).keys() for b in plain]


def test_each_time_has_its_values() -> None:
    old = make_post(live=True, publish_at=timezone.now() - timedelta(days=2))
    make_post(live=True)

    assert len(composing.rows("n", _newest, now=timezone.now())) == 2
    assert composing.rows("n", _newest, now=timezone.now() - timedelta(days=1)) == [old]
    assert composing.rows("one", _newest, now=timezone.now(), slug=old.slug) == [old]
    assert composing.rows("one", _newest, now=timezone.now(), slug="x' OR 1=1") == []


@pytest.mark.parametrize(
    ("compose", "values", "message"),
    [
        (lambda slug: Post.objects.published().filter(slug=slug), {"slug": "x"}, "clock"),
        (lambda slug: Post.objects.all(), {"slug": "x"}, "nowhere in it: slug"),
        (lambda pk: Post.objects.filter(pk=pk), {"pk": None}, "no values such as None"),
        (lambda pk: Post.objects.prefetch_related("tags").filter(pk=pk), {"pk": 1}, "further"),
    ],
)
def test_what_could_be_wrong_the_next_time_is_refused(compose, values, message) -> None:
    with pytest.raises(composing.NotComposable, match=message):
        composing.rows("wrong", compose, **values)
    assert composing._composed == {}


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_its_own_connection() -> None:
    make_post(live=True)
    composing.rows("n", _newest, now=timezone.now())
    seen: list[object] = []

    def ask() -> None:
        seen.append(composing.rows("n", _newest, now=timezone.now()))
        seen.append(connection.connection is not main)
        connection.close()

    main = connection.connection
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert seen == [list(Post.objects.all()), True]


def test_a_connection_keeps_the_statement_planned() -> None:
    for _ in range(5):
        composing.rows("n", _newest, now=timezone.now())

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        assert ["blog_post" in statement for (statement,) in cursor.fetchall()].count(True) == 1
    # Nothing else is remembered: with its values, each other statement is a new one.
    assert len(connection.connection._prepared._names) == 1
    assert not [key for key in connection.connection._prepared._counts if b"pg_prepared" in key[0]]


def test_none_is_kept_behind_a_pooler(settings) -> None:
    settings.PREPARE_COMPOSED_QUERIES_AFTER = None
    for _ in range(5):
        composing.rows("n", _newest, now=timezone.now())

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        assert not ["blog_post" in statement for (statement,) in cursor.fetchall()].count(True)


@pytest.mark.django_db(transaction=True)
def test_a_migration_under_a_planned_statement_is_not_noticed() -> None:
    post = make_post(live=True)
    for _ in range(5):
        composing.rows("n", _newest, now=timezone.now())
    was = connection.connection

    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("ALTER TABLE blog_author ALTER COLUMN name TYPE text")
    try:
        assert composing.rows("n", _newest, now=timezone.now()) == [post]
        assert connection.connection is not was
    finally:
        with other.cursor() as cursor:
            cursor.execute("ALTER TABLE blog_author ALTER COLUMN name TYPE varchar(120)")
        other.close()


def test_a_change_is_made_each_time_with_its_values() -> None:
    first, second = make_post(), make_post()

    def rename(pk: int, title: str) -> tuple[Any, dict[str, Any]]:
        return Post.objects.filter(pk=pk), {"title": title, "updated_at": Now()}

    changed = [
        composing.update("t", rename, pk=pk, title=title)
        for pk, title in [(first.pk, "One"), (second.pk, "Two"), (-1, "Nobody")]
    ]

    assert changed == [1, 1, 0]
    assert list(Post.objects.order_by("pk").values_list("title", flat=True)) == ["One", "Two"]


def test_a_change_that_looked_at_the_clock_itself_is_refused() -> None:
    def touch(pk: int) -> tuple[Any, dict[str, Any]]:
        return Post.objects.filter(pk=pk), {"updated_at": timezone.now()}

    with pytest.raises(composing.NotComposable, match="clock"):
        composing.update("touch", touch, pk=1)
