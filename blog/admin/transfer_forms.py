"""What the desk asks of whoever moves a blog in or out."""

from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.contrib.auth.models import User

from blog.admin_theme import LinesField, widgets
from blog.models import Author
from blog.transfer import orders

MAX_BYTES = 1_000_000_000
_ENDINGS = {
    "wordpress": (".xml", ".zip"),
    "ghost": (".json", ".zip"),
    "markdown": (".zip", ".md"),
}
_FORMATS = [
    ("wordpress", "WordPress: the .xml file of Tools → Export, or a .zip with it and its pictures"),
    ("ghost", "Ghost: the .json file of Settings → Export, or a .zip with it and its pictures"),
    ("markdown", "Jekyll, Hugo, or an export of this system: a .zip of the folder"),
]


class ImportForm(forms.Form):
    """Where the posts come from, and how."""

    format = forms.ChoiceField(
        label="Where it comes from",
        choices=_FORMATS,
        initial="wordpress",
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label="The export",
        widget=widgets.File(attrs={"accept": ".xml,.json,.zip,.md"}),
        error_messages={"required": "Choose the file that the other system exported."},
        help_text="Up to 1 GB. For more, use manage.py import_posts.",
    )
    url = forms.URLField(
        label="Address of the old blog",
        required=False,
        assume_scheme="https",
        widget=widgets.Text(attrs={"placeholder": "https://blog.example.com"}),
        help_text="If the file does not say it. Links to it become links within this blog.",
    )
    fetch_images = forms.BooleanField(
        label="Fetch its pictures from there, as far as the file does not bring them",
        required=False,
        initial=True,
    )
    publish = forms.BooleanField(
        label="Put live at once what was live there, with its old dates",
        required=False,
        help_text="Nobody reviews it here. Otherwise everything comes as drafts.",
    )
    author = forms.ModelChoiceField(
        Author.objects.order_by("name"),
        label="Byline of posts without one",
        required=False,
        to_field_name="slug",
        empty_label="The name of the old blog",
        widget=widgets.Select(),
    )
    hosts = LinesField(
        label="Other hosts of its pictures and links, one a line",
        max_line=200,
        widget=widgets.Textarea(attrs={"rows": 2, "placeholder": "cdn.example.com"}),
    )
    all_media = forms.BooleanField(label="Also pictures that no post shows", required=False)
    primary_tag_is_category = forms.BooleanField(
        label="Ghost: the first tag of a post is its category", required=False
    )
    again = forms.BooleanField(
        label="Bring back what an earlier import brought and somebody deleted", required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not orders.may_publish(user):
            del self.fields["publish"]

    def clean_file(self) -> Any:
        """Refuse what can't be an export of this kind, before it is kept."""
        file = self.cleaned_data["file"]
        endings = _ENDINGS.get(self.cleaned_data.get("format", ""), ())
        ending = PurePosixPath(file.name or "").suffix.lower()
        if endings and ending not in endings:
            raise forms.ValidationError(
                f"“{file.name}” does not end in {' or '.join(endings)}. Choose the file that the"
                " other system exported, or choose another system above."
            )
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                "The file is larger than 1 GB. Ask whoever runs the servers to use manage.py"
                " import_posts."
            )
        return file

    @property
    def wishes(self) -> orders.Wishes:
        """What was chosen."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in _NOT_KEPT}
        author = self.cleaned_data["author"]
        return orders.Wishes(**told, author=author.slug if author else "")


class ExportForm(forms.Form):
    """For which system, and how much."""

    format = forms.ChoiceField(
        label="For",
        choices=[
            (
                "markdown",
                "Markdown with front matter and pictures: Hugo, Jekyll, or a copy to keep",
            ),
            ("wordpress", "WordPress (WXR): for Tools → Import"),
            ("ghost", "Ghost (JSON): for Settings → Import"),
        ],
        initial="markdown",
        widget=forms.RadioSelect,
    )
    published_only = forms.BooleanField(
        label="Only what readers see: no drafts, nothing scheduled", required=False
    )

    @property
    def wishes(self) -> orders.Wishes:
        """What was chosen."""
        return orders.Wishes(published_only=self.cleaned_data["published_only"])


_NOT_KEPT = {"format", "file", "author"}
