"""Moving in and out at the desk: who may, what is asked, what is shown, what is handed out."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from blog.models import Post, Redirect, Transfer
from blog.transfer import orders, porter
from tests.factories import make_post, make_user
from tests.wxr import wxr, wxr_item

pytestmark = pytest.mark.django_db

LIST = "/admin/blog/transfer/"
IMPORT = f"{LIST}import/"
EXPORT = f"{LIST}export/"
State = Transfer.State


@pytest.fixture(autouse=True)
def _media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def editor(client: Client) -> Any:
    user = make_user("Editors")
    client.force_login(user)
    return user


def upload(text: str = "", name: str = "old.xml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (text or wxr(wxr_item(1), wxr_item(2))).encode())


def send(client: Client, **fields: Any) -> Any:
    return client.post(IMPORT, {"format": "wordpress", "file": upload()} | fields)


def page_of(transfer: Transfer) -> str:
    return reverse("admin:blog_transfer_change", args=[transfer.pk])


def act(client: Client, transfer: Transfer, move: str) -> Any:
    return client.post(reverse("admin:blog_transfer_move", args=[transfer.pk, move]), follow=True)


def looked_through(client: Client, **fields: Any) -> Transfer:
    send(client, **fields)
    porter.carry_all()
    return Transfer.objects.get()


def file_of(transfer: Transfer) -> str:
    return reverse("admin:blog_transfer_download", args=[transfer.pk])


class TestImport:
    def test_is_looked_through_and_changes_nothing_before_somebody_confirms(self, client, editor):
        answer = send(client)

        transfer = Transfer.objects.get()
        assert answer.headers["Location"] == page_of(transfer)
        assert "Waiting for a free worker" in client.get(page_of(transfer)).content.decode()
        porter.carry_all()
        page = client.get(page_of(transfer)).content.decode()
        assert "Nothing was changed yet" in page
        assert "Would be new" in page
        assert "Post 1" in page
        assert "Move it in" in page
        assert (Post.objects.count(), Redirect.objects.count()) == (0, 0)

    def test_once_confirmed_brings_drafts_and_tells_what_happened(self, client, editor):
        transfer = looked_through(client)

        act(client, transfer, "confirm")
        porter.carry_all()

        transfer.refresh_from_db()
        assert (transfer.state, transfer.by) == (State.DONE, editor)
        assert transfer.counts["post"]["created"] == 2
        assert [post.status for post in Post.objects.all()] == [Post.Status.DRAFT] * 2
        page = client.get(page_of(transfer)).content.decode()
        assert "What happened" in page
        assert "Move it in" not in page

    def test_can_be_confirmed_once(self, client, editor):
        transfer = looked_through(client)
        act(client, transfer, "confirm")
        porter.carry_all()

        answer = act(client, transfer, "confirm")

        assert "This is “Done” by now" in answer.content.decode()
        assert porter.carry_all() == 0

    def test_names_what_is_bad_and_brings_the_rest(self, client, editor):
        too_long = wxr_item(4, content=f"<p>{'long ' * 50_000}</p>")
        transfer = looked_through(client, file=upload(wxr(wxr_item(1), too_long, wxr_item(3))))

        page = client.get(page_of(transfer)).content.decode()
        assert "Can’t be brought" in page
        assert "a post may have 200,000" in page
        act(client, transfer, "confirm")
        porter.carry_all()
        assert Post.objects.count() == 2

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"file": ""}, "Choose the file that the other system exported."),
            ({"format": "ghost"}, "does not end in .json or .zip"),
            ({"url": "no address"}, "Enter a valid URL"),
            ({"format": "blogger"}, "is not one of the available choices"),
        ],
    )
    def test_says_what_is_wrong_beside_the_field(self, client, editor, fields, words):
        answer = send(client, **fields)

        assert answer.status_code == 200
        assert words in answer.content.decode()
        assert not Transfer.objects.exists()

    def test_ends_with_a_reason_when_the_file_is_something_else(self, client, editor):
        transfer = looked_through(client, file=upload("<html>no export</html>"))

        assert transfer.state == State.FAILED
        page = client.get(page_of(transfer)).content.decode()
        assert "Why it ended" in page
        assert "WordPress" in transfer.problem

    def test_refuses_entity_bombs_at_the_desk_too(self, client, editor):
        bomb = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa">]>' + wxr(wxr_item(1))[39:]

        transfer = looked_through(client, file=upload(bomb))

        assert transfer.state == State.FAILED
        assert not Post.objects.exists()

    def test_never_shows_text_of_the_file_as_markup(self, client, editor):
        hostile = wxr_item(1).replace("Post 1", "<script>alert(1)</script>")

        transfer = looked_through(client, file=upload(wxr(hostile)))

        page = client.get(page_of(transfer)).content.decode()
        assert "<script>alert(1)" not in page
        assert "alert(1)" in page


class TestGoingLive:
    def test_is_not_offered_to_whom_the_right_was_not_given(self, client, editor):
        assert 'name="publish"' not in client.get(IMPORT).content.decode()
        transfer = looked_through(client, publish="on")
        act(client, transfer, "confirm")
        porter.carry_all()

        assert not Post.objects.published().exists()

    def test_takes_the_right_of_its_own(self, client, editor):
        right = Permission.objects.get(codename="import_live_post")
        editor.user_permissions.add(right)
        assert 'name="publish"' in client.get(IMPORT).content.decode()

        transfer = looked_through(client, publish="on")
        act(client, transfer, "confirm")
        porter.carry_all()

        assert Post.objects.published().count() == 2
        assert Post.objects.published().first().publish_at.year == 2019

    def test_cannot_be_confirmed_by_somebody_without_it(self, client, editor):
        editor.user_permissions.add(Permission.objects.get(codename="import_live_post"))
        transfer = looked_through(client, publish="on")
        client.force_login(make_user("Editors"))

        assert act(client, transfer, "confirm").status_code == 403
        transfer.refresh_from_db()
        assert transfer.state == State.ASKING

    def test_is_refused_by_the_worker_when_the_right_was_taken_back(self, client, editor):
        right = Permission.objects.get(codename="import_live_post")
        editor.user_permissions.add(right)
        transfer = looked_through(client, publish="on")
        act(client, transfer, "confirm")
        editor.user_permissions.remove(right)
        porter.carry_all()

        transfer.refresh_from_db()
        assert transfer.state == State.FAILED
        assert not Post.objects.exists()


class TestExport:
    @pytest.mark.parametrize(
        ("chosen", "member"),
        [
            ("markdown", "content/posts/glue.md"),
            ("wordpress", "wordpress.xml"),
            ("ghost", "ghost.json"),
        ],
    )
    def test_is_made_by_a_worker_and_handed_out_to_be_kept_by_nobody(
        self, client, editor, chosen, member
    ):
        make_post(live=True, slug="glue")
        client.post(EXPORT, {"format": chosen})
        porter.carry_all()
        transfer = Transfer.objects.get()
        assert "Download" in client.get(page_of(transfer)).content.decode()

        answer = client.get(file_of(transfer))

        content = b"".join(answer.streaming_content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert member in archive.namelist()
        said = set(answer.headers["Cache-Control"].split(", "))
        assert said >= {"private", "no-store"}
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{chosen}-')

    def test_leaves_drafts_out_when_asked(self, client, editor):
        make_post(live=True, slug="glue")
        make_post(slug="secret")
        client.post(EXPORT, {"format": "markdown", "published_only": "on"})
        porter.carry_all()

        transfer = Transfer.objects.get()
        with transfer.file.open() as file, zipfile.ZipFile(file) as archive:
            assert not [name for name in archive.namelist() if "secret" in name]

    def test_says_so_when_the_file_was_removed(self, client, editor):
        client.post(EXPORT, {"format": "markdown"})
        porter.carry_all()
        transfer = Transfer.objects.get()
        default_storage.delete(transfer.file.name)

        answer = client.get(file_of(transfer), follow=True)

        assert "Take the blog out again" in answer.content.decode()

    def test_has_no_address_among_the_pictures(self, client, editor):
        client.post(EXPORT, {"format": "markdown"})
        porter.carry_all()

        transfer = Transfer.objects.get()
        assert client.get(f"/media/{transfer.file.name}").status_code == 404


class TestWhoMay:
    @pytest.fixture
    def made(self) -> dict[str, Transfer]:
        owner = make_user("Editors")
        wishes = orders.Wishes(fetch_images=False)
        coming = orders.order_import("wordpress", upload(), name="old.xml", wishes=wishes, by=owner)
        going = orders.order_export("markdown", wishes=orders.Wishes(), by=owner)
        porter.carry_all()
        return {"import": coming, "export": going}

    @pytest.mark.parametrize("group", ["Writers", "Publishers", None])
    def test_others_see_and_do_nothing_of_it(self, client, made, group):
        client.force_login(make_user(*filter(None, [group])))
        got = [LIST, IMPORT, EXPORT, *map(page_of, made.values()), file_of(made["export"])]
        got += [reverse("admin:blog_transfer_progress", args=[made["import"].pk])]

        assert {address: client.get(address).status_code for address in got} == dict.fromkeys(
            got, 403
        )
        assert send(client).status_code == 403
        assert client.post(EXPORT, {"format": "ghost"}).status_code == 403
        for move in ("confirm", "stop", "again"):
            assert act(client, made["import"], move).status_code == 403
        assert Transfer.objects.count() == 2
        assert not Post.objects.exists()

    def test_operators_take_out_and_move_nothing_in(self, client, made):
        client.force_login(make_user("Operators"))

        assert client.get(IMPORT).status_code == 403
        assert send(client).status_code == 403
        assert act(client, made["import"], "confirm").status_code == 403
        assert client.get(EXPORT).status_code == 200
        download = client.get(file_of(made["export"]))
        assert b"".join(download.streaming_content)
        assert "Move it in" not in client.get(page_of(made["import"])).content.decode()

    def test_strangers_are_asked_to_sign_in(self, client, made):
        for address in (LIST, IMPORT, EXPORT, file_of(made["export"])):
            assert client.get(address).headers["Location"].startswith("/admin/login/")

    def test_an_upload_is_never_handed_out(self, client, editor, made):
        assert client.get(file_of(made["import"])).status_code == 404

    def test_nothing_happens_on_a_mere_visit(self, client, editor, made):
        for move in ("confirm", "stop", "again"):
            address = reverse("admin:blog_transfer_move", args=[made["import"].pk, move])
            assert client.get(address).status_code == 405
        assert Client(enforce_csrf_checks=True).post(IMPORT).status_code in (302, 403)

    def test_the_services_refuse_too(self, made):
        writer = make_user("Writers")
        with pytest.raises(orders.PermissionDenied):
            orders.order_export("ghost", wishes=orders.Wishes(), by=writer)
        with pytest.raises(orders.PermissionDenied):
            orders.confirm(made["import"], by=writer)


def test_the_list_names_what_was_moved_and_offers_both_ways(client, editor):
    send(client)

    page = client.get(LIST).content.decode()

    assert "In, from WordPress" in page
    assert "old.xml" in page
    assert IMPORT in page
    assert EXPORT in page


def test_progress_is_told_in_numbers(client, editor):
    send(client)
    Transfer.objects.update(state=State.WORKING, done=30, total=120)

    told = client.get(
        reverse("admin:blog_transfer_progress", args=[Transfer.objects.get().pk])
    ).json()

    assert (told["percent"], told["activity"]) == (25, "30 of 120 posts and pages")
    assert told["is_active"]
