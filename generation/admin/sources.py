"""Sources beside the plan or brief they serve, each with what went wrong last time, in words."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime

from blog.admin_theme import ModelAdmin, ModelForm, StackedInline, actor, display, widgets
from generation import contributors
from generation.models import Source
from generation.sources import files

_NEEDS = {
    Source.Kind.FEED: ("url", "Give the address of the feed."),
    Source.Kind.URL: ("url", "Give the address of the page."),
    Source.Kind.NOTE: ("text", "Write or paste the note."),
    Source.Kind.FILE: ("file", "Choose a file."),
}


class SourceForm(ModelForm[Source]):
    """One source; asks for what its kind needs and forgets an old problem once it was changed."""

    class Meta:
        model = Source
        fields = ["kind", "title", "url", "text", "file"]
        labels = {"url": "Address", "text": "Note", "title": "Name"}
        help_texts = {
            "kind": "",
            "title": "Optional; what you call it.",
            "url": "",
            "text": "What you know and the article may use, in your own words.",
            "file": "A text, Markdown, HTML, PDF or Word file.",
        }
        widgets = {
            "text": widgets.Textarea(attrs={"rows": 5}),
        }

    def clean(self) -> dict[str, Any]:
        """Name the one missing field instead of the rule that was broken."""
        cleaned = super().clean() or {}
        field, ask = _NEEDS.get(cleaned.get("kind", ""), ("", ""))
        if field and not cleaned.get(field) and field not in self.errors:
            self.add_error(field, ask)
        return cleaned

    def clean_file(self) -> Any:
        """Accept files of readable text, of a size that a run can read."""
        file = self.cleaned_data.get("file")
        if "file" in self.changed_data and file:
            if not file.name.lower().endswith(files.ENDINGS):
                raise ValidationError("Choose a file that ends in .txt, .md, .html, .pdf or .docx.")
            if file.size > files.largest(file.name):
                limit = files.largest(file.name) // 1_000_000
                raise ValidationError(f"The file is larger than {limit} MB. Choose a smaller one.")
        return file

    def save(self, commit: bool = True) -> Source:
        """A changed source deserves a fresh try: its old problem goes."""
        if self.has_changed():
            self.instance.problem = ""
        return super().save(commit)


class SourceInline(StackedInline[Source, Any]):
    """The sources of a plan or brief."""

    model = Source
    form = SourceForm
    extra = 0
    fields = [("kind", "title"), "url", "text", "file", "condition"]
    readonly_fields = ["condition"]
    verbose_name_plural = "Sources"

    class Media:
        js = ["generation/sources.js"]

    @display(description="Last read")
    def condition(self, source: Source) -> str:
        """The last problem, or when it was read well."""
        return condition_of(source)


@admin.register(Source)
class SourceAdmin(ModelAdmin[Source]):
    """All sources, mostly to find those with problems; they are edited where they are used."""

    list_display = ["__str__", "kind", "belongs_to", "condition"]
    list_filter = ["kind"]
    search_fields = ["title", "url"]
    form = SourceForm
    fields = ["kind", "title", "url", "text", "file", "condition"]
    readonly_fields = ["condition"]

    class Media:
        js = ["generation/sources.js"]

    @display(description="Used by")
    def belongs_to(self, source: Source) -> str:
        """Its plan or brief."""
        return str(source.brief or source.plan)

    @display(description="Last read")
    def condition(self, source: Source) -> str:
        """The last problem, or when it was read well."""
        return condition_of(source)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        """With its plan or brief."""
        return super().get_queryset(request).select_related("plan", "brief")

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        """Remember who changed it."""
        super().save_model(request, obj, form, change)
        if form.has_changed():
            contributors.remember_source(obj, by=actor(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A source is added on the page of its plan or brief."""
        return False


def condition_of(source: Source) -> str:
    """Return how reading the source went last time, as a sentence."""
    if source.problem:
        return f"⚠ {source.problem}"
    if source.fetched_at is None:
        return "Not read yet; a run reads it."
    return f"Read without problems, {date_format(localtime(source.fetched_at), 'j F Y, H:i')}."
