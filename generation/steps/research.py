"""Read the sources, keep what they said, and take down the facts that their words bear out."""

from blog.models import Post, Tag
from generation import gathering, grounding
from generation.models import SourceSnapshot
from generation.schemas import Evidence, EvidenceSource, Fact, FactSheet, OwnPage
from generation.steps import wording
from generation.steps.base import StepContext, StepFailed

Output = Evidence

MAX_TOKENS = 16_000
MAX_OWN_PAGES = 12
MAX_TAGS = 200


def run(context: StepContext) -> Evidence:
    """Return the evidence. Raises StepFailed when a source or every fact is missing."""
    gathered = gathering.gather(context)
    if gathered.failures:
        raise StepFailed(
            f"{_count(len(gathered.failures))} of this brief could not be read. "
            + " ".join(gathered.failures)
            + " Mend it in the brief, then press Retry."
        )
    snapshots = list(context.run.snapshots.all())
    if not snapshots:
        raise StepFailed(
            "There is no evidence: the brief has no source that could be read. Add a web page, a"
            " feed, a note or a file to the brief, then press Retry. " + " ".join(gathered.warnings)
        )
    facts, dropped = _facts(context, snapshots)
    if not facts:
        raise StepFailed(
            f"There is no evidence for “{context.brief.title}”: the sources were read, but nothing"
            " in them bears on it. Add a source that does, or change the brief, then press Retry."
        )
    return Evidence(
        sources=[EvidenceSource(label=s.label, title=s.title, url=s.url) for s in snapshots],
        facts=facts,
        dropped=dropped,
        problems=gathered.warnings,
        own_pages=_own_pages(context),
        tags=list(Tag.objects.values_list("name", flat=True)[:MAX_TAGS]),
    )


def _facts(context: StepContext, snapshots: list[SourceSnapshot]) -> tuple[list[Fact], int]:
    """The facts whose quotes stand in their source, and how many the model made up."""
    count = len(snapshots)
    context.say(f"Taking down the facts of {count} source{'s' if count != 1 else ''}")
    subject = gathering.subject_of(context.brief)
    sheet = context.ask(
        "research",
        FactSheet,
        variables={
            **wording.house(context),
            "evidence": wording.evidence(snapshots, subject),
            "most_facts": str(_most_facts(context.plan.target_words)),
        },
        max_tokens=MAX_TOKENS,
    )
    return grounding.verified(sheet.facts, {one.label: one.text for one in snapshots})


def _most_facts(target_words: int) -> int:
    """One fact for every thirty words, so that the writers can choose."""
    return max(8, min(80, target_words // 30))


def _own_pages(context: StepContext) -> list[OwnPage]:
    """Live posts on the same subject, to which the article may link."""
    words = context.brief.keywords or context.brief.title.split()
    wanted = " OR ".join(f'"{word}"' for word in (one.replace('"', "") for one in words))
    near = Post.objects.published().search(wanted)
    return [OwnPage(title=p.title, url=p.get_absolute_url()) for p in near[:MAX_OWN_PAGES]]


def _count(number: int) -> str:
    return "A source" if number == 1 else f"{number} sources"
