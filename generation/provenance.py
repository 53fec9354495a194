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
from generation.models import ModelCall, Run, Step
from generation.schemas import Section, TranslatedPassage
from generation.steps.file import NOTES

# The prompts whose answers are parts of a text, and those that see the whole of it.
_PARTS = ("sections", "translate")
_WHOLES = ("edit", "refresh")
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
    runs = list(Run.objects.filter(post=post).order_by("created_at"))
    calls = {text: call for run in runs for text, call in _calls_by_text(run).items()}
    joined = {run.pk: _joining_call(run) for run in runs}
    origins: list[Origin] = []
    # What was taken out may come back.
    ever: dict[str, Origin] = {}
    revisions = post.revisions.select_related("created_by").order_by("number")
    for revision in revisions.only("number", "body", "note", "created_by", "created_at"):
        run = next((one for one in reversed(runs) if one.created_at <= revision.created_at), None)
        is_models = run is not None and revision.note in NOTES
        author = None if is_models else revision.created_by
        rest = joined[run.pk] if run else None
        fresh = {text: calls.get(_plain(text), rest) for text in _paragraphs(revision.body)}
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
    """The paragraphs that sections and passages came with, and the request each came with."""
    found = {}
    calls = run.model_calls.filter(is_usable=True, prompt_name__in=_PARTS).order_by("pk")
    by_step = {call.step_id: call for call in calls.defer("messages", "answer")}
    for step in run.steps.filter(pk__in=list(filter(None, by_step)), output__isnull=False):
        for text in _texts(step):
            found[_plain(text)] = by_step[step.pk]
    return found


def _texts(step: Step) -> list[str]:
    """The paragraphs in the result of a step that writes a part of the text."""
    if step.name == "passages":
        return _paragraphs(TranslatedPassage.model_validate(step.output).markdown)
    paragraphs = Section.model_validate(step.output).paragraphs
    return [" ".join(sentence.text for sentence in one.sentences) for one in paragraphs]


def _joining_call(run: Run) -> ModelCall | None:
    """The request that wrote what no part came with."""
    calls = run.model_calls.filter(is_usable=True, prompt_name__in=_WHOLES)
    return calls.defer("messages", "answer").order_by("-pk").first()


def _paragraphs(body: str) -> list[str]:
    blocks = (block.strip() for block in body.split("\n\n"))
    return [block for block in blocks if block and not re.match(r"\[\^\d+\]:", block)]


def _plain(text: str) -> str:
    """The words alone, without citations and the marks of lists, quotes and headings."""
    return " ".join(_MARKS.sub("", text).split())
