"""The review desk: evidence beside the draft, decisions through the workflow, nothing lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog import revisions
from blog.admin_theme import desk_url
from blog.models import Post
from generation.models import Claim, ModelCall, Run, SourceSnapshot, Step
from publishing import workflow
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def approver(client):
    user = factories.make_user("Publishers")
    client.force_login(user)
    return user


def page_of(post: Post) -> str:
    return reverse("admin:publishing_queuedpost_change", args=[post.pk])


def decide(client: Client, post: Post, move: str, **typed: object):
    url = reverse("admin:publishing_queuedpost_decide", args=[post.pk, move])
    data = {"revision": post.latest_revision.number} | typed
    return client.post(url, {f"{move}-{name}": value for name, value in data.items()})


def cover_step(post: Post, output: dict[str, object]) -> Step:
    run = Run.objects.get(post=post)
    return Step.objects.create(run=run, name="cover", position=6, status="succeeded", output=output)


def wall(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


class TestDecisions:
    def test_approving_now_shows_the_post_to_readers(self, client, approver):
        post = factories.make_post(in_review=True)

        answer = decide(client, post, "approve", when="now")

        post.refresh_from_db()
        assert answer.url == page_of(post)
        assert post.is_live
        assert post.approved_revision.approval.approved_by == approver

    def test_a_time_is_read_on_the_sites_clock(self, client, approver, settings):
        settings.TIME_ZONE = "Europe/Berlin"
        post = factories.make_post(in_review=True)
        tomorrow = (timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)

        decide(client, post, "approve", when="at", publish_at=wall(tomorrow))

        post.refresh_from_db()
        assert post.publish_at == tomorrow
        assert post.is_scheduled
        assert "Europe/Berlin" in client.get(page_of(post)).content.decode()

    @pytest.mark.parametrize(
        ("publish_at", "words"),
        [("", "Choose the date and time."), ("2020-01-01T10:00", "This time has passed.")],
    )
    def test_a_time_that_cannot_be_is_refused_and_the_note_is_kept(
        self, client, approver, publish_at, words
    ):
        post = factories.make_post(in_review=True)

        page = decide(client, post, "approve", when="at", publish_at=publish_at, note="My note")

        assert words in page.content.decode()
        assert "My note</textarea>" in page.content.decode()
        post.refresh_from_db()
        assert post.status == "in_review"

    def test_what_was_saved_after_the_look_is_not_approved(self, client, approver):
        post = factories.make_post(in_review=True)
        seen = post.latest_revision.number
        newer = factories.make_draft(author=post.author)
        revisions.save_revision(post, newer, by=None)
        workflow.submit(post, by=None)

        page = decide(client, post, "approve", when="now", revision=seen, note="Fine by me")

        assert "Revision 2 was saved after the one you reviewed" in page.content.decode()
        assert "Fine by me</textarea>" in page.content.decode()
        post.refresh_from_db()
        assert post.approved_revision is None

    def test_what_does_not_exist_is_not_approved_in_place_of_the_latest(self, client, approver):
        post = factories.make_post(in_review=True)

        page = decide(client, post, "approve", when="now", revision=999)

        assert "This post has no revision 999." in page.content.decode()
        post.refresh_from_db()
        assert post.status == "in_review"

    def test_whoever_had_a_hand_in_it_reads_why_they_may_not_approve(self, client):
        editor = factories.make_user("Editors")
        client.force_login(editor)
        post = factories.make_post(by=editor, in_review=True)

        page = client.get(page_of(post)).content.decode()
        assert "You had a hand in this text" in page
        assert 'data-move="approve"' not in page

        refused = decide(client, post, "approve", when="now").content.decode()
        assert "somebody else has to approve it" in refused
        post.refresh_from_db()
        assert post.status == "in_review"

    def test_switched_off_four_eyes_are_visible(self, client, settings):
        settings.FOUR_EYES = False
        editor = factories.make_user("Editors")
        client.force_login(editor)
        post = factories.make_post(by=editor, in_review=True)

        page = client.get(page_of(post)).content.decode()

        assert "Four eyes are switched off" in page
        assert 'data-move="approve"' in page

    def test_sending_back_needs_a_reason(self, client, approver):
        post = factories.make_post(in_review=True)

        page = decide(client, post, "request_changes", note="  ")
        assert "Say what should change." in page.content.decode()

        decide(client, post, "request_changes", note="Shorter, please.")
        post.refresh_from_db()
        assert post.status == "draft"
        assert post.workflow_events.first().note == "Shorter, please."

    def test_reschedule_withdraw_restore_and_submit(self, client):
        client.force_login(factories.make_user("Editors", "Publishers"))
        post = factories.make_post(approved=True)
        later = (timezone.now() + timedelta(days=9)).replace(second=0, microsecond=0)

        decide(client, post, "reschedule", publish_at=wall(later))
        post.refresh_from_db()
        assert post.publish_at == later

        decide(client, post, "withdraw")
        post.refresh_from_db()
        assert post.status == "archived"

        decide(client, post, "restore")
        post.refresh_from_db()
        decide(client, post, "submit")
        post.refresh_from_db()
        assert post.status == "in_review"

    def test_a_decision_that_somebody_made_meanwhile_is_said(self, client, approver):
        post = factories.make_post(in_review=True)
        workflow.approve(post, by=factories.make_user("Editors"))

        page = decide(client, post, "request_changes", note="Late but well meant.")

        assert "is for posts in “In review”; this one is “Approved”." in page.content.decode()
        assert "Late but well meant.</textarea>" in page.content.decode()

    def test_writers_see_the_page_without_buttons_they_may_not_press(self, client):
        client.force_login(factories.make_user("Writers"))
        post = factories.make_post(in_review=True)

        page = client.get(page_of(post)).content.decode()

        assert "data-move" not in page
        assert "Approving needs the permission" in page
        assert "needs a permission" in decide(client, post, "approve", when="now").content.decode()

    def test_every_decision_is_a_post_with_a_token(self, approver):
        post = factories.make_post(in_review=True)
        url = reverse("admin:publishing_queuedpost_decide", args=[post.pk, "approve"])
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(approver)

        assert strict.get(url).status_code == 405
        assert strict.post(url, {"approve-when": "now", "approve-revision": 1}).status_code == 403

    def test_an_unknown_move_or_post_is_not_found(self, client, approver):
        post = factories.make_post(in_review=True)

        assert decide(client, post, "delete").status_code == 404
        assert client.get(page_of(post).replace(str(post.pk), "999999")).status_code == 404


class TestEvidence:
    @pytest.fixture
    def post(self):
        post = factories.make_post(in_review=True, is_ai_generated=True, is_sample=True)
        run = factories.make_run(status="succeeded", post=post, is_sample=True)
        snapshot = SourceSnapshot.objects.create(
            run=run,
            label="S1",
            title="Chain guide",
            url="https://s.example/1",
            text="T",
            sha256="0",
        )
        Claim.objects.create(
            run=run, snapshot=snapshot, position=1, sentence="Chains wear.", quote="chains wear"
        )
        Claim.objects.create(run=run, position=2, sentence="<b>Nobody</b> said this.")
        report = {
            "findings": [
                {"check": "length", "level": "pass", "message": "Long enough.", "sentence": ""},
                {"check": "claims", "level": "block", "message": "Unsupported.", "sentence": "x"},
            ]
        }
        Step.objects.create(run=run, name="checks", position=5, status="succeeded", output=report)
        return post

    def test_sources_claims_checks_and_cost_stand_beside_the_draft(self, client, approver, post):
        page = client.get(page_of(post)).content.decode()

        assert 'href="https://s.example/1"' in page
        assert "chains wear" in page
        assert page.count("No source carries this sentence.") == 1
        assert "1 unsupported" in page
        assert "must not be published like this" in page
        assert "nothing was billed" in page
        assert "Sample text" in page

    def test_the_draft_is_in_a_sandbox_and_its_text_nowhere_else(self, client, approver, post):
        page = client.get(page_of(post)).content.decode()

        assert (
            f'sandbox="allow-same-origin" src="{reverse("files:preview", args=[post.pk])}"' in page
        )
        assert post.latest_revision.body_html not in page
        assert "&lt;b&gt;Nobody&lt;/b&gt; said this." in page

    def test_a_cover_stands_there_with_its_words_its_request_and_its_cost(
        self, client, approver, post
    ):
        image = factories.make_image(alt_text="A <b>chain</b>", credit="draw-1")
        step = cover_step(post, {"image_id": image.pk, "problem": ""})
        call = ModelCall.objects.create(
            run=step.run,
            step=step,
            journal_key="k",
            messages=[],
            prompt_name="picture",
            model="draw-1",
            cost="0.047",
        )

        page = client.get(page_of(post)).content.decode()

        assert f'src="{image.file.url}" alt="A &lt;b&gt;chain&lt;/b&gt;"' in page
        assert reverse("admin:generation_modelcall_change", args=[call.pk]) in page
        assert "draw-1, $0.0470" in page

    def test_a_cover_that_could_not_be_drawn_says_why(self, client, approver, post):
        cover_step(post, {"image_id": None, "problem": "The <i>policy</i> forbids it."})

        page = client.get(page_of(post)).content.decode()

        assert "The article has no cover. The &lt;i&gt;policy&lt;/i&gt; forbids it." in page

    def test_a_report_in_an_old_shape_is_said_to_be_unreadable(self, client, approver, post):
        Step.objects.update(output={"something": "else"})

        assert "can’t be read" in client.get(page_of(post)).content.decode()

    def test_a_post_without_a_run_says_that_people_wrote_it(self, client, approver):
        post = factories.make_post(in_review=True)

        assert "Written by people" in client.get(page_of(post)).content.decode()

    def test_what_people_wrote_is_checked_in_the_same_list(self, client, approver):
        post = factories.make_post(in_review=True, body="[<b>x</b>](/posts/nothing/)", summary="")

        page = client.get(page_of(post)).content.decode()

        assert "1 finding of the" in page
        assert "Internal links — must not be published like this" in page
        assert "&lt;b&gt;x&lt;/b&gt; → /posts/nothing/" in page
        assert 'class="ab-finding ab-finding-warn"><strong>Description' in page
        assert "4 checks passed" in page

    def test_refused_by_a_check_the_approver_reads_why(self, client, approver):
        post = factories.make_post(in_review=True, body="[x](/posts/nothing/)")

        page = decide(client, post, "approve", when="now", note="Mine").content.decode()

        assert "The checks forbid it: There is nothing at this address." in page
        assert "Mine</textarea>" in page

    def test_more_evidence_costs_no_more_queries(self, client, approver, post):
        few = queries(lambda: client.get(page_of(post)))
        run = post.runs.get()
        for number in range(3, 15):
            snapshot = SourceSnapshot.objects.create(
                run=run, label=f"S{number}", title="T", text="T", sha256="0"
            )
            Claim.objects.create(
                run=run, snapshot=snapshot, position=number, sentence="S.", quote="Q"
            )
        assert queries(lambda: client.get(page_of(post))) == few


class TestQueue:
    def test_it_opens_with_what_needs_a_decision_the_oldest_first(self, client, approver):
        waiting = [factories.make_post(in_review=True) for _ in range(2)]
        scheduled = factories.make_post(approved=True)
        factories.make_post(live=True)
        factories.make_post()

        page = client.get(reverse("admin:publishing_queuedpost_changelist"))

        shown = [post.pk for post in page.context["cl"].result_list]
        assert shown == [waiting[0].pk, waiting[1].pk, scheduled.pk]

    @pytest.mark.parametrize(
        ("stage", "state"),
        [
            ("review", "in_review"),
            ("scheduled", "approved"),
            ("drafts", "draft"),
            ("live", "approved"),
            ("withdrawn", "archived"),
        ],
    )
    def test_each_stage_holds_its_posts(self, client, approver, stage, state):
        factories.make_post()
        factories.make_post(in_review=True)
        factories.make_post(approved=True)
        factories.make_post(live=True)
        withdrawn = factories.make_post(in_review=True)
        workflow.withdraw(withdrawn, by=approver)

        page = client.get(reverse("admin:publishing_queuedpost_changelist") + f"?stage={stage}")

        rows = page.context["cl"].result_list
        assert [row.status for row in rows] == [state]

    def test_many_posts_cost_no_more_queries_than_one(self, client, approver):
        url = reverse("admin:publishing_queuedpost_changelist")
        factories.make_post(in_review=True)
        client.get(url)
        few = queries(lambda: client.get(url))
        for _ in range(8):
            factories.make_post(in_review=True)
        assert queries(lambda: client.get(url)) == few


class TestToday:
    def test_it_shows_what_needs_me_and_what_goes_on(self, client):
        client.force_login(factories.make_user("Editors"))
        factories.make_post(in_review=True, title="Waiting for you")
        factories.make_post(approved=True, title="Out tomorrow")
        factories.make_post(title="Half a draft")
        failed = factories.make_brief(title="Failed and unanswered")
        factories.make_run(brief=failed, status="failed", problem="The feed is gone.")
        answered = factories.make_brief(title="Failed, then written")
        factories.make_run(brief=answered, status="failed")
        factories.make_run(brief=answered, status="succeeded")

        page = client.get(reverse("admin:index")).content.decode()

        assert "1 post waits for review" in page
        for title in ("Waiting for you", "Out tomorrow", "Half a draft", "Failed and unanswered"):
            assert title in page
        assert "Failed, then written" not in page

    def test_the_sidebar_counts_what_waits_and_is_silent_otherwise(self, client):
        client.force_login(factories.make_user("Writers"))
        assert _badge(client) is None
        factories.make_post(in_review=True)
        assert _badge(client) == "1"

    def test_more_rows_cost_no_more_queries(self, client):
        client.force_login(factories.make_user("Editors"))
        url = reverse("admin:index")

        def fill() -> None:
            factories.make_post(in_review=True)
            factories.make_post(approved=True)
            factories.make_post()
            factories.make_run(status="failed")

        fill()
        client.get(url)
        few = queries(lambda: client.get(url))
        for _ in range(4):
            fill()
        assert queries(lambda: client.get(url)) == few


def _badge(client: Client) -> str | None:
    context = client.get(reverse("admin:index")).context
    items = context["sidebar_navigation"][0]["items"]
    return next(item["badge"] for item in items if item["title"] == "Review queue") or None


def queries(do: Callable[[], object]) -> int:
    """How many queries `do` takes."""
    with CaptureQueriesContext(connection) as captured:
        do()
    return len(captured)


def test_the_approver_of_an_edited_live_post_sees_what_changed_and_that_nobody_sourced_it(
    client, settings
):
    post = factories.make_post(live=True, body="It opened in 1931.\n")
    factories.make_run(post=post, status="succeeded")
    draft = factories.make_draft(
        title=post.title, author=post.author, slug=post.slug, body="It <b>opened</b> in 1932.\n"
    )
    revisions.save_revision(post, draft, by=factories.make_user("Editors"), note="Another year")
    workflow.submit(post, by=None)
    client.force_login(factories.make_user("Publishers"))

    page = client.get(desk_url(post.pk)).content.decode()

    assert "<del>1931</del>" in page
    assert "<ins>1932</ins>" in page
    assert "<ins>&lt;b&gt;</ins>opened<ins>&lt;/b&gt;</ins>" in page
    assert "Another year" in page
    assert "nobody has looked for sources of what they wrote" in page
