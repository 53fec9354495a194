"""Nothing is written twice by itself: what counts as the same subject, and who looks for it."""

from contextlib import suppress

import pytest
from django.db import connection
from django.urls import reverse

from blog.models import Post
from generation import services, topics
from generation.models import Brief, Run, Source
from publishing import commissioning
from tests import factories
from tests.blog import many_posts
from tests.generation import tiny

pytestmark = pytest.mark.django_db
committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def _sample_model(settings):
    settings.USE_SAMPLE_MODEL = True


def brief(title, **fields):
    made = factories.make_brief(title=title, **fields)
    Source.objects.create(brief=made, kind="note", text="Forty chains were measured in October.")
    return made


class TestTheSameSubject:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("What the night trams changed", "Night trams, and what they changed"),
            ("Winter tyres for cargo bikes tested", "We tested winter tyres for a cargo bike"),
            ("Chain wear", "CHAIN WEAR!"),
        ],
    )
    def test_is_found_in_other_words(self, one, other):
        post = factories.make_post(title=one)

        assert topics.nearest(other, language="en").post == post

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Phone 15 camera review", "Phone 16 camera review"),
            ("Choosing a bicycle saddle", "Choosing a bicycle lamp"),
            ("A week in Rome", "A week in Oslo"),
            ("Bees", "How bees find flowers in cities"),
        ],
    )
    def test_is_not_seen_where_something_else_is_meant(self, one, other):
        factories.make_post(title=one)
        brief(one)

        assert topics.nearest(other, language="en") is None

    def test_counts_in_its_own_language_and_not_when_it_was_rejected(self):
        post = factories.make_post(title="What the night trams changed", language="ar")
        assert topics.nearest("What the night trams changed", language="en") is None

        rejected = factories.make_post(title="What the night trams changed")
        type(post).objects.filter(pk=rejected.pk).update(status="archived")
        assert topics.nearest("What the night trams changed", language="en") is None

    @pytest.mark.usefixtures("db")
    def test_is_looked_for_by_the_index_of_titles(self):
        many_posts.fill(3_000)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        title = "Post 77 about zebra crossings and gauges"

        explained = _Explained()
        with connection.execute_wrapper(explained):
            assert topics.nearest(title, language="en") is None
            known = Post.objects.get(slug="many-77")
            assert topics.nearest(f"About {known.title}", language="en").post == known

        assert any("post_title_idx" in plan for plan in explained.plans)


class _Explained:
    """Keeps the plan of each SELECT of posts."""

    def __init__(self):
        self.plans = []

    def __call__(self, execute, sql, params, many, context):
        if 'FROM "blog_post"' in sql:
            with context["cursor"].connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}", params)
                self.plans.append("\n".join(row for (row,) in cursor.fetchall()))
        return execute(sql, params, many, context)


class TestASchedule:
    def test_passes_over_what_was_written_about(self):
        post = factories.make_post(title="What the night trams changed")
        again, new = brief("Night trams: what they changed"), brief("Bees in the city")

        runs = commissioning.commission_briefs(count=2)

        assert [run.brief for run in runs] == [new]
        with pytest.raises(services.BriefNotReady, match=f"There is the post “{post.title}”"):
            services.start_run(again, by=None, trigger=Run.Trigger.SCHEDULE)

    def test_writes_one_of_two_briefs_about_the_same(self):
        one, other = brief("What the night trams changed"), brief("Night trams changed what?")

        assert len(commissioning.commission_briefs(count=2)) == 1
        assert Run.objects.get().brief in (one, other)

    @committing
    def test_writes_one_of_them_though_two_come_at_once(self):
        briefs = [brief(f"What the night trams changed{mark}") for mark in ("", "!", "?", ".")]

        def start(one):
            def do():
                with suppress(services.BriefNotReady):
                    services.start_run(one, by=None, trigger=Run.Trigger.SCHEDULE, wake=False)

            return do

        with tiny.in_threads([start(one) for one in briefs]):
            pass

        assert Run.objects.count() == 1

    def test_lets_people_write_about_it_again(self):
        factories.make_post(title="What the night trams changed")

        run = services.start_run(
            brief("What the night trams changed"), by=None, trigger=Run.Trigger.EDITOR
        )

        assert run.is_active


class TestDiscovery:
    @pytest.fixture
    def feed(self, web):
        plan = factories.make_plan(discovers_topics=True)
        return Source.objects.create(plan=plan, kind="feed", url=web.url("/feeds/wordpress.xml"))

    def test_takes_the_newest_thing_nobody_wrote_about(self, feed):
        first, second, *_ = services.feed_items(feed)
        factories.make_post(title=first.title)

        runs = commissioning.commission_briefs(plan_id=feed.plan_id, count=1)

        assert [run.brief.title for run in runs] == [second.title]
        assert runs[0].brief.origin_source == feed
        again = {item.title: item for item in services.feed_items(feed)}
        assert again[first.title].similar_to.title == first.title
        assert again[second.title].is_picked

    def test_comes_after_the_backlog_and_ends_with_the_feed(self, feed):
        waiting = brief("Bees in the city", plan=feed.plan)
        offered = len(services.feed_items(feed))

        runs = commissioning.commission_briefs(plan_id=feed.plan_id, count=50)

        assert runs[0].brief == waiting
        assert 1 < len(runs) <= offered + 1
        assert Brief.objects.count() == len(runs)

    def test_is_for_plans_that_ask_for_it(self, feed):
        type(feed.plan).objects.update(discovers_topics=False)

        assert commissioning.commission_briefs(plan_id=feed.plan_id, count=1) == []

    def test_passes_over_a_feed_that_cannot_be_read(self, feed, web):
        Source.objects.create(plan=feed.plan, kind="feed", url=web.url("/status/503"))
        feed.delete()

        assert services.discover_topic(feed.plan) is None


class TestOnScreen:
    def test_a_brief_says_what_is_about_the_same(self, client):
        client.force_login(factories.make_user("Editors"))
        post = factories.make_post(title="What the night trams changed")
        waiting = brief("Night trams: what they changed")

        html = client.get(
            reverse("admin:generation_brief_change", args=[waiting.pk])
        ).content.decode()

        assert "already, which is about the same" in html
        assert post.title in html
