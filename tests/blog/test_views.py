"""What readers get: every public page, in a constant number of queries, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog import paging, revisions
from blog.models import Post, Tag
from blog.sitemaps.posts import sections as sitemap_sections
from publishing import workflow
from tests.factories import make_author, make_category, make_draft, make_image, make_post, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    """A category, a tag and an author, for posts to stand under."""
    return {
        "category": make_category(name="Workshop", slug="workshop"),
        "author": make_author(name="Ida Holm", slug="ida-holm", bio="Repairs clocks."),
        "tags": [Tag.objects.create(name="Glue", slug="glue")],
    }


def _every_list(publish_at) -> list[str]:
    return [
        reverse("blog:home"),
        reverse("blog:category", args=["workshop"]),
        reverse("blog:tag", args=["glue"]),
        reverse("blog:author", args=["ida-holm"]),
        reverse("blog:archive"),
        reverse("blog:archive-year", args=[publish_at.year]),
        reverse("blog:archive-month", args=[publish_at.year, publish_at.month]),
        reverse("blog:search") + "?q=xylophone",
        reverse("blog:feed-rss"),
        reverse("blog:feed-atom"),
        reverse("blog:feed-json"),
        reverse("files:sitemap-posts", args=[sitemap_sections()[-1]]),
    ]


class TestWhatIsPublic:
    """One word says it; each page is tried with each kind of post that is not public."""

    @pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "voided", "archived"])
    def test_what_is_not_public_appears_nowhere(self, client, shelf, state):
        wanted = {"in_review": {"in_review": True}, "scheduled": {"approved": True}}.get(state, {})
        hidden = make_post(title="Hidden xylophone", **wanted, **shelf)
        if state == "archived":
            Post.objects.filter(pk=hidden.pk).update(status=Post.Status.ARCHIVED)
        if state == "voided":  # its time has come, and nobody approved the last change
            Post.objects.filter(pk=hidden.pk).update(publish_at=timezone.now())
        shown = make_post(title="Public xylophone", live=True, **shelf)

        for path in _every_list(shown.publish_at):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert b"Hidden xylophone" not in answer.content, path
            assert hidden.slug.encode() not in answer.content, path
        assert client.get(hidden.get_absolute_url()).status_code == 404
        assert b"Hidden" not in client.get(shown.get_absolute_url()).content

    def test_what_is_public_appears_everywhere(self, client, shelf):
        shown = make_post(title="Public xylophone", live=True, **shelf)

        for path in _every_list(shown.publish_at):
            text = client.get(path).content.decode()
            is_there = "Public xylophone" in text or shown.slug in text
            assert is_there or path == reverse("blog:archive"), path

    def test_a_scheduled_post_appears_when_its_time_comes(self, client, time_machine_at):
        post = make_post(approved=True, publish_at=timezone.now() + timedelta(hours=2))
        assert client.get(post.get_absolute_url()).status_code == 404

        with time_machine_at(post.publish_at):
            assert client.get(post.get_absolute_url()).status_code == 200
            assert post.title in client.get("/").content.decode()

    def test_an_unapproved_revision_of_a_live_post_is_not_shown(self, client):
        post = make_post(live=True, title="As approved", body="Old words")
        revisions.save_revision(post, make_draft(title="Changed", body="New words"), by=None)

        text = client.get(post.get_absolute_url()).content.decode()
        assert "Old words" in text
        assert "New words" not in text
        assert "Changed" not in client.get("/").content.decode()


class TestQueries:
    @pytest.mark.parametrize("count", [2, 9])
    def test_lists_take_at_most_four_queries_however_many_posts(
        self, client, shelf, count, django_assert_max_num_queries
    ):
        for _ in range(count):
            post = make_post(live=True, cover=make_image(), body="xylophone", **shelf)
        for path in _every_list(post.publish_at):
            # A search also narrows, looks how far to look, and says how long it waits, in a
            # transaction of its own.
            more = {"/search/": 7}.get(path.partition("?")[0], 0)
            with django_assert_max_num_queries(4 + more):
                assert client.get(path).status_code == 200

    @pytest.mark.parametrize("count", [1, 9])
    def test_a_post_takes_at_most_four_queries(
        self, client, shelf, count, django_assert_max_num_queries
    ):
        posts = [make_post(live=True, cover=make_image(), **shelf) for _ in range(count)]
        with django_assert_max_num_queries(4):
            assert client.get(posts[count // 2].get_absolute_url()).status_code == 200


class TestPaging:
    def test_older_and_newer_lead_through_all_posts_and_back(self, client):
        now = timezone.now()
        # Three share an instant, also where a page ends: the cursor must skip or repeat none.
        for number in range(30):
            at = now - timedelta(hours=1 + number // 3)
            make_post(title=f"Post number {number:02}", live=True, publish_at=at)

        seen, query = [], ""
        pages = []
        while True:
            page = client.get(f"/{query}").context_data["page"]
            pages.append(page)
            seen += [post.title for post in page.posts]
            if not page.older:
                break
            query = f"?{page.older}"

        everything = list(Post.objects.newest_first().values_list("title", flat=True))
        assert seen == everything
        assert len(pages) == 3
        back = client.get(f"/?{pages[2].newer}").context_data["page"]
        assert back.posts == pages[1].posts
        assert client.get(f"/?{back.newer}").headers["Location"] == "/"

    @pytest.mark.parametrize(
        "cursor", ["x", "1", "1-", "-1-1", "999999999999999999-1", "1-9999999999999999999", "%00"]
    )
    def test_a_cursor_that_we_did_not_make_is_no_page(self, client, cursor):
        assert client.get(f"/?before={cursor}").status_code == 404
        assert client.get(f"/?after={cursor}").status_code == 404

    def test_a_cursor_below_everything_shows_an_empty_page(self, client):
        make_post(live=True)
        assert client.get("/?before=1-1").status_code == 200


class TestPost:
    def test_it_shows_what_a_reader_wants_to_know(self, client, shelf):
        post = make_post(live=True, title="On <glue>", body="## A\n\ntext\n\n## B\n\n## C", **shelf)
        text = client.get(post.get_absolute_url()).content.decode()

        assert "<h1>On &lt;glue&gt;</h1>" in text
        for expected in ["Ida Holm", "Workshop", "Glue", "min read", 'href="#h-b"', "<time"]:
            assert expected in text
        assert "AI" not in text.split("<footer")[0].split("<main")[1]

    def test_ai_text_says_so(self, client):
        post = make_post(live=True, is_ai_generated=True)
        text = client.get(post.get_absolute_url()).content.decode()

        assert "Drafted with AI, reviewed and approved by a person." in text
        assert "Sample text" not in text

    def test_sample_text_says_so_on_its_page_and_in_lists(self, client):
        post = make_post(live=True, is_ai_generated=True, is_sample=True)

        assert "Sample text." in client.get(post.get_absolute_url()).content.decode()
        assert ">Sample<" in client.get("/").content.decode()

    def test_neighbours_and_relatives(self, client):
        category = make_category()
        now = timezone.now()
        posts = [
            make_post(
                title=f"Number {hours}",
                live=True,
                publish_at=now - timedelta(hours=hours),
                category=category if hours != 3 else None,
            )
            for hours in range(8, 0, -1)
        ]
        near = client.get(posts[4].get_absolute_url()).context_data["neighbours"]

        assert near.previous.title == "Number 5"
        assert near.next.title == "Number 3"
        assert [post.title for post in near.related] == ["Number 1", "Number 2", "Number 6"]

    def test_relatives_share_tags_before_they_are_new(self, client):
        category, now = make_category(), timezone.now()
        glue, wood = (Tag.objects.create(name=n, slug=n) for n in ("glue", "wood"))

        def post(hours, *tags):
            at = now - timedelta(hours=hours)
            title = f"Number {hours}"
            return make_post(
                title=title, live=True, publish_at=at, category=category, tags=list(tags)
            )

        for hours, tags in {
            9: [glue],
            8: [glue, wood],
            6: [],
            5: [glue],
            4: [],
            2: [],
            1: [],
        }.items():
            post(hours, *tags)
        near = client.get(post(7, glue, wood).get_absolute_url()).context_data["neighbours"]

        assert (near.previous.title, near.next.title) == ("Number 8", "Number 6")
        assert [each.title for each in near.related] == ["Number 5", "Number 9", "Number 1"]

    def test_relatives_are_of_the_same_language_and_no_translations(self, client):
        category = make_category()
        english = make_post(live=True, title="Glue", category=category)
        arabic = make_post(live=True, title="غراء", slug="ghira", language="ar", category=category)
        Post.objects.filter(pk=arabic.pk).update(translation_of=english)
        make_post(live=True, title="غراء آخر", slug="akhar", language="ar", category=category)

        near = client.get(english.get_absolute_url()).context_data["neighbours"]

        assert (near.previous, near.next, near.related) == (None, None, [])
        assert near.translations == [arabic]

    def test_the_only_post_has_no_neighbours(self, client):
        near = client.get(make_post(live=True).get_absolute_url()).context_data["neighbours"]

        assert (near.previous, near.next, near.related) == (None, None, [])
        assert near.translations == []

    def test_only_a_change_that_was_approved_later_shows_its_date(self, client):
        post = make_post(live=True, publish_at=timezone.now() - timedelta(days=30))
        assert "Updated" not in client.get(post.get_absolute_url()).content.decode()

        revisions.save_revision(post, make_draft(body="Better"), by=None)
        assert "Updated" not in client.get(post.get_absolute_url()).content.decode()

        workflow.submit(post, by=None)
        workflow.approve(post, by=make_user("Publishers"))
        assert "Updated" in client.get(post.get_absolute_url()).content.decode()

    def test_a_cover_picture_carries_its_words(self, client):
        cover = make_image(alt_text="A pot of glue", caption="Warm", credit="I. Holm")
        text = client.get(make_post(live=True, cover=cover).get_absolute_url()).content.decode()

        for expected in ['alt="A pot of glue"', "Warm", "I. Holm", 'width="16"']:
            assert expected in text
        assert "made with AI" not in text

    @pytest.mark.parametrize(
        ("credit", "line"),
        [
            ("draw-1", "Picture: draw-1, made with AI"),
            ("", "Picture made with AI"),
        ],
    )
    def test_a_cover_that_a_model_drew_says_so(self, client, credit, line):
        cover = make_image(alt_text="A pot of glue", credit=credit, is_ai_generated=True)
        text = client.get(make_post(live=True, cover=cover).get_absolute_url()).content.decode()

        assert f'<span class="credit">{line}</span>' in text


class TestArchive:
    def test_months_are_those_with_posts_newest_first(self, client):
        for month, day in [(2, 29), (2, 1), (12, 31), (7, 1)]:
            at = datetime(2024, month, day, 12, tzinfo=UTC)
            make_post(live=True, publish_at=at)
        make_post(live=True, publish_at=datetime(2021, 5, 1, tzinfo=UTC))
        make_post(approved=True)  # tomorrow
        make_post()

        years = client.get("/archive/").context_data["years"]

        assert [(year, [month.month for month in months]) for year, months in years] == [
            (2024, [12, 7, 2]),
            (2021, [5]),
        ]
        assert client.get("/archive/2024/").status_code == 200
        assert len(client.get("/archive/2024/2/").context_data["page"].posts) == 2
        assert len(client.get("/archive/2024/12/").context_data["page"].posts) == 1

    def test_a_month_begins_at_the_sites_midnight(self, client, settings):
        settings.TIME_ZONE = "Asia/Tokyo"
        make_post(live=True, publish_at=datetime(2024, 2, 29, 16, tzinfo=UTC))
        make_post(live=True, publish_at=datetime(2024, 2, 29, 14, tzinfo=UTC))

        years = client.get("/archive/").context_data["years"]

        assert [[month.month for month in months] for _, months in years] == [[3, 2]]
        assert len(client.get("/archive/2024/3/").context_data["page"].posts) == 1
        assert len(client.get("/archive/2024/2/").context_data["page"].posts) == 1

    def test_months_are_probed_in_the_index_not_counted(self, django_assert_num_queries):
        make_post(live=True, publish_at=datetime(2024, 2, 1, tzinfo=UTC))
        make_post(live=True, publish_at=datetime(2023, 2, 1, tzinfo=UTC))
        with django_assert_num_queries(1):
            assert len(Post.objects.for_readers("en").months()) == 2

    @pytest.mark.parametrize("path", ["2023/", "2024/3/", "2024/13/", "2024/0/", "0/", "99999/"])
    def test_a_time_without_posts_is_no_page(self, client, path):
        make_post(live=True)
        assert client.get(f"/archive/{path}").status_code == 404


class TestHeaders:
    def test_an_unchanged_page_answers_304(self, client, shelf):
        post = make_post(live=True, **shelf)
        for path in [post.get_absolute_url(), *_every_list(post.publish_at)]:
            first = client.get(path)
            assert first.headers["Cache-Control"].startswith("public, max-age=60, s-maxage=60"), (
                path
            )
            again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
            assert (again.status_code, again.content) == (304, b""), path
            assert "Cookie" not in first.headers.get("Vary", ""), path

    def test_nothing_is_kept_publicly_for_those_signed_in(self, client):
        client.force_login(make_user("Editors"))
        assert client.get("/").headers["Cache-Control"] == "private, no-cache"

    def test_pages_allow_no_inline_code_and_hold_none(self, client, shelf):
        post = make_post(live=True, body="x\n\n|a|b|\n|:-:|-|\n|1|2|", **shelf)
        for path in [post.get_absolute_url(), *_every_list(post.publish_at)]:
            answer = client.get(path)
            policy = answer.headers["Content-Security-Policy"]
            assert "unsafe" not in policy
            if answer.headers["Content-Type"].startswith("text/html"):
                text = answer.content.decode()
                assert " style=" not in text
                assert "<style" not in text
                assert text.count("<script") == text.count("application/ld+json")


class TestPreview:
    def test_it_shows_the_latest_revision_to_the_staff_and_is_never_kept(self, client):
        post = make_post(live=True, title="As approved")
        revisions.save_revision(post, make_draft(title="Not yet", body="*new*"), by=None)
        client.force_login(make_user("Editors"))
        answer = client.get(reverse("files:preview", args=[post.pk]))
        text = answer.content.decode()

        assert "<h1>Not yet</h1>" in text
        assert "Readers don’t see this page" in text
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        post.refresh_from_db()
        assert post.title == "As approved"

    def test_it_speaks_the_language_of_the_text_and_only_there(self, client):
        client.force_login(make_user("Editors"))
        post = make_post(title="غراء", slug="ghira", language="ar")

        text = client.get(reverse("files:preview", args=[post.pk])).content.decode()

        assert '<html lang="ar" dir="rtl">' in text
        assert '<html lang="en" dir="ltr">' in client.get("/").content.decode()

    def test_strangers_must_sign_in(self, client):
        answer = client.get(reverse("files:preview", args=[make_post().pk]))

        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/admin/login/")
        assert "no-store" in answer.headers["Cache-Control"]

    def test_an_account_without_the_permission_is_refused(self, client):
        client.force_login(make_user())
        assert client.get(reverse("files:preview", args=[make_post().pk])).status_code == 403

    def test_a_missing_post_is_not_found(self, client):
        client.force_login(make_user("Editors"))
        assert client.get(reverse("files:preview", args=[999999])).status_code == 404


class TestOtherPages:
    def test_an_empty_blog_has_all_its_pages(self, client):
        pages = "home", "archive", "search", "feed-rss", "feed-atom", "feed-json"
        for name in (*(f"blog:{page}" for page in pages), "files:sitemap"):
            assert client.get(reverse(name)).status_code == 200, name

    def test_robots_keep_out_of_what_is_not_for_them(self, client):
        text = client.get("/robots.txt").content.decode()

        for path in ("/admin/", "/preview/", "/search/", "/api/"):
            assert f"Disallow: {path}\n" in text
        assert "Sitemap: http://" in text

    @pytest.mark.parametrize("path", ["/nothing/", "/posts/nothing/", "/tags/x/", "/authors/x/"])
    def test_what_is_not_there_is_a_helpful_404(self, client, path):
        answer = client.get(path)

        assert answer.status_code == 404
        assert "This page is not here" in answer.content.decode()

    def test_the_page_for_our_own_faults_needs_no_database(self, monkeypatch, settings, db):
        client = Client(raise_request_exception=False)
        # The session-less front page asks the database first for posts.
        monkeypatch.setattr(paging, "newest", lambda *_, **__: 1 / 0)
        answer = client.get("/")

        assert answer.status_code == 500
        assert "Something broke on our side" in answer.content.decode()

    def test_a_drawn_cover_is_always_the_same_and_holds_no_code(self, client):
        path = reverse("files:cover-art", args=[3, "on-glue"])
        first, again = client.get(path), client.get(path)

        assert first.content == again.content
        assert first.headers["Content-Type"] == "image/svg+xml"
        assert first.content != client.get(reverse("files:cover-art", args=[3, "on-wood"])).content
        assert b"<script" not in first.content
        assert len(first.content) < 6000


def test_a_shelf_with_nothing_public_on_it_is_not_there(client):
    tag = Tag.objects.create(name="Acquisition", slug="acquisition")
    draft = make_post(tags=[tag])

    assert client.get(tag.get_absolute_url()).status_code == 404
    assert client.get(draft.author.get_absolute_url()).status_code == 404

    live = make_post(live=True, tags=[tag])
    assert client.get(tag.get_absolute_url()).status_code == 200
    assert client.get(live.author.get_absolute_url()).status_code == 200
