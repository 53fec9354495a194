"""The writers' room on screen: the way from an idea to a run that can be watched."""

import json
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generation import services
from generation.models import Brief, ModelCall, Run, Source, Step
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = factories.make_user("Editors")
    client.force_login(user)
    return user


def brief_with_note(**fields: object) -> Brief:
    brief = factories.make_brief(**fields)
    Source.objects.create(brief=brief, kind="note", text="Forty chains were measured in October.")
    return brief


def form_of(brief: Brief, **changes: object) -> dict[str, object]:
    """What the brief's page would send; its sources unchanged."""
    sources = list(brief.sources.all())
    data: dict[str, object] = {
        "kind": brief.kind,
        "post": brief.post_id or "",
        "plan": brief.plan_id,
        "title": brief.title,
        "notes": brief.notes,
        "keywords": "\n".join(brief.keywords),
        "due_on": "",
        "sources-TOTAL_FORMS": len(sources),
        "sources-INITIAL_FORMS": len(sources),
    }
    for place, source in enumerate(sources):
        data |= {
            f"sources-{place}-id": source.pk,
            f"sources-{place}-brief": brief.pk,
            f"sources-{place}-kind": source.kind,
            f"sources-{place}-title": source.title,
            f"sources-{place}-url": source.url,
            f"sources-{place}-text": source.text,
        }
    return data | changes


def page_of(brief: Brief) -> str:
    return reverse("admin:generation_brief_change", args=[brief.pk])


class TestBriefs:
    def test_generate_draft_saves_what_was_typed_and_leads_to_the_run(self, client, editor):
        brief = brief_with_note()

        answer = client.post(page_of(brief), form_of(brief, title="Typed just now", _generate="1"))

        brief.refresh_from_db()
        run = brief.runs.get()
        assert brief.title == "Typed just now"
        assert (run.requested_by, run.trigger) == (editor, "editor")
        assert answer.url == reverse("admin:generation_run_change", args=[run.pk])

    def test_a_second_press_leads_to_the_run_that_is_on(self, client, editor):
        brief = brief_with_note()
        run = services.start_run(brief, by=editor, trigger="editor")

        answer = client.post(page_of(brief), form_of(brief, _generate="1"))

        assert answer.url == reverse("admin:generation_run_change", args=[run.pk])
        assert brief.runs.count() == 1

    def test_a_brief_without_sources_says_what_it_lacks(self, client, editor):
        brief = factories.make_brief()

        page = client.post(page_of(brief), form_of(brief, _generate="1"), follow=True)

        assert "has no sources" in page.content.decode()
        assert not brief.runs.exists()

    def test_the_enter_key_saves_and_does_not_generate(self, client, editor):
        page = client.get(page_of(brief_with_note())).content.decode()

        first = re.search(r'<button[^>]*form="brief_form"[^>]*>', page)
        assert first
        assert 'name="_continue"' in first.group()

    def test_keywords_are_typed_one_a_line(self, client, editor):
        brief = factories.make_brief(keywords=["old"])

        client.post(page_of(brief), form_of(brief, keywords="wear \r\n\r\nchain, links\r\nwear"))

        brief.refresh_from_db()
        assert brief.keywords == ["wear", "chain, links"]

    def test_a_problem_of_a_source_is_shown_beside_it_as_text(self, client, editor):
        brief = brief_with_note()
        brief.sources.update(problem="Not found <script>alert(1)</script>")

        page = client.get(page_of(brief)).content.decode()

        assert "Not found &lt;script&gt;" in page
        assert "<script>alert" not in page

    def test_a_mended_source_loses_its_problem(self, client, editor):
        brief = brief_with_note()
        brief.sources.update(problem="Too short.")

        data = form_of(brief) | {"sources-0-text": "Now there is enough to say."}
        client.post(page_of(brief), data)

        assert brief.sources.get().problem == ""

    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            ("url", "Give the address of the page."),
            ("feed", "Give the address of the feed."),
            ("note", "Write or paste the note."),
            ("file", "Choose a file."),
        ],
    )
    def test_a_source_asks_for_what_its_kind_needs(self, client, editor, kind, words):
        brief = factories.make_brief()
        data = form_of(brief) | {
            "sources-TOTAL_FORMS": 1,
            "sources-0-kind": kind,
            "sources-0-title": "Something",
        }

        page = client.post(page_of(brief), data).content.decode()

        assert words in page
        assert not brief.sources.exists()

    def test_adding_a_brief_from_a_plan_keeps_the_plan(self, client, editor):
        plan = factories.make_plan()

        page = client.get(reverse("admin:generation_brief_add") + f"?plan={plan.pk}")

        assert page.context["adminform"].form["plan"].value() == str(plan.pk)

    def test_a_publisher_looks_and_does_not_generate(self, client):
        client.force_login(factories.make_user("Publishers"))
        brief = brief_with_note()

        assert "Generate draft" not in client.get(page_of(brief)).content.decode()
        assert client.post(page_of(brief), form_of(brief, _generate="1")).status_code == 403
        assert not brief.runs.exists()


class TestPlans:
    def test_the_backlog_says_where_each_brief_stands(self, client, editor):
        plan = factories.make_plan()
        states = {
            "Ready one": None,
            "Failed one": {"status": "failed"},
            "Writing one": {"status": "running"},
            "Reviewed one": {
                "status": "succeeded",
                "post": factories.make_post(in_review=True),
            },
            "Live one": {"status": "succeeded", "post": factories.make_post(live=True)},
        }
        for title, run in states.items():
            brief = factories.make_brief(plan=plan, title=title)
            if run:
                factories.make_run(brief=brief, **run)

        page = client.get(reverse("admin:generation_contentplan_change", args=[plan.pk]))

        shown = {brief.title: state.label for brief, state in page.context["briefs"]}
        assert shown == {
            "Ready one": "Ready",
            "Failed one": "Failed",
            "Writing one": "Writing",
            "Reviewed one": "In review",
            "Live one": "Live",
        }

    def test_a_long_backlog_costs_no_more_queries_than_a_short_one(self, client, editor):
        plan = factories.make_plan()
        url = reverse("admin:generation_contentplan_change", args=[plan.pk])

        def fill(count: int) -> None:
            for _ in range(count):
                factories.make_run(
                    brief=factories.make_brief(plan=plan),
                    status="succeeded",
                    post=factories.make_post(),
                )

        fill(1)
        client.get(url)
        few = _count(lambda: client.get(url))
        fill(9)
        assert _count(lambda: client.get(url)) == few


class TestFeeds:
    @pytest.fixture
    def feed(self, web):
        plan = factories.make_plan()
        url = web.serve(
            "/our-feed.xml",
            b"<rss version='2.0'><channel><title>Bench</title>"
            b"<item><guid>a</guid><title>Chains &lt;i&gt;wear&lt;/i&gt;</title>"
            b"<link>https://bench.example/chains</link><description>How.</description></item>"
            b"<item><guid>b</guid><title>Knives</title>"
            b"<link>https://bench.example/knives</link></item>"
            b"</channel></rss>",
            "application/rss+xml",
        )
        return Source.objects.create(plan=plan, kind="feed", url=url)

    def pick_url(self, feed: Source) -> str:
        return reverse("admin:generation_pick_from_feed", args=[feed.plan_id, feed.pk])

    def test_an_item_becomes_a_brief_with_one_press(self, client, editor, feed):
        answer = client.post(self.pick_url(feed), {"guid": "b"})

        brief = Brief.objects.get()
        assert (brief.title, brief.created_by) == ("Knives", editor)
        assert answer.url == page_of(brief)

    def test_what_was_picked_is_marked(self, client, editor, feed):
        client.post(self.pick_url(feed), {"guid": "b"})

        page = client.get(self.pick_url(feed)).content.decode()

        assert page.count("Already picked") == 1
        assert page.count("Make a brief") == 1

    def test_an_item_that_was_picked_meanwhile_leads_to_its_brief(self, client, editor, feed):
        client.post(self.pick_url(feed), {"guid": "b"})
        answer = client.post(self.pick_url(feed), {"guid": "b"})

        assert answer.url == page_of(Brief.objects.get())

    def test_a_bad_feed_says_why_and_what_to_do(self, client, editor, feed, web):
        feed.url = web.url("/nothing-here.xml")
        feed.save()

        page = client.get(self.pick_url(feed))

        assert page.status_code == 200
        assert page.context["problem"]
        assert "The feed can’t be read" in page.content.decode()

    def test_picking_needs_the_permission_to_add_briefs(self, client, feed):
        client.force_login(factories.make_user("Operators"))

        assert client.get(self.pick_url(feed)).status_code == 403
        assert client.post(self.pick_url(feed), {"guid": "b"}).status_code == 403


class TestRuns:
    @pytest.fixture
    def run(self, editor):
        return services.start_run(brief_with_note(), by=editor, trigger="editor")

    def url(self, name: str, run: Run) -> str:
        return reverse(f"admin:generation_run_{name}", args=[run.pk])

    def test_the_progress_document_counts_the_steps(self, client, run):
        step = run.steps.first()
        step.status, step.output = "succeeded", {}
        step.save()

        news = json.loads(client.get(self.url("progress", run)).content)

        assert news["is_active"]
        assert (news["finished"], news["total"]) == (1, run.steps.count())
        assert news["steps"][0]["words"] == "Done"

    def test_nothing_new_is_answered_with_304(self, client, run):
        tag = client.get(self.url("progress", run))["ETag"]

        assert (
            client.get(self.url("progress", run), headers={"if-none-match": tag}).status_code == 304
        )
        Step.objects.filter(run=run, position=0).update(status="running", activity="Reading")
        again = client.get(self.url("progress", run), headers={"if-none-match": tag})
        assert again.status_code == 200
        assert again.json()["activity"] == "Reading"

    def test_the_end_leads_to_the_review_desk(self, client, run):
        post = factories.make_post(in_review=True)
        Run.objects.filter(pk=run.pk).update(status="succeeded", post=post)

        news = client.get(self.url("progress", run)).json()

        assert not news["is_active"]
        assert news["next_url"] == reverse("admin:publishing_queuedpost_change", args=[post.pk])

    def test_cancel_stops_it_and_retry_resumes_it(self, client, run):
        client.post(self.url("cancel", run))
        run.refresh_from_db()
        assert run.status == "cancelled"

        client.post(self.url("retry", run))
        run.refresh_from_db()
        assert run.status == "queued"

    def test_a_failed_run_says_why_and_points_at_the_source(self, client, run):
        run.brief.sources.update(problem="The page was not found (404). Check its address.")
        Run.objects.filter(pk=run.pk).update(status="failed", problem="No source could be read.")

        page = client.get(self.url("change", run)).content.decode()

        assert "No source could be read." in page
        assert "The page was not found (404)" in page
        assert f"{page_of(run.brief)}#sources-group" in page
        assert "Retry" in page

    def test_buttons_are_posts(self, client, run):
        assert client.get(self.url("cancel", run)).status_code == 405
        assert client.get(self.url("retry", run)).status_code == 405

    def test_buttons_need_the_permission(self, client, run):
        client.force_login(factories.make_user("Publishers"))

        assert client.post(self.url("cancel", run)).status_code == 403
        assert client.post(self.url("retry", run)).status_code == 403
        assert client.get(self.url("progress", run)).status_code == 200

    def test_text_of_models_and_pages_is_shown_as_text(self, client, run):
        evil = '<img src=x onerror="alert(1)" x-init="alert(2)">'
        Run.objects.filter(pk=run.pk).update(problem=evil)
        run.steps.update(activity=evil, status="running")
        run.snapshots.create(label="S1", title=evil, text=evil, sha256="0" * 64)
        call = ModelCall.objects.create(
            run=run,
            journal_key="k",
            prompt_name="outline",
            messages=[{"role": "user", "content": evil}],
            answer=evil,
            model="sample",
        )

        journal = reverse("admin:generation_modelcall_change", args=[call.pk])
        for url in (self.url("change", run), journal):
            page = client.get(url).content.decode()
            assert "&lt;img src=x" in page
            assert "<img src=x" not in page

    def test_many_steps_and_calls_cost_no_more_queries(self, client, run):
        def calls(count: int) -> None:
            for _ in range(count):
                ModelCall.objects.create(
                    run=run,
                    step=run.steps.first(),
                    journal_key="k",
                    prompt_name="p",
                    messages=[],
                    model="sample",
                )

        calls(1)
        few = _count(lambda: client.get(self.url("change", run)))
        calls(12)
        assert _count(lambda: client.get(self.url("change", run))) == few

    def test_a_run_that_is_not_there_is_not_found(self, client, editor):
        url = reverse(
            "admin:generation_run_progress", args=["00000000-0000-4000-8000-000000000000"]
        )
        assert client.get(url).status_code == 404


def _count(do: Callable[[], object]) -> int:
    """How many queries `do` takes."""
    with CaptureQueriesContext(connection) as queries:
        do()
    return len(queries)
