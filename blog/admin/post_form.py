"""The form that edits words: from the latest revision to a new one, or a refusal to overwrite."""

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from blog import comparing
from blog.admin_theme import ModelForm, widgets
from blog.models import Post, Revision
from blog.revisions import Draft, PostArchived

_COPIED = ["title", "slug", "summary", "body", "language", "author", "category", "cover"]


class PostForm(ModelForm[Post]):
    """The words of a post, starting from its latest revision."""

    base_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label="What changed",
        max_length=200,
        required=False,
        widget=widgets.Text(),
        help_text="A few words for your colleagues; kept with the revision.",
    )

    class Meta:
        model = Post
        fields = [*_COPIED, "tags"]
        widgets = {
            "title": widgets.Text(attrs={"class": "ab-title-input"}),
            "summary": widgets.Textarea(attrs={"rows": 3}),
            "body": widgets.Textarea(attrs={"rows": 24, "class": "ab-markdown"}),
        }
        help_texts = {"slug": "The address of the post. Changing it later breaks links to it."}

    # Somebody's newer revision, when this form was opened on an older one.
    conflict: Revision | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        post = kwargs.get("instance")
        latest = post.latest_revision if post is not None else None
        if latest is not None:
            kwargs["initial"] = {**_initial_of(latest), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        # Absent for people who may only look.
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean(self) -> dict[str, Any]:
        """Refuse a text that was written over an older revision than the latest."""
        cleaned = super().clean() or {}
        base = cleaned.get("base_revision")
        latest = (
            Revision.objects.select_related("created_by")
            .filter(post=self.instance.pk)
            .order_by("-number")
            .first()
            if self.instance.pk
            else None
        )
        if latest is not None and base != latest.number:
            self._show_conflict(latest)
        if self.instance.status == Post.Status.ARCHIVED:
            self.add_error(None, str(PostArchived()))
        return cleaned

    def _show_conflict(self, latest: Revision) -> None:
        self.conflict = latest
        # Saving again means: I have seen theirs.
        field = self.add_prefix("base_revision")
        self.data = MultiValueDict({**self._typed(), field: [str(latest.number)]})
        self.add_error(
            None,
            f"{latest.created_by or 'Somebody'} saved revision {latest.number} while you were"
            " editing. Your text is below, not yet saved. Compare it with theirs, take over what"
            " you want to keep, and save again.",
        )

    def _typed(self) -> dict[str, Any]:
        data = self.data
        return dict(data.lists()) if isinstance(data, MultiValueDict) else dict(data)

    def difference(self) -> comparing.Comparison:
        """Return what differs from their words to mine, as I typed them."""
        typed = {"Title": "title", "Summary": "summary", "Address": "slug", "Text": "body"}
        mine = {name: str(self[field].value() or "") for name, field in typed.items()}
        return comparing.contents(
            comparing.content_of(self.conflict) if self.conflict else {}, mine
        )

    def to_draft(self) -> Draft:
        """Return the cleaned words; what the editor can't see stays as it was."""
        words = {name: self.cleaned_data[name] for name in _COPIED}
        latest = self.instance.latest_revision
        return Draft(
            **words,
            tags=list(self.cleaned_data["tags"]),
            is_ai_generated=bool(latest and latest.is_ai_generated),
            is_sample=bool(latest and latest.is_sample),
        )


def _initial_of(revision: Revision) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(revision, name) for name in _COPIED}
    for name in ("author", "category", "cover"):
        values[name] = getattr(revision, f"{name}_id")
    return values | {"tags": revision.tag_ids, "base_revision": revision.number}
