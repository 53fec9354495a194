"""Put the refreshed text on the desk: a newer revision; readers keep the one they have."""

import hashlib
from dataclasses import replace

from blog.models import Revision
from blog.revisions import Draft, EditConflict, PostArchived, content_of, save_revision
from generation import contributors, manuscript, revising
from generation.checks import Material
from generation.models import Run, SourceSnapshot
from generation.schemas import Evidence, Filed, Piece, Refreshed
from generation.steps import file
from generation.steps.base import StepContext, StepFailed
from generation.steps.refresh import checks
from generation.steps.refresh.revise import EARLIER, base_of

Output = Filed


def run(context: StepContext) -> Filed:
    """File the newer text, or find that it was filed already."""
    context.say("Filing the newer text")
    material = checks.material(context)
    sources = len(manuscript.cited_sources(material.article, material.evidence))
    return file.once(context, lambda run: _file(context, run, material), sources=sources)


def _file(context: StepContext, run: Run, material: Material) -> None:
    base = base_of(context)
    _keep_earlier_text(run, base)
    file.store_claims(run, material)
    try:
        run.filed_revision = save_revision(
            base.post,
            _draft(context, base, material.evidence),
            by=run.requested_by,
            note=file.REFRESHED,
            based_on=base,
            contributor_ids=contributors.of_run(run),
        )
    except (EditConflict, PostArchived):
        raise StepFailed(
            "Somebody changed or withdrew the post while it was being refreshed; theirs is kept,"
            " and the newer text is in this run. Start a new run to refresh what is there now."
        ) from None
    run.post = base.post
    file.announce(run)


def _draft(context: StepContext, base: Revision, evidence: Evidence) -> Draft:
    """All that the post had, and its newer text."""
    refreshed = context.output_of("revise", Refreshed)
    draft = content_of(base)
    return replace(
        draft,
        title=refreshed.title,
        summary=refreshed.summary,
        body=body(refreshed, evidence, base),
        is_ai_generated=True,
        is_sample=draft.is_sample or context.run.is_sample,
    )


def body(refreshed: Refreshed, evidence: Evidence, base: Revision) -> str:
    """Return the text; new sources get footnotes behind those there are."""
    cited = manuscript.cited_sources(refreshed.news(), evidence)
    marks = {
        one.label: revising.note_for(manuscript.destination(one.url), base.body) for one in cited
    }
    new = [source for source in cited if not marks[source.label]]
    number = revising.next_number(base.body)
    marks |= {source.label: f"[^{place}]" for place, source in enumerate(new, number)}
    blocks = [_written(piece, marks) for piece in refreshed.pieces]
    if new and not revising.has_notes(base.body):
        blocks.append(manuscript.heading(base.language))
    blocks += [f"{marks[source.label]}: {manuscript.entry(source)}" for source in new]
    return "\n\n".join(blocks) + "\n"


def _written(piece: Piece, marks: dict[str, str]) -> str:
    if piece.section is None:
        return piece.kept
    blocks = [f"## {piece.section.heading}"] if piece.section.heading else []
    blocks += [manuscript.block(paragraph, marks) for paragraph in piece.section.paragraphs]
    # The sources of what a paragraph said before are kept with it, except those just cited.
    had = piece.marks.replace("][", "] [").split()
    return "\n\n".join(blocks) + "".join(mark for mark in had if mark not in blocks[-1])


def _keep_earlier_text(run: Run, base: Revision) -> None:
    """What the post said before bears out the sentences that are still there."""
    SourceSnapshot.objects.get_or_create(
        run=run,
        label=EARLIER,
        defaults={
            "title": f"The post as it was: revision {base.number}",
            "text": base.body,
            "sha256": hashlib.sha256(base.body.encode()).hexdigest(),
        },
    )
