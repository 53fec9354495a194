"""What stands for a post where somebody shares it: one image at one address, for ever the same."""

import io
import re
from dataclasses import replace

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image as Pillow
from PIL import ImageChops

from blog import cover_art, library, renditions, sharing
from blog.models import Image, Post
from blog.sharing import drawing
from tests import factories

WORDS = {
    "title": "The burr is what makes a knife bite",
    "site": "AutoBlog",
    "author": "Mara Quill",
    "category": "Repair",
    "family": 3,
    "seed": "the-burr",
}
LONG = "Why every creaking chair in your kitchen is trying to tell you something " * 9


def drawn(**changes: object) -> Pillow.Image:
    return Pillow.open(io.BytesIO(drawing.draw(**WORDS | changes))).convert("RGB")


def top(card: Pillow.Image) -> Pillow.Image:
    """The part above both strips of quilt: names and title."""
    return card.crop((0, 0, 1200, 330))


def is_same(one: Pillow.Image, other: Pillow.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is None


class TestCard:
    def test_is_of_the_size_and_weight_that_others_take(self):
        content = drawing.draw(**WORDS)

        assert Pillow.open(io.BytesIO(content)).size == (1200, 630)
        assert len(content) < 60_000

    def test_wears_the_colours_of_its_category(self):
        for family in range(8):
            colours = {colour for _, colour in drawn(family=family).getcolors(99_999)}
            ground = tuple(bytes.fromhex(cover_art.palette(family)[0][1:]))
            assert ground in colours

    @pytest.mark.parametrize("name", ["title", "site", "author", "category", "family", "seed"])
    def test_shows_all_that_its_address_depends_on(self, name):
        other = 4 if name == "family" else "Other"

        assert not is_same(drawn(), drawn(**{name: other}))

    @pytest.mark.parametrize("title", ["لماذا تصر الكراسي", "為什麼椅子會響", "Почему стул"])
    def test_writes_no_title_that_the_font_has_no_letters_for(self, title):
        card = drawn(title=title)

        assert is_same(card, drawn(title="漢字"))
        # The site's name stands there instead, larger.
        assert not is_same(top(card), top(drawn(title=title, site="Another")))

    def test_leaves_out_ornaments_that_the_font_does_not_have(self):
        assert is_same(drawn(title="Sharp 🔪 knives ✂️"), drawn(title="Sharp knives"))

    @pytest.mark.parametrize("title", ["é" * 300, LONG, "w" * 160, "a b " * 200, "Go", " ", ""])
    def test_no_title_leaves_its_place(self, title):
        card = drawn(title=title)

        paper = card.getpixel((2, 2))
        assert {card.getpixel((1199, y)) for y in range(0, 330, 5)} == {paper}
        assert {card.getpixel((x, 112)) for x in range(0, 70, 5)} == {paper}

    @pytest.mark.parametrize("name", ["site", "author", "category"])
    def test_long_names_are_cut(self, name):
        card = drawn(**{name: "Donaudampfschifffahrt " * 20})

        assert {card.getpixel((1190, y)) for y in range(0, 480, 3)} == {card.getpixel((2, 2))}


def test_the_quilt_is_the_one_of_the_cover_art():
    art = cover_art.draw(3, "the-burr")
    first_row = list(cover_art.tiles(3, "the-burr", rows=1))

    assert [tile.colour for tile in first_row] == re.findall('fill="(#[0-9a-f]{6})"', art)[
        1 : len(first_row) + 1
    ]


@pytest.mark.django_db
class TestAddress:
    @pytest.fixture
    def post(self) -> Post:
        return factories.make_post(live=True, title="The burr", category=factories.make_category())

    def test_answers_with_the_card_to_be_kept_for_ever(self, client, post):
        answer = client.get(sharing.card_url(post))

        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert Pillow.open(io.BytesIO(answer.content)).size == (1200, 630)

    def test_changes_with_all_that_is_on_the_card(self, post, settings):
        card = sharing.card_of(post)
        others = [
            replace(card, **{name: 9 if name == "family" else "Other"})
            for name in ("title", "site", "author", "category", "family", "seed")
        ]

        assert len({other.digest for other in [card, *others]}) == 7
        settings.SITE_NAME = "Elsewhere"
        assert sharing.card_of(post).digest != card.digest

    def test_of_another_day_leads_to_the_one_of_today(self, client, post):
        answer = client.get(reverse("files:share", args=[post.pk, "0123456789ab"]))

        assert (answer.status_code, answer["Location"]) == (302, sharing.card_url(post))
        assert answer["Cache-Control"] == "public, max-age=60"

    @pytest.mark.parametrize("state", [{}, {"in_review": True}, {"approved": True}])
    def test_of_what_is_not_public_is_no_address(self, client, state):
        post = factories.make_post(**state)

        for digest in (sharing.card_of(post).digest, "0123456789ab"):
            path = reverse("files:share", args=[post.pk, digest])
            assert client.get(path).status_code == 404
        assert client.get("/share/987654321-0123456789ab.png").status_code == 404

    def test_is_drawn_once(self, client, post, monkeypatch):
        first = client.get(sharing.card_url(post)).content
        monkeypatch.setattr(drawing, "draw", lambda **_: pytest.fail("It was drawn twice."))

        assert client.get(sharing.card_url(post)).content == first

    def test_takes_the_place_of_the_card_before_it(self, client, post, settings):
        client.get(sharing.card_url(post))
        settings.SITE_NAME = "Elsewhere"

        client.get(sharing.card_url(post))

        kept = default_storage.listdir(f"share/{post.pk}")[1]
        assert kept == [f"{sharing.card_of(post).digest}.png"]

    def test_answers_without_a_storage_too(self, client, post, monkeypatch):
        def fail(*_: object) -> None:
            raise ConnectionError

        for name in ("exists", "save", "open"):
            monkeypatch.setattr(default_storage, name, fail)

        assert client.get(sharing.card_url(post)).status_code == 200

    def test_works_with_a_bucket(self, bucket, client, post):
        first = client.get(sharing.card_url(post))

        [stored] = bucket.objects.all()
        assert stored.key == f"share/{post.pk}/{sharing.card_of(post).digest}.png"
        assert stored.Object().content_type == "image/png"
        assert stored.Object().cache_control == "public, max-age=31536000, immutable"
        assert client.get(sharing.card_url(post)).content == first.content


def _metas(html: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', html))


@pytest.mark.django_db
class TestPages:
    def test_without_a_cover_the_card_is_shared(self, client, settings):
        post = factories.make_post(live=True, title="Glue & wood")

        metas = _metas(client.get(post.get_absolute_url()).content.decode())

        assert metas["og:image"] == f"{settings.SITE_URL}{sharing.card_url(post)}"
        assert metas["twitter:image"] == metas["og:image"]
        assert metas["og:image:type"] == "image/png"
        assert (metas["og:image:width"], metas["og:image:height"]) == ("1200", "630")
        assert metas["og:image:alt"] == metas["twitter:image:alt"] == "Glue &amp; wood"
        assert metas["twitter:card"] == "summary_large_image"

    def test_with_a_cover_its_crop_is_shared(self, client, photo, settings):
        cover = library.add_image(photo((2000, 1500)), alt_text="A pot", by=None)
        Image.objects.update(focal_x=30, focal_y=70)
        renditions.make_missing()
        cover.refresh_from_db()
        post = factories.make_post(live=True, cover=cover)

        metas = _metas(client.get(post.get_absolute_url()).content.decode())

        stem = cover.file.name.removesuffix(".jpeg")
        assert metas["og:image"] == f"{settings.SITE_URL}/media/{stem}-share-30-70.jpeg"
        assert metas["og:image:type"] == "image/jpeg"
        assert (metas["og:image:width"], metas["og:image:height"]) == ("1200", "630")
        assert metas["og:image:alt"] == "A pot"

    def test_a_cover_too_small_to_be_shown_large_is_not_shared(self, client, settings):
        post = factories.make_post(live=True, cover=factories.make_image())
        renditions.make_missing()

        metas = _metas(client.get(post.get_absolute_url()).content.decode())

        assert metas["og:image"] == f"{settings.SITE_URL}{sharing.card_url(post)}"

    def test_lists_share_the_image_of_the_site(self, client):
        metas = _metas(client.get("/").content.decode())

        assert metas["og:image"].endswith("/blog/share.png")
        assert (metas["og:image:width"], metas["og:image:type"]) == ("1200", "image/png")
