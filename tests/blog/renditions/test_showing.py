"""Browsers choose a copy, texts keep one path whatever the storage, and signed HTML stays."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from blog import library, rendering, renditions, storage
from blog.models import Image
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(photo) -> Image:
    image = library.add_image(
        photo((1300, 700)), alt_text="Waves", caption="Off Skagen", credit="Ida Holm", by=None
    )
    renditions.make_missing()
    image.refresh_from_db()
    return image


def html_of(*images: Image) -> str:
    return rendering.render_markdown("\n\n".join(map(library.markdown_of, images)))


class TestShow:
    def test_offers_the_modern_formats_first_and_the_original_to_all(self, image):
        shown = renditions.show(image)
        stem = f"/media/{image.file.name}".removesuffix(".jpeg")

        assert [source.type for source in shown.sources] == ["image/avif", "image/webp"]
        assert shown.sources[0].srcset == (
            f"{stem}-480.avif 480w, {stem}-960.avif 960w, {stem}-1300.avif 1300w"
        )
        assert (shown.src, shown.width, shown.height) == (f"{stem}.jpeg", 1300, 700)
        assert shown.alt == "Waves"

    def test_shows_the_original_until_there_are_copies(self, photo):
        shown = renditions.show(library.add_image(photo(), alt_text="Waves", by=None))

        assert shown.sources == ()
        assert shown.src.endswith(".jpeg")

    def test_falls_back_to_what_is_not_larger_than_a_screen(self, photo):
        image = library.add_image(photo((2000, 1000)), alt_text="Waves", by=None)
        renditions.make_missing()
        image.refresh_from_db()

        shown = renditions.show(image)

        assert (shown.width, shown.height) == (1600, 800)
        assert shown.src.endswith("-1600.jpeg")

    def test_says_nothing_of_what_is_decorative(self, photo):
        image = library.add_image(photo(), alt_text="Leaves", is_decorative=True, by=None)

        assert renditions.show(image).alt == ""

    @pytest.mark.parametrize(
        ("point", "words"),
        [((0, 100), "focal-x-0 focal-y-100"), ((34, 36), "focal-x-30 focal-y-40")],
    )
    def test_says_the_focal_point_by_a_class(self, point, words):
        image = factories.make_image(focal_x=point[0], focal_y=point[1])

        assert renditions.show(image).focal == words

    def test_every_class_has_its_rule(self):
        rules = Path(str(finders.find("blog/blog.css"))).read_text()
        for axis in "xy":
            for tens in range(0, 101, 10):
                assert f".focal-{axis}-{tens} {{ --focal-{axis}: {tens}%; }}" in rules


class TestTexts:
    def test_a_picture_in_a_text_is_shown_in_all_its_formats(self, image):
        html = renditions.with_pictures(html_of(image), Image.objects.all())

        assert html.count("<picture>") == html.count("</picture>") == 1
        assert html.count("<source ") == 2
        assert 'width="1300" height="700" alt="Waves"' in html
        assert "Off Skagen. Picture: Ida Holm</figcaption>" in html
        assert 'loading="lazy"' in html
        assert "style=" not in html

    def test_the_words_are_those_of_the_text(self, image):
        html = rendering.render_markdown(f'![A "storm" & <b>rain</b>]({image.media_path})')

        shown = renditions.with_pictures(html, [image])

        assert 'alt="A &#34;storm&#34; &amp; &lt;b&gt;rain&lt;/b&gt;"' in shown

    def test_only_the_first_is_loaded_at_once_and_only_where_nothing_stands_above(self, image):
        html = html_of(image, image)

        lazy = renditions.with_pictures(html, [image])
        eager = renditions.with_pictures(html, [image], first_is_eager=True)

        assert lazy.count('loading="lazy"') == 2
        assert eager.count('loading="lazy"') == 1
        assert eager.index("fetchpriority") < eager.index("loading")

    def test_what_is_no_picture_of_ours_stays_as_it_is(self, image):
        html = rendering.render_markdown(
            f"![Gone](/media/images/2020/01/gone.png) `<img src={image.media_path}>` words"
        )

        assert renditions.with_pictures(html, Image.objects.all()) == html

    def test_two_pictures_in_one_line_and_in_links_and_tables(self, image):
        one = library.markdown_of(image)
        html = rendering.render_markdown(f"{one} {one}\n\n[{one}](/)\n\n|a|\n|-|\n|{one}|\n")

        assert renditions.with_pictures(html, [image]).count("<picture>") == 4

    def test_feeds_get_a_plain_picture(self, image):
        html = renditions.with_plain_pictures(html_of(image), [image])

        assert "<picture" not in html
        assert re.search(
            r'<img src="/media/images/[^"]+\.jpeg" alt="Waves" width="1300" height="700"',
            html,
        )


class TestPages:
    def test_a_post_shows_its_cover_at_once_and_the_pictures_of_its_text_later(self, client, image):
        post = factories.make_post(live=True, cover=image, body=library.markdown_of(image))

        page = client.get(post.get_absolute_url()).content.decode()

        cover, body = re.findall("<picture>.*?</picture>", page, re.DOTALL)
        assert "fetchpriority" in cover
        assert "focal-x-50 focal-y-50" in cover
        assert "loading" not in cover
        assert 'loading="lazy"' in body
        assert f'src="{image.media_path}"' in post.body_html

    def test_a_page_without_a_cover_loads_its_first_picture_at_once(self, client, image):
        post = factories.make_post(live=True, body=library.markdown_of(image))
        type(post).objects.filter(pk=post.pk).update(kind="page")

        page = client.get(f"/{post.slug}/").content.decode()

        assert re.search('<img [^>]*fetchpriority="high"', page)

    def test_one_query_for_the_pictures_of_a_text_and_none_for_a_text_without(
        self, client, image, django_assert_num_queries
    ):
        plain = factories.make_post(live=True)
        with_one = factories.make_post(live=True, body=library.markdown_of(image))
        with_many = factories.make_post(live=True, body=library.markdown_of(image) * 9)

        with django_assert_num_queries(3):
            client.get(plain.get_absolute_url())
        for post in (with_one, with_many):
            with django_assert_num_queries(4):
                client.get(post.get_absolute_url())

    @pytest.mark.parametrize("kind", ["rss", "atom", "json"])
    def test_feeds_show_pictures_by_one_query_for_all_posts(
        self, client, image, kind, django_assert_max_num_queries
    ):
        for _ in range(3):
            factories.make_post(live=True, body=library.markdown_of(image))

        with django_assert_max_num_queries(4):
            feed = client.get(f"/feed.{kind}").content.decode()

        address = f"http://127.0.0.1:8000{image.media_path}"
        assert feed.count(address) == 3
        assert "&lt;picture" not in feed

    def test_the_api_says_what_the_page_shows(self, client, image):
        post = factories.make_post(live=True, cover=image, body=library.markdown_of(image))

        told = client.get(f"/api/v1/posts/{post.slug}/").json()

        assert told["html"].count("<source ") == 2
        assert [copy["width"] for copy in told["cover"]["copies"]] == [480, 960, 1300] * 2
        assert told["cover"]["copies"][0]["url"].startswith("http://127.0.0.1:8000/media/images/")

    def test_a_preview_shows_them_too(self, client, image):
        client.force_login(factories.make_user("Editors"))
        post = factories.make_post(body=library.markdown_of(image))

        assert b"<picture>" in client.get(f"/preview/{post.pk}/").content


class TestBucket:
    def test_pages_and_feeds_name_the_cdn_while_texts_keep_their_path(self, bucket, client, photo):
        image = library.add_image(photo(), alt_text="Waves", by=None)
        post = factories.make_post(live=True, cover=image, body=library.markdown_of(image))
        renditions.make_missing()

        page = client.get(post.get_absolute_url()).content.decode()
        feed = client.get("/feed.json").json()["items"][0]["content_html"]

        assert f'src="{image.media_path}"' in post.body_html
        assert "/media/images" not in page
        assert f'src="https://cdn.example/{image.file.name}"' in page
        assert f"https://cdn.example/{image.file.name.replace('.jpeg', '-480.avif')} 480w" in page
        assert f'src="https://cdn.example/{image.file.name}"' in feed

    def test_no_page_asks_the_bucket_for_anything(self, bucket, client, photo, monkeypatch):
        image = library.add_image(photo(), alt_text="Waves", by=None)
        renditions.make_missing()
        post = factories.make_post(live=True, cover=image, body=library.markdown_of(image))
        monkeypatch.setattr(storage.Bucket, "bucket", property(lambda _: pytest.fail("It asked.")))
        client.force_login(factories.make_user("Editors"))

        library_ = reverse("admin:blog_image_changelist")
        one = reverse("admin:blog_image_change", args=[image.pk])
        pages = ["/", post.get_absolute_url(), "/feed.rss", "/api/v1/posts/"]
        for path in [*pages, library_, one, reverse("admin:blog_image_pick")]:
            assert client.get(path).status_code == 200, path
