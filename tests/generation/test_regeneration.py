"""One section written again: what is kept, what follows, and when it is too late."""

from dataclasses import replace

import pytest
from django.urls import reverse

from blog import revisions
from generation import services
from generation.models import Run
from publishing import workflow
from tests import factories
from tests.generation import real
from tests.generation.real import WISH

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.make_user("Editors")


@pytest.fixture
def run(brief):
    """A finished run whose draft waits for review."""
    return real.work(real.start(brief))


def asked(model):
    return {name: model.asked_for(name) for name in ("FactSheet", "Outline", "SectionText")}


class TestASectionWrittenAgain:
    def test_becomes_a_new_revision_in_review_and_the_rest_is_kept(self, run, model, editor):
        before, post = asked(model), run.post
        others = list(run.steps.filter(name="sections").exclude(index=1).values("index", "output"))
        number = post.latest_revision.number

        again = real.work(services.rewrite_section(run, 1, by=editor, wish=f" {WISH}\n"))

        assert (again.status, again.problem) == ("succeeded", "")
        assert asked(model) == before | {"SectionText": before["SectionText"] + 1}
        kept = again.steps.filter(name="sections").exclude(index=1).values("index", "output")
        assert list(kept) == others
        post.refresh_from_db()
        assert (post.status, post.latest_revision.number) == ("in_review", number + 1)
        assert "Once more then." in post.body
        assert again.filed_revision == post.latest_revision
        # Whoever says what should be different doesn't approve it.
        assert editor.pk in again.contributor_ids
        assert editor.pk in post.latest_revision.contributor_ids

    def test_is_asked_for_though_the_question_is_the_same(self, run, model, editor):
        before = asked(model)["SectionText"]

        for _ in range(2):
            run = real.work(services.rewrite_section(run, 0, by=editor))

        assert asked(model)["SectionText"] == before + 2
        # The model said the same again: nothing to review anew.
        assert run.post.latest_revision.number == 1
        assert run.post.status == "in_review"

    def test_is_filed_once_though_its_worker_died_after_filing(self, run, editor):
        run = real.work(services.rewrite_section(run, 1, by=editor, wish=WISH))
        Run.objects.filter(pk=run.pk).update(status="running")
        run.steps.filter(name="file").update(status="pending", output=None)

        assert real.work(run).status == "succeeded"

        assert run.post.latest_revision.number == 2

    @pytest.mark.parametrize("state", ["edited", "approved", "withdrawn", "running"])
    def test_comes_too_late(self, run, editor, state):
        if state == "edited":
            draft = revisions.draft_of(run.post)
            revisions.save_revision(run.post, _longer(draft), by=editor)
        elif state == "approved":
            workflow.approve(run.post, by=factories.make_user("Publishers"))
        elif state == "withdrawn":
            type(run.post).objects.filter(pk=run.post_id).update(status="archived")
        else:
            services.rewrite_section(run, 0, by=editor)
        words = {
            "edited": "edited the draft since",
            "approved": "edit it by hand",
            "withdrawn": "edit it by hand",
            "running": "Only a section of a finished article",
        }

        with pytest.raises(services.SectionNotRewritable, match=words[state]):
            services.rewrite_section(run, 0, by=editor)

    def test_never_overwrites_what_somebody_wrote_meanwhile(self, run, editor):
        services.rewrite_section(run, 1, by=editor, wish=WISH)
        theirs = _longer(revisions.draft_of(run.post))
        revisions.save_revision(run.post, theirs, by=editor)

        failed = real.work(run)

        assert failed.status == "failed"
        assert failed.problem.startswith("Somebody changed the draft while a part of it")
        failed.post.refresh_from_db()
        assert failed.post.body == theirs.body

    def test_has_to_be_there(self, run, editor):
        with pytest.raises(services.SectionNotRewritable, match="no such section"):
            services.rewrite_section(run, 99, by=editor)


def _longer(draft):
    return replace(draft, body=f"{draft.body}\nA sentence of an editor.\n")


class TestOnScreen:
    def test_an_editor_says_what_should_be_different(self, client, run, editor):
        client.force_login(editor)
        page = reverse("admin:generation_run_change", args=[run.pk])
        assert "Write again" in client.get(page).content.decode()

        answer = client.post(
            reverse("admin:generation_run_rewrite", args=[run.pk, 1]), {"wish": WISH}
        )

        assert answer.url == page
        assert real.work(run).steps.get(name="sections", index=1).wish == WISH
        assert "Once more then." in run.post.body

    def test_a_wish_without_what_can_not_be_kept(self, client, run, editor):
        client.force_login(editor)

        client.post(
            reverse("admin:generation_run_rewrite", args=[run.pk, 1]),
            {"wish": "Short\x00er \u202eplease"},
        )

        assert run.steps.get(name="sections", index=1).wish == "Shorter please"

    def test_others_may_not(self, client, run):
        client.force_login(factories.make_user("Publishers"))

        url = reverse("admin:generation_run_rewrite", args=[run.pk, 1])

        assert client.post(url).status_code == 403
        assert (
            "Write again"
            not in client.get(
                reverse("admin:generation_run_change", args=[run.pk])
            ).content.decode()
        )
