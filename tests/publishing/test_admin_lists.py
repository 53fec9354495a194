"""The desk's lists at many posts: an index serves each, whatever is asked of it."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog import counting
from blog.admin import lists
from blog.models import Author, Category, Post
from tests import factories
from tests.blog import many_posts

pytestmark = pytest.mark.django_db
MANY = 20_000
# More rows than a page and a bounded sort need, and far fewer than the table has.
FEW = 2_500


def plans(captured: CaptureQueriesContext) -> Iterator[tuple[str, dict]]:
    """Every node of the plans of the queries that read posts."""
    for query in captured.captured_queries:
        sql = query["sql"]
        if not sql.startswith("SELECT") or '"blog_post"' not in sql:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
            (plan,) = cursor.fetchone()
        stack = [(plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]]
        while stack:
            node = stack.pop()
            yield sql, node
            stack += node.get("Plans", [])


def costly(captured: CaptureQueriesContext) -> list[str]:
    """What no list may do: read the whole table, or sort much of it."""
    found = []
    for sql, node in plans(captured):
        kind, rows = node["Node Type"], node["Actual Rows"] * node["Actual Loops"]
        if kind == "Seq Scan" and node["Relation Name"] == "blog_post":
            found.append(f"sequential scan: {sql}")
        if kind == "Sort" and max([rows, *_read_by(node)]) > FEW:
            found.append(f"sort of {max([rows, *_read_by(node)])}: {sql}")
        # Rows read one by one and thrown away.
        if node.get("Rows Removed by Filter", 0) > FEW:
            found.append(f"read in vain: {node['Rows Removed by Filter']}: {sql}")
    return found


def _read_by(node: dict) -> list[float]:
    """How many rows come to a node from below; what is computed for each row does not count."""
    below = [one for one in node.get("Plans", []) if one["Parent Relationship"] != "SubPlan"]
    return [one["Actual Rows"] * one["Actual Loops"] for one in below]


def get(client: Client, name: str, **query: object) -> CaptureQueriesContext:
    with CaptureQueriesContext(connection) as captured:
        page = client.get(f"{reverse(f'admin:{name}')}?{urlencode(query)}")
    assert page.status_code == 200, (name, query)
    return captured


@pytest.fixture
def editor(client):
    user = factories.make_user("Editors")
    client.force_login(user)
    return user


def test_no_list_reads_or_sorts_the_whole_table(client, editor, monkeypatch):
    # A small part of all, as the bound is of a million.
    monkeypatch.setattr(counting.up_to, "__defaults__", (1_000,))
    many_posts.fill(MANY)
    author, category = Author.objects.first(), Category.objects.first()
    asked = [
        {},
        {"o": "6"},
        {"o": "-6"},
        {"o": "1"},  # by title: no index, so it is not done
        {"p": "2"},
        {"p": "20"},
        {"status__exact": "draft"},
        {"status__exact": "archived"},
        {"is_ai_generated__exact": "0"},
        {"author__id__exact": author.pk},
        {"category__id__exact": category.pk},
        {"author__id__exact": author.pk, "status__exact": "in_review"},
        {"q": "zebra"},
        {"q": "zeb"},
        {"q": "many-4321"},
        {"q": "/posts/many-4321/"},
        {"q": str(Post.objects.first().pk)},
        {"q": "nothinghasthisword"},
        {"q": "nothing has"},
        {"q": "zebra", "o": "-6"},
    ]
    problems = {}
    for query in asked:
        problems["posts", str(query)] = costly(get(client, "blog_post_changelist", **query))
    for stage in ("", "review", "scheduled", "drafts", "live", "withdrawn", "all"):
        for order in ({}, {"o": "4"}, {"o": "-4"}, {"p": "2"}):
            query = {"stage": stage} | order if stage else order
            captured = get(client, "publishing_queuedpost_changelist", **query)
            problems["queue", str(query)] = costly(captured)
    for name in ("blog_author", "blog_category", "blog_tag"):
        problems[name, ""] = costly(get(client, f"{name}_changelist"))
    problems["today", ""] = costly(get(client, "index"))

    assert {where: found for where, found in problems.items() if found} == {}


class TestCounts:
    def test_a_list_counts_up_to_a_bound_and_says_so(self, client, editor, monkeypatch):
        monkeypatch.setattr(counting.up_to, "__defaults__", (3,))
        monkeypatch.setattr("blog.admin.posts.PostAdmin.list_per_page", 2)
        for _ in range(4):
            factories.make_post()
        url = reverse("admin:blog_post_changelist")

        page = client.get(url).content.decode()
        last = client.get(f"{url}?p=99")

        assert "More than 3 posts" in page
        assert "search or filter to find the others" in page
        assert last.context["cl"].page_num == 2
        assert len(last.context["cl"].result_list) == 1

    def test_a_short_list_says_how_many_there_are(self, client, editor):
        factories.make_post()

        page = client.get(reverse("admin:blog_post_changelist")).content.decode()

        assert re.search(r">\s*1 post\s*<", page)

    def test_a_count_is_words(self):
        for _ in range(3):
            factories.make_post()

        assert str(counting.up_to(Post.objects.all(), 2)) == "more than 2"
        assert str(counting.up_to(Post.objects.all(), 3)) == "3"
        assert not counting.up_to(Post.objects.none())

    @pytest.mark.parametrize("name", ["author", "category", "tag"])
    def test_posts_of_a_shelf_are_counted_up_to_a_bound(self, client, editor, monkeypatch, name):
        monkeypatch.setattr("blog.admin.taxonomy.CountsPosts.counted_up_to", 2)
        author, category = factories.make_author(), factories.make_category()
        tag = many_posts.Tag.objects.create(name="Bikes", slug="bikes")
        url = reverse(f"admin:blog_{name}_changelist")
        for said in ("0", "1", "2", "more than 2"):
            page = client.get(url).content.decode()
            assert re.search(rf"field-counted[^>]*>\s*{said}\s*<", page), said
            factories.make_post(author=author, category=category, tags=[tag])


class TestSearch:
    @pytest.fixture
    def posts(self):
        return {
            "chain": factories.make_post(title="On chains", body="They wear.", slug="on-chains"),
            "oil": factories.make_post(title="Oil", body="For a chain that wears.", live=True),
            "arabic": factories.make_post(title="السلاسل", body="تتآكل", language="ar"),
        }

    def found(self, client: Client, typed: str) -> list[Post]:
        page = client.get(reverse("admin:blog_post_changelist"), {"q": typed})
        return list(page.context["cl"].result_list)

    def test_words_are_found_anywhere_the_last_changed_first(self, client, editor, posts):
        assert self.found(client, "chain") == [posts["oil"], posts["chain"]]
        assert self.found(client, "wearing -oil") == [posts["chain"]]
        assert self.found(client, '"chain that wears"') == [posts["oil"]]

    def test_titles_are_found_by_how_their_words_begin(self, client, editor, posts):
        assert self.found(client, "cha") == [posts["chain"]]

    def test_so_is_an_address_a_number_and_another_language(self, client, editor, posts):
        chain = posts["chain"]
        for typed in ("on-chains", "/posts/on-chains/", "https://x.example/posts/On-Chains/"):
            assert self.found(client, typed) == [chain], typed
        assert chain in self.found(client, str(chain.pk))
        assert self.found(client, "السلاسل") == [posts["arabic"]]

    @pytest.mark.parametrize(
        "typed", ["'", "\\", "':*", "a'b:*A & |", "-" * 300, "x" * 5000, "٣", "9" * 30, " "]
    )
    def test_no_typing_breaks_it(self, client, editor, posts, typed):
        self.found(client, typed)

    def test_what_takes_too_long_is_given_up_in_words(self, client, editor, posts, monkeypatch):
        def dawdle(*_: object) -> object:
            return lists.Q(
                pk__in=Post.objects.extra(where=["pg_sleep(2) IS NOT NULL"]).values("pk")
            )

        monkeypatch.setattr(lists, "matching", dawdle)
        monkeypatch.setattr(lists, "PATIENCE_MS", 100)

        page = client.get(reverse("admin:blog_post_changelist"), {"q": "x"})

        assert lists.TOOK_TOO_LONG in page.content.decode()
        assert list(page.context["cl"].result_list) == []


def test_a_list_takes_as_many_queries_for_many_posts_as_for_few(client, editor):
    names = ["blog_post_changelist", "publishing_queuedpost_changelist", "index"]
    names += [f"blog_{name}_changelist" for name in ("author", "category", "tag")]
    factories.make_post(in_review=True)
    for name in names:
        get(client, name)
    few = {name: len(get(client, name)) for name in names}
    many_posts.fill(500)

    assert {name: len(get(client, name)) for name in names} == few


def test_filters_load_no_choices_but_the_chosen(client, editor):
    author = factories.make_author(name="Mara Quill")
    factories.make_author(name="Nobody chose me")
    factories.make_post(author=author)
    url = reverse("admin:blog_post_changelist")

    assert "Nobody chose me" not in client.get(url).content.decode()
    page = client.get(url, {"author__id__exact": author.pk})
    assert "Mara Quill</option>" in page.content.decode()
    assert len(page.context["cl"].result_list) == 1


def test_a_stage_stands_when_other_filters_are_applied(client, editor):
    url = reverse("admin:publishing_queuedpost_changelist")

    page = client.get(url, {"stage": "drafts", "is_ai_generated__exact": "0"}).content.decode()

    form = page[page.index('id="filter-form"') :]
    assert '<input type="hidden" name="stage" value="drafts" />' in form
    assert '<input type="hidden" name="is_ai_generated__exact" value="0" />' in form
