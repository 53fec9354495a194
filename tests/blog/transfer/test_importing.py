"""Bringing another blog here: once, again, after edits, live or not; and what must not stop it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, connection
from django.test import override_settings

from blog import revisions
from blog.models import Image, ImportedItem, Post, Revision
from blog.transfer import importing, publisher
from blog.transfer.move import Options
from blog.transfer.reading import Choices
from publishing import workflow
from publishing.models import Approval, WorkflowEvent
from tests.blog.transfer.moving import bring, line_of, outcomes, picture, post_of
from tests.factories import make_post, make_user
from tests.web_server import WebServer
from tests.wxr import wxr, wxr_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An export of two posts."""
    path = tmp_path / "old.xml"
    path.write_text(wxr(wxr_item(1), wxr_item(2)))
    return path


def _owner() -> Any:
    return make_user(is_superuser=True)


class TestAgain:
    def test_the_same_file_changes_nothing(self, file: Path) -> None:
        bring("wordpress", file)
        before = Revision.objects.count(), ImportedItem.objects.count()

        report = bring("wordpress", file)

        assert outcomes(report, "post") == {"unchanged": 2}
        assert (Revision.objects.count(), ImportedItem.objects.count()) == before

    def test_what_changed_there_gets_a_new_revision(self, file: Path) -> None:
        bring("wordpress", file)
        file.write_text(wxr(wxr_item(1, content="<p>Better</p>"), wxr_item(2), wxr_item(3)))

        report = bring("wordpress", file)

        assert outcomes(report, "post") == {"changed": 1, "unchanged": 1, "created": 1}
        assert post_of("1").body == "Better"
        assert post_of("1").revisions.count() == 2

    def test_what_was_edited_here_is_kept(self, file: Path) -> None:
        bring("wordpress", file)
        post = post_of("1")
        draft = revisions.replace(revisions.draft_of(post), body="Mine")
        revisions.save_revision(post, draft, by=make_user("Writers"))
        file.write_text(wxr(wxr_item(1, content="<p>Better</p>"), wxr_item(2)))

        report = bring("wordpress", file)

        assert post_of("1").body == "Mine"
        assert "Yours was kept" in line_of(report, "1").reason

    def test_what_was_deleted_here_comes_back_only_when_asked_for(self, file: Path) -> None:
        bring("wordpress", file)
        post_of("1").delete()

        report = bring("wordpress", file)
        assert "deleted here" in line_of(report, "1").reason
        assert Post.objects.count() == 1

        assert line_of(bring("wordpress", file, again=True), "1").outcome == "created"
        assert Post.objects.count() == 2

    def test_what_was_withdrawn_here_is_left_alone(self, file: Path) -> None:
        bring("wordpress", file)
        workflow.withdraw(post_of("1"), by=make_user("Publishers"))
        file.write_text(wxr(wxr_item(1, content="<p>Better</p>"), wxr_item(2)))

        report = bring("wordpress", file)

        assert "withdrawn here" in line_of(report, "1").reason
        assert post_of("1").status == Post.Status.ARCHIVED

    def test_another_blog_with_the_same_ids_is_another_blog(self, file: Path) -> None:
        bring("wordpress", file)

        bring("wordpress", file, choices=Choices(source="the other one"))

        assert Post.objects.count() == 4
        assert set(Post.objects.values_list("slug", flat=True)) == {
            "post-1",
            "post-2",
            "post-1-2",
            "post-2-2",
        }

    def test_pictures_that_failed_are_tried_again(self, tmp_path: Path) -> None:
        file = tmp_path / "old.xml"
        image = '<img src="/wp-content/uploads/2019/05/a.jpg" alt="A">'
        file.write_text(wxr(wxr_item(1, content=image)))
        report = bring("wordpress", file)
        assert line_of(report, "/wp-content/uploads/2019/05/a.jpg", "image").outcome == "failed"
        assert "https://old.example/wp-content/uploads/2019/05/a.jpg" in post_of("1").body

        picture(tmp_path / "uploads/2019/05/a.jpg")
        from blog.transfer import package

        with package.opened(tmp_path / "uploads") as media:
            report = bring("wordpress", file, media=media)

        assert outcomes(report, "post", "image") == {"created": 1, "changed": 1}
        assert "](/media/images/" in post_of("1").body


class TestAddresses:
    def test_a_taken_slug_gets_a_number_and_links_follow(self, tmp_path: Path) -> None:
        make_post(slug="post-1")
        file = tmp_path / "old.xml"
        link = '<a href="https://old.example/2019/post-1/">one</a>'
        file.write_text(wxr(wxr_item(2, content=link), wxr_item(1)))

        report = bring("wordpress", file)

        assert post_of("1").slug == "post-1-2"
        assert post_of("2").body == "[one](/posts/post-1-2/)"
        assert "Its slug is “post-1-2”" in " ".join(line_of(report, "1").notes)

    def test_two_posts_of_the_file_with_one_slug_both_come(self, tmp_path: Path) -> None:
        file = tmp_path / "old.xml"
        twin = wxr_item(2).replace("post-2", "post-1")
        file.write_text(wxr(wxr_item(1), twin))

        report = bring("wordpress", file)

        assert {post_of("1").slug, post_of("2").slug} == {"post-1", "post-1-2"}
        # One of them had the address first.
        assert any(
            "leads to something else" in note for line in report.lines for note in line.notes
        )

    def test_a_page_may_not_take_an_address_of_ours(self, tmp_path: Path) -> None:
        file = tmp_path / "old.xml"
        page = wxr_item(1).replace("post-1", "search").replace(">post<", ">page<")
        file.write_text(wxr(page))

        bring("wordpress", file)

        assert post_of("1").get_absolute_url() == "/search-2/"

    def test_words_without_latin_letters_get_an_address_of_their_own(self, tmp_path: Path) -> None:
        file = tmp_path / "old.xml"
        item = wxr_item(7).replace("post-7", "%d9%85%d8%b1%d8%ad%d8%a8%d8%a7")
        file.write_text(wxr(item))

        bring("wordpress", file)

        assert post_of("7").slug == "post-7"
        assert post_of("7").redirects.filter(path="/2019/مرحبا/").exists()


class TestLive:
    def test_nothing_goes_live_unless_asked_to(self, file: Path) -> None:
        bring("wordpress", file, by=_owner())

        assert not Post.objects.published().exists()

    def test_what_was_live_goes_live_with_its_own_date(self, file: Path) -> None:
        owner = _owner()

        bring("wordpress", file, by=owner, publish=True)

        post = post_of("1")
        assert post.is_live
        assert f"{post.publish_at:%Y-%m-%d %H:%M}" == "2019-05-10 08:30"
        approval = Approval.objects.get(revision=post.approved_revision)
        assert (approval.approved_by, approval.is_four_eyes) == (owner, False)
        event = WorkflowEvent.objects.get(post=post)
        assert (event.transition, event.actor, event.publish_at) == (
            "import_live",
            owner,
            post.publish_at,
        )
        assert "not reviewed here" in event.note

    @pytest.mark.parametrize("group", ["Writers", "Editors", "Publishers", "Operators"])
    def test_no_group_may_put_imports_live(self, file: Path, group: str) -> None:
        with pytest.raises(publisher.PublishingRefused, match="somebody who answers for it"):
            bring("wordpress", file, by=make_user(group), publish=True)

        assert not Post.objects.exists()

    def test_nobody_at_all_may_not_either(self, file: Path) -> None:
        with pytest.raises(publisher.PublishingRefused):
            bring("wordpress", file, publish=True)

    @override_settings(POST_PUBLISHER="")
    def test_without_a_desk_everything_is_a_draft(self, file: Path) -> None:
        with pytest.raises(publisher.PublishingRefused):
            bring("wordpress", file, by=_owner(), publish=True)

    @pytest.mark.parametrize("status", ["private", "draft", "pending"])
    def test_what_was_not_public_stays_a_draft(self, tmp_path: Path, status: str) -> None:
        file = tmp_path / "old.xml"
        file.write_text(wxr(wxr_item(1, status=status)))

        bring("wordpress", file, by=_owner(), publish=True)

        assert not post_of("1").is_live

    def test_a_second_import_may_put_live_what_the_first_left_as_drafts(self, file: Path) -> None:
        bring("wordpress", file)

        report = bring("wordpress", file, by=_owner(), publish=True)

        assert outcomes(report, "post") == {"changed": 2}
        assert Post.objects.published().count() == 2

    def test_a_draft_that_was_edited_here_does_not_slip_past_review(self, file: Path) -> None:
        bring("wordpress", file)
        post = post_of("1")
        draft = revisions.replace(revisions.draft_of(post), body="Mine")
        revisions.save_revision(post, draft, by=make_user("Writers"))

        bring("wordpress", file, by=_owner(), publish=True)

        assert not post_of("1").is_live
        assert post_of("2").is_live

    def test_a_live_post_that_changed_there_changes_for_readers_too(self, file: Path) -> None:
        owner = _owner()
        bring("wordpress", file, by=owner, publish=True)
        file.write_text(wxr(wxr_item(1, content="<p>Better</p>"), wxr_item(2)))

        bring("wordpress", file, by=owner, publish=True)

        post = post_of("1")
        assert (post.body, post.is_live, post.has_unpublished_changes) == ("Better", True, False)
        assert f"{post.publish_at:%Y}" == "2019"

    def test_without_publish_readers_keep_what_they_have(self, file: Path) -> None:
        bring("wordpress", file, by=_owner(), publish=True)
        file.write_text(wxr(wxr_item(1, content="<p>Better</p>"), wxr_item(2)))

        bring("wordpress", file)

        post = post_of("1")
        assert (post.body, post.is_live, post.has_unpublished_changes) == ("Text", True, True)

    def test_a_trial_with_publish_tells_and_keeps_nothing(self, file: Path) -> None:
        report = bring("wordpress", file, by=_owner(), publish=True, apply=False)

        assert outcomes(report, "post") == {"created": 2}
        assert line_of(report, "1").reason == ""
        assert not Approval.objects.exists()


class TestFetching:
    @pytest.fixture
    def old_web(self, web: WebServer, tmp_path: Path) -> WebServer:
        """The old blog's server, with one picture, one that is none, and one it hides."""
        web.serve(
            "/wp-content/uploads/a.jpg", picture(tmp_path / "a.jpg").read_bytes(), "image/jpeg"
        )
        web.serve("/wp-content/uploads/fake.jpg", b"GIF89a, not really", "image/gif")
        web.serve("/wp-content/uploads/page.jpg", b"<h1>Please log in</h1>", "text/html")
        return web

    def _file(self, tmp_path: Path, base: str, *names: str) -> Path:
        images = "".join(f'<p><img src="{base}/wp-content/uploads/{n}" alt="A"></p>' for n in names)
        file = tmp_path / "old.xml"
        file.write_text(wxr(wxr_item(1, content=images)).replace("https://old.example", base))
        return file

    def test_a_picture_is_fetched_as_its_original(self, old_web: WebServer, tmp_path: Path) -> None:
        file = self._file(tmp_path, old_web.base, "a-300x200.jpg")

        bring("wordpress", file, fetch_images=True)

        assert Image.objects.get().alt_text == "A"
        assert [seen.path for seen in old_web.requests] == ["/wp-content/uploads/a.jpg"]
        assert "](/media/images/" in post_of("1").body

    def test_a_trial_fetches_nothing(self, old_web: WebServer, tmp_path: Path) -> None:
        file = self._file(tmp_path, old_web.base, "a.jpg")

        report = bring("wordpress", file, fetch_images=True, apply=False)

        assert old_web.requests == []
        assert (
            line_of(report, "/wp-content/uploads/a.jpg", "image").reason == "It would be fetched."
        )

    @pytest.mark.parametrize("name", ["fake.jpg", "page.jpg", "nowhere.jpg"])
    def test_what_is_no_picture_stays_a_link(
        self, old_web: WebServer, tmp_path: Path, name: str
    ) -> None:
        file = self._file(tmp_path, old_web.base, name)

        report = bring("wordpress", file, fetch_images=True)

        assert line_of(report, f"/wp-content/uploads/{name}", "image").outcome == "failed"
        assert line_of(report, "1").outcome == "created"
        assert f"{old_web.base}/wp-content/uploads/{name}" in post_of("1").body
        assert not Image.objects.exists()

    @override_settings(FETCH_ALLOWED_PRIVATE_HOSTS=[])
    def test_no_picture_is_fetched_from_a_private_network(
        self, old_web: WebServer, tmp_path: Path
    ) -> None:
        file = self._file(tmp_path, old_web.base, "a.jpg")

        report = bring("wordpress", file, fetch_images=True)

        assert "private network" in line_of(report, "/wp-content/uploads/a.jpg", "image").reason
        assert old_web.requests == []

    def test_pictures_of_other_sites_are_left_as_links(self, tmp_path: Path) -> None:
        file = tmp_path / "old.xml"
        file.write_text(wxr(wxr_item(1, content='<img src="https://other.example/a.jpg" alt="A">')))

        report = bring("wordpress", file, fetch_images=True)

        assert report.left_behind == {"pictures of other sites, left as links": 1}
        assert post_of("1").body == "![A](https://other.example/a.jpg)"


class TestOneBadThing:
    def test_never_stops_the_rest(self, tmp_path: Path) -> None:
        bad = [
            wxr_item(1),
            "<item><title>No type</title><wp:post_id>2</wp:post_id></item>\n",
            "<item><title><![CDATA[open</title></item>\n",
            wxr_item(3).replace("<wp:post_id>3</wp:post_id>", ""),
            wxr_item(4, content="x" * 200_001),
            wxr_item(5, content="<div>" * 2000),
            wxr_item(6, content="y" * 2_000_001),
            wxr_item(7).replace("2019-05-10 08:30:00", "yesterday"),
            wxr_item(8, **{"wp:postmeta": "<wp:meta_key>_thumbnail_id</wp:meta_key>"}),
            wxr_item(9).replace("<dc:creator>jane</dc:creator>", ""),
            wxr_item(10).replace("[Post 10]", "[" + "T" * 500 + "]"),
            wxr_item(11).replace("[Post 11]", "[]"),
            wxr_item(12, content="<img src='http://[bad'>"),
            wxr_item(13),
        ]
        file = tmp_path / "old.xml"
        file.write_text(wxr(*bad))

        report = bring("wordpress", file)

        came = set(ImportedItem.objects.filter(kind="post").values_list("source_id", flat=True))
        assert came >= {"1", "7", "8", "9", "10", "11", "12", "13"}
        failed = {line.source_id: line.reason for line in report.lines if line.outcome == "failed"}
        assert "a post may have 200,000" in failed["4"]
        assert "too deep" in failed["5"]
        assert "are read at most" in failed["6"]
        assert post_of("10").title == "T" * 160
        assert post_of("11").title == "Text"

    def test_a_broken_database_does_stop_it(self, file: Path, monkeypatch: Any) -> None:
        monkeypatch.setattr(connection, "is_usable", lambda: False)
        refusing = connection.execute_wrapper(_refuse_inserts)
        with pytest.raises(DataError, match="too long"), refusing:
            bring("wordpress", file)


def _refuse_inserts(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
    if sql.startswith('INSERT INTO "blog_post"'):
        raise DataError("value too long")
    return execute(sql, params, many, context)


class TestCommand:
    def test_first_tells_then_brings(self, file: Path, tmp_path: Path, capsys: Any) -> None:
        call_command("import_posts", "wordpress", file)
        out = capsys.readouterr().out
        assert "created    post      1  Post 1  It was published on 10 May 2019" in out
        assert "Nothing was changed. With --apply it would be." in out
        assert not Post.objects.exists()

        call_command("import_posts", "wordpress", file, "--apply", "--json", tmp_path / "r.json")
        out = capsys.readouterr()
        assert "2 of 2 posts and pages" in out.err
        assert Post.objects.count() == 2
        document = json.loads((tmp_path / "r.json").read_text())
        assert document["totals"]["post"]["created"] == 2
        assert document["is_trial"] is False

    def test_ends_with_one_when_something_failed(self, tmp_path: Path) -> None:
        file = tmp_path / "old.xml"
        file.write_text(wxr(wxr_item(1), wxr_item(4, content="x" * 200_001)))

        with pytest.raises(CommandError, match="Not everything could be brought") as ended:
            call_command("import_posts", "wordpress", file, "--apply")

        assert ended.value.returncode == 1
        assert Post.objects.count() == 1

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            (["--user", "nobody"], "no active user"),
            (["--author", "nobody"], "no byline with the slug"),
            (["--publish"], "somebody who answers for it"),
            (["--media", "nowhere"], "no file or folder"),
        ],
    )
    def test_refuses_in_words(self, file: Path, more: list[str], words: str) -> None:
        with pytest.raises(CommandError, match=words):
            call_command("import_posts", "wordpress", file, *more)


@pytest.mark.django_db(transaction=True)
def test_a_blog_is_imported_once_at_a_time(file: Path) -> None:
    from django.db import connections

    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('import old.example', 0))")
            with pytest.raises(importing.AlreadyRunning, match="being imported just now"):
                bring("wordpress", file)
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        other.close()

    assert outcomes(bring("wordpress", file), "post")["created"] == 2


def test_progress_is_told_to_the_end(file: Path) -> None:
    told: list[tuple[int, int]] = []

    importing.run(
        "wordpress",
        file,
        choices=Choices(),
        options=Options(),
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(0, 2), (1, 2), (2, 2)]
