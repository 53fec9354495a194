"""Orders are carried out once, whoever dies over them, and stopped when somebody says so."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.utils import timezone

from blog import housekeeping
from blog.models import ImportedItem, Post, Transfer
from blog.transfer import orders, porter
from tests.factories import make_post, make_user
from tests.wxr import wxr, wxr_item

State = Transfer.State


@pytest.fixture(autouse=True)
def _media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def ordered(*items: str, **wishes: Any) -> Transfer:
    """An import that waits to be looked through."""
    text = wxr(*(items or (wxr_item(1), wxr_item(2))))
    return orders.order_import(
        "wordpress",
        io.BytesIO(text.encode()),
        name="../old blog.xml",
        wishes=orders.Wishes(fetch_images=False, **wishes),
        by=make_user("Editors"),
    )


def confirmed(*items: str) -> Transfer:
    transfer = ordered(*items)
    porter.carry_all()
    transfer.refresh_from_db()
    orders.confirm(transfer, by=transfer.by)
    return transfer


@pytest.mark.django_db
class TestCarrying:
    def test_takes_the_oldest_first_and_each_once(self):
        first, second = ordered(wxr_item(1)), ordered(wxr_item(2))

        assert porter.carry_all() == 2
        assert porter.carry_all() == 0
        assert {first.pk, second.pk} == set(
            Transfer.objects.filter(state=State.ASKING).values_list("pk", flat=True)
        )

    def test_says_how_far_it_is_while_it_works(self, monkeypatch):
        transfer, seen = ordered(*map(wxr_item, range(1, 6))), []
        bring = porter.importing.posts.bring

        def slowly(move: Any, item: Any) -> None:
            seen.append(Transfer.objects.values_list("state", "done", "total").get())
            bring(move, item)

        monkeypatch.setattr(porter, "_TELL_SECONDS", 0.0)
        monkeypatch.setattr(porter.importing.posts, "bring", slowly)
        porter.carry_all()

        assert seen == [("working", done, 5) for done in range(5)]
        transfer.refresh_from_db()
        assert (transfer.done, transfer.total) == (5, 5)

    def test_ends_at_the_next_post_when_somebody_stops_it(self, monkeypatch):
        transfer = confirmed(*map(wxr_item, range(1, 6)))
        bring = porter.importing.posts.bring

        def stopped_after_two(move: Any, item: Any) -> None:
            bring(move, item)
            if Post.objects.count() == 2:
                orders.stop(transfer, by=transfer.by)

        monkeypatch.setattr(porter, "_TELL_SECONDS", 0.0)
        monkeypatch.setattr(porter.importing.posts, "bring", stopped_after_two)
        porter.carry_all()
        monkeypatch.setattr(porter.importing.posts, "bring", bring)

        transfer.refresh_from_db()
        assert (transfer.state, Post.objects.count()) == (State.STOPPED, 2)
        orders.try_again(transfer, by=transfer.by)
        porter.carry_all()
        transfer.refresh_from_db()
        assert (transfer.state, Post.objects.count()) == (State.DONE, 5)
        assert transfer.counts["post"] == transfer.counts["post"] | {"created": 3, "unchanged": 2}

    def test_of_a_dead_worker_is_taken_over_by_the_next(self):
        transfer = confirmed()
        long_ago = timezone.now() - porter.LEASE - timedelta(seconds=1)
        Transfer.objects.update(state=State.WORKING, attempts=1, seen_at=long_ago)

        assert porter.carry_all() == 1
        transfer.refresh_from_db()
        assert (transfer.state, transfer.attempts) == (State.DONE, 2)

    def test_of_a_worker_that_lives_is_left_to_it(self):
        confirmed()
        Transfer.objects.update(state=State.WORKING, attempts=1, seen_at=timezone.now())

        assert porter.carry_all() == 0

    def test_is_not_tried_for_ever(self):
        transfer = confirmed()
        long_ago = timezone.now() - porter.LEASE - timedelta(seconds=1)
        Transfer.objects.update(state=State.WORKING, attempts=porter.ATTEMPTS, seen_at=long_ago)

        porter.carry_all()

        transfer.refresh_from_db()
        assert transfer.state == State.FAILED
        assert "several times" in transfer.problem

    def test_that_only_slept_writes_nothing_any_more(self):
        transfer = confirmed()
        mine = porter._claim(timezone.now())
        assert mine is not None
        Transfer.objects.update(attempts=mine.attempts + 1)

        with pytest.raises(porter.Ended):
            porter._teller(mine)(1, 2)
        porter._note(mine, {"state": State.DONE, "report": {}})

        transfer.refresh_from_db()
        assert (transfer.state, transfer.done) == (State.WORKING, 0)

    def test_tells_of_a_bug_in_words_and_logs_it(self, monkeypatch):
        transfer = ordered()
        monkeypatch.setattr(porter.importing, "run", lambda *_, **__: 1 / 0)

        porter.carry_all()

        transfer.refresh_from_db()
        assert transfer.state == State.FAILED
        assert transfer.problem == "Something unexpected happened; the log says what."


@pytest.mark.django_db
class TestFiles:
    def test_an_upload_is_kept_under_a_name_that_nobody_guesses_and_goes_when_done(self):
        transfer = confirmed()
        name = transfer.file.name
        assert "old" not in name
        assert default_storage.exists(name)

        porter.carry_all()

        assert not default_storage.exists(name)
        transfer.refresh_from_db()
        assert not transfer.file

    def test_an_upload_is_read_beside_nobody_elses(self):
        neighbour = default_storage.path("transfers/neighbour.png")
        Path(neighbour).parent.mkdir(parents=True, exist_ok=True)
        Path(neighbour).write_bytes(b"not theirs")
        shows = '<p><img src="https://old.example/transfers/neighbour.png"></p>'
        transfer = ordered(wxr_item(1, content=shows), all_media=True)

        porter.carry_all()

        transfer.refresh_from_db()
        assert transfer.counts["image"]["failed"] == 1

    def test_old_ones_are_removed(self):
        orders.order_export("markdown", wishes=orders.Wishes(), by=make_user("Editors"))
        porter.carry_all()
        transfer = Transfer.objects.get()
        name = transfer.file.name

        porter.catch_up(timezone.now() + porter.KEPT - timedelta(hours=1))
        assert default_storage.exists(name)
        porter.catch_up(timezone.now() + porter.KEPT + timedelta(hours=1))

        assert not default_storage.exists(name)
        assert not Transfer.objects.get().file

    def test_an_export_that_was_stopped_leaves_none(self, monkeypatch):
        make_post(live=True)
        owner = make_user("Editors")
        transfer = orders.order_export("markdown", wishes=orders.Wishes(), by=owner)
        run = porter.exporting.run

        def stopped_at_the_end(*args: Any) -> None:
            run(*args)
            orders.stop(transfer, by=owner)

        monkeypatch.setattr(porter.exporting, "run", stopped_at_the_end)
        porter.carry_all()

        folder = Path(default_storage.path("transfers"))
        assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.django_db
def test_the_table_refuses_a_question_without_a_report():
    transfer = ordered()
    with pytest.raises(IntegrityError, match="transfer_asks_with_a_report"):
        Transfer.objects.filter(pk=transfer.pk).update(
            state=State.ASKING, finished_at=timezone.now()
        )


@pytest.mark.django_db(transaction=True)
def test_without_a_message_the_chores_of_the_house_find_what_waits():
    transfer = confirmed()
    late = timezone.now() + timedelta(minutes=1)

    housekeeping.sweep(late)
    # Whoever gets the hands next, gets them when the work is over.
    with porter._hands:
        transfer.refresh_from_db()

    assert transfer.state == State.DONE
    assert ImportedItem.objects.filter(kind="post").count() == 2
