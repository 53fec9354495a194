"""The library in the admin: a wall, many uploads at once, a page for each, doors for scripts."""

import io
import re
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image as Pillow

from blog import library, rendering, renditions
from blog.admin import images as library_admin
from blog.models import Image
from tests import factories

pytestmark = pytest.mark.django_db

WALL = "/admin/blog/image/"
UPLOAD = "/admin/blog/image/upload/"
PICK = "/admin/blog/image/pick/"


@pytest.fixture
def writer(client):
    user = factories.make_user("Writers")
    client.force_login(user)
    return user


@pytest.fixture
def editor(client):
    user = factories.make_user("Editors")
    client.force_login(user)
    return user


def page_of(image: Image) -> str:
    return reverse("admin:blog_image_change", args=[image.pk])


def words_of(image: Image, **changes: object) -> dict[str, object]:
    """What the form of a picture would send."""
    said = {name: value for name, value in library.words_of(image).items() if value}
    return said | {"focal_x": image.focal_x, "focal_y": image.focal_y} | changes


class TestUpload:
    def test_keeps_a_picture_and_says_how_a_text_shows_it(self, client, writer, photo):
        answer = client.post(
            UPLOAD, {"file": photo(), "alt_text": "Waves [big]", "credit": "Ida", "licence": "CC0"}
        )

        image = Image.objects.get()
        assert answer.status_code == 201
        assert answer.json() == {
            "id": image.pk,
            "url": f"/media/{image.file.name}",
            "markdown": f'![Waves \\[big\\]](/media/{image.file.name} "Picture: Ida, CC0")',
            "thumbnail": f"/media/{image.file.name}",
            "width": 1300,
            "height": 700,
            "alt_text": "Waves [big]",
        }
        assert image.uploaded_by == writer
        assert image in Image.objects.shown_in(rendering.render_markdown(answer.json()["markdown"]))

    def test_a_decorative_picture_needs_no_words(self, client, writer, photo):
        answer = client.post(UPLOAD, {"file": photo(), "is_decorative": "on"})

        assert answer.status_code == 201
        assert answer.json()["markdown"].startswith("![](")

    def test_says_all_that_is_wrong_by_field(self, client, writer):
        file = io.BytesIO(b"<svg/>")
        file.name = "logo.svg"

        answer = client.post(UPLOAD, {"file": file, "source_url": "here"})

        assert answer.status_code == 400
        errors = answer.json()["errors"]
        assert errors["alt_text"] == ["Describe the picture, or mark it as decorative."]
        assert errors["file"][0].startswith("This is no whole picture")
        assert errors["source_url"] == ["Enter a valid URL."]
        assert not Image.objects.exists()

    def test_without_a_file_asks_for_one(self, client, writer):
        answer = client.post(UPLOAD, {"alt_text": "Waves"})

        assert answer.json()["errors"] == {
            "file": ["Choose a picture: a PNG, JPEG, WebP, GIF or AVIF file."]
        }

    def test_refuses_a_bomb_in_words(self, client, writer):
        bomb = io.BytesIO()
        Pillow.new("1", (20_000, 20_000)).save(bomb, "PNG")
        bomb.seek(0)
        bomb.name = "small.png"

        answer = client.post(UPLOAD, {"file": bomb, "alt_text": "Black"})

        assert answer.status_code == 400
        assert "at most 40 million are taken" in answer.json()["errors"]["file"][0]

    @pytest.mark.parametrize("path", [UPLOAD, PICK])
    def test_strangers_hear_it_in_json(self, client, photo, path):
        answer = client.get(path) if path == PICK else client.post(path, {"file": photo()})

        assert answer.status_code == 401
        assert "signed out" in answer.json()["errors"]["__all__"][0]

    def test_whoever_may_not_add_pictures_hears_it_in_json(self, client, photo):
        for user in (
            factories.make_user("Publishers"),
            factories.make_user(is_active=True),
            factories.make_user("Writers", is_superuser=False),
        ):
            user.is_staff = "writers" not in user.username
            user.save()
            client.force_login(user)
            answer = client.post(UPLOAD, {"file": photo(), "alt_text": "Waves"})
            assert answer.status_code == 403
            assert answer.json() == {"errors": {"__all__": ["Your account may not add pictures."]}}
        assert not Image.objects.exists()

    def test_needs_the_forms_token_and_a_post(self, writer, photo):
        from django.test import Client

        strict = Client(enforce_csrf_checks=True)
        strict.force_login(writer)

        assert strict.post(UPLOAD, {"file": photo(), "alt_text": "Waves"}).status_code == 403
        assert strict.get(UPLOAD).status_code == 405
        assert not Image.objects.exists()


class TestPick:
    def test_finds_pictures_by_their_words_newest_first(self, client, writer):
        old, new = (factories.make_image(alt_text=f"Wave {name}") for name in ("old", "new"))
        factories.make_image(alt_text="Hill")

        answer = client.get(PICK, {"q": "wave"})

        assert [told["id"] for told in answer.json()["images"]] == [new.pk, old.pk]
        assert answer.json()["next"] == ""
        assert "no-store" in answer["Cache-Control"]

    def test_leads_on_by_the_query_it_gives(self, client, writer):
        made = [factories.make_image(alt_text="Wave & co").pk for _ in range(30)]
        seen, query = [], "q=wave+%26"

        while query:
            answer = client.get(f"{PICK}?{query}").json()
            seen += [told["id"] for told in answer["images"]]
            query = answer["next"]

        assert seen == made[::-1]

    def test_shows_small_copies(self, client, writer, photo):
        library.add_image(photo(), alt_text="Waves", by=None)
        renditions.make_missing()

        [told] = client.get(PICK).json()["images"]

        assert told["thumbnail"].endswith("-480.webp")

    def test_takes_two_queries_beside_the_session_however_many(
        self, client, writer, django_assert_max_num_queries
    ):
        for _ in range(9):
            factories.make_image()
        client.get(PICK)

        with django_assert_max_num_queries(5):
            client.get(PICK)

    def test_is_for_those_who_may_see_pictures(self, client):
        client.force_login(factories.make_user())

        assert client.get(PICK).status_code == 403


class TestWall:
    def test_shows_pictures_with_their_words(self, client, writer, photo):
        library.add_image(photo(), alt_text="Waves", credit="Ida Holm", by=None)
        renditions.make_missing()
        factories.make_image()

        page = client.get(WALL).content.decode()

        assert re.search(r'<img src="/media/images/[^"]+-480\.webp" alt="" loading="lazy"', page)
        assert "1300 × 700 · Ida Holm" in page
        assert "<i>Decorative</i>" in page
        # The other one has no small copy yet, and its original is not for lists.
        assert page.count("Smaller copies are being made") == 1

    def test_pages_are_bounded_and_lead_on(self, client, writer, monkeypatch):
        monkeypatch.setattr(library_admin, "_PAGE", 2)
        made = [factories.make_image(alt_text=f"Wave {number}") for number in range(3)]

        first = client.get(WALL, {"q": "wave"}).content.decode()
        older = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
        second = client.get(WALL + older).content.decode()

        assert "Wave 2" in first
        assert "Wave 0" not in first
        assert "Wave 0" in second
        assert page_of(made[1]) not in second
        assert 'rel="next"' not in second

    def test_tabs_show_what_needs_a_hand(self, client, writer):
        free, used, broken = (
            factories.make_image(alt_text=name) for name in ("Free", "Taken", "Broken")
        )
        factories.make_post(cover=used)
        Image.objects.filter(pk=broken.pk).update(renditions={"problem": "Lost.", "attempts": 3})

        unused = client.get(WALL, {"which": "unused"}).content.decode()
        problem = client.get(WALL, {"which": "problem"}).content.decode()

        assert [page_of(each) in unused for each in (free, used, broken)] == [True, False, True]
        assert [page_of(each) in problem for each in (free, used, broken)] == [False, False, True]
        assert "No smaller copies" in problem

    def test_says_when_nothing_is_found(self, client, writer):
        assert "The library is empty" in client.get(WALL).content.decode()
        nothing = client.get(WALL, {"q": '<b>"x'}).content.decode()
        assert "No picture matches “&lt;b&gt;&quot;x”" in nothing

    def test_takes_as_many_queries_for_many_as_for_one(
        self, client, writer, django_assert_num_queries
    ):
        factories.make_image()
        with django_assert_num_queries(6) as counted:
            client.get(WALL)
        for _ in range(5):
            factories.make_image()
        with django_assert_num_queries(len(counted.captured_queries)):
            client.get(WALL)

    def test_is_not_for_strangers_and_the_powerless(self, client):
        assert client.get(WALL).status_code == 302
        client.force_login(factories.make_user())
        assert client.get(WALL).status_code == 403


class TestForm:
    def test_adds_one_by_hand_and_remembers_who_brought_it(self, client, writer, photo):
        data = {"file": photo(), "alt_text": "Waves", "credit": "Ida"}

        answer = client.post(reverse("admin:blog_image_add"), data)

        image = Image.objects.get()
        assert answer.status_code == 302
        assert (image.uploaded_by, image.alt_text, image.credit) == (writer, "Waves", "Ida")
        assert (image.width, image.height) == (1300, 700)

    def test_says_what_is_missing_beside_the_field(self, client, writer):
        page = client.post(reverse("admin:blog_image_add"), {"caption": "Kept"})

        errors = page.context["adminform"].form.errors
        assert errors["file"] == ["Choose a picture: a PNG, JPEG, WebP, GIF or AVIF file."]
        assert errors["alt_text"] == ["Describe the picture, or mark it as decorative."]
        assert 'value="Kept"' in page.content.decode()

    def test_refuses_a_bomb_in_words_too(self, client, writer):
        bomb = io.BytesIO()
        Pillow.new("1", (20_000, 20_000)).save(bomb, "PNG")
        bomb.seek(0)
        bomb.name = "small.png"

        page = client.post(reverse("admin:blog_image_add"), {"file": bomb, "alt_text": "Black"})

        assert "at most 40 million" in str(page.context["adminform"].form.errors["file"])

    def test_moves_the_focal_point(self, client, writer, photo):
        image = library.add_image(photo(), alt_text="Waves", by=writer)
        renditions.make_missing()

        client.post(page_of(image), words_of(image, focal_x=20, focal_y=90))

        image.refresh_from_db()
        assert (image.focal_x, image.focal_y, image.renditions) == (20, 90, None)

    def test_changes_words_and_keeps_the_file_and_its_copies(self, client, writer, photo):
        image = library.add_image(photo(), alt_text="Waves", by=writer)
        renditions.make_missing()
        before = Image.objects.values("file", "renditions").get()

        other = photo(colour="teal")
        client.post(page_of(image), words_of(image, alt_text="Big waves", file=other))

        assert Image.objects.values("file", "renditions").get() == before
        image.refresh_from_db()
        assert image.alt_text == "Big waves"

    @pytest.mark.parametrize("point", [(101, 0), (-1, 0), (0, ""), ("a", 3)])
    def test_refuses_a_point_outside(self, client, writer, point):
        image = factories.make_image(alt_text="Waves")

        page = client.post(page_of(image), words_of(image, focal_x=point[0], focal_y=point[1]))

        assert page.status_code == 200
        assert page.context["adminform"].form.errors

    def test_what_a_post_has_is_only_shown(self, client, writer):
        cover = factories.make_image(alt_text="A bicycle")
        assert 'name="_save"' in client.get(page_of(cover)).content.decode()
        post = factories.make_post(live=True, cover=cover, title="On bicycles")

        page = client.get(page_of(cover)).content.decode()
        answer = client.post(page_of(cover), {"alt_text": "Buy this", "caption": "Unapproved"})

        assert "can’t be changed or deleted" in page
        assert f'href="/admin/publishing/queuedpost/{post.pk}/change/">On bicycles</a>' in page
        assert "/admin/blog/image/add/?alt_text=A+bicycle" in page
        assert 'name="_save"' not in page
        assert answer.status_code == 403
        cover.refresh_from_db()
        assert (cover.alt_text, cover.caption) == ("A bicycle", "")

    def test_tells_the_copies_and_their_sizes(self, client, writer, photo):
        image = library.add_image(photo(), alt_text="Waves", by=None)
        assert "made in a moment" in client.get(page_of(image)).content.decode()
        renditions.make_missing()

        page = client.get(page_of(image)).content.decode()

        assert page.count("480 × 258") == 2
        assert "share image" in page
        assert re.search(r"[\d.]+\xa0(bytes|KB)", page)


class TestTryAgain:
    @pytest.fixture
    def broken(self, photo) -> Image:
        """A used picture whose original was away when its copies were to be made."""
        image = library.add_image(photo(), alt_text="Waves", by=None)
        factories.make_post(live=True, cover=image)
        with Path(image.file.path).open("rb") as original:
            content = original.read()
        default_storage.delete(image.file.name)
        renditions.make_missing()
        Path(image.file.path).write_bytes(content)
        return image

    def test_makes_the_copies_of_a_used_picture_too(self, client, writer, broken):
        page = client.get(page_of(broken)).content.decode()
        assert "not in the storage any more" in page
        assert "A worker tries again by itself" in page

        answer = client.post(reverse("admin:blog_image_copies", args=[broken.pk]))
        renditions.make_missing()

        assert answer["Location"] == page_of(broken)
        broken.refresh_from_db()
        assert renditions.share_copy(broken)

    def test_is_for_those_who_may_change_pictures(self, client, broken):
        path = reverse("admin:blog_image_copies", args=[broken.pk])
        broken.refresh_from_db()
        before = broken.renditions
        assert client.post(path).status_code == 302
        client.force_login(factories.make_user("Publishers"))

        assert client.post(path).status_code == 403
        assert client.get(path).status_code == 405
        broken.refresh_from_db()
        assert broken.renditions == before


class TestDeletion:
    def test_is_for_editors_and_takes_the_files_along(
        self, client, editor, photo, django_capture_on_commit_callbacks
    ):
        image = library.add_image(photo(), alt_text="Waves", by=None)
        path = reverse("admin:blog_image_delete", args=[image.pk])

        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(path, {"post": "yes"})

        assert answer.status_code == 302
        assert not Image.objects.exists()
        assert not default_storage.exists(image.file.name)

    def test_is_not_for_writers(self, client, writer):
        image = factories.make_image()

        path = reverse("admin:blog_image_delete", args=[image.pk])
        assert client.post(path, {"post": "yes"}).status_code == 403
        assert Image.objects.exists()

    def test_is_not_for_what_a_post_has(self, client, editor):
        shown, cover = factories.make_image(alt_text="Waves"), factories.make_image()
        factories.make_post(cover=cover, body=library.markdown_of(shown))

        for image in (shown, cover):
            path = reverse("admin:blog_image_delete", args=[image.pk])
            assert client.post(path, {"post": "yes"}).status_code == 403
        assert Image.objects.count() == 2

    def test_of_what_a_post_took_meanwhile_is_refused_in_words(self, client, editor, monkeypatch):
        image = factories.make_image(alt_text="Waves")
        factories.make_post(body=library.markdown_of(image))
        monkeypatch.setattr(library_admin, "_is_used", lambda _: False)

        path = reverse("admin:blog_image_delete", args=[image.pk])
        answer = client.post(path, {"post": "yes"}, follow=True)

        assert "A post shows this picture by now, so it stays." in answer.content.decode()
        assert Image.objects.exists()
