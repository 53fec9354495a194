"""The door: what is kept, who gets it, and that no race shows what is not true any more."""

import gzip
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis
import time_machine
from django_redis import get_redis_connection

from blog.pagecache import store
from tests.blog.pagecache.conftest import HTML, Answer, Door, Origin


def kept() -> list[bytes]:
    """The names of all pages in Redis."""
    return get_redis_connection("default").keys("autoblog:page:*")


class TestHit:
    def test_the_second_reader_costs_nothing(self, door: Door, origin: Origin) -> None:
        first, again = door.ask(), door.ask()

        assert origin.asked == ["/"]
        assert (first.is_hit, again.is_hit) == (False, True)
        assert (again.status, again.body) == (200, first.body)
        assert {**again.headers, "Cache-Status": ""} == {**first.headers, "Cache-Status": ""}

    def test_another_process_has_it_too(self, door: Door, other: Door, origin: Origin) -> None:
        first, again = door.ask(), other.ask()

        assert origin.asked == ["/"]
        assert again.is_hit
        assert again.body == first.body

    def test_it_is_compressed_for_those_who_can_read_it(self, door: Door) -> None:
        plain = door.ask()
        small = door.ask(http_accept_encoding="gzip, deflate, br")

        assert "Content-Encoding" not in plain.headers
        assert small.headers["Content-Encoding"] == "gzip"
        assert len(small.body) == int(small.headers["Content-Length"]) < len(plain.body) / 5
        assert gzip.decompress(small.body) == plain.body
        assert plain.headers["Vary"] == small.headers["Vary"] == "Accept-Encoding"
        assert door.ask(http_accept_encoding="gzip;q=0").body == plain.body

    def test_what_would_not_shrink_is_left_as_it_is(self, door: Door, origin: Origin) -> None:
        origin.headers = [("Content-Type", "image/png"), HTML[1]]

        answer = door.ask(http_accept_encoding="gzip")

        assert "Content-Encoding" not in answer.headers
        assert door.ask(http_accept_encoding="gzip").body == answer.body

    def test_head_says_the_same_without_the_page(self, door: Door, origin: Origin) -> None:
        head, get = door.ask(method="HEAD"), door.ask()

        assert (head.body, len(get.body)) == (b"", int(head.headers["Content-Length"]))
        assert origin.asked == ["/"]

    def test_whoever_has_it_already_is_told_so(self, door: Door, origin: Origin) -> None:
        first = door.ask()

        for known in (first.headers["ETag"], f'"x", {first.headers["ETag"]}', "*"):
            answer = door.ask(http_if_none_match=known)
            assert (answer.status, answer.body) == (304, b"")
            assert answer.headers["ETag"] == first.headers["ETag"]
            assert answer.headers["Cache-Control"] == first.headers["Cache-Control"]
        since = door.ask(http_if_modified_since=first.headers["Last-Modified"])
        assert since.status == 304
        assert door.ask(http_if_none_match='"other"').status == 200
        # The tag is surer than the date.
        dated = {"http_if_modified_since": first.headers["Last-Modified"]}
        assert door.ask(http_if_none_match='"other"', **dated).status == 200

    def test_the_first_reader_may_have_it_already_from_before(self, door: Door) -> None:
        tag = door.ask().headers["ETag"]
        get_redis_connection("default").flushdb()
        door.store.bumps += 1

        answer = door.ask(http_if_none_match=tag)

        assert answer.status == 200  # the origin numbers its answers, so this is another page
        assert len(kept()) == 1

    def test_a_page_that_came_out_the_same_is_not_younger(
        self, door: Door, origin: Origin, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(Origin, "__call__", _always_the_same)
        first = door.ask().headers["Last-Modified"]
        with time_machine.travel(time.time() + 70, tick=False):
            assert door.ask().headers["Last-Modified"] == first

    def test_two_different_pages_never_have_the_same_second(self, door: Door) -> None:
        with time_machine.travel(time.time(), tick=False):
            first = door.ask()
            door.store.bump()
            second = door.ask()

        assert second.body != first.body
        assert second.headers["Last-Modified"] != first.headers["Last-Modified"]


def _always_the_same(origin: Origin, environ: dict[str, Any], start_response: Any) -> list[bytes]:
    environ["autoblog.visit"].keep_seconds = 60
    start_response("200 OK", list(HTML))
    return [b"always the same"]


class TestWhatIsNotKept:
    @pytest.mark.parametrize(
        "answer",
        [
            {"keep_seconds": 0},
            {"status": "500 Internal Server Error"},
            {"status": "302 Found"},
            {"status": "206 Partial Content"},
            {"headers": [*HTML, ("Set-Cookie", "a=b")]},
            {"headers": [*HTML, ("Vary", "Cookie")]},
            {"headers": [*HTML, ("Vary", "Accept-Language")]},
            {"headers": [("Content-Type", "text/html"), ("Cache-Control", "private")]},
            {"headers": [*HTML, ("Content-Security-Policy", "script-src 'nonce-abc'")]},
        ],
    )
    def test_an_answer_for_one_reader(self, answer: dict[str, Any]) -> None:
        origin = Origin(**answer)
        door = Door(origin)

        answers = [door.ask(), door.ask()]

        assert len(origin.asked) == 2
        assert answers[0].body != answers[1].body
        assert kept() == []

    @pytest.mark.parametrize(
        "request_",
        [
            {"method": "POST"},
            {"http_cookie": "sessionid=x"},
            {"http_authorization": "Bearer x"},
            {"path": "/admin/x/"},
            {"path": "/?unknown=1"},
        ],
    )
    def test_a_request_of_somebody(self, door: Door, origin: Origin, request_: Any) -> None:
        for _ in range(2):
            assert "Cache-Status" not in door.ask(**request_).headers
        assert len(origin.asked) == 2
        assert kept() == []

    def test_a_page_kept_for_nobody_is_not_given_to_somebody(self, door: Door) -> None:
        door.ask()

        assert not door.ask(http_cookie="sessionid=x").is_hit
        assert not door.ask(http_authorization="Bearer x").is_hit
        assert not door.ask(method="POST").is_hit

    def test_hosts_share_nothing(self, door: Door, origin: Origin) -> None:
        bodies = {door.ask(http_host=host).body for host in ("a.example", "b.example", "a.example")}

        assert len(bodies) == 2

    def test_an_enormous_answer(self, door: Door, origin: Origin) -> None:
        origin.headers = [("Content-Type", "image/png"), HTML[1]]
        origin.size = 1_500_000

        assert len(door.ask().body) > origin.size
        assert kept() == []

    def test_views_never_see_who_sent_the_reader(self, door: Door, origin: Origin) -> None:
        door.ask("/?utm_source=x&q=glue&fbclid=1")

        assert door.ask("/?q=glue").is_hit
        assert origin.asked == ["/?q=glue"]


class TestFloods:
    @pytest.fixture(autouse=True)
    def _within_one_minute(self) -> Iterator[None]:
        with time_machine.travel(time.time(), tick=False):
            yield

    def test_addresses_that_do_not_exist_take_only_their_share(
        self, origin: Origin, settings: Any
    ) -> None:
        settings.PAGE_CACHE_MEGABYTES = 1
        door = Door(origin)
        origin.status, origin.keep_seconds = "404 Not Found", 10

        for number in range(200):
            door.ask(f"/nothing-{number}/")

        used = sum(get_redis_connection("default").strlen(name) for name in kept())
        assert 5_000 < used <= 1_000_000 * 0.05 / 2.5
        origin.status = "200 OK"
        door.ask("/page/")
        assert any(b"/page/" in name for name in kept())

    def test_searches_take_only_theirs(self, origin: Origin, settings: Any) -> None:
        settings.PAGE_CACHE_MEGABYTES = 1
        door = Door(origin)
        for number in range(400):
            door.ask(f"/search/?q=word{number}")

        used = sum(get_redis_connection("default").strlen(name) for name in kept())
        assert 20_000 < used <= 1_000_000 * 0.2 / 2.5

    def test_everything_kept_ends_by_itself(self, door: Door, origin: Origin) -> None:
        door.ask()
        connection = get_redis_connection("default")
        lives = {
            name: connection.ttl(name)
            for name in connection.keys("*")
            if not name.endswith(b":version")
        }

        assert len(lives) == 2  # the page, and how much was kept this minute
        assert all(0 < seconds <= 120 for seconds in lives.values())


class TestTheClock:
    def test_nobody_keeps_it_past_the_next_change(self, origin: Origin) -> None:
        now = time.time()
        origin.good_until = now + 30
        door = Door(origin)
        with time_machine.travel(now, tick=False):
            for after in (0, 0.9, 10, 29.5):
                with time_machine.travel(now + after, tick=False):
                    said = door.ask().headers["Cache-Control"]
                    assert after + _longest(said) <= 30, said

    def test_when_the_change_comes_it_is_made_anew(self, door: Door, origin: Origin) -> None:
        now = time.time()
        origin.good_until = now + 5
        with time_machine.travel(now, tick=False):
            door.ask()
        origin.good_until = None
        with time_machine.travel(now + 5, tick=False):
            answer = door.ask()

        assert not answer.is_hit
        assert answer.body.startswith(b"answer 2")

    def test_far_from_a_change_everybody_may_keep_it_for_a_minute(self, door: Door) -> None:
        assert door.ask().headers["Cache-Control"] == (
            "public, max-age=60, s-maxage=60, stale-while-revalidate=60, stale-if-error=86400"
        )

    def test_a_change_that_was_missed_is_seen_within_a_minute(self, door: Door) -> None:
        """As when Redis was down while somebody published."""
        first = door.ask()
        with time_machine.travel(time.time() + 61, tick=False):
            assert door.ask().body != first.body


def _longest(cache_control: str) -> int:
    """The seconds after which the last cache in a row has forgotten the answer."""
    words = dict(word.partition("=")[::2] for word in cache_control.split(", "))
    return sum(int(words[w]) for w in ("max-age", "s-maxage", "stale-while-revalidate"))


class TestChanges:
    def test_a_change_is_seen_at_once_here(self, door: Door) -> None:
        first = door.ask()
        door.store.bump()

        assert door.ask().body != first.body

    def test_another_process_sees_it_within_a_second(self, door: Door, other: Door) -> None:
        now = time.time()
        with time_machine.travel(now, tick=False):
            first = other.ask()
            door.store.bump()
        with time_machine.travel(now + 1.01, tick=False):
            assert other.ask().body != first.body

    def test_what_began_before_a_change_is_never_shown_after_it(
        self, door: Door, other: Door, origin: Origin
    ) -> None:
        """The reader who asked before gets what was true then; everybody else what is true now."""
        origin.gate.clear()
        with ThreadPoolExecutor(3) as pool:
            early = pool.submit(door.ask)
            assert origin.began.acquire(timeout=10)
            door.store.bump()
            # Waits for the page that is being made, and must not get it.
            late = pool.submit(door.ask)
            _until(lambda: len(origin.asked) == 1 and late.running())
            time.sleep(0.05)
            origin.gate.set()

            assert early.result().body.startswith(b"answer 1")
            assert late.result().body.startswith(b"answer 2")
        assert not door.ask().body.startswith(b"answer 1")
        assert not other.ask().body.startswith(b"answer 1")

    def test_a_change_by_another_process_while_a_page_is_made(
        self, door: Door, other: Door, origin: Origin
    ) -> None:
        origin.gate.clear()
        with ThreadPoolExecutor(1) as pool:
            early = pool.submit(door.ask)
            assert origin.began.acquire(timeout=10)
            other.store.bump()
            origin.gate.set()
            early.result()

        # Not even for the second of the process's own copy: the version was looked at again.
        assert door.ask().body.startswith(b"answer 2")
        assert other.ask().body.startswith(b"answer 2")

    def test_a_redis_that_forgot_the_version_starts_a_new_one(self, door: Door, other: Door):
        door.ask()
        get_redis_connection("default").delete("autoblog:pages:version")

        assert not other.ask().is_hit


class TestCrowds:
    def test_one_makes_the_page_for_all(self, door: Door, other: Door, origin: Origin) -> None:
        origin.gate.clear()
        with ThreadPoolExecutor(12) as pool:
            waiting = [pool.submit(d.ask) for d in (door, other) for _ in range(6)]
            assert origin.began.acquire(timeout=10)
            time.sleep(0.1)
            origin.gate.set()
            bodies = {one.result().body for one in waiting}

        assert origin.asked == ["/"]
        assert len(bodies) == 1

    def test_nobody_waits_for_ever(self, door: Door, origin: Origin, monkeypatch: Any) -> None:
        monkeypatch.setattr("blog.pagecache.serving.PATIENCE_SECONDS", 0.1)
        origin.gate.clear()
        with ThreadPoolExecutor(2) as pool:
            stuck = pool.submit(door.ask)
            assert origin.began.acquire(timeout=10)
            second = pool.submit(door.ask)
            assert origin.began.acquire(timeout=10)  # it went on alone
            origin.gate.set()
            assert {stuck.result().status, second.result().status} == {200}

    def test_what_is_not_kept_makes_nobody_wait_long(self, door: Door, origin: Origin) -> None:
        origin.status = "500 Internal Server Error"
        answers = _at_once(door, 8)

        assert {answer.status for answer in answers} == {500}
        assert len(origin.asked) == 8
        assert get_redis_connection("default").keys("autoblog:lock:*") == []

    def test_an_old_page_is_shown_while_one_makes_the_new(
        self, door: Door, other: Door, origin: Origin
    ) -> None:
        now = time.time()
        with time_machine.travel(now, tick=False):
            door.ask()
        origin.began.acquire()
        origin.gate.clear()
        with time_machine.travel(now + 70, tick=False), ThreadPoolExecutor(1) as pool:
            new = pool.submit(door.ask)
            assert origin.began.acquire(timeout=10)

            for meanwhile in (door.ask(), other.ask()):
                assert meanwhile.body.startswith(b"answer 1")
                assert "stale" in meanwhile.headers["Cache-Status"]
            origin.gate.set()
            assert new.result().body.startswith(b"answer 2")
            assert door.ask().body.startswith(b"answer 2")

    @pytest.mark.parametrize("reason", ["changed", "clock"])
    def test_a_wrong_page_is_not_shown_meanwhile(
        self, door: Door, other: Door, origin: Origin, reason: str
    ) -> None:
        now = time.time()
        origin.good_until = now + 65 if reason == "clock" else None
        with time_machine.travel(now, tick=False):
            door.ask()
        if reason == "changed":
            door.store.bump()
        origin.good_until = None
        with time_machine.travel(now + 70, tick=False):
            assert _bodies(_at_once(door, 4) + _at_once(other, 4)) == {b"answer 2"}


class TestWithoutRedis:
    @pytest.fixture(autouse=True)
    def _nobody_answers(self, monkeypatch: Any) -> None:
        gone = redis.Redis(port=1, socket_connect_timeout=0.2, retry=None)
        monkeypatch.setattr(store, "_redis", lambda: gone)

    def test_every_page_is_there(self, door: Door, other: Door, origin: Origin) -> None:
        assert door.ask().status == other.ask().status == 200
        assert len(origin.asked) == 2

    def test_a_change_is_seen(self, door: Door, other: Door) -> None:
        now = time.time()
        with time_machine.travel(now, tick=False):
            here, there = door.ask(), other.ask()
            door.store.bump()
            assert door.ask().body != here.body
        with time_machine.travel(now + 1.01, tick=False):
            assert other.ask().body != there.body

    def test_it_is_not_asked_for_each_page(self, door: Door, monkeypatch: Any) -> None:
        asked: list[str] = []
        gone = store._redis()
        monkeypatch.setattr(store, "_redis", lambda: asked.append("") or gone)
        for number in range(20):
            door.ask(f"/{number}/")

        assert len(asked) == 1


def _at_once(door: Door, count: int) -> list[Answer]:
    start = threading.Barrier(count)

    def ask() -> Answer:
        start.wait(10)
        return door.ask()

    with ThreadPoolExecutor(count) as pool:
        return [one.result() for one in [pool.submit(ask) for _ in range(count)]]


def _bodies(answers: list[Answer]) -> set[bytes]:
    return {answer.body[:8] for answer in answers}


def _until(happened: Any) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)
