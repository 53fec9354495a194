"""Feeds as feed readers read them, held against their standards."""

import json
from contextlib import suppress

import feedparser
import pytest
from django.utils import timezone
from lxml import etree

from blog import revisions
from blog.models import Author, Category, Post, Tag
from publishing import workflow
from publishing.transitions import TransitionNotAllowed
from tests.blog import hostile_texts, many_posts
from tests.blog.feeds.reading import FORMS, read
from tests.factories import make_author, make_category, make_draft, make_image, make_post, make_user

pytestmark = pytest.mark.django_db
SHELVES = ["", "/categories/workshop", "/tags/glue", "/authors/ida-holm"]


@pytest.fixture
def post():
    return make_post(
        live=True,
        title="Glue & <wood>",
        summary="All about <it> & more.",
        body="See [the archive](/archive/) and **this**.[^1]\n\n[^1]: Note.",
        author=make_author(name="Ida Holm", slug="ida-holm", bio="She mends."),
        category=make_category(name="Workshop", slug="workshop", description="Where we work."),
        tags=[Tag.objects.create(name="Glue", slug="glue")],
    )


def _paths(form: str) -> list[str]:
    return [f"{shelf}/feed.{form}" for shelf in SHELVES]


@pytest.fixture(params=FORMS)
def form(request) -> str:
    return request.param


class TestItems:
    def test_an_item_holds_the_whole_post(self, client, form, settings, post):
        (item,) = read(client, f"/feed.{form}")["items"]

        assert item["title"] == "Glue & <wood>"
        assert item["url"] == f"{settings.SITE_URL}{post.get_absolute_url()}"
        assert item["authors"][0]["name"] == "Ida Holm"
        assert item["tags"] == ["Workshop", "Glue"]
        assert "<strong>this</strong>" in item["content_html"]
        assert f'href="{settings.SITE_URL}/archive/"' in item["content_html"]
        assert f'href="{item["url"]}#fn1"' in item["content_html"]

    def test_a_summary_is_read_as_it_was_written(self, client, form, post):
        (item,) = read(client, f"/feed.{form}")["items"]

        # JSON Feed takes plain text; the others take HTML.
        plain = "All about <it> & more."
        escaped = "All about &lt;it&gt; &amp; more."
        assert item["summary"] == (plain if form == "json" else escaped)

    def test_dates_are_those_of_the_post(self, client, post):
        (entry,) = feedparser.parse(client.get("/feed.rss").content).entries
        assert entry.published_parsed[:5] == post.publish_at.timetuple()[:5]
        item = json.loads(client.get("/feed.json").content)["items"][0]
        assert item["date_published"] == item["date_modified"] == post.publish_at.isoformat()

    def test_a_correction_is_dated(self, client, form, post):
        revisions.save_revision(post, make_draft(title="New", author=post.author), by=None)
        workflow.submit(post, by=None)
        workflow.approve(post, by=make_user("Publishers"))
        post.refresh_from_db()
        read(client, f"/feed.{form}")
        content = client.get(f"/feed.{form}").content.decode()

        assert post.changed_at.strftime("%Y-%m-%dT%H:%M:%S") in content

    def test_a_cover_is_named(self, client, form, settings):
        make_post(live=True, cover=make_image(alt_text="A <cat>"))
        (item,) = read(client, f"/feed.{form}")["items"]

        assert item["image"].startswith(f"{settings.SITE_URL}/media/images/")

    def test_pictures_in_the_text_come_from_where_they_are(self, client, form, settings):
        image = make_image()
        settings.MEDIA_URL = "/media/"
        make_post(live=True, body=f"![x](/media/{image.file.name})")
        (item,) = read(client, f"/feed.{form}")["items"]

        assert f'src="{settings.SITE_URL}/media/{image.file.name}"' in item["content_html"]

    def test_a_text_from_right_to_left_says_so(self, client):
        make_post(live=True, title="غراء", slug="ghira", language="ar", body="نص")
        for form in FORMS:
            (item,) = read(client, f"/ar/feed.{form}")["items"]
            assert item["content_html"] == '<div dir="rtl"><p>نص</p>\n</div>'


class TestStableIds:
    def test_an_item_keeps_its_id_when_its_address_changes(self, client, form, post):
        before = read(client, f"/feed.{form}")["items"][0]
        revisions.save_revision(post, make_draft(slug="moved", title="New"), by=None)
        workflow.submit(post, by=None)
        workflow.approve(post, by=make_user("Publishers"))
        after = read(client, f"/feed.{form}")["items"][0]

        assert after["url"] != before["url"]
        assert after["id"] == before["id"]
        assert after["id"].startswith("tag:127.0.0.1,")

    def test_all_feeds_agree_on_it(self, client, post):
        paths = [path for form in FORMS for path in _paths(form)]

        assert len({read(client, path)["items"][0]["id"] for path in paths}) == 1

    def test_each_feed_has_one_of_its_own(self, client, post):
        make_post(live=True, title="غراء", slug="ghira", language="ar")
        paths = [*_paths("atom"), "/ar/feed.atom"]
        ids = [feedparser.parse(client.get(path).content).feed.id for path in paths]

        assert len(set(ids)) == len(paths)


class TestShelves:
    @pytest.mark.parametrize(
        ("shelf", "title", "description"),
        [
            ("", "AutoBlog", "Researched by machines, approved by people"),
            ("/categories/workshop", "Workshop · AutoBlog", "Where we work."),
            (
                "/tags/glue",
                "Tagged “Glue” · AutoBlog",
                "Researched by machines, approved by people",
            ),
            ("/authors/ida-holm", "Ida Holm · AutoBlog", "She mends."),
        ],
    )
    def test_a_feed_says_what_it_is_of(
        self, client, form, settings, post, shelf, title, description
    ):
        feed = read(client, f"{shelf}/feed.{form}")

        assert feed["title"] == title
        assert feed["description"] == description
        assert feed["language"] == "en"
        assert feed["home_page_url"] == f"{settings.SITE_URL}{shelf}/"
        assert feed["feed_url"] == f"{settings.SITE_URL}{shelf}/feed.{form}"

    @pytest.mark.parametrize("shelf", SHELVES[1:])
    def test_it_holds_only_what_stands_there(self, client, form, post, shelf):
        make_post(live=True, title="Elsewhere")
        make_post(title="Draft", author=post.author, category=post.category)

        assert [item["title"] for item in read(client, f"{shelf}/feed.{form}")["items"]] == [
            "Glue & <wood>"
        ]

    def test_it_holds_one_language(self, client, form, post):
        shelf = {"author": post.author, "category": post.category}
        make_post(live=True, title="غراء", slug="ghira", language="ar", **shelf)

        for path in ("/feed", "/categories/workshop/feed", "/authors/ida-holm/feed"):
            english = [item["title"] for item in read(client, f"{path}.{form}")["items"]]
            arabic = [item["title"] for item in read(client, f"/ar{path}.{form}")["items"]]
            assert (english, arabic) == (["Glue & <wood>"], ["غراء"])

    @pytest.mark.parametrize(
        "path", ["/categories/none", "/tags/empty", "/tags/none", "/authors/none"]
    )
    def test_where_there_is_no_shelf_there_is_no_feed(self, client, form, post, path):
        Tag.objects.create(name="Empty", slug="empty")

        assert client.get(f"{path}/feed.{form}").status_code == 404

    def test_a_feed_without_posts_stays_the_same(self, client, form):
        Category.objects.create(name="New", slug="new")
        feed = read(client, f"/categories/new/feed.{form}")
        content = client.get(f"/categories/new/feed.{form}").content

        assert feed["items"] == []
        assert client.get(f"/categories/new/feed.{form}").content == content


class TestPages:
    @pytest.fixture
    def posts(self):
        # 80 are live. Pairs of one instant: the cursor has to tell them apart.
        many_posts.fill(100, at_once=2)

    def test_a_reader_can_reach_every_post_once(self, client, form, posts, settings):
        titles, sizes, path = [], [], f"/feed.{form}"
        while path:
            feed = read(client, path)
            sizes.append(len(feed["items"]))
            titles += [item["title"] for item in feed["items"]]
            path = (feed.get("next_url") or "").removeprefix(settings.SITE_URL)

        assert sizes == [30, 30, 20]
        assert len(set(titles)) == len(titles) == 80

    def test_pages_say_where_they_stand(self, client, posts, settings):
        first = read(client, "/feed.atom")
        older = read(client, first["next_url"].removeprefix(settings.SITE_URL))

        assert first["_links"]["prev-archive"] == first["next_url"]
        assert older["feed_url"] == first["next_url"]
        assert older["_links"]["first"] == older["_links"]["current"] == first["feed_url"]
        archive = etree.fromstring(client.get(first["next_url"]).content)
        assert archive.find("{http://purl.org/syndication/history/1.0}archive") is not None

    def test_a_page_below_a_cursor_stays_what_it_is(self, client, form, posts, settings):
        path = read(client, f"/feed.{form}")["next_url"].removeprefix(settings.SITE_URL)
        before = client.get(path).content
        make_post(live=True, title="Newer")

        assert client.get(path).content == before

    @pytest.mark.parametrize("before", ["x", "1-", "-1", "9" * 30 + "-1", "1-1'", "%00"])
    def test_a_cursor_that_we_did_not_make_is_no_page(self, client, form, before):
        assert client.get(f"/feed.{form}?before={before}").status_code == 404


class TestDisclosure:
    @pytest.mark.parametrize("flag", ["is_ai_generated", "is_sample"])
    def test_what_a_machine_wrote_says_so_to_people_and_machines(self, client, form, flag):
        make_post(live=True, **{flag: True})
        (item,) = read(client, f"/feed.{form}")["items"]
        source_type = (
            item["_disclosure"]["digital_source_type"] if form == "json" else item["_source_type"]
        )

        assert "<p><em>" in item["content_html"]
        assert source_type == "https://schema.org/TrainedAlgorithmicMediaDigitalSource"

    def test_what_a_person_wrote_says_nothing(self, client, form, post):
        (item,) = read(client, f"/feed.{form}")["items"]

        assert "<em>" not in item["content_html"]
        assert not item.get("_source_type")
        assert item.get("_disclosure", {}).get("is_ai_generated", False) is False


class TestRights:
    def test_a_feed_says_what_may_be_done_with_it(self, client, form, post, settings):
        assert read(client, f"/feed.{form}").get("_rights") is None
        settings.CONTENT_LICENCE = "CC BY 4.0"
        assert read(client, f"/feed.{form}")["_rights"] == "CC BY 4.0"


class TestHostileWords:
    BAD = "a\x00\x08\x0b\x1f\x7f\ud800\ufffe\uffff ]]> --> <b>&amp; \u202e\u2028\U0001f9f6 שלום"

    def test_no_name_breaks_a_feed(self, client, form):
        author, category = make_author(slug="a"), make_category(slug="c")
        tag = Tag.objects.create(name="t", slug="t")
        shelf = {"author": author, "category": category, "tags": [tag]}
        make_post(
            live=True, title=self.BAD, summary=self.BAD, body=self.BAD, cover=make_image(), **shelf
        )
        # Through other doors than ours; the database itself holds no NUL and no half characters.
        bad = self.BAD.replace("\x00", "").replace("\ud800", "")
        Author.objects.update(name=bad, bio=bad)
        Category.objects.update(name=bad[:80], description=bad)
        Tag.objects.update(name=bad[:80])

        for path in ("", "/categories/c", "/tags/t", "/authors/a"):
            feed = read(client, f"{path}/feed.{form}")
            assert "]]>" in feed["items"][0]["title"]
            assert "\U0001f9f6" in feed["items"][0]["authors"][0]["name"]

    def test_no_text_breaks_a_feed(self, client, form):
        texts = hostile_texts.ALL[:: len(hostile_texts.ALL) // 25]
        for number, text in enumerate(texts):
            title = text.replace("\x00", "")[:100].strip() or "x"
            # Some hold links to nothing here: those reach no reader.
            with suppress(TransitionNotAllowed):
                make_post(live=True, title=title, slug=f"p-{number}", body=text, summary=title)

        published = Post.objects.published().count()
        assert published > 20
        assert len(read(client, f"/feed.{form}")["items"]) == published

    def test_a_very_long_text_is_told_whole(self, client, form):
        body = "Ünïcödé & <b>words</b> ]]> \U0001f9f6 \n\n" * 6000
        make_post(live=True, body=body[:199_000])
        (item,) = read(client, f"/feed.{form}")["items"]

        assert item["content_html"].count("\U0001f9f6") == body[:199_000].count("\U0001f9f6")


class TestConditionalRequests:
    def test_a_reader_that_has_it_gets_304(self, client, form, post):
        first = client.get(f"/feed.{form}")

        by_tag = client.get(f"/feed.{form}", headers={"If-None-Match": first.headers["ETag"]})
        assert by_tag.status_code == 304
        make_post(live=True)
        again = client.get(f"/feed.{form}", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 200

    def test_a_reader_that_only_knows_dates_gets_304_too(self, client, form, post):
        since = client.get(f"/feed.{form}").headers["Last-Modified"]

        answer = client.get(f"/feed.{form}", headers={"If-Modified-Since": since})
        assert answer.status_code == 304
        make_post(live=True, publish_at=timezone.now())
        answer = client.get(f"/feed.{form}", headers={"If-Modified-Since": since})
        assert answer.status_code == 200


class TestKinds:
    @pytest.mark.parametrize(
        ("form", "kind"),
        [
            ("rss", "application/rss+xml; charset=utf-8"),
            ("atom", "application/atom+xml; charset=utf-8"),
            ("json", "application/feed+json"),
        ],
    )
    def test_a_feed_says_what_it_is(self, client, form, kind):
        assert client.get(f"/feed.{form}").headers["Content-Type"] == kind


@pytest.mark.parametrize("shelf", SHELVES)
def test_the_number_of_queries_does_not_grow(
    client, form, post, shelf, django_assert_max_num_queries
):
    shelves = {"author": post.author, "category": post.category, "tags": list(post.tags.all())}
    for _ in range(6):
        image = make_image()
        body = f"![x](/media/{image.file.name})"
        make_post(live=True, body=body, cover=make_image(), **shelves)

    with django_assert_max_num_queries(4):
        assert len(read(client, f"{shelf}/feed.{form}")["items"]) == 7
