"""Copies are made once, whoever works, and whatever happens to workers, messages and files."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from blog import housekeeping, library, renditions, tasks
from blog.models import Image
from blog.renditions import making
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(photo) -> Image:
    return library.add_image(photo(), alt_text="Waves", by=None)


def record_of(image: Image) -> renditions.Record:
    image.refresh_from_db()
    return renditions.Record.read(image.renditions)


def files_beside(image: Image) -> dict[str, bytes]:
    """The files of this picture, by the end of their names."""
    place = Path(image.file.path)
    beside = place.parent.glob(f"{place.stem}*")
    return {file.name.removeprefix(place.stem): file.read_bytes() for file in beside}


class TestMaking:
    def test_copies_lie_beside_the_original_and_are_noted(self, image):
        assert renditions.make_missing() == 1

        record = record_of(image)
        stem = str(image.file.name).removesuffix(".jpeg")
        assert [copy.name.removeprefix(stem) for copy in record.files()] == [
            *("-480.avif", "-960.avif", "-1300.avif", "-480.webp", "-960.webp", "-1300.webp"),
            "-share-50-50.jpeg",
        ]
        assert (record.copies[0].type, record.copies[3].type) == ("image/avif", "image/webp")
        assert {copy.name: copy.bytes for copy in record.files()} == {
            copy.name: default_storage.size(copy.name) for copy in record.files()
        }
        assert renditions.make_missing() == 0

    def test_a_used_picture_gets_its_copies_too(self, image):
        factories.make_post(live=True, cover=image)

        renditions.make_missing()

        assert record_of(image).copies

    def test_making_them_again_ends_with_the_same_files(self, image):
        renditions.make_missing()
        before, noted = files_beside(image), record_of(image)

        library.make_copies(image)
        renditions.make_missing()

        assert files_beside(image) == before
        assert record_of(image) == noted

    def test_what_a_killed_worker_left_half_written_is_replaced(self, image):
        half = str(image.file.name).replace(".jpeg", "-480.webp")
        default_storage.save(half, ContentFile(b"RIFF"))

        renditions.make_missing()

        assert len(files_beside(image)["-480.webp"]) > 100

    def test_a_file_that_another_worker_wrote_meanwhile_is_not_doubled(self, image, monkeypatch):
        renditions.make_missing()
        library.make_copies(image)
        # Each file appears between the look and the writing.
        monkeypatch.setattr(making, "_is_whole", lambda *_: False)

        renditions.make_missing()

        assert len(files_beside(image)) == 8

    def test_only_one_thread_of_a_process_draws(self, image):
        with making._brush:
            assert renditions.make_missing() == 0
        assert renditions.make_missing() == 1

    def test_stops_beginning_pictures_when_its_time_is_over(self, image):
        assert renditions.make_missing(seconds=0) == 0

    def test_two_workers_never_take_the_same_picture(self, image, photo):
        other = library.add_image(photo(colour="teal"), alt_text="Hills", by=None)

        taken = [making._claim(timezone.now()) for _ in range(3)]

        assert taken == [other, image, None]


class TestMessages:
    def test_an_upload_wakes_a_worker_when_it_is_committed(
        self, photo, monkeypatch, django_capture_on_commit_callbacks
    ):
        rung = []
        monkeypatch.setattr(tasks.make_renditions, "apply_async", lambda **_: rung.append(1))

        with django_capture_on_commit_callbacks(execute=True):
            library.add_image(photo(), alt_text="Waves", by=None)
            assert rung == []

        assert rung == [1]

    def test_a_dead_broker_refuses_no_upload(
        self, photo, monkeypatch, caplog, django_capture_on_commit_callbacks
    ):
        def fail(**_: object) -> None:
            raise ConnectionError

        monkeypatch.setattr(tasks.make_renditions, "apply_async", fail)

        with django_capture_on_commit_callbacks(execute=True):
            image = library.add_image(photo(), alt_text="Waves", by=None)

        assert Image.objects.filter(pk=image.pk).exists()
        assert "ring_failed" in str(caplog.records[0].msg)

    def test_the_task_makes_them(self, image):
        tasks.make_renditions(image_id=image.pk, something="that newer code sends")

        assert record_of(image).copies

    def test_a_lost_message_is_made_up_for_by_the_sweep(self, image):
        housekeeping.sweep(timezone.now())

        assert record_of(image).copies


class TestFailures:
    @pytest.fixture
    def lost(self, image) -> Image:
        """A picture whose original is gone."""
        default_storage.delete(str(image.file.name))
        return image

    def test_are_noted_and_tried_again_later_but_not_for_ever(self, lost, time_machine_at):
        now = timezone.now()
        for attempt, wait in enumerate([0, 11, 111], start=1):
            now += timedelta(minutes=wait)
            with time_machine_at(now):
                renditions.make_missing()
                record = record_of(lost)
                assert record.attempts == attempt
                assert "not in the storage any more" in record.problem
                renditions.make_missing()
                assert record_of(lost).attempts == attempt
        assert record_of(lost).again_at == 0
        with time_machine_at(now + timedelta(days=30)):
            renditions.make_missing()
            assert record_of(lost).attempts == 3

    def test_of_one_picture_keep_no_other_waiting(self, lost, photo):
        older = lost
        newer = library.add_image(photo(colour="teal"), alt_text="Hills", by=None)

        assert renditions.make_missing() == 1

        assert record_of(newer).copies
        assert record_of(older).problem

    def test_end_when_somebody_says_try_again(self, lost, photo):
        renditions.make_missing()
        default_storage.save(str(lost.file.name), photo())

        library.make_copies(lost)
        renditions.make_missing()

        assert record_of(lost).copies
        assert record_of(lost).problem == ""

    def test_a_picture_that_kills_its_worker_is_given_up(self, image, time_machine_at):
        now = timezone.now()
        for _ in range(5):
            with time_machine_at(now):
                making._claim(now)  # and the worker dies
            now += timedelta(minutes=6)

        record = record_of(image)
        assert (record.attempts, record.again_at) == (3, 0)
        assert "interrupted" in record.problem
        with time_machine_at(now):
            assert renditions.make_missing() == 0

    def test_while_one_works_on_it_nobody_else_begins(self, image, time_machine_at):
        now = timezone.now()

        assert making._claim(now) == image
        assert making._claim(now + timedelta(minutes=4)) is None
        assert making._claim(now + timedelta(minutes=6)) == image


class TestChangesMeanwhile:
    def test_a_moved_focal_point_wins_over_copies_of_the_old_one(self, image):
        claimed = making._claim(timezone.now())
        Image.objects.filter(pk=image.pk).update(focal_x=10, renditions=None)

        making._make(claimed)

        assert record_of(image) == renditions.Record()
        renditions.make_missing()
        assert record_of(image).share.name.endswith("-share-10-50.jpeg")

    def test_a_deleted_picture_leaves_no_files(self, image):
        claimed = making._claim(timezone.now())
        Image.objects.filter(pk=image.pk).delete()

        making._make(claimed)

        assert list(files_beside(image)) == [".jpeg"]  # which goes when the deletion is committed


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_end_with_one_set_of_files(photo):
    image = library.add_image(photo(), alt_text="Waves", by=None)
    claimed = making._claim(timezone.now())
    both = [threading.Thread(target=making._draw, args=[claimed]) for _ in range(2)]

    for each in both:
        each.start()
    for each in both:
        each.join()

    assert len(files_beside(image)) == 8


class TestBucket:
    def test_copies_go_there_with_their_types_to_be_kept_for_ever(self, bucket, photo):
        image = library.add_image(photo(), alt_text="Waves", by=None)

        renditions.make_missing()

        record = record_of(image)
        assert {copy.name for copy in record.files()} | {image.file.name} == {
            stored.key for stored in bucket.objects.all()
        }
        for copy in record.files():
            stored = bucket.Object(copy.name)
            assert stored.content_type == copy.type
            assert stored.cache_control == "public, max-age=31536000, immutable"
            assert stored.content_length == copy.bytes
        original = bucket.Object(image.file.name)
        assert original.content_type == "image/jpeg"
        assert original.cache_control == "public, max-age=31536000, immutable"

    def test_again_ends_with_the_same_files(self, bucket, photo):
        image = library.add_image(photo(), alt_text="Waves", by=None)
        renditions.make_missing()
        before = sorted((stored.key, stored.size) for stored in bucket.objects.all())

        library.make_copies(image)
        renditions.make_missing()

        assert sorted((stored.key, stored.size) for stored in bucket.objects.all()) == before

    def test_files_of_sources_stay_private(self, bucket):
        default_storage.save("sources/2026/11/notes.txt", ContentFile(b"Notes"))

        assert bucket.Object("sources/2026/11/notes.txt").cache_control == "private, no-store"
