"""What the checks found in a run's draft, and which of it still stands in the way of approval."""

from pydantic import ValidationError

from blog.models import Post
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


def blocking_findings(post: Post) -> list[Finding]:
    """Return the findings that forbid approval of the post's latest revision.

    All of them until somebody has edited the draft; after that those whose sentence still stands.
    """
    run = Run.objects.filter(post=post.pk).order_by("-created_at").first()
    revision = post.latest_revision
    if run is None or revision is None:
        return []
    is_as_filed = revision.number == 1
    return [
        finding
        for finding in findings_of(run)
        if finding.level == "block"
        and (is_as_filed or (finding.sentence and finding.sentence in revision.body))
    ]
