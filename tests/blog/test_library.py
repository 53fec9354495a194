"""How pictures come into the library, how texts name them, and how their files go."""

import re
import threading
from html import unescape
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from blog import library, rendering, renditions, revisions
from blog.models import Image
from tests import factories
from tests.generation import tiny

pytestmark = pytest.mark.django_db

WORDS = {
    "alt_text": "Waves",
    "caption": "Off Skagen",
    "credit": "Ida Holm",
    "licence": "CC BY 4.0",
    "source_url": "https://pictures.example/7",
}


class TestAdding:
    def test_keeps_the_picture_with_its_words_and_who_brought_it(self, photo):
        writer = factories.make_user("Writers")

        image = library.add_image(photo(), **WORDS, by=writer)

        image.refresh_from_db()
        assert {name: getattr(image, name) for name in WORDS} == WORDS
        assert image.uploaded_by == writer
        assert (image.width, image.height) == (1300, 700)
        assert re.fullmatch(r"/media/images/\d{4}/\d\d/[0-9a-f]{32}\w*\.jpeg", image.media_path)

    def test_the_same_again_is_the_same_row(self, photo):
        writer = factories.make_user("Writers")

        first = library.add_image(photo(), **WORDS, by=writer)

        assert library.add_image(photo(), **WORDS, by=writer) == first
        assert Image.objects.count() == 1

    @pytest.mark.parametrize("change", ["words", "person", "pixels"])
    def test_anything_else_is_another_row(self, photo, change):
        writer, other = factories.make_user("Writers"), factories.make_user("Writers")
        first = library.add_image(photo(), **WORDS, by=writer)

        second = library.add_image(
            photo(colour="teal") if change == "pixels" else photo(),
            **WORDS | ({"caption": "Elsewhere"} if change == "words" else {}),
            by=other if change == "person" else writer,
        )

        assert second != first
        assert second.file.name != first.file.name

    def test_all_that_is_wrong_is_said_at_once(self):
        with pytest.raises(ValidationError) as refused:
            library.add_image(None, source_url="no address", credit="x" * 121, by=None)

        errors = refused.value.message_dict
        assert sorted(errors) == ["alt_text", "credit", "file", "source_url"]
        assert errors["alt_text"] == ["Describe the picture, or mark it as decorative."]
        assert errors["file"] == ["Choose a picture: a PNG, JPEG, WebP, GIF or AVIF file."]

    def test_words_are_one_line_that_every_feed_can_hold(self, photo):
        image = library.add_image(photo(), alt_text=" Waves\n\x00 at\tsea ", by=None)

        assert image.alt_text == "Waves at sea"

    def test_blanks_describe_nothing(self, photo):
        with pytest.raises(ValidationError, match="Describe the picture"):
            library.add_image(photo(), alt_text=" \n ", by=None)


class TestMarkdown:
    @pytest.mark.parametrize(
        ("words", "line"),
        [
            ({}, ""),
            ({"caption": "Off Skagen"}, "Off Skagen"),
            ({"caption": "Where?", "credit": "Ida"}, "Where? Picture: Ida"),
            ({"caption": "Here", "credit": "Ida"}, "Here. Picture: Ida"),
            ({"credit": "Ida", "licence": "CC0"}, "Picture: Ida, CC0"),
            ({"licence": "CC0"}, "CC0"),
            ({"caption": "Here", "licence": "CC0"}, "Here. CC0"),
            ({"credit": "draw-1", "is_ai_generated": True}, "Picture: draw-1, made with AI"),
            ({"caption": "Here", "is_ai_generated": True}, "Here. Made with AI"),
        ],
    )
    def test_the_line_below_names_who_is_owed_what(self, words, line):
        assert library.legend_of(Image(**words)) == line

    def test_decorative_says_nothing(self):
        image = Image(file="images/1.png", alt_text="Leaves", is_decorative=True)

        assert library.markdown_of(image) == "![](/media/images/1.png)"

    @given(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=80)
        | st.text("\\`*_[]<>&~|\"'()!#^{}:;.-+=@$ a1", max_size=40),
        st.text("\\`*_[]<>&~|\"'()!#^{}:;.-+=@$ a1", max_size=40),
    )
    def test_any_words_survive_the_renderer(self, alt, caption):
        image = Image(file="images/1.png", alt_text=alt, caption=caption)

        html = rendering.render_markdown(f"Before {library.markdown_of(image)} after.")

        said = re.search(r'<img src="/media/images/1.png" alt="([^"]*)"(?: title="([^"]*)")?', html)
        line = " ".join(rendering.storable(alt).split())
        assert unescape(said[1]) == line
        assert unescape(said[2] or "") == " ".join(caption.split())


class TestUse:
    def test_posts_with_a_picture_as_cover_or_in_any_text(self, photo):
        image = library.add_image(photo(), alt_text="Waves", by=None)
        with_cover = factories.make_post(cover=image)
        in_text = factories.make_post(body=library.markdown_of(image))
        revisions.save_revision(in_text, factories.make_draft(body="Gone."), by=None)
        factories.make_post()

        assert list(library.posts_with(image)) == [in_text, with_cover]

    def test_unused_are_those_of_which_no_revision_knows(self):
        free, cover, shown = (factories.make_image(alt_text=f"Picture {n}") for n in range(3))
        factories.make_post(cover=cover, body=library.markdown_of(shown))

        assert list(Image.objects.unused()) == [free]
        assert library.page_of(which="unused", size=9).images == [free]

    def test_pages_lead_through_all_of_them_newest_first(self):
        images = [factories.make_image(alt_text=f"Wave {n}") for n in range(5)]

        first = library.page_of(words="wave", size=2)
        second = library.page_of(words="wave", before=first.older, size=2)
        third = library.page_of(words="wave", before=second.older, size=2)

        assert first.images + second.images + third.images == images[::-1]
        assert third.older == ""

    @pytest.mark.parametrize("before", ["x", "-1", "²", "9" * 40, "1.5"])
    def test_an_odd_place_is_the_top(self, before):
        image = factories.make_image()

        assert library.page_of(before=before, size=2).images == [image]

    def test_search_looks_at_the_words_for_readers(self):
        found = [
            factories.make_image(alt_text="A BLUE door"),
            factories.make_image(alt_text="Wall", caption="The blue one, with a door"),
            factories.make_image(alt_text="Wall", credit="Door Blue"),
        ]
        factories.make_image(alt_text="A door")

        assert library.page_of(words=" blue  door\x00", size=9).images == found[::-1]


class TestChanges:
    @pytest.fixture
    def image(self, photo) -> Image:
        image = library.add_image(photo(), alt_text="Waves", by=None)
        renditions.make_missing()
        image.refresh_from_db()
        return image

    def test_a_moved_focal_point_draws_another_share_image(
        self, image, django_capture_on_commit_callbacks
    ):
        old = Path(image.file.path).with_name(f"{Path(image.file.path).stem}-share-50-50.jpeg")
        assert old.exists()

        image.focal_x = 20
        with django_capture_on_commit_callbacks(execute=True):
            library.keep_changes(image, is_moved=True)
        renditions.make_missing()

        image.refresh_from_db()
        assert renditions.share_copy(image).name.endswith("-share-20-50.jpeg")
        assert not old.exists()

    def test_other_words_need_no_other_copies(self, image):
        image.credit = "Ida Holm"

        library.keep_changes(image, is_moved=False)

        image.refresh_from_db()
        assert image.credit == "Ida Holm"
        assert renditions.share_copy(image)

    def test_the_files_of_a_deleted_picture_go_when_that_is_committed(
        self, image, django_capture_on_commit_callbacks
    ):
        place = Path(image.file.path)
        files = list(place.parent.glob(f"{place.stem}*"))
        assert len(files) == 8

        with django_capture_on_commit_callbacks(execute=True):
            Image.objects.filter(pk=image.pk).delete()
            assert all(file.exists() for file in files)

        assert not any(file.exists() for file in files)

    def test_in_a_bucket_too(self, bucket, photo, django_capture_on_commit_callbacks):
        image = library.add_image(photo(), alt_text="Waves", by=None)
        renditions.make_missing()
        image.refresh_from_db()
        assert len(list(bucket.objects.all())) == 8

        with django_capture_on_commit_callbacks(execute=True):
            image.delete()

        assert list(bucket.objects.all()) == []


class TestTheDatabase:
    def test_keeps_a_picture_that_a_text_shows(self):
        image = factories.make_image(alt_text="Waves")
        post = factories.make_post(body=library.markdown_of(image))
        revisions.save_revision(post, factories.make_draft(body="Without."), by=None)

        with pytest.raises(IntegrityError, match="shown in a text"), transaction.atomic():
            image.delete()

        assert Image.objects.filter(pk=image.pk).exists()

    def test_refuses_a_text_whose_picture_is_gone(self, monkeypatch):
        image = factories.make_image(alt_text="Waves")
        body = library.markdown_of(image)
        gone = image.pk
        image.delete()
        monkeypatch.setattr(
            "blog.image_querysets.ImageQuerySet.values_list", lambda *_args, **_named: [gone]
        )

        with pytest.raises(IntegrityError, match="was deleted meanwhile"), transaction.atomic():
            factories.make_post(body=body)


@pytest.mark.django_db(transaction=True)
def test_a_deletion_waits_for_the_text_that_is_being_saved():
    image = factories.make_image(alt_text="Waves")
    refused = []

    def delete() -> None:
        try:
            Image.objects.filter(pk=image.pk).delete()
        except IntegrityError as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    deletion = threading.Thread(target=delete)
    with transaction.atomic():
        factories.make_post(body=library.markdown_of(image))
        deletion.start()
        tiny.until(_somebody_waits)
    deletion.join(timeout=30)

    assert "shown in a text" in refused[0]


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
