"""What an approver wants to know of a draft: what the checks say, and what stands behind it."""

from dataclasses import dataclass

from blog.checks import Finding
from blog.models import Post
from generation import provenance, services
from generation.admin import covers
from generation.admin.covers import CoverReport
from generation.admin.wording import cost_of, run_url
from generation.models import Claim, Run, SourceSnapshot


@dataclass(frozen=True)
class Report:
    """What all checks say about a post's newest text, whoever wrote it."""

    findings: list[Finding]

    @property
    def concerns(self) -> list[Finding]:
        """What the checks found, the worst first."""
        return [finding for finding in self.findings if finding.level != "pass"]

    @property
    def blocks(self) -> list[Finding]:
        """What forbids approval."""
        return [finding for finding in self.findings if finding.level == "block"]

    @property
    def passed(self) -> list[Finding]:
        """What the checks were content with."""
        return [finding for finding in self.findings if finding.level == "pass"]


@dataclass(frozen=True)
class Dossier:
    """The evidence of one run."""

    run: Run
    url: str
    cost: str
    snapshots: list[SourceSnapshot]
    claims: list[Claim]
    origins: list[provenance.Origin]
    # What else the model would have called it.
    titles: list[str]
    cover: CoverReport | None

    @property
    def shares(self) -> dict[str, int]:
        """How many paragraphs are the model's, how many of them people changed, and theirs."""
        return dict(provenance.shares(self.origins))

    @property
    def unsupported(self) -> int:
        """How many claims no quote carries."""
        return sum(not claim.is_supported for claim in self.claims)


def report_on(post: Post) -> Report:
    """Return what the checks say about the latest revision of `post`."""
    return Report(services.findings_of_post(post))


def of_post(post: Post) -> Dossier | None:
    """Return what stands behind `post`; None when people wrote it alone."""
    runs = Run.objects.filter(post=post.pk).with_cost()
    run = runs.select_related("brief__plan", "requested_by").order_by("-created_at").first()
    if run is None:
        return None
    return Dossier(
        run=run,
        url=run_url(run),
        cost=cost_of(run),
        snapshots=list(run.snapshots.defer("text")),
        claims=list(run.claims.select_related("snapshot").defer("snapshot__text")),
        origins=provenance.of_post(post),
        titles=_other_titles(run, post),
        cover=covers.of_run(run),
    )


def _other_titles(run: Run, post: Post) -> list[str]:
    try:
        offered = services.outline_of(run).titles
    except services.RunNotPaused:
        return []
    return [title for title in offered if title != post.title]
