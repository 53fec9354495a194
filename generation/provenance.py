"""Who wrote each paragraph of a post: which request to the model, which person, who changed it.

It is read off the revisions, which are kept for good: a paragraph that is the same as an earlier
one has the same origin; one that is nearly the same has it too, and was changed by whoever saved
it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.contrib.auth.models import User
from rapidfuzz import fuzz, process

from blog.models import Post
from generation.models import ModelCall, Run
from generation.schemas import Section
from generation.steps.file import NOTES

# Percent; with less in common it is another paragraph.
_SAME_FROM = 60
_MARKS = re.compile(r"\[\^\d+\]|^\s*(?:[>#*-]+|\d+\.)\s+|\\(?=\W)", re.MULTILINE)


@dataclass(frozen=True)
class Origin:
    """A paragraph of the newest revision, and where it came from.

    `call` is the request whose answer it was; without one, `written_by` wrote it (None: an import,
    or somebody whose account is gone).
    """

    text: str
    call: ModelCall | None = None
    written_by: User | None = None
    changed_by: tuple[User, ...] = ()


def of_post(post: Post) -> list[Origin]:
    """Return the origins of the paragraphs of a post's newest revision, in reading order."""
    run = Run.objects.filter(post=post).order_by("-created_at").first()
    calls = _calls_by_text(run) if run else {}
    edited = _edit_call(run) if run else None
    origins: list[Origin] = []
    # What was taken out may come back.
    ever: dict[str, Origin] = {}
    revisions = post.revisions.select_related("created_by").order_by("number")
    for revision in revisions.only("number", "body", "note", "created_by"):
        is_models = run is not None and revision.note in NOTES
        author = None if is_models else revision.created_by
        fresh = {text: calls.get(_plain(text), edited) for text in _paragraphs(revision.body)}
        written = [
            Origin(text, call if is_models else None, author) for text, call in fresh.items()
        ]
        origins = list(_next(origins, ever, written, by=revision.created_by))
        ever |= {one.text: one for one in origins}
    return origins


def shares(origins: list[Origin]) -> Counter[str]:
    """Return how many paragraphs are the model's, how many of them people changed, and theirs."""
    found = Counter("people" if one.call is None else "model" for one in origins)
    found["changed"] = sum(one.call is not None and bool(one.changed_by) for one in origins)
    return found


def _next(
    before: list[Origin], ever: dict[str, Origin], written: list[Origin], *, by: User | None
) -> Iterator[Origin]:
    """The paragraphs that somebody saved, with the origins of those they are made of."""
    texts = {one.text for one in written}
    gone = {one.text: one for one in before if one.text not in texts}
    for paragraph in written:
        if paragraph.text in ever:
            yield ever[paragraph.text]
            continue
        near = process.extractOne(
            paragraph.text, list(gone), scorer=fuzz.ratio, score_cutoff=_SAME_FROM
        )
        # What the model was asked for again is its new answer, not a change of the old one.
        if near is None or paragraph.call is not None:
            yield paragraph
        else:
            yield _changed(gone.pop(near[0]), paragraph.text, by=by)


def _changed(old: Origin, text: str, *, by: User | None) -> Origin:
    people = old.changed_by
    if by is not None and by not in people:
        people = (*people, by)
    return replace(old, text=text, changed_by=people)


def _calls_by_text(run: Run) -> dict[str, ModelCall]:
    """The paragraphs that sections came with, and the request that each came with."""
    found = {}
    answered = run.model_calls.filter(is_usable=True).defer("messages", "answer").order_by("pk")
    by_step = {call.step_id: call for call in answered.filter(prompt_name="sections")}
    for step in run.steps.filter(name="sections", output__isnull=False):
        for paragraph in Section.model_validate(step.output).paragraphs:
            text = " ".join(sentence.text for sentence in paragraph.sentences)
            if step.pk in by_step:
                found[_plain(text)] = by_step[step.pk]
    return found


def _edit_call(run: Run) -> ModelCall | None:
    calls = run.model_calls.filter(is_usable=True, prompt_name="edit").defer("messages", "answer")
    return calls.order_by("-pk").first()


def _paragraphs(body: str) -> list[str]:
    blocks = (block.strip() for block in body.split("\n\n"))
    return [block for block in blocks if block and not re.match(r"\[\^\d+\]:", block)]


def _plain(text: str) -> str:
    """The words alone, without citations and the marks of lists, quotes and headings."""
    return " ".join(_MARKS.sub("", text).split())
