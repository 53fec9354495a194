"""The newest matches are the same however they are found, and the plans are the ones we mean."""

import pytest
from django.db import connection
from django.utils import timezone

from blog import newest, text_search
from blog.models import Author, Post, Tag
from blog.newest import Reach
from blog.querysets import PostQuerySet
from tests.blog import many_posts

pytestmark = pytest.mark.django_db

# Everywhere, in a twelfth, in one post, nowhere.
WORDS = ["about", "chain", "zebra", "unheard", '"chain chain"', "sentence -oil"]


@pytest.fixture
def many():
    many_posts.fill(1_500)


def _public() -> PostQuerySet:
    return Post.objects.for_readers("en")


def _with(words: str) -> PostQuerySet:
    return _public().filter(search_vector=text_search.query(words, language="en"))


@pytest.mark.parametrize(
    "reach", [newest.TEXTS, newest.TITLES, Reach(5, 10_000), Reach(5, 40), Reach(1, 0)]
)
@pytest.mark.usefixtures("many")
def test_the_newest_are_found_with_every_reach(reach):
    for words in WORDS:
        matching = _with(words)
        for number in (1, 20, 100):
            expected = list(matching.newest_first().values_list("pk", flat=True)[:number])
            assert newest.matches(matching, number, reach=reach) == expected


@pytest.mark.usefixtures("many")
def test_to_say_that_none_is_newer_changes_nothing():
    at = _public().newest_first()[700].publish_at
    older = _with("chain").filter(publish_at__lte=at)

    found = newest.matches(older, 20, at=at, reach=Reach(5, 10_000))

    assert found == newest.matches(older, 20)
    assert found == list(older.newest_first().values_list("pk", flat=True)[:20])


@pytest.mark.usefixtures("many")
def test_a_word_is_found_by_few_queries(django_assert_max_num_queries):
    for words in WORDS:
        with django_assert_max_num_queries(6):
            newest.matches(_with(words), 100, reach=Reach(20, 10_000))


@pytest.mark.usefixtures("many")
def test_where_few_have_a_word_the_dates_are_not_walked(django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        newest.matches(_with("chain"), 5, reach=Reach(1, 0))

    (query,) = asked.captured_queries
    walk = "Index Scan using post_published_idx"
    assert walk not in _plan(query["sql"])
    # Which is what the planner would do by itself.
    assert walk in _with("chain").newest_first()[:5].explain()


@pytest.mark.parametrize(("shelf", "relation"), [(Tag, "tags"), (Author, "author")])
def test_whether_a_shelf_has_posts_is_asked_of_one_post(shelf, relation):
    many_posts.fill(1_500, authors=1, tags=1)
    known = shelf.objects.filter(Post.objects.published().exist_for(relation))

    plan = known.filter(posts__slug="many-1").explain(analyze=True)

    # The first public one ends it, and those that readers don't see may all lie before it.
    unseen = Post.objects.count() - Post.objects.published().count()
    assert _most_rows(plan) <= unseen + 1, plan


def test_a_shelf_without_public_posts_is_not_known():
    many_posts.fill(30)
    empty = Tag.objects.create(name="Empty", slug="empty")
    known = Tag.objects.filter(Post.objects.published(timezone.now()).exist_for("tags"))

    assert empty not in known
    assert set(known) == set(Tag.objects.filter(posts__in=Post.objects.published()))


def _plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(row for (row,) in cursor.fetchall())


def _most_rows(plan: str) -> float:
    """Return how many rows the busiest step of `plan` had, each time."""
    return max(float(part.split()[0]) for part in plan.split("rows=")[2::2])
