"""Feeds as feed readers read them, and the sitemap as search engines do."""

import json
import xml.etree.ElementTree as ElementTree
from datetime import timedelta

import feedparser
import pytest
from django.utils import timezone

from blog import revisions
from blog.models import Author, Tag
from publishing import workflow
from tests.factories import make_author, make_category, make_draft, make_image, make_post, make_user

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def post():
    return make_post(
        live=True,
        title="Glue & <wood>",
        summary="All about it.",
        body="See [the archive](/archive/) and **this**.[^1]\n\n[^1]: Note.",
        author=make_author(name="Ida Holm", slug="ida-holm"),
        category=make_category(name="Workshop"),
        tags=[Tag.objects.create(name="Glue", slug="glue")],
    )


@pytest.fixture(params=["/feed.rss", "/feed.atom"])
def feed(request, client, post):
    parsed = feedparser.parse(client.get(request.param).content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


class TestRssAndAtom:
    def test_the_feed_says_whose_it_is(self, feed, settings):
        assert feed.feed.title == settings.SITE_NAME
        assert feed.feed.link == f"{settings.SITE_URL}/"

    def test_an_item_holds_the_whole_post(self, feed, settings, post):
        (item,) = feed.entries

        assert item.title == "Glue & <wood>"
        assert item.link == f"{settings.SITE_URL}{post.get_absolute_url()}"
        assert item.author == "Ida Holm"
        assert item.summary == "All about it."
        assert {tag.term for tag in item.tags} == {"Workshop", "Glue"}
        assert item.published_parsed[:5] == post.publish_at.timetuple()[:5]
        content = item.content[0].value
        assert "<strong>this</strong>" in content
        assert f'href="{settings.SITE_URL}/archive/"' in content
        assert f'href="{item.link}#fn1"' in content


class TestStableIds:
    @pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom"])
    def test_an_item_keeps_its_id_when_its_address_changes(self, client, post, path):
        before = feedparser.parse(client.get(path).content).entries[0]
        revisions.save_revision(post, make_draft(slug="moved", title="New"), by=None)
        workflow.submit(post, by=None)
        workflow.approve(post, by=make_user("Publishers"))
        after = feedparser.parse(client.get(path).content).entries[0]

        assert after.link != before.link
        assert after.id == before.id
        assert after.id.startswith("tag:127.0.0.1,")

    def test_all_three_feeds_agree_on_it(self, client, post):
        ids = {
            feedparser.parse(client.get(path).content).entries[0].id
            for path in ("/feed.rss", "/feed.atom")
        }
        ids.add(json.loads(client.get("/feed.json").content)["items"][0]["id"])

        assert len(ids) == 1


class TestAtom:
    def test_it_has_what_the_standard_demands(self, client, post):
        answer = client.get("/feed.atom")
        root = ElementTree.fromstring(answer.content)

        assert answer.headers["Content-Type"].startswith("application/atom+xml")
        for element in (root, *root.findall(f"{ATOM}entry")):
            for name in ("id", "title", "updated"):
                assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert root.find(f"{ATOM}link[@rel='self']").get("href").endswith("/feed.atom")
        entry = root.find(f"{ATOM}entry")
        assert entry.find(f"{ATOM}author/{ATOM}name").text == "Ida Holm"
        assert entry.find(f"{ATOM}content").get("type") == "html"


class TestJsonFeed:
    def test_it_has_the_shape_of_version_1_1(self, client, post, settings):
        answer = client.get("/feed.json")
        feed = json.loads(answer.content)
        (item,) = feed["items"]

        assert answer.headers["Content-Type"] == "application/feed+json"
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["feed_url"] == f"{settings.SITE_URL}/feed.json"
        assert item["title"] == "Glue & <wood>"
        assert item["authors"] == [
            {"name": "Ida Holm", "url": f"{settings.SITE_URL}/authors/ida-holm/"}
        ]
        assert item["tags"] == ["Workshop", "Glue"]
        assert item["date_published"] == post.publish_at.isoformat()
        assert "<strong>this</strong>" in item["content_html"]
        assert item["_disclosure"]["is_ai_generated"] is False

    def test_a_cover_is_named(self, client, settings):
        make_post(live=True, cover=make_image())
        (item,) = json.loads(client.get("/feed.json").content)["items"]

        assert item["image"].startswith(f"{settings.SITE_URL}/media/")


class TestDisclosure:
    @pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom", "/feed.json"])
    def test_ai_text_says_so_in_every_feed(self, client, path):
        make_post(live=True, is_ai_generated=True)

        assert "Drafted with AI" in client.get(path).content.decode()


class TestEveryFeed:
    @pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom", "/feed.json"])
    def test_the_newest_thirty_come_newest_first(self, client, path):
        now = timezone.now()
        for hours in range(1, 33):
            make_post(title=f"Hour {hours}", live=True, publish_at=now - timedelta(hours=hours))
        content = client.get(path).content
        titles = (
            [item["title"] for item in json.loads(content)["items"]]
            if path.endswith("json")
            else [entry.title for entry in feedparser.parse(content).entries]
        )

        assert titles == [f"Hour {hours}" for hours in range(1, 31)]

    @pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom", "/feed.json"])
    def test_one_odd_character_does_not_break_it(self, client, post, path):
        Author.objects.update(name="Ida\x08 Holm")
        make_post(live=True, title="Bell\x07", body="\x0b\uffff <![CDATA[ ]]>", summary="\x1f")

        assert client.get(path).status_code == 200
        assert not feedparser.parse(client.get("/feed.rss").content).bozo

    @pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom", "/feed.json"])
    def test_a_reader_that_has_it_gets_304(self, client, post, path):
        first = client.get(path)

        by_tag = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert by_tag.status_code == 304
        make_post(live=True)
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200

    @pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom"])
    def test_a_reader_that_only_knows_dates_gets_304_too(self, client, post, path):
        since = client.get(path).headers["Last-Modified"]

        assert client.get(path, headers={"If-Modified-Since": since}).status_code == 304


class TestSitemap:
    def test_it_lists_what_is_public_once_under_our_own_address(self, client, post, settings):
        make_post(title="Draft")
        make_category(name="Empty shelf", slug="empty-shelf")
        answer = client.get("/sitemap.xml", headers={"Host": "localhost"})
        root = ElementTree.fromstring(answer.content)
        places = [place.text for place in root.iter(f"{SITEMAP}loc")]

        assert len(places) == len(set(places))
        assert all(place.startswith(f"{settings.SITE_URL}/") for place in places)
        paths = {place.removeprefix(settings.SITE_URL) for place in places}
        assert paths == {
            "/",
            "/archive/",
            post.get_absolute_url(),
            post.category.get_absolute_url(),
            "/authors/ida-holm/",
            "/tags/glue/",
        }
        (changed,) = (day.text for day in root.iter(f"{SITEMAP}lastmod"))
        assert changed == f"{post.publish_at:%Y-%m-%d}"
