"""What the checks have to say about a post, and what of it stands in the way of approval.

Two kinds of checks end up in one list: those that any text is asked (`blog.checks`), about the
latest revision; and those of the run that wrote it, about the draft as it was filed.
"""

from pydantic import ValidationError

from blog import checks, revisions
from blog.models import Post, Revision
from generation.models import Run, Step
from generation.schemas import CheckReport, Finding


def findings_of(run: Run) -> list[Finding]:
    """Return what the checks of the run said; nothing when they have not run."""
    step = Step.objects.filter(run=run, name="checks", output__isnull=False).first()
    if step is None:
        return []
    try:
        return CheckReport.model_validate(step.output).findings
    except ValidationError:
        # An old report in an old shape says nothing; that it can't be read is worth knowing.
        unreadable = "The report of the checks was saved by another version and can’t be read."
        return [Finding(check="checks", level="warn", message=unreadable)]


def findings_of_post(post: Post) -> list[checks.Finding]:
    """Return what all checks say about the post's latest revision, the worst first.

    Of what the run's checks said, all of it until somebody has edited the draft; after that what
    is about a sentence that still stands.
    """
    revision = post.latest_revision
    if revision is None:
        return []
    found = checks.examine(revisions.content_of(revision), post=post)
    return checks.worst_first(found + _of_the_run(post, revision))


def blocking_findings(post: Post) -> list[checks.Finding]:
    """Return the findings that forbid approval of the post's latest revision."""
    return [finding for finding in findings_of_post(post) if finding.level == "block"]


def _of_the_run(post: Post, revision: Revision) -> list[checks.Finding]:
    run = Run.objects.filter(post=post.pk).order_by("-created_at").first()
    # Runs of long ago did not note what they filed: it was the first.
    is_as_filed = revision.number == 1 or (run and revision.pk == run.filed_revision_id)
    asked_again = checks.assembled()
    return [
        checks.Finding(
            check=finding.check,
            level=finding.level,
            message=finding.message,
            where=finding.sentence,
        )
        for finding in (findings_of(run) if run else [])
        if finding.check not in asked_again
        and (is_as_filed or (finding.sentence and finding.sentence in revision.body))
    ]
