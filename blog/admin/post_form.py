"""The form that edits words: from the latest revision to a new one, or a refusal to overwrite."""

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.utils.datastructures import MultiValueDict

from blog import addresses, languages, placement, revisions
from blog.admin import conflicts
from blog.admin_theme import ModelForm, widgets
from blog.models import Post, Revision
from blog.revisions import Draft, PostArchived

# What a revision holds of the form; the rest is about the post.
WORDS = [
    *("title", "summary", "body", "author", "category", "tags", "cover", "slug", "language"),
    *("seo_title", "seo_description", "canonical_url"),
]
_MOVED = "Once readers know the address, the old one leads them to the new one."
_AT_ONCE = "Takes effect as soon as you save, without a review."


class PostForm(ModelForm[Post]):
    """The words of a post, starting from its latest revision."""

    base_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # Whose text it is, and the name under which that person's browser keeps it.
    typed_by = forms.IntegerField(widget=forms.HiddenInput, required=False)
    typing_id = forms.RegexField(r"\A[\w-]{8,40}\Z", widget=forms.HiddenInput, required=False)
    language = forms.ChoiceField(
        widget=widgets.Select(), help_text="Readers find it in this language’s part of the site."
    )
    note = forms.CharField(
        label="What changed",
        max_length=200,
        required=False,
        widget=widgets.Text(),
        help_text="A few words for your colleagues; kept with the revision.",
    )

    class Meta:
        model = Post
        fields = [*WORDS, "translation_of"]
        widgets = {
            "title": widgets.Text(attrs={"class": "ab-title-input"}),
            "summary": widgets.Textarea(attrs={"rows": 3}),
            "body": widgets.Textarea(attrs={"rows": 24, "class": "ab-markdown"}),
            "seo_description": widgets.Textarea(attrs={"rows": 2}),
        }
        labels = {"body": "Text", "translation_of": "Translation of"}
        help_texts = {
            "body": "Markdown. Paste or drop pictures where they belong.",
            "slug": f"The last part of its address, made from the title if you leave it empty."
            f" {_MOVED}",
            "cover": "Shown above the text, in lists and when somebody shares the post.",
            "translation_of": f"The original, if this is a translation. {_AT_ONCE}",
        }

    # Set by the admin: who is at the keyboard.
    typist: User | None = None
    # Somebody's newer revision, when this form was opened on an older one.
    conflict: Revision | None = None
    was_typed_by_another = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        post = kwargs.get("instance")
        latest = post.latest_revision if post is not None else None
        start = _initial_of(latest) if latest else _blank()
        start["typed_by"] = self.typist.pk if self.typist else None
        kwargs["initial"] = start | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        # Absent for people who may only look.
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "language" in self.fields:
            codes = dict.fromkeys([*languages.codes(), self.initial["language"]])
            choices = [(code, languages.english_name_of(code)) for code in codes]
            self.fields["language"].choices = choices  # type: ignore[attr-defined]

    def clean_summary(self) -> str:
        """As the editor wrote it, not with the line ends of browsers."""
        return _lines(self.cleaned_data["summary"])

    def clean_body(self) -> str:
        """As the editor wrote it, not with the line ends of browsers."""
        return _lines(self.cleaned_data["body"])

    def clean(self) -> dict[str, Any]:
        """Refuse what would overwrite somebody's text, or go under somebody else's name."""
        cleaned = super().clean() or {}
        latest = conflicts.latest_of(self.instance)
        if latest is not None and cleaned.get("base_revision") != latest.number:
            self._show_conflict(latest)
        if self.instance.status == Post.Status.ARCHIVED:
            self.add_error(None, str(PostArchived()))
        typed_by = cleaned.get("typed_by")
        if typed_by and self.typist and typed_by != self.typist.pk:
            self._refuse_other_hand(self.typist)
        self._refuse_translation(cleaned)
        return cleaned

    def differences(self) -> list[conflicts.Difference]:
        """Return each field in which my text differs from theirs."""
        return conflicts.differences(self, self.conflict) if self.conflict else []

    def to_draft(self) -> Draft:
        """Return the cleaned words; what the editor can't see stays as it was."""
        words = {name: self.cleaned_data[name] for name in WORDS if name in self.cleaned_data}
        if "tags" in words:
            words["tags"] = list(words["tags"])
        latest = self.instance.latest_revision
        return replace(revisions.content_of(latest), **words) if latest else Draft(**words)

    def _show_conflict(self, latest: Revision) -> None:
        self.conflict = latest
        # Saving again means: I have seen theirs.
        self._accept("base_revision", latest.number)
        self.add_error(None, conflicts.sentence(latest, typist=self.typist))

    def _refuse_other_hand(self, typist: User) -> None:
        self.was_typed_by_another = True
        self._accept("typed_by", typist.pk)
        self.add_error(
            None,
            f"Somebody else typed this text; you are signed in as {typist}. Save again to save it"
            " in your name, or sign in as the one who wrote it first.",
        )

    def _accept(self, name: str, value: int) -> None:
        """Let the next press of the button mean: yes, I know."""
        data = self.data
        typed = dict(data.lists()) if isinstance(data, MultiValueDict) else dict(data)
        self.data = MultiValueDict({**typed, self.add_prefix(name): [str(value)]})

    def _refuse_translation(self, cleaned: dict[str, Any]) -> None:
        language = cleaned.get("language")
        # While it is still the translation of another, that one counts too.
        stored = Post.objects.filter(translations__in=[self.instance.pk or 0])
        for original in {*filter(None, [cleaned.get("translation_of")]), *stored}:
            try:
                placement.refuse_translation(self.instance, of=original, language=language or "")
            except placement.TranslationRefused as refused:
                self.add_error("translation_of", str(refused))
                return


class PageForm(PostForm):
    """The words of a page, and its place in the menu."""

    class Meta(PostForm.Meta):
        fields = [
            *(name for name in PostForm.Meta.fields if name not in ("category", "tags")),
            "menu_position",
        ]
        help_texts = {
            **PostForm.Meta.help_texts,
            "cover": "Shown when somebody shares the page.",
            "menu_position": "Its order among the links at the foot of the blog, such as 1."
            f" Empty: no link. {_AT_ONCE}",
        }

    def clean_slug(self) -> str:
        """Refuse the first words of the blog's own addresses."""
        slug: str = self.cleaned_data["slug"]
        if slug in addresses.RESERVED or slug in languages.codes():
            raise forms.ValidationError(
                f"The blog itself uses the address “{slug}”. Choose another, such as “{slug}-page”."
            )
        return slug


def _blank() -> dict[str, Any]:
    return {"language": settings.LANGUAGE_CODE}


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _initial_of(revision: Revision) -> dict[str, Any]:
    values = {name: getattr(revision, name) for name in WORDS if name != "tags"}
    for name in ("author", "category", "cover"):
        values[name] = getattr(revision, f"{name}_id")
    return values | {"tags": revision.tag_ids, "base_revision": revision.number}
