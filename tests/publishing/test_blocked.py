"""What the checks forbid is not approved until somebody has mended it."""

import pytest

from blog import revisions
from generation.models import Run, Step
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
