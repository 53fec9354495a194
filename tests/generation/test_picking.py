"""From a feed's item to a brief."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generation import services
from generation.models import Run, Source
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(web):
    return Source.objects.create(
        plan=factories.make_plan(), kind="feed", url=web.url("/feeds/wordpress.xml")
    )


class TestAFeedsItems:
    def test_say_which_were_picked(self, feed):
        first, second = services.feed_items(feed)[:2]
        services.pick_from_feed(feed, item_guid=first.guid, by=None)

        again = services.feed_items(feed)

        assert [item.is_picked for item in again[:2]] == [True, False]
        assert first.title
        assert second.title

    def test_are_compared_with_a_backlog_that_is_read_once(self, feed):
        similar = services.feed_items(feed)[1]
        brief = factories.make_brief(title=similar.title)

        with CaptureQueriesContext(connection) as queries:
            items = services.feed_items(feed)

        assert items[1].similar_to.brief == brief
        # What was picked already, and the rest of the backlog: it may have thousands.
        assert sum('FROM "generation_brief"' in query["sql"] for query in queries) == 2

    def test_of_a_broken_feed_are_refused_in_words(self, feed, web):
        feed.url = web.url("/status/503")

        with pytest.raises(services.SourceUnreadable, match="503 Service Unavailable"):
            services.feed_items(feed)


class TestPicking:
    def test_makes_a_brief_that_can_be_written(self, feed, settings):
        settings.USE_SAMPLE_MODEL = True
        user = factories.make_user()
        item = services.feed_items(feed)[0]

        brief = services.pick_from_feed(feed, item_guid=item.guid, by=user)

        assert (brief.title, brief.origin_url) == (item.title, item.url)
        assert (brief.origin_source, brief.created_by, brief.plan) == (feed, user, feed.plan)
        assert services.start_run(brief, by=user, trigger=Run.Trigger.EDITOR).is_active

    def test_twice_is_refused_with_the_brief_there_is(self, feed):
        item = services.feed_items(feed)[0]
        brief = services.pick_from_feed(feed, item_guid=item.guid, by=None)

        with pytest.raises(services.AlreadyPicked) as refusal:
            services.pick_from_feed(feed, item_guid=item.guid, by=None)

        assert refusal.value.brief == brief

    def test_what_the_feed_no_longer_offers_is_refused(self, feed):
        with pytest.raises(services.ItemGone, match="does not offer this item any more"):
            services.pick_from_feed(feed, item_guid="long ago", by=None)

    def test_from_a_briefs_own_source_is_refused(self, web):
        source = Source.objects.create(
            brief=factories.make_brief(), kind="feed", url=web.url("/feeds/wordpress.xml")
        )

        with pytest.raises(services.SourceUnreadable, match="Only a feed of a plan"):
            services.pick_from_feed(source, item_guid="x", by=None)


def test_an_item_with_an_endless_address_stands_for_itself_by_its_text(web):
    address = "https://example.com/?session=" + "x" * 600
    rss = (
        "<rss version='2.0'><channel><title>T</title><link>https://example.com/</link>"
        f"<item><guid>1</guid><title>Long way</title><link>{address}</link>"
        "<description>The bridge opened in 1931 and carries 4,000 cars a day.</description>"
        "</item></channel></rss>"
    )
    url = web.serve("/long.xml", rss.encode(), "application/rss+xml")
    plan = factories.make_plan()
    source = Source.objects.create(plan=plan, kind="feed", url=url)

    brief = services.pick_from_feed(source, item_guid="1", by=None)

    assert brief.origin_url == ""
    assert "4,000 cars" in brief.sources.get().text
