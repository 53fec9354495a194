"""What search engines and those who share a page are told."""

import json
import re

import pytest

from blog import seo
from blog.models import Tag
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

    def test_a_post_without_summary_is_described_by_its_first_words(self, client):
        post = make_post(live=True, summary="", body="The *first* words.")
        metas = _metas(client.get(post.get_absolute_url()).content.decode())

        assert metas["description"] == "The first words."


class TestOtherPages:
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
        older = client.get("/").context["page"].older
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
