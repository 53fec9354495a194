"""Sources are read once, failures are told in words, and only literal quotes become facts."""

import pytest
from django.core.files.base import ContentFile

from blog.models import Tag
from generation.models import Source
from generation.steps import research
from generation.steps.base import StepFailed
from tests.factories import make_plan, make_post
from tests.generation.room import Room
from tests.generation.steps.conftest import NOTE
from tests.web_fixtures.stories import HEAT_PUMPS, INJECTION, NIGHT_TRAMS


def fact(source: str, quote: str) -> dict[str, str]:
    return {"source": source, "quote": quote, "statement": "So it is.", "topic": "a topic"}


def test_each_source_becomes_a_snapshot_with_label_text_and_hash(room, web):
    one = room({"url": web.url(NIGHT_TRAMS.path)}, {"text": NOTE}, title="Night trams")
    evidence = research.run(one)
    trams, note = one.run.snapshots.all()
    assert (trams.label, note.label) == ("S1", "S2")
    assert all(sentence in trams.text for sentence in NIGHT_TRAMS.facts)
    assert trams.url == web.url(NIGHT_TRAMS.path)
    assert len(trams.sha256) == 64
    assert [source.label for source in evidence.sources] == ["S1", "S2"]
    assert {found.source for found in evidence.facts} == {"S1", "S2"}


def test_every_fact_quotes_its_snapshot_and_never_the_furniture_of_the_page(room, web):
    one = room({"url": web.url(NIGHT_TRAMS.path)}, title="Night trams")
    evidence = research.run(one)
    text = one.run.snapshots.get().text
    assert len(evidence.facts) >= 5
    assert all(found.quote in text for found in evidence.facts)
    quotes = " ".join(found.quote for found in evidence.facts)
    assert not [words for words in NIGHT_TRAMS.antifacts if words in quotes]


def test_invented_quotes_are_dropped_and_counted(room):
    answer = {
        "facts": [fact("S1", "Beans come back most often."), fact("S1", "Beans never return.")]
    }
    evidence = research.run(room(answers=[answer]))
    assert [found.quote for found in evidence.facts] == ["Beans come back most often."]
    assert evidence.dropped == 1


def test_a_second_attempt_reads_nothing_again(room, web):
    one = room({"url": web.url(NIGHT_TRAMS.path)}, title="Night trams")
    first = research.run(one)
    asked = len(web.requests)
    assert research.run(one) == first
    assert len(web.requests) == asked
    assert one.run.snapshots.count() == 1
    assert one.asked[0] == one.asked[1], "the same question, so that it is paid for once"


def test_what_another_attempt_stored_meanwhile_is_not_stored_again(room, web):
    one = room({"url": web.url(NIGHT_TRAMS.path)}, title="Night trams")

    class Overtaken(Room):
        def saving(self):
            if not self.run.snapshots.exists():
                research.run(one)
            return super().saving()

    research.run(Overtaken(one.run))
    assert [snapshot.label for snapshot in one.run.snapshots.all()] == ["S1"]


def test_a_failing_source_stops_the_run_in_words_and_keeps_what_was_read(room, web):
    one = room({"url": web.url(HEAT_PUMPS.path)}, {"url": web.url("/status/404")})
    with pytest.raises(StepFailed, match=r"404 Not Found.*press Retry"):
        research.run(one)
    good, bad = Source.objects.order_by("pk")
    assert good.problem == ""
    assert good.fetched_at is not None
    assert "Check the address" in bad.problem
    assert one.run.snapshots.count() == 1
    assert one.asked == [], "no money is spent before the sources are there"


def test_a_mended_source_loses_its_problem_and_the_others_are_not_read_again(room, web):
    one = room({"url": web.url(HEAT_PUMPS.path)}, {"url": web.url("/status/404")})
    with pytest.raises(StepFailed):
        research.run(one)
    Source.objects.filter(url__contains="404").update(url=web.url(NIGHT_TRAMS.path))
    research.run(one)
    assert list(Source.objects.values_list("problem", flat=True)) == ["", ""]
    assert len(web.asked(HEAT_PUMPS.path)) == 1
    assert [s.label for s in one.run.snapshots.all()] == ["S1", "S2"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/empty", "empty page"),
        ("/wrong/file.pdf", "PDF"),
        ("/huge/50", "larger than"),
        ("/articles/app.html", "no readable text"),
        ("/cut", "broke off"),
    ],
)
def test_every_bad_page_is_named_with_what_to_do(room, web, path, words):
    with pytest.raises(StepFailed, match=words):
        research.run(room({"url": web.url(path)}))


def test_standing_sources_of_the_plan_are_read_and_may_fail_with_a_warning(room, web):
    plan = make_plan()
    for path in (HEAT_PUMPS.path, "/status/500"):
        Source.objects.create(plan=plan, kind="url", url=web.url(path))
    Source.objects.create(plan=plan, kind="feed", url=web.url("/feeds/wordpress.xml"))
    evidence = research.run(room(plan=plan))
    assert [source.title for source in evidence.sources] == ["Note", HEAT_PUMPS.title]
    assert len(evidence.problems) == 1
    assert "500" in evidence.problems[0]
    assert not web.asked("/feeds/wordpress.xml"), "feeds are for picking briefs"


def test_of_a_feed_the_items_on_the_subject_are_evidence(room, web):
    one = room({"kind": "feed", "url": web.url("/feeds/wordpress.xml")}, title="Night trams")
    evidence = research.run(one)
    assert evidence.sources[0].title == NIGHT_TRAMS.title
    assert NIGHT_TRAMS.facts[0] in one.run.snapshots.first().text


def test_a_feed_given_as_a_web_page_is_read_as_a_feed(room, web):
    evidence = research.run(room({"url": web.url("/feeds/wordpress.xml")}, title="Night trams"))
    assert evidence.sources[0].title == NIGHT_TRAMS.title


def test_a_malformed_feed_fails_in_words(room, web):
    with pytest.raises(StepFailed, match="feed"):
        research.run(room({"kind": "feed", "url": web.url("/feeds/hopeless.xml")}))


def test_the_page_a_brief_was_picked_from_is_evidence(room, web):
    one = room(title="Night trams", origin_url=web.url(NIGHT_TRAMS.path))
    research.run(one)
    assert one.run.snapshots.filter(url=web.url(NIGHT_TRAMS.path)).count() == 1
    research.run(one)
    assert one.run.snapshots.count() == 2


def test_without_the_page_the_feeds_own_text_is_evidence(room, web):
    plan = make_plan()
    feed = Source.objects.create(plan=plan, kind="feed", url=web.url("/feeds/wordpress.xml"))
    url = web.url(NIGHT_TRAMS.path)
    web.serve(NIGHT_TRAMS.path, b"", status=503)
    one = room(plan=plan, title="Night trams", origin_url=url, origin_source=feed)
    research.run(one)
    assert NIGHT_TRAMS.facts[0] in one.run.snapshots.get(url=url).text


def test_no_evidence_is_a_result_in_words(room):
    with pytest.raises(StepFailed, match="no evidence for “The seed library”"):
        research.run(room(answers=[{"facts": [fact("S1", "Nobody ever wrote this down.")]}]))


def test_an_uploaded_file_is_evidence(room, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    one = room({"kind": "file", "file": ContentFile(NOTE.encode(), name="Seed library.txt")})
    evidence = research.run(one)
    assert evidence.sources[0].title.startswith("Seed")
    assert any("Beans come back" in found.quote for found in evidence.facts)


def test_a_file_that_is_gone_and_one_that_is_no_text_are_told(room, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    one = room(
        {"kind": "file", "file": ContentFile(b"%PDF-1.7 x", name="report.pdf")},
        {"kind": "file", "file": ContentFile(b"x", name="gone.txt")},
    )
    tmp_path.joinpath(one.brief.sources.last().file.name).unlink()
    with pytest.raises(StepFailed, match="2 sources of this brief"):
        research.run(one)
    report, gone = Source.objects.order_by("pk")
    assert "Paste the part that you need" in report.problem
    assert "Upload it again" in gone.problem


def test_live_posts_on_the_subject_are_offered_for_links_and_tags_for_choice(room):
    post = make_post(live=True, title="Seeds of last year", body="All about seeds.")
    make_post(live=True, title="Something else", body="Of no concern.")
    make_post(title="A draft about seeds", body="Seeds.")
    Tag.objects.create(name="Gardens", slug="gardens")
    evidence = research.run(room(keywords=["seeds", 'odd "quoted" one']))
    assert [page.url for page in evidence.own_pages] == [post.get_absolute_url()]
    assert evidence.tags == ["Gardens"]


def test_a_brief_without_any_source_says_what_to_add(room):
    one = room()
    one.brief.sources.all().delete()
    with pytest.raises(StepFailed, match="Add a web page, a feed, a note or a file"):
        research.run(one)


def test_orders_in_a_source_reach_the_model_fenced_and_the_article_never(room, web):
    one = room({"url": web.url(INJECTION.path)}, title="The reservoir")
    evidence = research.run(one)
    user = one.asked[0]["messages"][1]["content"]
    begin, end = user.index('<untrusted name="evidence">'), user.rindex("</untrusted>")
    assert INJECTION.facts[0] in user[begin:end]
    quotes = " ".join(found.quote for found in evidence.facts)
    assert not [words for words in INJECTION.antifacts if words in quotes]


def test_many_long_sources_share_the_room_of_the_prompt(room, web):
    pages = []
    for number in range(10):
        lines = "".join(
            f"<p>Page {number} line {n} speaks of many things.</p>" for n in range(2000)
        )
        body = f"<html><body><main><h1>P{number}</h1>{lines}<p>The seed library of village {number}"
        path = f"/long/{number}"
        pages.append({"url": web.serve(path, f"{body} opened in 2026.</p></main>".encode())})
    one = room(*pages)
    research.run(one)
    prompt = one.asked[0]["messages"][1]["content"]
    assert len(prompt) < 90_000
    kept = [
        f"The seed library of village {number} opened in 2026." in prompt for number in range(10)
    ]
    assert all(kept), "what bears on the subject is kept of every page, wherever it stands"
