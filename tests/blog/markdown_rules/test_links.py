"""Where links and pictures may lead, and what search engines are told of it."""

import pytest

from blog.markdown_rules import links
from blog.rendering import render_markdown
from tests.blog import hostile_texts

FOREIGN = 'rel="nofollow noopener ugc"'


class TestLinks:
    @pytest.mark.parametrize(
        "text",
        [
            "[a](https://example.com)",
            "[a](HTTP://EXAMPLE.COM)",
            "https://example.com",
            "<https://example.com>",
            "[a](//example.com)",
            "[a](https://127.0.0.1.example/)",
            "[a](http://user@127.0.0.1:8000/)",
            "[a](http://127.0.0.1:8001/)",
        ],
    )
    def test_to_other_hosts_are_marked(self, text):
        html = render_markdown(text)

        assert FOREIGN in html
        assert "target" not in html

    @pytest.mark.parametrize(
        "text",
        [
            "[a](/posts/x/)",
            "[a](#h-x)",
            "[a](?q=1)",
            "[a](other/)",
            "[a](http://127.0.0.1:8000/x)",
            "[a](mailto:a@b.example)",
            "<a@b.example>",
        ],
    )
    def test_on_this_site_and_to_mailboxes_are_not(self, text):
        html = render_markdown(text)

        assert "<a href=" in html
        assert "rel=" not in html

    @pytest.mark.parametrize("address", [*hostile_texts.SCHEMES[:37], *hostile_texts.DISGUISES[:3]])
    def test_of_other_schemes_are_none(self, address):
        for text in (f"[a]({address})", f"[a](<{address}>)", f"[a][r]\n\n[r]: {address}"):
            assert "<a" not in render_markdown(text), text

    def test_that_are_undone_leave_their_words(self):
        assert render_markdown("[*call* us](tel:123)") == "<p><em>call</em> us</p>\n"

    def test_without_words_are_none(self):
        assert render_markdown("a [](/x) [ ](/y) b") == "<p>a    b</p>\n"

    def test_of_a_picture_without_description_are_named_after_where_they_lead(self):
        html = render_markdown("a [![](/media/a.png)](/x) [![](/media/a.png)](/y 'All of it')")

        assert '<a href="/x" aria-label="/x"><img' in html
        assert '<a href="/y" title="All of it" aria-label="All of it"><img' in html

    def test_of_a_described_picture_are_named_by_it(self):
        assert "aria-label" not in render_markdown("a [![A cat](/media/a.png)](/x)")

    def test_are_not_made_of_file_names(self):
        assert "<a" not in render_markdown("See README.md and models.py, or example.com")

    def test_to_a_film_stay_links(self):
        html = render_markdown("https://films.example/watch?v=1")

        assert html == (
            f'<p><a href="https://films.example/watch?v=1" {FOREIGN}>'
            "https://films.example/watch?v=1</a></p>\n"
        )


class TestPictures:
    def test_of_ours_load_lazily(self):
        html = render_markdown('See ![A cat](/media/cat.png "Tom")')

        assert (
            '<img src="/media/cat.png" alt="A cat" title="Tom" loading="lazy" decoding="async">'
        ) in html

    @pytest.mark.parametrize(
        "address", ["mailto:a@b.example", "tel:1", "\ufeffjavascript:alert(1)", "a:b"]
    )
    def test_of_nowhere_leave_their_words(self, address):
        assert render_markdown(f"a ![cat]({address})") == "<p>a cat</p>\n"

    def test_of_others_become_links(self):
        html = render_markdown("![A *cat*](https://tracker.example/cat.png)")

        assert f'href="https://tracker.example/cat.png" {FOREIGN}>A cat<' in html
        assert "<img" not in html

    def test_of_others_within_a_link_leave_their_words(self):
        html = render_markdown("[![cat](https://a.example/cat.png)](/cats/)")

        assert html == '<p><a href="/cats/">cat</a></p>\n'

    def test_come_from_where_our_media_are(self, settings):
        settings.MEDIA_URL = "https://pictures.example/media/"

        html = render_markdown("![a](https://pictures.example/media/a.png)")

        assert '<img src="https://pictures.example/media/a.png"' in html


class TestForeign:
    @pytest.mark.parametrize("url", hostile_texts.FOREIGN_DISGUISES)
    def test_whatever_the_disguise(self, url):
        # Paths, and a backslash that ends our own host, as browsers read it.
        is_ours = url.startswith(("/%09", "/&Tab;", "http://127.0.0.1:8000\\"))

        assert links.is_foreign(url) is not is_ours

    @pytest.mark.parametrize(
        "url", ["/", "/x//y", "#//x", "?//x", "x//y", "http://127.0.0.1:8000/"]
    )
    def test_not_what_is_ours(self, url):
        assert not links.is_foreign(url)
