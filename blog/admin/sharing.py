"""Preview links in the admin: made for somebody and some days, copied, taken back."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from blog import preview_links
from blog.admin.post_pages import PostPages
from blog.admin_theme import actor, widgets

SHOWN = 50


class ShareForm(forms.Form):
    """For whom a link is, and for how long."""

    note = forms.CharField(
        label="For whom",
        required=False,
        max_length=120,
        widget=widgets.Text(attrs={"placeholder": "The museum’s press office"}),
        help_text="So that you know later which link to take back.",
    )
    days = forms.TypedChoiceField(
        label="It works for",
        coerce=int,
        choices=[(1, "1 day"), (7, "7 days"), (30, "30 days")],
        initial=7,
        widget=forms.RadioSelect,
    )


class PreviewLinkPages(PostPages):
    """Adds the page of a post's preview links."""

    def get_urls(self) -> list[URLPattern]:
        """With it, and with the taking back, a POST."""
        # A page is a post: its links have the same addresses.
        if self.opts.proxy:
            return super().get_urls()
        view = self.admin_site.admin_view
        revoke = view(require_POST(self.revoke_view))
        return [
            path("<int:post_id>/previews/", view(self.previews_view), name="blog_post_previews"),
            path(
                "<int:post_id>/previews/<int:link_id>/revoke/",
                revoke,
                name="blog_post_revoke_preview",
            ),
            *super().get_urls(),
        ]

    def previews_view(self, request: HttpRequest, post_id: int) -> HttpResponse:
        """List the links; a POST makes one more."""
        post = self.find(request, post_id, to_change=True)
        form = ShareForm(request.POST or None)
        if form.is_valid():
            try:
                preview_links.share(post, by=actor(request), **form.cleaned_data)
            except preview_links.NothingToShare as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "Here is the link. Copy it and send it.")
                return redirect("admin:blog_post_previews", post_id)
        now = timezone.now()
        links = [
            (link, preview_links.address_of(link) if link.is_open(now) else "")
            for link in post.preview_links.select_related("created_by")[:SHOWN]
        ]
        return self.page(request, post, "previews", form=form, links=links)

    def revoke_view(self, request: HttpRequest, post_id: int, link_id: int) -> HttpResponse:
        """Take one back."""
        post = self.find(request, post_id, to_change=True)
        link = get_object_or_404(post.preview_links.all(), pk=link_id)
        preview_links.revoke(link, by=actor(request))
        messages.success(request, "Taken back. The link opens nothing any more.")
        return redirect("admin:blog_post_previews", post_id)
