"""Copies are never larger than the original, look like it, and keep the focal point in sight."""

import io
from typing import Any

import pytest
from PIL import Image as Pillow

from blog.renditions import drawing


def file_of(picture: Pillow.Image, kind: str = "JPEG", **options: Any) -> io.BytesIO:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    out.seek(0)
    return out


def halves(size: tuple[int, int]) -> Pillow.Image:
    """Red on the left, blue on the right."""
    picture = Pillow.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    return picture


def draw(original: io.BytesIO, *, focal: tuple[int, int] = (50, 50)) -> dict[str, drawing.Drawn]:
    drawn = drawing.draw(original, focal=focal)
    return {f"{each.suffix} {each.kind}": each for each in drawn}


def opened(drawn: drawing.Drawn) -> Pillow.Image:
    return Pillow.open(io.BytesIO(drawn.content))


@pytest.mark.parametrize(
    ("width", "wanted"),
    [
        (4000, [480, 960, 1600]),
        (1600, [480, 960, 1600]),
        (1300, [480, 960, 1300]),
        # 960 beside 1000 would serve nobody.
        (1000, [480, 1000]),
        (480, [480]),
        (1, [1]),
    ],
)
def test_widths_are_never_more_than_the_picture_has(width: int, wanted: list[int]) -> None:
    assert drawing.widths_for(width) == wanted


def test_a_photo_gets_both_formats_a_fallback_and_a_share_image() -> None:
    drawn = draw(file_of(halves((2000, 1500))))

    assert sorted(drawn) == [
        *("-1600 AVIF", "-1600 JPEG", "-1600 WEBP", "-480 AVIF", "-480 WEBP"),
        *("-960 AVIF", "-960 WEBP", "-share-50-50 JPEG"),
    ]
    for each in drawn.values():
        picture = opened(each)
        assert (picture.size, picture.format) == ((each.width, each.height), each.kind)
    assert (drawn["-960 AVIF"].width, drawn["-960 AVIF"].height) == (960, 720)
    left, right = (opened(drawn["-480 WEBP"]).convert("RGB").getpixel((x, 9)) for x in (9, 470))
    assert left[0] > 200 > right[0]
    assert right[2] > 200 > left[2]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_small_original_is_its_own_fallback(kind: str) -> None:
    assert sorted(draw(file_of(halves((500, 100)), kind))) == ["-500 AVIF", "-500 WEBP"]


def test_a_fallback_is_of_a_kind_that_every_reader_knows() -> None:
    solid, clear = Pillow.new("RGB", (9, 9)), Pillow.new("RGBA", (9, 9), (9, 9, 9, 99))

    assert "-9 JPEG" in draw(file_of(solid, "WEBP"))
    assert "-9 JPEG" in draw(file_of(Pillow.new("RGBA", (9, 9), "red"), "WEBP", lossless=True))
    assert "-9 PNG" in draw(file_of(clear, "WEBP"))
    assert "-9 JPEG" in draw(file_of(solid, "AVIF"))


@pytest.mark.parametrize("mode", ["P", "RGBA", "LA"])
def test_what_shows_through_stays_so(mode: str) -> None:
    picture = Pillow.new("RGBA", (900, 600), (0, 0, 0, 0))
    picture.paste((200, 20, 20, 255), (450, 0, 900, 600))
    if mode == "P":
        original = file_of(picture.quantize(8), "PNG")
    else:
        original = file_of(picture.convert(mode), "PNG")

    drawn = draw(original)

    for name in ("-480 AVIF", "-480 WEBP"):
        alpha = opened(drawn[name]).convert("RGBA").getchannel("A")
        assert alpha.getpixel((20, 20)) == 0, name
        assert alpha.getpixel((460, 20)) == 255, name
    share = opened(drawn["-share-50-50 JPEG"]).convert("RGB")
    assert min(share.getpixel((20, 20))) > 240


@pytest.mark.parametrize("mode", ["1", "L", "I;16", "P", "RGB"])
def test_every_mode_can_be_drawn(mode: str) -> None:
    picture = (
        Pillow.new("L", (20, 10)).convert(mode) if mode != "I;16" else Pillow.new(mode, (20, 10))
    )

    assert "-20 AVIF" in draw(file_of(picture, "PNG"))


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (16_383, 2), (2, 16_383)])
def test_odd_shapes_can_be_drawn(size: tuple[int, int]) -> None:
    drawn = draw(file_of(Pillow.new("RGB", size), "PNG"))

    assert {f"-{min(size[0], 1600)} AVIF", f"-{min(size[0], 1600)} WEBP"} <= set(drawn)


class TestShareImage:
    @pytest.mark.parametrize(
        ("size", "shared"),
        [
            ((4000, 3000), (1200, 630)),
            ((1200, 2000), (1200, 630)),
            # Never upscaled.
            ((800, 800), (800, 420)),
            ((8000, 700), (1200, 630)),
        ],
    )
    def test_has_the_shape_that_others_show(self, size, shared) -> None:
        image = draw(file_of(Pillow.new("RGB", size)))["-share-50-50 JPEG"]

        assert opened(image).size == (image.width, image.height) == shared

    def test_is_none_of_what_would_be_too_small(self) -> None:
        assert not [name for name in draw(file_of(halves((599, 599)))) if "share" in name]

    @pytest.mark.parametrize(("x", "colour"), [(0, "red"), (100, "blue")])
    def test_shows_what_was_pointed_at(self, x: int, colour: str) -> None:
        image = draw(file_of(halves((4000, 700))), focal=(x, 50))[f"-share-{x}-50 JPEG"]

        corners = [(9, 9), (1190, 9), (9, 620), (1190, 620)]
        seen = [opened(image).convert("RGB").getpixel(place) for place in corners]
        assert all((red > 200) == (colour == "red") for red, _green, _blue in seen)

    @pytest.mark.parametrize("focal", [(0, 0), (100, 100), (33, 66), (50, 50)])
    @pytest.mark.parametrize("size", [(4000, 3000), (631, 1201), (1201, 631), (7, 5)])
    def test_lies_inside_and_has_the_focal_point_in_it(self, size, focal) -> None:
        left, top, right, bottom = drawing.crop_box(size, focal)

        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]
        assert left - 1 <= size[0] * focal[0] / 100 <= right + 1
        assert top - 1 <= size[1] * focal[1] / 100 <= bottom + 1
