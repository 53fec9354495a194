"""Whatever is uploaded, only pixels are kept."""

import io
import random
import struct
import tempfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image as Pillow
from PIL import ImageCms

from blog import pictures
from blog.models import Image
from tests import factories

SCRIPT = b"<script>alert(1)</script>"


def _file(kind: str = "PNG", *, name: str = "picture.png", **options: Any) -> Any:
    out = io.BytesIO()
    Pillow.new("RGB", (4, 2), "navy").save(out, kind, **options)
    return ContentFile(out.getvalue(), name=name)


def _exif() -> Pillow.Exif:
    exif = Pillow.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = SCRIPT.decode()
    exif.get_ifd(0x8825)[1] = "N"  # the place
    return exif


@pytest.mark.parametrize(
    ("kind", "kept_as"),
    [("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp"), ("GIF", "png"), ("AVIF", "avif")],
)
def test_the_kind_is_read_from_the_file_and_the_name_is_ours(kind: str, kept_as: str) -> None:
    kept = pictures.redraw(_file(kind, name="../shell.php.pdf"))

    stem, _, suffix = str(kept.name).partition(".")
    assert (len(stem), suffix) == (32, kept_as)
    with Pillow.open(kept) as picture:
        assert picture.size == (4, 2)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_photo_is_upright_and_tells_nothing_else(kind: str) -> None:
    kept = pictures.redraw(_file(kind, exif=_exif()))

    assert b"script" not in kept.read()
    with Pillow.open(kept) as picture:
        assert picture.size == (2, 4)
        assert not picture.getexif()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "JPEG"])
def test_what_hides_behind_the_end_of_a_picture_is_gone(kind: str) -> None:
    upload = ContentFile(_file(kind).read() + SCRIPT)

    assert SCRIPT not in pictures.redraw(upload).read()


def test_comments_and_profiles_are_gone() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for upload in (
        _file("GIF", comment=SCRIPT),
        _file("JPEG", icc_profile=profile, comment=SCRIPT),
    ):
        kept = pictures.redraw(upload).read()

        assert SCRIPT not in kept
        assert b"ICC_PROFILE" not in kept


def test_a_broken_colour_profile_spoils_nothing() -> None:
    with Pillow.open(pictures.redraw(_file("JPEG", icc_profile=b"not a profile"))) as picture:
        assert picture.size == (4, 2)


def test_transparency_stays() -> None:
    out = io.BytesIO()
    Pillow.new("P", (2, 2)).save(out, "GIF", transparency=0)

    with Pillow.open(pictures.redraw(out)) as picture:
        assert picture.convert("RGBA").getpixel((0, 0))[3] == 0


def test_a_print_in_four_colours_becomes_one_for_screens() -> None:
    out = io.BytesIO()
    Pillow.new("CMYK", (2, 2)).save(out, "JPEG")

    with Pillow.open(pictures.redraw(out)) as picture:
        assert picture.mode == "RGB"


def test_the_photo_of_a_phone_with_two_lenses_is_a_jpeg() -> None:
    views = [Pillow.new("RGB", (4, 2), colour) for colour in ("navy", "teal")]
    out = io.BytesIO()
    views[0].save(out, "MPO", save_all=True, append_images=views[1:])

    kept = pictures.redraw(out)

    with Pillow.open(kept) as picture:
        assert (picture.format, picture.size) == ("JPEG", (4, 2))


@pytest.mark.parametrize("kind", ["PDF", "EPS", "TIFF", "BMP", "ICO"])
def test_other_kinds_are_refused_whatever_they_are_called(kind: str) -> None:
    with pytest.raises(pictures.PictureRefused, match="Upload a PNG"):
        pictures.redraw(_file(kind, name="picture.png"))


@pytest.mark.parametrize("content", [b"GIF89a", b"<svg/>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" * 9])
def test_what_is_no_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(pictures.PictureRefused, match="no whole picture"):
        pictures.redraw(io.BytesIO(content))


def test_half_a_picture_is_refused() -> None:
    out = io.BytesIO()
    Pillow.effect_noise((40, 40), 60).save(out, "PNG")
    content = out.getvalue()

    with pytest.raises(pictures.PictureRefused, match="no whole picture"):
        pictures.redraw(io.BytesIO(content[: len(content) // 2]))


def test_a_moving_picture_is_refused() -> None:
    frames = [Pillow.new("RGB", (2, 2), colour) for colour in ("navy", "teal")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])

    with pytest.raises(pictures.PictureRefused, match="Moving"):
        pictures.redraw(out)


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    Pillow.new("1", (12_000, 6_000)).save(out, "PNG")
    monkeypatch.setattr(Pillow.Image, "load", lambda _: pytest.fail("It was decoded."))

    with pytest.raises(pictures.PictureRefused, match="12,000 × 6,000"):
        pictures.redraw(out)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_broken_file_is_refused_wherever_it_breaks(kind: str) -> None:
    """Decoders raise all sorts of errors; each is one sentence for whoever uploads."""
    whole = io.BytesIO()
    Pillow.effect_noise((24, 17), 90).convert("RGB").save(whole, kind)
    chance = random.Random(7)
    refusals = []
    for _ in range(400):
        content = bytearray(whole.getvalue())
        for _ in range(chance.choice((1, 2, 8))):
            content[chance.randrange(len(content))] = chance.randrange(256)
        content = content[: chance.choice((len(content), chance.randrange(1, len(content))))]
        try:
            pictures.redraw(io.BytesIO(bytes(content)))
        except pictures.PictureRefused as refusal:
            refusals += refusal.messages
    assert len(refusals) > 100
    assert all(words.endswith(".") for words in refusals)


def _png_header(width: int, height: int) -> io.BytesIO:
    """A PNG of hardly any bytes that says it is huge."""
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", size), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + body)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((40_000_001, 1), "40,000,001 × 1 pixels; at most 40 million"),
        ((6_325, 6_325), "6,325 × 6,325 pixels; at most 40 million"),
        ((12_000, 12_000), "pixels; at most 40 million"),
        ((65_535, 65_535), "far too many pixels; at most 40 million"),
        ((16_384, 2), "no side may have more than 16,383"),
    ],
)
def test_a_header_that_promises_too_much_is_told_so(size, words: str) -> None:
    with pytest.raises(pictures.PictureRefused) as refused:
        pictures.redraw(_png_header(*size))

    assert words in refused.value.messages[0]


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_hungry_formats_are_taken_up_to_sixteen_million_pixels(kind: str) -> None:
    out = io.BytesIO()
    options = {"speed": 10} if kind == "AVIF" else {"method": 0, "quality": 1}
    Pillow.new("RGB", (4_001, 4_000)).save(out, kind, **options)

    with pytest.raises(pictures.PictureRefused, match=r"at most 16 million.*save it as a JPEG"):
        pictures.redraw(out)


def test_an_empty_file_is_told_so() -> None:
    with pytest.raises(pictures.PictureRefused, match="The file is empty"):
        pictures.redraw(io.BytesIO())


def test_a_file_that_is_too_large_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pillow, "open", lambda *_, **__: pytest.fail("It was read."))
    with tempfile.TemporaryFile() as upload:
        upload.truncate(45_000_000)

        with pytest.raises(pictures.PictureRefused, match="has 45 MB; at most 30 MB"):
            pictures.redraw(upload)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_moving_pictures_of_other_kinds_are_refused_too(kind: str) -> None:
    frames = [Pillow.new("RGB", (2, 2), colour) for colour in ("navy", "teal")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])

    with pytest.raises(pictures.PictureRefused, match="Moving"):
        pictures.redraw(out)


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    picture = Pillow.new("I;16", (3, 1))
    for place, shade in enumerate((0, 0x8000, 0xFFFF)):
        picture.putpixel((place, 0), shade)
    out = io.BytesIO()
    picture.save(out, "PNG")

    with Pillow.open(pictures.redraw(out)) as kept:
        assert [kept.getpixel((place, 0)) for place in range(3)] == [0, 128, 255]


def test_a_picture_that_is_also_a_page_is_only_a_picture() -> None:
    polyglot = b"".join((_file("GIF").read(), b"/*<html><script>alert(1)</script>*/"))

    kept = pictures.redraw(io.BytesIO(polyglot))

    assert kept.content_type == "image/png"
    assert b"html" not in kept.read()


def test_what_we_drew_is_not_drawn_again() -> None:
    kept = pictures.redraw(_file("JPEG"))

    assert pictures.redraw(kept) is kept


@pytest.mark.django_db
class TestImage:
    def test_code_that_makes_an_image_passes_the_same_gate(self) -> None:
        image = Image.objects.create(file=_file("JPEG", exif=_exif()), is_decorative=True)

        image.refresh_from_db()
        assert (image.width, image.height) == (2, 4)
        assert str(image.file.name).endswith(".jpeg")
        assert b"script" not in Path(image.file.path).read_bytes()

    def test_code_is_refused_what_the_form_refuses(self) -> None:
        with pytest.raises(ValidationError, match="no whole picture"):
            Image.objects.create(file=_file("PDF"), is_decorative=True)

        assert not Image.objects.exists()

    def test_a_picture_is_drawn_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        image = Image(file=_file(), is_decorative=True)
        image.clean()
        monkeypatch.setattr(pictures, "_encode", lambda *_: pytest.fail("It was drawn twice."))

        image.save()
        image.save()

        assert Path(image.file.path).exists()

    def test_the_file_is_not_opened_to_look_at_a_row(self, monkeypatch: pytest.MonkeyPatch) -> None:
        image = Image.objects.create(file=_file(), is_decorative=True)
        monkeypatch.setattr(default_storage, "open", lambda *_: pytest.fail("It was opened."))

        image.refresh_from_db()
        [again] = Image.objects.all()

        assert (again.width, again.height) == (4, 2)

    def test_the_form_says_why_beside_the_field(self, client: Any) -> None:
        client.force_login(factories.make_user("Writers"))
        frames = [Pillow.new("RGB", (2, 2), colour) for colour in ("navy", "teal")]
        out = io.BytesIO()
        frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
        upload = ContentFile(out.getvalue(), name="moving.gif")

        page = client.post(reverse("admin:blog_image_add"), {"file": upload, "alt_text": "Waves"})

        assert "Moving pictures" in str(page.context["adminform"].form.errors["file"])
        assert not Image.objects.exists()

    def test_the_form_keeps_only_pixels(self, client: Any) -> None:
        client.force_login(factories.make_user("Writers"))
        upload = _file("JPEG", exif=_exif(), name="holiday.eps")

        client.post(reverse("admin:blog_image_add"), {"file": upload, "alt_text": "Waves"})

        image = Image.objects.get()
        assert b"script" not in Path(image.file.path).read_bytes()
        assert (image.width, image.height) == (2, 4)
        assert "holiday" not in str(image.file.name)
