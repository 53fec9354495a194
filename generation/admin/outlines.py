"""The outline of a paused run as a form: reword, reorder or drop sections, then let it go on."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from blog.admin_theme import actor, widgets
from generation import services
from generation.models import Run
from generation.services import ChangedSection


class _SectionForm(forms.Form):
    heading = forms.CharField(max_length=160, widget=widgets.Text)
    purpose = forms.CharField(
        max_length=600,
        required=False,
        label="What the reader knows after it",
        widget=widgets.Textarea(attrs={"rows": 2}),
    )
    place = forms.IntegerField(min_value=1, max_value=99, widget=widgets.Number)
    is_dropped = forms.BooleanField(required=False, label="Leave this section out")


class _AngleForm(forms.Form):
    angle = forms.CharField(
        max_length=600,
        label="What the article argues or explains",
        widget=widgets.Textarea(attrs={"rows": 2}),
    )


class OutlineForms:
    """All fields of an outline, empty of thought about how they are sent."""

    def __init__(self, run: Run, data: Any = None) -> None:
        outline = services.outline_of(run)
        self._run = run
        self.angle = _AngleForm(data, initial={"angle": outline.angle}, prefix="outline")
        self.sections = [
            _SectionForm(
                data,
                prefix=f"section-{number}",
                initial={
                    "heading": section.heading,
                    "purpose": section.purpose,
                    "place": number + 1,
                },
            )
            for number, section in enumerate(outline.sections)
        ]
        self.facts = [len(section.facts) for section in outline.sections]

    @property
    def rows(self) -> list[tuple[_SectionForm, int]]:
        """The sections with the number of facts that each rests on."""
        return list(zip(self.sections, self.facts, strict=True))

    def save(self, request: HttpRequest) -> bool:
        """Let the run go on with what was typed; whether it does, or there is something to mend."""
        if [form for form in (self.angle, *self.sections) if not form.is_valid()]:
            messages.error(request, "Please mend what is marked below; the run still waits.")
            return False
        try:
            services.continue_run(
                self._run,
                by=actor(request),
                angle=self.angle.cleaned_data["angle"],
                sections=self._wanted(),
            )
        except services.OutlineInvalid as problem:
            messages.error(request, str(problem))
            return False
        except services.RunNotPaused as refusal:
            messages.info(request, str(refusal))
        return True

    def _wanted(self) -> list[ChangedSection]:
        kept = [
            (form.cleaned_data["place"], number, form.cleaned_data)
            for number, form in enumerate(self.sections)
            if not form.cleaned_data["is_dropped"]
        ]
        return [
            ChangedSection(number=number, heading=typed["heading"], purpose=typed["purpose"])
            for _, number, typed in sorted(kept, key=lambda one: one[:2])
        ]
