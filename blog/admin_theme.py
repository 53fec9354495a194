"""The one door to the admin theme (unfold): Django's own look is one change of this file away.

Screens import `ModelAdmin`, inlines, widgets and form classes from here, never from unfold.
"""

from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite, display
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display as themed_display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminSingleTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from blog.counting import BoundedPaginator

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as ThemedAdmin
    from django.contrib.admin import StackedInline, TabularInline
    from django.contrib.admin.views.main import ChangeList as ThemedChangeList
    from django.forms import ModelForm
else:
    from unfold.admin import ModelAdmin as ThemedAdmin
    from unfold.admin import StackedInline, TabularInline
    from unfold.views import ChangeList as ThemedChangeList

    class ModelForm(forms.ModelForm):
        """Django's, under a name of ours, so that it can be subscripted below."""

    # So that `ModelAdmin[Post]` means at run time what it means to the type checker.
    for _class in (ThemedAdmin, StackedInline, TabularInline, ModelForm):
        _class.__class_getitem__ = classmethod(lambda cls, _key: cls)

__all__ = [
    "AdminPasswordChangeForm",
    "AutocompleteSelectFilter",
    "LinesField",
    "ModelAdmin",
    "ModelForm",
    "ReadOnlyAdmin",
    "StackedInline",
    "TabularInline",
    "UserChangeForm",
    "UserCreationForm",
    "actor",
    "desk_url",
    "display",
    "state_column",
    "widgets",
]

Row = TypeVar("Row", bound=models.Model)


class widgets:  # noqa: N801  (a namespace, read as `widgets.Text`)
    """The theme's form widgets under short names."""

    Checkboxes = UnfoldAdminCheckboxSelectMultipleWidget
    File = UnfoldAdminFileFieldWidget
    Date = UnfoldAdminSingleDateWidget
    Number = UnfoldAdminIntegerFieldWidget
    Select = UnfoldAdminSelectWidget
    Text = UnfoldAdminTextInputWidget
    Textarea = UnfoldAdminTextareaWidget
    Time = UnfoldAdminSingleTimeWidget


class CalmChangeList(ThemedChangeList):
    """A list that offers “show all” only where something is hidden."""

    def get_results(self, request: HttpRequest) -> None:
        """Without a count of all rows, an unfiltered list is the whole list."""
        super().get_results(request)
        self.page_num = min(self.page_num, self.paginator.num_pages)
        if self.full_result_count is None and not (self.query or self.filter_params):
            self.full_result_count = self.result_count


class ModelAdmin(ThemedAdmin[Row]):
    """An admin whose lists open fast and whose forms warn before a word is lost."""

    warn_unsaved_form = True
    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    # What editors call the rows of somebody else's table, singular and plural.
    names: tuple[str, str] | None = None
    # What the foot of the list counts, if that is called otherwise than the list.
    counted_as: tuple[str, str] | None = None

    def __init__(self, model: type[Row], admin_site: AdminSite) -> None:
        super().__init__(model, admin_site)
        if self.names:
            self.opts = copy(self.opts)
            self.opts.verbose_name, self.opts.verbose_name_plural = self.names

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With two ways to save: and leave, and stay."""
        context.setdefault("show_save_and_add_another", False)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_ordering(self, request: HttpRequest) -> Any:
        """In the model's own order, which a query that counts would forget."""
        return super().get_ordering(request) or self.opts.ordering

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CalmChangeList]:
        """Ours."""
        return CalmChangeList


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


def state_column(
    description: str, tones: dict[str, str], *, ordering: str | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a list column that returns (state, words) and is shown as a coloured label.

    `tones` gives each state one of success, info, warning, danger or primary; the rest are grey.
    """

    def mark(column: Callable[..., Any]) -> Callable[..., Any]:
        marked: Callable[..., Any] = themed_display(
            column, description=description, label=tones, ordering=ordering
        )
        return marked

    return mark


class LinesField(forms.CharField):
    """A list of short texts, typed one a line."""

    widget = UnfoldAdminTextareaWidget

    def __init__(self, *, max_line: int, **kwargs: Any) -> None:
        self.max_line = max_line
        kwargs.setdefault("widget", UnfoldAdminTextareaWidget(attrs={"rows": 4}))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def prepare_value(self, value: object) -> object:
        """Return the lines of a list; text typed by the editor stays as it is."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: object) -> list[str]:
        """Return the lines without blanks and repetitions."""
        lines = [" ".join(line.split()) for line in str(super().clean(value)).splitlines()]
        wanted = list(dict.fromkeys(line for line in lines if line))
        for line in wanted:
            if len(line) > self.max_line:
                raise forms.ValidationError(
                    f"“{line[:40]}…” is longer than {self.max_line} characters."
                )
        return wanted

    def has_changed(self, initial: object, data: object) -> bool:
        """Compare what would be stored, not how it was typed."""
        typed = "\n".join(str(data or "").split("\r\n"))
        return super().has_changed(self.prepare_value(initial or []), typed)


def desk_url(post_id: int) -> str:
    """Return the admin page where a post is worked on: the review desk's, where there is one."""
    return reverse(
        getattr(settings, "POST_DESK_URL_NAME", "admin:blog_post_change"), args=[post_id]
    )


def actor(request: HttpRequest) -> User:
    """Return who is asking; raises PermissionDenied for strangers."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user
