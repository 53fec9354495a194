"""The sitemap as search engines read it: an index, sections, pictures, languages."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from lxml import etree

from blog import revisions
from blog.models import Post, Tag
from blog.sitemaps import posts, shelves
from publishing import workflow
from tests.factories import make_author, make_category, make_draft, make_image, make_post, make_user

pytestmark = pytest.mark.django_db
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "sitemap.rng"))
NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


@pytest.fixture
def read(client, settings):
    """Read a sitemap, held against its standard: its elements, by their paths."""

    def read(path: str) -> dict[str, etree._Element]:
        answer = client.get(path, headers={"Host": "localhost"})
        assert answer.status_code == 200, path
        assert answer.headers["Content-Type"].startswith("application/xml")
        root = etree.fromstring(answer.content)
        SCHEMA.validate(root)
        assert not SCHEMA.error_log, SCHEMA.error_log
        places = {one.findtext("s:loc", namespaces=NAMES): one for one in root}
        assert len(places) == len(root)
        assert all(place.startswith(f"{settings.SITE_URL}/") for place in places)
        return {place.removeprefix(settings.SITE_URL): one for place, one in places.items()}

    return read


@pytest.fixture
def read_all(read):
    """Read every section of the index."""
    return lambda: {
        place: one for section in read("/sitemap.xml") for place, one in read(section).items()
    }


def _pictures(entry: etree._Element) -> list[str]:
    return [loc.text for loc in entry.iterfind("image:image/image:loc", NAMES)]


def _alternates(entry: etree._Element) -> dict[str, str]:
    return {link.get("hreflang"): link.get("href") for link in entry.iterfind("xhtml:link", NAMES)}


class TestPlaces:
    def test_it_lists_what_is_public_once_under_our_own_address(self, read_all):
        tag = Tag.objects.create(name="Glue", slug="glue")
        author = make_author(name="Ida Holm", slug="ida-holm")
        shelf = {"category": make_category(slug="workshop"), "tags": [tag], "author": author}
        post = make_post(live=True, slug="oak", title="Oak", **shelf)
        page = revisions.create_post(
            make_draft(title="About us", author=author), by=None, kind=Post.Kind.PAGE
        )
        workflow.submit(page, by=None)
        workflow.approve(page, by=make_user("Publishers"), publish_at=timezone.now())
        make_post(title="Draft")
        make_post(title="Tomorrow", approved=True)
        make_category(slug="empty-shelf")
        Tag.objects.create(name="Empty", slug="empty")

        found = read_all()

        assert set(found) == {
            *("/", "/archive/", "/posts/oak/", "/about-us/", "/categories/workshop/"),
            *("/authors/ida-holm/", "/tags/glue/"),
        }
        changed = found["/posts/oak/"].findtext("s:lastmod", namespaces=NAMES)
        assert changed == post.publish_at.isoformat(timespec="seconds")

    def test_an_empty_site_has_a_front_page(self, read_all):
        assert set(read_all()) == {"/", "/archive/"}

    def test_each_language_has_its_shelves(self, read_all):
        author, category = make_author(slug="ida"), make_category(slug="workshop")
        both = make_category(slug="both")
        make_post(live=True, slug="oak", author=author, category=both)
        make_post(live=True, slug="zan", language="ar", category=category)
        make_post(live=True, slug="glu", language="ar", category=both)
        make_post(live=True, slug="eiche", language="de")

        found = set(read_all())

        assert {"/authors/ida/", "/posts/oak/", "/posts/eiche/", "/ar/posts/zan/"} <= found
        assert {"/ar/", "/ar/archive/", "/ar/categories/workshop/"} <= found
        assert {"/categories/both/", "/ar/categories/both/"} <= found
        assert not {"/ar/authors/ida/", "/categories/workshop/", "/ar/tags/glue/"} & found

    def test_a_correction_is_a_change(self, read_all):
        post = make_post(live=True, slug="oak", publish_at=timezone.now() - timedelta(days=9))
        revisions.save_revision(post, make_draft(title="New", slug="oak"), by=None)
        workflow.submit(post, by=None)
        workflow.approve(post, by=make_user("Publishers"))
        post.refresh_from_db()

        changed = read_all()["/posts/oak/"].findtext("s:lastmod", namespaces=NAMES)

        assert changed == post.changed_at.isoformat(timespec="seconds")


class TestPictures:
    def test_the_cover_and_those_in_the_text_are_named_once(self, read_all, settings):
        settings.MEDIA_URL = "/media/"
        cover, inner = make_image(), make_image()
        body = f"![a](/media/{inner.file.name})\n\n![a](/media/{cover.file.name})"
        make_post(live=True, slug="oak", cover=cover, body=body)

        assert _pictures(read_all()["/posts/oak/"]) == [
            f"{settings.SITE_URL}/media/{image.file.name}" for image in (cover, inner)
        ]


class TestLanguages:
    def test_versions_of_a_text_name_each_other(self, read_all, settings):
        oak = make_post(live=True, slug="oak")
        zan = make_post(live=True, slug="zan", language="ar")
        draft = make_post(slug="eiche", language="de")
        Post.objects.filter(pk__in=[zan.pk, draft.pk]).update(translation_of=oak)
        make_post(live=True, slug="alone")

        found = read_all()

        site = settings.SITE_URL
        versions = {
            "ar": f"{site}/ar/posts/zan/",
            "en": f"{site}/posts/oak/",
            "x-default": f"{site}/posts/oak/",
        }
        assert _alternates(found["/posts/oak/"]) == _alternates(found["/ar/posts/zan/"]) == versions
        assert _alternates(found["/posts/alone/"]) == {}

    def test_a_version_in_another_section_is_named_too(self, read_all, monkeypatch):
        monkeypatch.setattr(posts, "IDS_IN_A_SECTION", 1)
        oak, zan = make_post(live=True, slug="oak"), make_post(live=True, slug="zan", language="ar")
        Post.objects.filter(pk=zan.pk).update(translation_of=oak)

        found = read_all()

        assert set(_alternates(found["/posts/oak/"])) == {"ar", "en", "x-default"}
        assert set(_alternates(found["/ar/posts/zan/"])) == {"ar", "en", "x-default"}

    def test_translations_of_a_hidden_original_lead_to_one_of_them(self, read_all, settings):
        hidden = make_post(slug="oak")
        zan = make_post(live=True, slug="zan", language="ar")
        eiche = make_post(live=True, slug="eiche", language="de")
        Post.objects.filter(pk__in=[zan.pk, eiche.pk]).update(translation_of=hidden)

        assert _alternates(read_all()["/posts/eiche/"])["x-default"].endswith("/ar/posts/zan/")


class TestSections:
    def test_each_holds_a_range_of_ids_and_none_is_empty(self, read, monkeypatch):
        monkeypatch.setattr(posts, "IDS_IN_A_SECTION", 3)
        made = [make_post(live=True, slug=f"p-{number}") for number in range(10)]
        for post in made[2:7]:
            Post.objects.filter(pk=post.pk).update(approved_revision=None)

        sections = [place for place in read("/sitemap.xml") if "posts" in place]
        found = [set(read(section)) for section in sections]

        assert set.union(*found) == {f"/posts/p-{n}/" for n in (0, 1, 7, 8, 9)}
        assert sum(map(len, found)) == 5
        assert all(found)

    def test_tags_have_sections_too(self, read, monkeypatch):
        monkeypatch.setattr(shelves, "TAGS_IN_A_SECTION", 2)
        tags = [Tag.objects.create(name=f"T{n}", slug=f"t-{n}") for n in range(5)]
        make_post(live=True, tags=tags)

        sections = [place for place in read("/sitemap.xml") if "tags" in place]

        assert {place for section in sections for place in read(section)} == {
            f"/tags/t-{n}/" for n in range(5)
        }

    @pytest.mark.parametrize(
        "path",
        [
            "/sitemap-posts-7.xml",
            "/sitemap-tags-0.xml",
            f"/sitemap-posts-{'9' * 30}.xml",
            "/sitemap-posts--1.xml",
            "/ar/sitemap.xml",
        ],
    )
    def test_one_without_anything_is_none(self, client, path):
        make_post(live=True)

        assert client.get(path).status_code == 404

    def test_the_number_of_queries_does_not_grow(self, client, django_assert_max_num_queries):
        for number in range(6):
            make_post(live=True, slug=f"p-{number}", cover=make_image())
            make_post(live=True, slug=f"a-{number}", language="ar")
        number = posts.sections()[0]

        with django_assert_max_num_queries(4):
            client.get(f"/sitemap-posts-{number}.xml")
        with django_assert_max_num_queries(3):
            client.get("/sitemap.xml")

    def test_the_index_is_asked_and_nothing_is_counted(self):
        make_post(live=True)
        listener = _Listener()
        with connection.execute_wrapper(listener):
            posts.sections()
            list(posts.places_in(0))

        said = " ".join(listener.said).upper()
        assert "WITH RECURSIVE" in said
        assert "OFFSET" not in said
        assert "COUNT(" not in said


class _Listener:
    """Keeps the statements that were sent."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        self.said.append(sql)
        return execute(sql, params, many, context)


def test_robots_are_told_where_it_is(client, settings):
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_a_sitemap_is_no_page_to_be_found(client):
    assert client.get("/sitemap.xml").headers["X-Robots-Tag"] == "noindex"
    first = client.get("/sitemap.xml")
    again = client.get("/sitemap.xml", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
