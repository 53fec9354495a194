"""What can be changed in the words of many posts at once; each gets a revision, as ever."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from blog import rendering, revisions
from blog.admin import states
from blog.admin.bulk import Action
from blog.models import Category, Post, Tag
from blog.revisions import Draft


def _suggesting(name: str) -> AutocompleteSelect:
    """A field that finds among however many there are."""
    field = Post._meta.get_field(name)
    return AutocompleteSelect(field, admin.site, attrs={"data-placeholder": "Type to search"})


class CategoryForm(forms.Form):
    """Which category."""

    category = forms.ModelChoiceField(Category.objects.all(), widget=_suggesting("category"))


class TagForm(forms.Form):
    """Which tag."""

    tag = forms.ModelChoiceField(Tag.objects.all(), widget=_suggesting("tags"))


class AlreadySo(Exception):
    """The post has it already; nothing is saved."""

    def __init__(self) -> None:
        super().__init__("It was so already.")


_REFUSALS = (
    *(revisions.EditConflict, revisions.PostArchived, revisions.AddressTaken),
    *(rendering.TextTooLong, ValidationError, AlreadySo),
)


def foretell(post: Post) -> str:
    """Return what a new revision means for `post`, as a sentence or two."""
    return _meant_for(post) or "It gets a new revision."


def _meant_for(post: Post) -> str:
    kept = "Readers keep the approved text until the new one is approved too."
    return f"{kept if post.is_live else ''} {states.taken_back_by_an_edit(post)}".strip()


def _set_category(post: Post, filled: dict[str, Any], by: User) -> str:
    def moved(draft: Draft) -> Draft:
        return replace(draft, category=filled["category"])

    return _save(post, moved, f"Category: {filled.get('category')}", by, filled)


def _add_tag(post: Post, filled: dict[str, Any], by: User) -> str:
    def with_it(draft: Draft) -> Draft:
        return replace(draft, tags=[*draft.tags, filled["tag"]])

    return _save(post, with_it, f"Tag added: {filled.get('tag')}", by, filled)


def _remove_tag(post: Post, filled: dict[str, Any], by: User) -> str:
    def without_it(draft: Draft) -> Draft:
        return replace(draft, tags=[tag for tag in draft.tags if tag != filled["tag"]])

    return _save(post, without_it, f"Tag removed: {filled.get('tag')}", by, filled)


def _save(
    post: Post, change: Callable[[Draft], Draft], note: str, by: User, filled: dict[str, Any]
) -> str:
    before, means = post.latest_revision, _meant_for(post)
    draft = revisions.draft_of(post)
    # While it is rehearsed, nobody has chosen anything yet.
    changed = change(draft) if filled else draft
    saved = revisions.save_revision(post, changed, by=by, note=note, based_on=before)
    if saved == before and filled:
        raise AlreadySo
    return f"Saved as revision {saved.number}. {means}".strip()


def _action(name: str, label: str, form: type[forms.Form], do: Callable[..., str]) -> Action:
    return Action(
        name=name,
        label=label,
        permission="blog.change_post",
        form=form,
        foretell=foretell,
        do=do,
        refusals=_REFUSALS,
    )


ACTIONS = [
    _action("set_category", "Change category", CategoryForm, _set_category),
    _action("add_tag", "Add a tag", TagForm, _add_tag),
    _action("remove_tag", "Remove a tag", TagForm, _remove_tag),
]
