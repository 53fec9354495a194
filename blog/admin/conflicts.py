"""Two people wrote over the same revision: what differs, and which of them changed what."""

import json
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.utils import timezone

from blog import comparing, languages
from blog.admin_theme import ModelForm
from blog.models import Content, Post, Revision, Tag

_LONG = {"summary", "body", "seo_description"}
_CONTENT = {field.name for field in Content._meta.fields}
# What a field holds: each value with the words it is shown by.
Filling = list[tuple[str, str]]


@dataclass(frozen=True)
class Difference:
    """A field in which my text differs from theirs."""

    name: str
    label: str
    theirs: str
    mine: str
    who: str
    # Theirs for the page's script, as JSON: a list of [value, words].
    filling: str

    @property
    def is_long(self) -> bool:
        """Whether it is read side by side, line by line."""
        return self.name in _LONG

    @property
    def comparison(self) -> comparing.Comparison:
        """What differs from theirs to mine, word by word."""
        return comparing.contents({"Text": self.theirs}, {"Text": self.mine})


def latest_of(post: Post) -> Revision | None:
    """Return the newest revision of `post` as the database has it now, with its author."""
    if not post.pk:
        return None
    newest = Revision.objects.filter(post=post.pk).order_by("-number")
    return newest.select_related("created_by", "author", "category", "cover").first()


def sentence(latest: Revision, *, typist: User | None) -> str:
    """Return who saved what while `typist` was writing, and what to do now."""
    at = f"{timezone.localtime(latest.created_at):%H:%M}"
    if typist is not None and latest.created_by_id == typist.pk:
        who = f"You saved revision {latest.number} at {at}, in another window."
    else:
        name = latest.created_by or "Somebody"
        who = f"{name} saved revision {latest.number} at {at}, while you were editing."
    return (
        f"{who} Your text is in the form, not yet saved. Compare the two, take over what you want"
        " to keep, and save again."
    )


def differences(form: ModelForm[Post], theirs: Revision) -> list[Difference]:
    """Return each field of the form that is not what `theirs` says, with who changed it."""
    number = form.cleaned_data.get("base_revision") or 0
    base = Revision.objects.filter(post=theirs.post_id, number=number).first()
    compared = ((name, _typed(form, name), _saved(theirs, name)) for name in form.fields)
    return [
        Difference(
            name=name,
            label=str(form[name].label),
            theirs=_words(other),
            mine=_words(mine),
            who=_who(_saved(base, name) if base else None, theirs=other, mine=mine),
            filling=json.dumps(other),
        )
        for name, mine, other in compared
        if other is not None and mine != other
    ]


def _typed(form: ModelForm[Post], name: str) -> Filling:
    return _filling(name, form.cleaned_data.get(name, form.data.get(form.add_prefix(name))))


def _saved(revision: Revision, name: str) -> Filling | None:
    """None for what is no part of a revision's content."""
    if name == "tags":
        return _filling(name, Tag.objects.filter(pk__in=revision.tag_ids))
    return _filling(name, getattr(revision, name)) if name in _CONTENT else None


def _filling(name: str, value: object) -> Filling:
    if isinstance(value, QuerySet):
        return sorted((str(row.pk), str(row)) for row in value)
    if isinstance(value, Model):
        return [(str(value.pk), str(value))]
    text = str(value or "")
    return [(text, languages.english_name_of(text) if name == "language" else text)] if text else []


def _words(filling: Filling) -> str:
    return ", ".join(words for _value, words in filling)


def _who(before: Filling | None, *, theirs: Filling, mine: Filling) -> str:
    if before is None:
        return ""
    if before == mine:
        return "Only they changed it: yours is the text from before."
    return "Only you changed it." if before == theirs else "You both changed it."
