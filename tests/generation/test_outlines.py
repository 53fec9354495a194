"""A run that waits for an editor: what may be changed, by whom, and how it goes on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from generation import leases, services
from generation.models import Run
from generation.services import ChangedSection
from tests import factories
from tests.generation import real

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.make_user("Editors")


@pytest.fixture
def run(brief):
    """A run of the real pipeline that waits with its outline."""
    brief.plan.pauses_after_outline = True
    brief.plan.save()
    return real.work(real.start(brief))


def typed(run, **changes):
    """What the form would send; the sections unchanged."""
    outline = services.outline_of(run)
    data = {"outline-angle": outline.angle}
    for number, section in enumerate(outline.sections):
        data |= {
            f"section-{number}-heading": section.heading,
            f"section-{number}-purpose": section.purpose,
            f"section-{number}-place": number + 1,
        }
    return data | changes


def send(client, run, **changes):
    return client.post(
        reverse("admin:generation_run_continue", args=[run.pk]), typed(run, **changes)
    )


class TestARunThatWaits:
    def test_has_paid_for_nothing_but_the_outline(self, run, model):
        assert run.status == "paused"
        assert model.asked_for("Outline") == 1
        assert model.asked_for("SectionText") == 0
        assert services.progress(run).activity == "Waits for somebody to look at the outline"

    def test_is_not_worked_on_by_anybody(self, run, model):
        before = len(model.requests)

        services.sweep()

        assert real.work(run).status == "paused"
        assert len(model.requests) == before

    def test_keeps_another_run_of_its_brief_from_being_started(self, run):
        with pytest.raises(services.RunAlreadyActive):
            services.start_run(run.brief, by=None, trigger=Run.Trigger.EDITOR)

    def test_goes_on_as_it_is(self, run, editor):
        done = real.work(services.continue_run(run, by=editor))

        assert (done.status, done.problem) == ("succeeded", "")
        # Who only looked may approve.
        assert editor.pk not in done.contributor_ids

    def test_can_be_cancelled(self, run, editor):
        assert services.cancel_run(run, by=editor).status == "cancelled"

    def test_of_the_command_line_does_not_wait(self, run):
        services.cancel_run(run, by=None)
        again = services.start_run(run.brief, by=None, trigger=Run.Trigger.COMMAND)

        assert real.work(again).status == "succeeded"


class TestAChangedOutline:
    def test_is_what_is_written(self, run, editor, model):
        before = services.outline_of(run).sections
        assert len(before) > 1

        run = services.continue_run(
            run,
            by=editor,
            angle="Trams pay for themselves.",
            sections=[
                ChangedSection(number=1, heading="The second first", purpose="So."),
                ChangedSection(number=0, heading=before[0].heading, purpose="And then."),
            ],
        )
        done = real.work(run)

        outline = services.outline_of(done)
        assert outline.angle == "Trams pay for themselves."
        assert [section.heading for section in outline.sections] == [
            "The second first",
            before[0].heading,
        ]
        assert [section.facts for section in outline.sections] == [
            before[1].facts,
            before[0].facts,
        ]
        assert model.asked_for("SectionText") == done.steps.filter(name="sections").count() == 2
        assert done.status == "succeeded"
        assert "The second first" in done.post.body
        # Whoever says what the article says doesn't approve it.
        assert editor.pk in done.contributor_ids

    def test_may_be_shorter_but_not_empty(self, run, editor):
        with pytest.raises(services.OutlineInvalid, match="Keep at least one section"):
            services.continue_run(run, by=editor, sections=[])
        with pytest.raises(services.OutlineInvalid, match="no such section"):
            services.continue_run(
                run, by=editor, sections=[ChangedSection(number=99, heading="A", purpose="B")]
            )
        run.refresh_from_db()
        assert run.status == "paused"

        only = ChangedSection(number=0, heading="All of it", purpose="")
        done = real.work(services.continue_run(run, by=editor, sections=[only]))

        assert (done.status, done.steps.filter(name="sections").count()) == ("succeeded", 1)

    def test_comes_too_late_for_a_run_that_goes_on(self, run, editor):
        services.continue_run(run, by=editor)

        with pytest.raises(services.RunNotPaused, match="This run is queued"):
            services.continue_run(run, by=editor)


class TestOnScreen:
    @pytest.fixture(autouse=True)
    def _signed_in(self, client, editor):
        client.force_login(editor)

    def test_the_outline_is_a_form_and_the_article_is_written_as_it_was_typed(self, client, run):
        page = client.get(reverse("admin:generation_run_change", args=[run.pk])).content.decode()
        heading = services.outline_of(run).sections[0].heading
        assert f'value="{heading}"' in page
        assert "Write the article" in page

        dropped = {"section-0-is_dropped": "on", "section-1-heading": "Typed just now"}
        answer = send(client, run, **dropped)

        assert answer.status_code == 302
        headings = [section.heading for section in services.outline_of(real.work(run)).sections]
        assert headings[0] == "Typed just now"
        assert heading not in headings
        assert run.status == "succeeded"

    def test_what_was_typed_is_kept_where_something_is_wrong(self, client, run):
        answer = send(
            client, run, **{"section-0-heading": "", "section-1-purpose": "A careful sentence."}
        )

        page = answer.content.decode()
        assert answer.status_code == 200
        assert "This field is required." in page
        assert "A careful sentence." in page
        assert Run.objects.get().status == "paused"

    def test_leaving_all_sections_out_is_refused(self, client, run):
        everything = len(services.outline_of(run).sections)

        answer = send(client, run, **{f"section-{n}-is_dropped": "on" for n in range(everything)})

        assert "Keep at least one section" in answer.content.decode()

    def test_sections_stand_in_the_order_of_their_places(self, client, run):
        first, second = (section.heading for section in services.outline_of(run).sections[:2])

        send(client, run, **{"section-0-place": 2, "section-1-place": 1})

        headings = [section.heading for section in services.outline_of(run).sections]
        assert headings[:2] == [second, first]

    def test_others_may_look_but_not_go_on(self, client, run):
        client.force_login(factories.make_user("Publishers"))

        page = client.get(reverse("admin:generation_run_change", args=[run.pk])).content.decode()

        assert "Write the article" not in page
        assert send(client, run).status_code == 403


def test_the_api_lets_a_run_go_on(client, run, editor):
    client.force_login(editor)
    url = reverse("api:run-continue-run", args=[run.pk])

    assert client.post(url).json()["status"] == "queued"

    again = client.post(url)
    assert again.status_code == 409
    assert again.json()["type"].endswith("run-not-paused")


class TestADeadline:
    def test_stops_a_run_that_does_not_come_to_an_end(self, run, editor):
        run = services.continue_run(run, by=editor)
        assert run.deadline_at > timezone.now() + timedelta(hours=47)
        assert leases.stop_overdue() == 0
        Run.objects.update(deadline_at=timezone.now() - timedelta(seconds=1))

        services.sweep()

        run.refresh_from_db()
        assert (run.status, run.finished_at is not None) == ("failed", True)
        assert run.problem.startswith("This went on for too long.")

        again = services.retry_run(run, by=editor)
        assert again.deadline_at > timezone.now() + timedelta(hours=47)
        assert real.work(again).status == "succeeded"

    def test_does_not_run_out_while_a_run_waits_for_an_editor(self, run):
        Run.objects.update(deadline_at=timezone.now() - timedelta(days=3))

        assert leases.stop_overdue() == 0
