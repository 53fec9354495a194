"""Each language has a part of the site of its own; a strange language stands in the default's."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from blog import languages, revisions
from blog.models import Post
from tests.factories import make_draft, make_post

pytestmark = pytest.mark.django_db


def test_a_post_lives_under_the_prefix_of_its_language(client):
    english = make_post(live=True, title="Glue")
    arabic = make_post(live=True, title="غراء", slug="ghira", language="ar")

    assert english.get_absolute_url() == "/posts/glue/"
    assert arabic.get_absolute_url() == "/ar/posts/ghira/"
    answer = client.get("/ar/posts/ghira/")
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == "ar"
    assert client.get("/posts/ghira/").status_code == 404


@pytest.mark.parametrize("name", ["home", "archive", "feed-rss", "feed-atom", "feed-json"])
def test_lists_and_feeds_hold_one_language(client, name):
    make_post(live=True, title="Glue")
    make_post(live=True, title="غراء", slug="ghira", language="ar")

    english = client.get(reverse(f"blog:{name}")).content.decode()
    arabic = client.get("/ar" + reverse(f"blog:{name}")).content.decode()

    if name != "archive":
        assert "Glue" in english
        assert "غراء" in arabic
    assert "غراء" not in english
    assert "Glue" not in arabic


def test_a_language_that_the_site_does_not_speak_stands_with_the_default(client):
    post = make_post(live=True, title="Leim", language="de")

    assert post.get_absolute_url() == "/posts/leim/"
    text = client.get("/posts/leim/").content.decode()
    assert '<h1 lang="de" dir="ltr">Leim</h1>' in text
    assert '<div class="prose" lang="de" dir="ltr">' in text
    assert "Leim" in client.get("/").content.decode()


def test_neither_cookie_nor_browser_changes_the_language_of_a_page(client):
    make_post(live=True, title="Glue")
    client.cookies["django_language"] = "ar"

    answer = client.get("/posts/glue/", headers={"Accept-Language": "ar"})

    assert answer.headers["Content-Language"] == "en"
    assert "Accept-Language" not in answer.headers.get("Vary", "")


def test_words_are_searched_with_the_dictionary_of_their_language(client):
    make_post(live=True, title="Bücher", body="Die Häuser standen leer.", language="de")

    assert Post.objects.search("Haus", language="de").count() == 1
    # The English dictionary does not know that many of these are one of them.
    assert Post.objects.search("Häuser", language="en").count() == 0


def test_the_whole_page_speaks_arabic_from_right_to_left(client):
    make_post(
        live=True, title="غراء", slug="ghira", language="ar", is_ai_generated=True, body="نص\n\n`x`"
    )
    text = client.get("/ar/posts/ghira/").content.decode()

    assert '<html lang="ar" dir="rtl">' in text
    for expected in ["بقلم", "دقيقة واحدة للقراءة", "كُتبت المسودة بالذكاء الاصطناعي", "الأرشيف"]:
        assert expected in text
    assert "min read" not in text
    assert "Archive" not in text


def test_dates_are_written_in_the_language_of_the_page(client):
    at = datetime(2026, 3, 5, tzinfo=UTC)
    make_post(live=True, slug="glue", publish_at=at)
    make_post(live=True, slug="ghira", language="ar", publish_at=at)

    assert ">5 March 2026</time>" in client.get("/posts/glue/").content.decode()
    assert ">5 مارس 2026</time>" in client.get("/ar/posts/ghira/").content.decode()
    assert "<h1>مارس 2026</h1>" in client.get("/ar/archive/2026/3/").content.decode()


def test_the_site_says_what_it_is_in_each_language(client, settings):
    assert "الآلة تبحث" in client.get("/ar/").content.decode()

    settings.SITE_TAGLINE, settings.SITE_TAGLINES = "Mending", {"ar": "إصلاح"}

    assert '<h1 class="motto">Mending</h1>' in client.get("/").content.decode()
    assert '<h1 class="motto">إصلاح</h1>' in client.get("/ar/").content.decode()
    settings.SITE_TAGLINE, settings.SITE_TAGLINES = "", {}
    assert "Project-Id-Version" not in client.get("/ar/").content.decode()


@pytest.mark.parametrize(("path", "words"), [("/ar/x/", "هذه الصفحة ليست هنا")])
def test_error_pages_speak_the_language_of_the_address(client, path, words):
    text = client.get(path).content.decode()

    assert words in text
    assert 'dir="rtl"' in text


class TestAPage:
    def make(self, **content) -> Post:
        draft = make_draft(**{"title": "About us"} | content)
        return revisions.create_post(draft, by=None, kind=Post.Kind.PAGE)

    def test_has_an_address_of_its_own_and_stands_in_no_list(self, client):
        page = self.make()
        assert page.get_absolute_url() == "/about-us/"
        assert client.get("/about-us/").status_code == 404

    def test_never_takes_one_of_our_own_addresses(self):
        assert self.make(title="Search").slug == "search-2"
        assert make_post(title="Archive").slug == "archive"


def test_the_desk_names_languages_in_english_and_knows_their_direction():
    names = [languages.english_name_of(code) for code in ("en", "ar", "xx")]
    assert names == ["English", "Arabic", "xx"]
    assert {"ar", "he", "fa"} <= set(languages.right_to_left())
    assert "en" not in languages.right_to_left()
