"""Where a link into this site leads, as readers would find it, in a handful of queries."""

import pytest
from django.test import Client

from blog import destinations, revisions
from blog.models import Image, Post, Redirect, Tag
from publishing import workflow
from tests import factories

pytestmark = pytest.mark.django_db


def words(path: str) -> str:
    """What keeps readers from a path, or ""."""
    obstacle = destinations.obstacles([path]).get(path)
    return obstacle.words if obstacle else ""


def passes(path: str) -> bool:
    return destinations.obstacles([path])[path].is_passing


@pytest.fixture
def live() -> Post:
    tag = Tag.objects.create(name="Bikes", slug="bikes")
    category = factories.make_category(slug="repairs")
    author = factories.make_author(slug="mara")
    return factories.make_post(
        live=True, slug="chains", tags=[tag], category=category, author=author
    )


class TestOwnPath:
    @pytest.mark.parametrize(
        ("url", "path"),
        [
            ("/posts/x/", "/posts/x/"),
            ("/posts/x/?utm=1#part", "/posts/x/"),
            ("/posts/caf%C3%A9/%00", "/posts/café/"),
            ("{site}/posts/x/", "/posts/x/"),
            ("{site}", "/"),
            ("{site}.evil.com/", None),
            ("//evil.com/posts/x/", None),
            ("https://evil.com/", None),
            ("http://[broken", None),
            ("mailto:a@b.example", None),
            ("posts/x/", None),
            ("", None),
        ],
    )
    def test_it_is_what_follows_the_host_of_this_site(self, settings, url, path):
        assert destinations.own_path(url.format(site=settings.SITE_URL)) == path

    def test_a_file_in_a_store_of_its_own_keeps_its_address(self, settings):
        settings.MEDIA_URL = "https://cdn.example/media/"
        assert destinations.own_path("https://cdn.example/media/a.png").startswith("https://cdn")


class TestPages:
    @pytest.mark.parametrize(
        "path",
        [
            *("/", "/posts/chains/", "/posts/chains", "/categories/repairs/", "/tags/bikes/"),
            *("/authors/mara/", "/archive/", "/search/", "/feed.rss", "/feed.atom", "/robots.txt"),
            *("/sitemap.xml", "/ar/", "/covers/1/x.svg", "/api/v1/posts/"),
        ],
    )
    def test_what_readers_can_open_has_no_obstacle(self, client, live, path):
        assert client.get(path, follow=True).status_code == 200
        assert words(path) == ""

    @pytest.mark.parametrize(
        "path",
        [
            *("/posts/nothing/", "/nothing/", "/tags/nothing/", "/authors/nobody/", "/a/b/c/"),
            *("/categories/nothing/", "/archive/1999/", "/archive/1999/12/", "/archive/2026/13/"),
            *("/archive/20266/", "/ar/posts/chains/", "/chains/", "/api/nothing", "/static/no.css"),
            *("/media/no.png", "/static/../secret"),
        ],
    )
    def test_what_readers_cannot_open_has_one(self, client, live, path):
        assert client.get(path, follow=True).status_code in (400, 404)
        assert words(path)
        assert not passes(path)

    def test_the_archive_has_the_periods_of_what_was_published(self, client, live):
        at = live.publish_at
        for path in (f"/archive/{at.year}/", f"/archive/{at.year}/{at.month}/"):
            assert client.get(path).status_code == 200
            assert words(path) == ""

    def test_a_post_at_another_address_is_named_with_its_own(self, live):
        assert words("/chains/") == (
            f"There is nothing at this address; “{live.title}” is at /posts/chains/."
        )

    def test_a_page_and_a_translation_are_found_where_they_are(self, client):
        page = factories.make_post(slug="about")
        Post.objects.filter(pk=page.pk).update(kind="page")
        workflow.submit(page, by=None)
        workflow.approve(page, by=factories.make_user("Publishers"))
        factories.make_post(live=True, slug="salasil", language="ar")

        assert words("/about/") == words("/ar/posts/salasil/") == ""
        assert client.get("/about/").status_code == 200
        assert "/ar/posts/salasil/" in words("/posts/salasil/")

    def test_what_is_yet_to_appear_is_a_passing_obstacle(self):
        draft = factories.make_post(slug="draft", title="Half a draft")
        factories.make_post(slug="soon", approved=True)

        assert draft.title in words("/posts/draft/")
        assert "not published yet" in words("/posts/draft/")
        assert "appears on" in words("/posts/soon/")
        assert passes("/posts/draft/")
        assert passes("/posts/soon/")

    def test_what_was_withdrawn_is_gone_for_good(self, live):
        workflow.withdraw(live, by=factories.make_user("Publishers"))

        assert "withdrawn" in words("/posts/chains/")
        assert not passes("/posts/chains/")

    @pytest.mark.parametrize("path", ["/admin/", "/admin/blog/post/", "/preview/1/"])
    def test_what_only_the_staff_can_open_is_no_page(self, path):
        assert "staff" in words(path)


class TestRedirects:
    def test_an_old_address_leads_on(self, live):
        Redirect.objects.create(path="/2019/05/chains/", post=live)
        Redirect.objects.create(path="/old/", target="https://elsewhere.example/")

        assert words("/2019/05/chains/") == words("/old/") == ""

    def test_one_that_leads_to_what_is_gone_does_not(self, live):
        Redirect.objects.create(path="/2019/05/chains/", post=live)
        workflow.withdraw(live, by=factories.make_user("Publishers"))

        assert "withdrawn" in words("/2019/05/chains/")

    def test_a_renamed_post_is_found_at_its_old_address(self, live):
        draft = factories.make_draft(slug="new-name", author=live.author)
        revisions.save_revision(live, draft, by=None)
        workflow.submit(live, by=None)
        workflow.approve(live, by=factories.make_user("Publishers"))

        assert live.get_absolute_url() == "/posts/new-name/"
        assert words("/posts/chains/") == words("/posts/new-name/") == ""


class TestFiles:
    def test_pictures_of_the_library_and_static_files_are_there(self, settings):
        image: Image = factories.make_image()

        assert words(f"{settings.MEDIA_URL}{image.file.name}") == ""
        assert words(f"{settings.STATIC_URL}blog/blog.css") == ""


def test_many_addresses_take_as_many_queries_as_few(live, django_assert_num_queries):
    kinds = ("/posts/{}/", "/tags/{}/", "/authors/{}/", "/categories/{}/", "/media/{}.png")
    many = [kind.format(f"nothing-{number}") for kind in kinds for number in range(40)]

    with django_assert_num_queries(6):
        found = destinations.obstacles(many)

    assert len(found) == len(many)


def test_is_page_knows_the_blog_and_nothing_else(settings, live):
    assert destinations.is_page(settings.SITE_URL + live.get_absolute_url())
    assert destinations.is_page("/ar/")
    for other in (
        "/api/v1/posts/",
        "/robots.txt",
        "/admin/",
        "/posts/nothing/",
        "https://x.example/",
    ):
        assert not destinations.is_page(other)


def test_readers_and_we_agree_on_every_path_of_the_sitemap(live):
    client = Client()
    text = client.get("/sitemap.xml").content.decode()
    paths = [path for path in text.replace("<loc>", "\n<loc>").splitlines() if "<loc>" in path]

    urls = [path.split("<loc>")[1].split("</loc>")[0] for path in paths]
    assert urls
    own = [path for url in urls if (path := destinations.own_path(url.replace("testserver", "")))]
    assert destinations.obstacles(own) == {}
