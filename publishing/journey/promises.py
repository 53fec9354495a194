"""The journey as a list of promises, each kept or broken before the next one is looked at."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from publishing.journey.sink import Sink
from publishing.journey.visitor import FormRefused, PageRefused, Visitor

# The run waits for a model; a real one may take minutes.
RUN_LIMIT_SECONDS = 900.0
# Everything else answers within this time, the minute of publication included.
WAIT_SECONDS = 90.0
POLL_SECONDS = 0.5


class BrokenPromise(Exception):
    """What was promised did not happen; the message says what was seen instead."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What the journey finds: who works there, a page for its source, a receiver of webhooks."""

    editor: tuple[str, str]
    approver: tuple[str, str]
    plan_id: int
    plan_name: str
    source_url: str
    # Phrases of the source page of which the draft must quote at least one.
    source_facts: list[str]
    time_zone: ZoneInfo
    sink: Sink


@dataclass
class Journey:
    """One walk; what a promise learns, the later ones use."""

    stage: Stage
    reader: Visitor
    editor: Visitor
    approver: Visitor
    title: str
    run_path: str = ""
    desk_path: str = ""
    post_path: str = ""
    publish_at: datetime = field(default_factory=lambda: datetime.now().astimezone())

    def promises(self) -> Iterator[tuple[str, Callable[[], str]]]:
        """Yield each promise in words and the function that looks; it returns what it saw."""
        yield "every part answers", self.parts_answer
        yield "two people log in", self.people_log_in
        yield "the plan shows its briefs and its feed's items", self.plan_shows_feed
        yield "a brief with a source becomes a run", self.brief_becomes_run
        yield "the progress fills step by step", self.progress_fills
        yield "the draft waits in review with sources, claims and cost", self.draft_in_review
        yield "who commissioned it may not approve it", self.four_eyes_hold
        yield "a second person approves it for a coming minute", self.second_person_approves
        yield "nobody sees it before its time", self.nobody_sees_it_early
        yield "readers see it at its time", self.readers_see_it
        yield "feeds, sitemap, search and API have it", self.everything_has_it
        yield "the webhook heard of it, signed", self.webhook_heard
        yield "withdrawn, it is gone", self.withdrawn_is_gone

    def parts_answer(self) -> str:
        """Readiness, checked part by part."""
        health = self.reader.json("/health/ready")
        return ", ".join(sorted(health["checks"]))

    def people_log_in(self) -> str:
        """Both, at the admin's own form."""
        self.editor.log_in(*self.stage.editor)
        self.approver.log_in(*self.stage.approver)
        return f"{self.editor.name} and {self.approver.name}"

    def plan_shows_feed(self) -> str:
        """The plan's page leads to the items of its feed."""
        self.editor.visit("/admin/generation/contentplan/")
        self.editor.visit(self.editor.link(self.stage.plan_name))
        self.editor.visit(self.editor.link("Pick from "))
        found = self.editor.text.count("Make a brief") + self.editor.text.count("Already picked")
        _expect(found > 0, f"{self.editor.url} offers no item.")
        return f"{found} items"

    def brief_becomes_run(self) -> str:
        """Add a brief with a page and a note, and press Generate draft."""
        self.editor.send(
            "/admin/generation/brief/add/",
            {
                "kind": "article",
                "plan": str(self.stage.plan_id),
                "title": self.title,
                "notes": "Walk the whole way.",
                "keywords": "",
                "due_on": "",
                "sources-TOTAL_FORMS": "1",
                "sources-INITIAL_FORMS": "0",
                "sources-0-kind": "url",
                "sources-0-url": self.stage.source_url,
                "_generate": "1",
            },
        )
        path = urlsplit(self.editor.url).path
        _expect("/generation/run/" in path, f"“Generate draft” led to {path}, not to a run.")
        self.run_path = re.sub(r"change/$", "", path)
        return self.run_path

    def progress_fills(self) -> str:
        """Poll as the page does, until the run ends; it never goes back."""
        seen: list[int] = []

        def is_over() -> Any:
            progress = self.editor.json(f"{self.run_path}progress/")
            percent = progress["percent"]
            _expect(not seen or percent >= seen[-1], f"It fell from {seen} to {percent} %.")
            if not seen or percent > seen[-1]:
                seen.append(percent)
            return None if progress["is_active"] else progress

        progress = _wait(is_over, limit=RUN_LIMIT_SECONDS, what="The run did not end")
        _expect(
            progress["status"] == "succeeded",
            f"The run {progress['status']}: {progress['problem']}",
        )
        self.desk_path = urlsplit(progress["next_url"]).path
        return f"{' → '.join(map(str, seen))} %, {progress['cost']}"

    def draft_in_review(self) -> str:
        """The review page holds what an approver needs to know."""
        text = self.approver.visit(self.desk_path)
        for word in ("Sources", "Claims", "Cost", self.stage.source_url):
            _expect(word in text, f"{self.approver.url} does not show “{word}”.")
        quoted = [fact for fact in self.stage.source_facts if fact in text]
        _expect(bool(quoted), f"{self.approver.url} quotes none of the source's facts.")
        preview = _first(r'src="(/preview/\d+/)"', text, "the preview")
        self.post_path = _first(
            r'rel="canonical" href="[^"]*(/posts/[a-z0-9-]+/)"',
            self.approver.visit(preview),
            "the post's own address",
        )
        return f"{len(quoted)} known facts quoted, preview at {preview}"

    def four_eyes_hold(self) -> str:
        """The editor's own attempt at the approver's form is refused, and nothing changes."""
        try:
            text = self.editor.send(f"{self._decide}approve/", self._approval(when="now"))
        except (PageRefused, FormRefused) as refusal:
            text = str(refusal)
        _expect("Approved." not in text, "The editor approved what the editor commissioned.")
        _expect("In review" in self.approver.visit(self.desk_path), "It left the review.")
        return "refused"

    def second_person_approves(self) -> str:
        """The next full minute that is at least some seconds ahead."""
        now = datetime.now(self.stage.time_zone)
        self.publish_at = (now + timedelta(seconds=65)).replace(second=0, microsecond=0)
        text = self.approver.send(
            f"{self._decide}approve/",
            self._approval(when="at", publish_at=f"{self.publish_at:%Y-%m-%dT%H:%M}"),
        )
        _expect("Approved." in text, "The approver's form did not come back with “Approved.”")
        return f"for {self.publish_at:%H:%M %Z}"

    def nobody_sees_it_early(self) -> str:
        """Not at its own address, not in the feed."""
        status = self.reader.status_of(self.post_path)
        feed = self.reader.visit("/feed.atom")
        if datetime.now().astimezone() < self.publish_at:
            _expect(status == 404, f"{self.post_path} answered {status} before its time.")
            _expect(self.post_path not in feed, "The feed had it before its time.")
        return "404"

    def readers_see_it(self) -> str:
        """From the minute on, within the time that pages are cached."""

        def is_there() -> bool:
            return self.reader.status_of(self.post_path) == 200

        _wait(is_there, limit=WAIT_SECONDS, what=f"{self.post_path} did not appear")
        late = (datetime.now().astimezone() - self.publish_at).total_seconds()
        _expect(late >= 0, f"It appeared {-late:.0f} seconds too early.")
        text = self.reader.visit(self.post_path)
        _expect(self.title in text, "The page does not show the title.")
        return f"{late:.1f} seconds after the minute began"

    def everything_has_it(self) -> str:
        """Whatever lists posts lists this one."""
        words = self.title.replace(" ", "+")
        sitemap = re.findall(r"/sitemap-posts-\d+\.xml", self.reader.visit("/sitemap.xml"))
        places = [
            "/feed.rss",
            "/feed.atom",
            "/feed.json",
            *sitemap[-1:],
            f"/search/?q={words}",
            "/api/v1/posts/",
        ]
        for place in places:
            _expect(self.post_path in self.reader.visit(place), f"{place} does not have it.")
        return ", ".join(places)

    def webhook_heard(self) -> str:
        """A signed message about this very post."""
        message = _wait(
            lambda: self.stage.sink.message_about(self.post_path),
            limit=WAIT_SECONDS,
            what="No signed webhook arrived",
        )
        return json.dumps(message)[:100]

    def withdrawn_is_gone(self) -> str:
        """Leaves the blog as it was."""
        self.approver.send(f"{self._decide}withdraw/", {"withdraw-note": "The journey ends here."})
        _wait(
            lambda: self.reader.status_of(self.post_path) in (404, 410),
            limit=WAIT_SECONDS,
            what=f"{self.post_path} still answers",
        )
        return str(self.reader.status_of(self.post_path))

    @property
    def _decide(self) -> str:
        return re.sub(r"change/$", "decide/", self.desk_path)

    def _approval(self, *, when: str, publish_at: str = "") -> dict[str, str]:
        return {
            "approve-revision": "1",
            "approve-when": when,
            "approve-publish_at": publish_at,
            "approve-note": "",
        }


def _expect(is_kept: bool, otherwise: str) -> None:
    if not is_kept:
        raise BrokenPromise(otherwise)


def _first(pattern: str, text: str, what: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise BrokenPromise(f"The page does not show {what}.")
    return found.group(1)


def _wait(happened: Callable[[], Any], *, limit: float, what: str) -> Any:
    deadline = time.monotonic() + limit
    while not (found := happened()):
        if time.monotonic() > deadline:
            raise BrokenPromise(f"{what} within {limit:.0f} seconds.")
        time.sleep(POLL_SECONDS)
    return found
