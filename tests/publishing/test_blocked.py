"""What the checks forbid is not approved until somebody has mended it."""

import pytest

from blog import revisions
from generation import services
from generation.models import Run, Step, StyleGuide
from generation.schemas import CheckReport, Finding
from publishing import workflow
from tests import factories

pytestmark = pytest.mark.django_db

SENTENCE = "The moon is made of rye bread."


def _filed_with(*findings: Finding):
    post = factories.make_post(body=f"A start.\n\n{SENTENCE}\n", in_review=True)
    run = factories.make_run(post=post, status=Run.Status.SUCCEEDED)
    report = CheckReport(findings=list(findings)).model_dump(mode="json")
    Step.objects.create(run=run, name="checks", position=5, status="succeeded", output=report)
    return post


def _edit(post, body: str) -> None:
    latest = post.latest_revision
    draft = factories.make_draft(title=latest.title, body=body, author=latest.author)
    revisions.save_revision(post, draft, by=None)
    workflow.submit(post, by=None)


def test_blocked_draft_is_refused_with_the_sentence_in_words() -> None:
    post = _filed_with(
        Finding(check="claims", level="block", message="No source.", sentence=SENTENCE)
    )

    with pytest.raises(workflow.TransitionNotAllowed, match="rye bread"):
        workflow.approve(post, by=factories.make_user("Publishers"))


def test_block_stands_while_its_sentence_does() -> None:
    post = _filed_with(
        Finding(check="claims", level="block", message="No source.", sentence=SENTENCE)
    )

    _edit(post, f"Another start.\n\n{SENTENCE}\n")
    with pytest.raises(workflow.TransitionNotAllowed):
        workflow.approve(post, by=factories.make_user("Publishers"))

    _edit(post, "Another start, without it.\n")
    workflow.approve(post, by=factories.make_user("Publishers"))
    assert post.is_live


def test_warnings_inform_and_do_not_forbid() -> None:
    post = _filed_with(Finding(check="length", level="warn", message="It is short."))

    workflow.approve(post, by=factories.make_user("Publishers"))

    assert post.is_live


LOST = "See [there](/posts/nothing/)."


def test_what_people_wrote_is_checked_too() -> None:
    post = factories.make_post(body=LOST, in_review=True)

    with pytest.raises(workflow.TransitionNotAllowed, match="“there → /posts/nothing/”"):
        workflow.approve(post, by=factories.make_user("Publishers"))
    assert post.status == "in_review"

    _edit(post, "See [the front page](/).")
    workflow.approve(post, by=factories.make_user("Publishers"))
    assert post.is_live


def test_an_edited_text_is_checked_as_it_is_now() -> None:
    post = _filed_with(Finding(check="structure", level="block", message="No opening."))
    assert [f.check for f in services.blocking_findings(post)] == ["structure"]

    _edit(post, LOST)

    assert [f.check for f in services.blocking_findings(post)] == ["internal links"]


def test_a_check_that_is_asked_again_is_not_told_twice() -> None:
    StyleGuide.objects.all().delete()
    post = _filed_with(
        Finding(check="banned phrases", level="warn", message="As filed.", sentence=SENTENCE),
        Finding(check="near copy", level="warn", message="As filed.", sentence=SENTENCE),
    )
    guide = post.runs.get().brief.plan.style_guide
    guide.banned_phrases = ["rye bread"]
    guide.save()

    found = [f for f in services.findings_of_post(post) if f.level != "pass"]

    assert [(f.check, f.where) for f in found] == [
        ("banned phrases", SENTENCE),
        ("near copy", SENTENCE),
    ]
    assert found[0].message == "The style guide bans “rye bread”."


def test_what_is_live_stays_live_and_is_withdrawn_whatever_the_checks_say() -> None:
    target = factories.make_post(live=True)
    post = factories.make_post(live=True, body=f"See [it]({target.get_absolute_url()}).")
    publisher = factories.make_user("Publishers")
    workflow.withdraw(target, by=publisher)
    assert services.blocking_findings(post)

    post.refresh_from_db()
    assert post.is_live
    workflow.withdraw(post, by=publisher)
    assert post.status == "archived"
