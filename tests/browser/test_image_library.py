"""The library in a real browser: many pictures at once, and a point that crops keep in sight."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from blog import library, renditions
from blog.models import Image
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def files(tmp_path) -> list[str]:
    """Two pictures and what is none, on the editor's disk."""
    places = [tmp_path / name for name in ("waves.jpeg", "hills.png", "broken.png")]
    places[0].write_bytes(factories.make_photo(colour="navy").read())
    places[1].write_bytes(factories.make_photo(colour="teal", kind="PNG").read())
    places[2].write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    return [str(place) for place in places]


def test_many_pictures_come_in_at_once_and_each_says_what_it_lacks(sign_in, live_server, files):
    page, said = sign_in(factories.make_user("Writers"))
    page.goto(live_server.url + reverse("admin:blog_image_add"))
    page.set_input_files("[data-files]", files)
    cards = page.locator("[data-list] > li")
    expect(cards).to_have_count(3)
    expect(cards.nth(0).get_by_label("What it shows")).to_be_focused()

    page.locator("[data-all] [name=credit]").fill("Ida Holm")
    cards.nth(0).get_by_label("What it shows").fill("Waves")
    cards.nth(2).get_by_label("Decorative").check()
    page.get_by_role("button", name="Keep these 3 pictures").click()

    expect(page.get_by_role("status")).to_have_text("1 kept. 2 pictures need something from you.")
    expect(cards.nth(1)).to_contain_text("Say what the picture shows, or mark it as decorative.")
    expect(cards.nth(2)).to_contain_text("This is no whole picture")
    expect(cards.nth(1).get_by_label("What it shows")).to_be_focused()
    assert [image.alt_text for image in Image.objects.all()] == ["Waves"]

    cards.nth(1).get_by_label("What it shows").fill("Hills")
    cards.nth(2).get_by_role("button", name="Leave out").click()
    page.get_by_role("button", name="Keep this picture").click()
    page.wait_for_url("**" + reverse("admin:blog_image_changelist"))

    expect(page.locator("[data-wall] > li")).to_have_count(2)
    assert {(i.alt_text, i.credit) for i in Image.objects.all()} == {
        ("Waves", "Ida Holm"),
        ("Hills", "Ida Holm"),
    }
    # The browser itself notes the one refusal.
    assert [words for words in said if "400 (Bad Request)" not in words] == []


def test_new_pictures_appear_on_the_wall_when_their_copies_are_made(sign_in, live_server):
    library.add_image(factories.make_photo(), alt_text="Waves", by=None)
    page, said = sign_in(factories.make_user("Writers"))
    page.goto(live_server.url + reverse("admin:blog_image_changelist"))
    tile = page.get_by_role("link", name="Waves")
    expect(tile).to_contain_text("Smaller copies are being made")

    renditions.make_missing()

    expect(tile.locator("img")).to_be_visible(timeout=15_000)
    assert tile.locator("img").get_attribute("src").endswith("-480.webp")
    assert said == []


def test_the_focal_point_is_set_by_a_click_and_by_keys(sign_in, live_server):
    image = library.add_image(factories.make_photo(), alt_text="Waves", by=None)
    page, said = sign_in(factories.make_user("Writers"))
    page.goto(live_server.url + reverse("admin:blog_image_change", args=[image.pk]))
    picture = page.locator("[data-focal] > img")
    box = picture.bounding_box()

    picture.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})

    left, top = page.get_by_label("Focal point from the left"), page.get_by_label("from the top")
    expect(left).to_have_value("25")
    expect(top).to_have_value("75")
    left.press("ArrowUp")
    crop = page.locator("[data-crop]").first
    expect(crop).to_have_css("object-position", "26% 75%")
    page.locator("#submit-row [name=_save]").click()
    page.wait_for_url("**" + reverse("admin:blog_image_changelist"))
    image.refresh_from_db()
    assert (image.focal_x, image.focal_y) == (26, 75)
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_readers_get_the_copy_that_suits_their_screen(sign_in, live_server, scheme):
    image = library.add_image(factories.make_photo((1700, 900)), alt_text="Waves", by=None)
    renditions.make_missing()
    image.refresh_from_db()
    post = factories.make_post(live=True, cover=image, body=library.markdown_of(image))
    phone = {"width": 390, "height": 844}
    page, said = sign_in(factories.make_user("Writers"), viewport=phone, color_scheme=scheme)

    page.goto(live_server.url + post.get_absolute_url())

    for picture in page.locator("picture > img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        chosen = picture.evaluate("picture => picture.currentSrc")
        assert chosen.endswith("-480.avif")
        assert picture.evaluate("picture => picture.naturalWidth") > 0
    assert said == []
