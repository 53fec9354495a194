"""What stands behind a draft: its run, sources, claims, findings and cost, for whoever decides."""

from dataclasses import dataclass, field

from blog.models import Post
from generation import services
from generation.admin.wording import cost_of, run_url
from generation.models import Claim, Run, SourceSnapshot
from generation.schemas import Finding

_WORST_FIRST = {"block": 0, "warn": 1, "pass": 2}


@dataclass(frozen=True)
class Dossier:
    """The evidence of one run."""

    run: Run
    url: str
    cost: str
    snapshots: list[SourceSnapshot]
    claims: list[Claim]
    findings: list[Finding] = field(default_factory=list)

    @property
    def unsupported(self) -> int:
        """How many claims no quote carries."""
        return sum(not claim.is_supported for claim in self.claims)

    @property
    def concerns(self) -> list[Finding]:
        """What the checks found, the worst first."""
        found = [finding for finding in self.findings if finding.level != "pass"]
        return sorted(found, key=lambda finding: _WORST_FIRST[finding.level])

    @property
    def passed(self) -> list[Finding]:
        """What the checks were content with."""
        return [finding for finding in self.findings if finding.level == "pass"]


def of_post(post: Post) -> Dossier | None:
    """Return what stands behind `post`; None when people wrote it alone. Six queries."""
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
        findings=services.findings_of(run),
    )
