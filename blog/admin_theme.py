"""The one door to the admin theme (unfold): going back to Django's own look is a change of this file.

Screens import `ModelAdmin`, inlines, widgets and form classes from here, never from unfold.
"""

from typing import TYPE_CHECKING, TypeVar

from django import forms
from django.conf import settings
from django.contrib.admin import display
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminSingleTimeWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as ThemedAdmin
    from django.contrib.admin import StackedInline, TabularInline
else:
    from unfold.admin import ModelAdmin as ThemedAdmin
    from unfold.admin import StackedInline, TabularInline

    # So that `ModelAdmin[Post]` means at run time what it means to the type checker.
    for _class in (ThemedAdmin, StackedInline, TabularInline):
        _class.__class_getitem__ = classmethod(lambda cls, _key: cls)

__all__ = [
    "AdminPasswordChangeForm",
    "LinesField",
    "ModelAdmin",
    "ReadOnlyAdmin",
    "StackedInline",
    "TabularInline",
    "UserChangeForm",
    "UserCreationForm",
    "desk_url",
    "display",
    "widgets",
]

Row = TypeVar("Row", bound=models.Model)


class widgets:  # noqa: N801  (a namespace, read as `widgets.Text`)
    """The theme's form widgets under short names."""

    Checkboxes = UnfoldAdminCheckboxSelectMultipleWidget
    Date = UnfoldAdminSingleDateWidget
    DateTime = UnfoldAdminSplitDateTimeWidget
    Number = UnfoldAdminIntegerFieldWidget
    Select = UnfoldAdminSelectWidget
    Text = UnfoldAdminTextInputWidget
    Textarea = UnfoldAdminTextareaWidget
    Time = UnfoldAdminSingleTimeWidget


class ModelAdmin(ThemedAdmin[Row]):
    """An admin whose lists open fast and whose forms warn before a word is lost."""

    warn_unsaved_form = True
    list_per_page = 50
    show_full_result_count = False


class ReadOnlyAdmin(ModelAdmin[Row]):
    """A record that screens show and nobody edits."""

    warn_unsaved_form = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        """Nobody."""
        return False


class LinesField(forms.CharField):
    """A list of short texts, typed one a line."""

    widget = UnfoldAdminTextareaWidget

    def __init__(self, *, max_line: int, **kwargs: object) -> None:
        self.max_line = max_line
        kwargs.setdefault("widget", UnfoldAdminTextareaWidget(attrs={"rows": 4}))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)  # type: ignore[arg-type]

    def prepare_value(self, value: object) -> object:
        """Return the lines of a list; text typed by the editor stays as it is."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: object) -> list[str]:  # type: ignore[override]
        """Return the lines without blanks and repetitions."""
        lines = [" ".join(line.split()) for line in str(super().clean(value)).splitlines()]
        wanted = list(dict.fromkeys(line for line in lines if line))
        for line in wanted:
            if len(line) > self.max_line:
                raise forms.ValidationError(f"“{line[:40]}…” is longer than {self.max_line} characters.")
        return wanted

    def has_changed(self, initial: object, data: object) -> bool:
        """Compare what would be stored, not how it was typed."""
        typed = "\n".join(str(data or "").split("\r\n"))
        return super().has_changed(self.prepare_value(initial or []), typed)


def desk_url(post_id: int) -> str:
    """Return the admin page where a post is worked on: the review desk's, where there is one."""
    return reverse(getattr(settings, "POST_DESK_URL_NAME", "admin:blog_post_change"), args=[post_id])
