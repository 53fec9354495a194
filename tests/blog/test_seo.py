"""What search engines and those who share a page are told."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from blog import seo
from blog.models import Post, Tag
from tests.factories import make_author, make_category, make_post

pytestmark = pytest.mark.django_db


def _linked_data(html: str) -> dict[str, dict]:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return {thing["@type"]: thing for thing in json.loads(text)["@graph"]}


def _metas(html: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', html))


class TestPost:
    @pytest.fixture
    def post(self):
        return make_post(
            live=True,
            title='Glue </script><script>alert("1")</script> & <!-- wood',
            summary="All " + "about it " * 40,
            author=make_author(name="Ida Holm", slug="ida-holm", url="https://ida.example"),
            category=make_category(name="Workshop"),
            tags=[Tag.objects.create(name="Glue", slug="glue")],
            is_ai_generated=True,
        )

    @pytest.fixture
    def html(self, client, post):
        return client.get(post.get_absolute_url()).content.decode()

    def test_linked_data_tells_who_wrote_what_when(self, html, post, settings):
        posting = _linked_data(html)["BlogPosting"]

        assert posting["headline"] == post.title
        assert posting["author"] == {
            "@type": "Person",
            "@id": f"{settings.SITE_URL}/authors/ida-holm/#person",
            "name": "Ida Holm",
            "url": f"{settings.SITE_URL}/authors/ida-holm/",
            "sameAs": "https://ida.example",
        }
        assert posting["datePublished"] == post.publish_at.isoformat()
        assert posting["articleSection"] == "Workshop"
        assert posting["keywords"] == ["Glue"]

    def test_linked_data_says_that_a_model_wrote_it(self, html):
        posting = _linked_data(html)["BlogPosting"]

        assert posting["digitalSourceType"].endswith("TrainedAlgorithmicMediaDigitalSource")

    def test_linked_data_of_a_persons_text_says_nothing_of_models(self, client):
        html = client.get(make_post(live=True).get_absolute_url()).content.decode()

        assert "digitalSourceType" not in _linked_data(html)["BlogPosting"]

    def test_no_title_ends_the_script_element(self, html):
        assert "<script>alert" not in html
        assert html.count("<script") == 1
        assert html.count("<!--") == 0

    def test_breadcrumbs_lead_home(self, html):
        trail = _linked_data(html)["BreadcrumbList"]["itemListElement"]

        assert [crumb["name"] for crumb in trail][:2] == ["AutoBlog", "Workshop"]

    def test_the_head_is_complete(self, html, post, settings):
        metas = _metas(html)
        address = f"{settings.SITE_URL}{post.get_absolute_url()}"

        assert f'<link rel="canonical" href="{address}">' in html
        assert metas["og:type"] == "article"
        assert metas["og:url"] == address
        assert metas["og:image"].startswith(settings.SITE_URL)
        assert metas["twitter:card"] == "summary_large_image"
        assert len(metas["description"]) <= 160
        assert metas["description"].endswith("…")

    def test_those_who_share_it_are_told_the_same(self, html, post, settings):
        metas = _metas(html)
        author = f"{settings.SITE_URL}/authors/ida-holm/"

        assert metas["article:author"] == author
        assert metas["article:section"] == "Workshop"
        assert metas["article:tag"] == "Glue"
        assert metas["og:locale"] == "en_US"
        for name in ("title", "description", "image"):
            assert metas[f"twitter:{name}"] == metas[f"og:{name}"]
        assert "." not in metas["article:published_time"]
        assert (
            f'type="text/markdown" href="{settings.SITE_URL}{post.get_absolute_url()[:-1]}.md"'
            in html
        )

    def test_what_was_written_for_search_engines_comes_first(self, client):
        post = make_post(
            live=True,
            title="Glue",
            summary="A summary.",
            seo_title="Which glue holds what",
            seo_description="Four glues compared.",
            canonical_url="https://elsewhere.example/glue",
        )
        html = client.get(post.get_absolute_url()).content.decode()

        assert "<title>Which glue holds what · AutoBlog</title>" in html
        assert "<h1>Glue</h1>" in html
        assert _metas(html)["description"] == "Four glues compared."
        assert '<link rel="canonical" href="https://elsewhere.example/glue">' in html

    def test_a_post_without_summary_is_described_by_its_first_words(self, client):
        post = make_post(live=True, summary="", body="The *first* words.")
        metas = _metas(client.get(post.get_absolute_url()).content.decode())

        assert metas["description"] == "The first words."


class TestTranslations:
    @pytest.fixture
    def pair(self):
        english = make_post(live=True, slug="glue")
        arabic = make_post(live=True, slug="ghira", language="ar")
        Post.objects.filter(pk=arabic.pk).update(translation_of=english)
        return english, arabic

    def test_each_names_all_and_the_original_for_everybody_else(self, client, pair, settings):
        site = settings.SITE_URL
        for post in pair:
            html = client.get(post.get_absolute_url()).content.decode()
            head = html[: html.index("</head>")]
            assert dict(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', head)) == {
                "en": f"{site}/posts/glue/",
                "ar": f"{site}/ar/posts/ghira/",
                "x-default": f"{site}/posts/glue/",
            }
        assert _metas(head)["og:locale"] == "ar_AR"
        assert _metas(head)["og:locale:alternate"] == "en_US"

    def test_readers_are_led_to_the_other_language(self, client, pair):
        english, arabic = (client.get(post.get_absolute_url()).content.decode() for post in pair)

        assert '<a href="/ar/posts/ghira/" lang="ar" hreflang="ar">' in english
        assert '<a href="/posts/glue/" lang="en" hreflang="en">English</a>' in arabic

    def test_one_that_is_not_public_is_not_named(self, client, pair):
        Post.objects.filter(pk=pair[1].pk).update(publish_at=timezone.now() + timedelta(days=1))
        html = client.get(pair[0].get_absolute_url()).content.decode()

        assert "ghira" not in html
        assert "hreflang" not in html

    def test_front_pages_name_each_other(self, client, pair, settings):
        for path in ("/", "/ar/"):
            html = client.get(path).content.decode()
            head = html[: html.index("</head>")]
            assert dict(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', head)) == {
                "en": f"{settings.SITE_URL}/",
                "ar": f"{settings.SITE_URL}/ar/",
                "x-default": f"{settings.SITE_URL}/",
            }
        feed = f"{settings.SITE_URL}/feed.rss"
        assert f'hreflang="en" title="AutoBlog (English, RSS)" href="{feed}"' in head


class TestOtherPages:
    @pytest.mark.parametrize(
        "path", ["/categories/c/", "/tags/t/", "/archive/", "/archive/2024/5/"]
    )
    def test_lists_are_collections_with_a_way_home(self, client, path):
        make_post(
            live=True,
            category=make_category(slug="c"),
            tags=[Tag.objects.create(name="T", slug="t")],
            publish_at=datetime(2024, 5, 1, tzinfo=UTC),
        )
        data = _linked_data(client.get(path).content.decode())

        assert data["CollectionPage"]["url"].endswith(path)
        trail = data["BreadcrumbList"]["itemListElement"]
        assert trail[0]["name"] == "AutoBlog"
        assert trail[-1]["item"].endswith(path)

    def test_a_list_without_posts_is_not_for_indexes(self, client):
        make_category(slug="c")
        html = client.get("/categories/c/").content.decode()

        assert _metas(html)["robots"] == "noindex, follow"

    def test_a_later_page_says_what_stands_around_it(self, client):
        for _ in range(12):
            make_post(live=True)
        page = client.get("/").context_data["page"]
        html = client.get(f"/?{page.older}&utm_source=x").content.decode()

        assert re.search(r'<link rel="prev" href="\?after=[^"]+">', html)
        assert 'rel="next"' not in html
        assert "utm_source" not in html[: html.index("</head>")]
        assert f'<link rel="next" href="?{page.older}">' in client.get("/").content.decode()

    def test_the_front_page_is_a_website_with_a_search(self, client, settings):
        website = _linked_data(client.get("/").content.decode())["WebSite"]

        assert website["potentialAction"]["target"].endswith("/search/?q={search_term_string}")

    def test_search_results_are_not_for_indexes(self, client):
        html = client.get("/search/?q=x").content.decode()

        assert _metas(html)["robots"] == "noindex, follow"
        assert "canonical" not in html

    def test_a_later_page_is_canonical_itself(self, client, settings):
        for _ in range(12):
            make_post(live=True)
        older = client.get("/").context_data["page"].older
        html = client.get(f"/?{older}").content.decode()

        assert f'rel="canonical" href="{settings.SITE_URL}/?{older}"' in html

    def test_an_authors_page_is_about_a_person(self, client):
        author = make_author(name="Ida", bio="Mends.")
        make_post(live=True, author=author)
        html = client.get(author.get_absolute_url()).content.decode()

        assert _linked_data(html)["ProfilePage"]["mainEntity"]["name"] == "Ida"
        assert _metas(html)["description"] == "Mends."

    def test_a_forged_host_reaches_no_address(self, client):
        make_post(live=True)
        html = client.get("/", headers={"Host": "localhost"}).content.decode()

        assert "localhost" not in html


def test_absolute_addresses_stay_absolute(settings):
    settings.SITE_URL = "https://b.example"

    assert seo.absolute("/x/") == "https://b.example/x/"
    assert seo.absolute("https://cdn.example/x.png") == "https://cdn.example/x.png"
