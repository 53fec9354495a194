"""Old addresses and where they lead: what moved left them, imports bring them, people add them."""

from typing import Any

from django import forms
from django.contrib import admin

from blog import redirects
from blog.admin_theme import ModelAdmin, ModelForm, display, widgets
from blog.models import Post, Redirect

_NOTHING: dict[str, Any] = {
    **dict.fromkeys(["post", "category", "tag", "author"]),
    "target": "",
}


class RedirectForm(ModelForm[Redirect]):
    """Two addresses: the old one, and where it leads."""

    leads_to = forms.CharField(
        max_length=500,
        widget=widgets.Text(),
        help_text="A page of this blog, such as /posts/glue/, or a whole address elsewhere. A post,"
        " category, tag or author is followed wherever it moves.",
    )

    class Meta:
        model = Redirect
        fields = ["path"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if redirect := kwargs.get("instance"):
            kwargs["initial"] = {"leads_to": _address(redirect), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean_path(self) -> str:
        """Refuse, in words, what no reader would get to."""
        return redirects.old_path(self.cleaned_data["path"], besides=self.instance.pk or 0)

    def clean_leads_to(self) -> str:
        """Refuse, in words, what no reader could follow."""
        typed: str = self.cleaned_data["leads_to"]
        found = redirects.destination(typed, path=self.cleaned_data.get("path", ""))
        for name, value in (_NOTHING | found).items():
            setattr(self.instance, name, value)
        return typed


@admin.register(Redirect)
class RedirectAdmin(ModelAdmin[Redirect]):
    """Redirects, by their old address."""

    form = RedirectForm
    list_display = ["path", "leads_to", "answer", "created_at"]
    list_select_related = ["post", "category", "tag", "author"]
    search_fields = ["path", "target", "post__title", "post__slug"]

    @display(description="Leads to")
    def leads_to(self, redirect: Redirect) -> str:
        """The address now."""
        return _address(redirect)

    @display(description="Readers get")
    def answer(self, redirect: Redirect) -> str:
        """What the answer is at this moment, for what a post's state decides."""
        post = redirect.post
        if not isinstance(post, Post) or post.is_live:
            return "the way on (301)"
        return "withdrawn (410)" if post.withdrawn_at else "not found (404), until it is live"


def _address(redirect: Redirect) -> str:
    return redirect.thing.get_absolute_url() if redirect.thing else redirect.target
