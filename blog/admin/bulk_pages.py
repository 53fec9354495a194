"""Bulk actions on screen: choose in a list, see what will happen, confirm, see what happened."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from blog import patience
from blog.admin import bulk
from blog.admin.lists import PATIENCE_MS, TOOK_TOO_LONG
from blog.admin_theme import ModelAdmin, Row, actor
from blog.models import Post

_TOO_MANY = (
    f"That is more than {bulk.MOST} posts at once. Filter the list or search in it, and take them"
    f" {bulk.MOST} at a time: so you see what will happen to each. Nothing was changed."
)


class ActsInBulk(ModelAdmin[Row]):
    """A list of posts that offers the bulk actions, to those who may do them."""

    list_max_show_all = bulk.MOST

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Ours alone: what was published is withdrawn, and never deleted by the dozen."""
        if IS_POPUP_VAR in request.GET:
            return {}
        return {
            action.name: (_asking(action), action.name, action.label)
            for action in bulk.actions().values()
            if request.user.has_perm(action.permission)
        }

    def get_urls(self) -> list[URLPattern]:
        """With the page that does what was confirmed."""
        view = self.admin_site.admin_view(self.bulk_view)
        return [
            path("bulk/<slug:name>/", view, name=self._url_name("bulk")),
            *super().get_urls(),
        ]

    def ask(self, request: HttpRequest, posts: QuerySet[Any], action: bulk.Action) -> HttpResponse:
        """Show what will happen to each of the posts; refuse more than anybody could look at."""
        try:
            with patience.limited(PATIENCE_MS):
                chosen = list(posts.values_list("pk", flat=True)[: bulk.MOST + 1])
        except patience.TookTooLong:
            messages.warning(request, TOOK_TOO_LONG)
            return redirect(request.get_full_path())
        if len(chosen) > bulk.MOST:
            messages.warning(request, _TOO_MANY)
            return redirect(request.get_full_path())
        form = action.form()
        return self._confirm(request, action, chosen, form, request.GET.urlencode())

    def bulk_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Do what was confirmed and show what became of each post."""
        action = bulk.actions().get(name)
        if action is None:
            raise Http404
        if not (self.has_view_permission(request) and request.user.has_perm(action.permission)):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(self._list_url())
        tokens = dict.fromkeys(request.POST.getlist("item"))
        items = [item for token in tokens if (item := bulk.Item.parse(token))]
        back = request.POST.get("back", "")
        if not 0 < len(items) <= bulk.MOST:
            messages.warning(request, _TOO_MANY if items else "You chose no post.")
            return redirect(f"{self._list_url()}?{back}")
        form = action.form(request.POST)
        if not form.is_valid():
            chosen = [item.post_id for item in items]
            return self._confirm(request, action, chosen, form, back)
        outcomes = bulk.run(action, items, by=actor(request), filled=form.cleaned_data)
        return self._show(request, "admin/bulk/result.html", action, outcomes, back)

    def _confirm(
        self,
        request: HttpRequest,
        action: bulk.Action,
        chosen: list[int],
        form: forms.Form,
        back: str,
    ) -> HttpResponse:
        # With what the actions look at: each is rehearsed by itself.
        rows = Post.objects.select_related("latest_revision", "approved_revision", "author")
        found = rows.in_bulk(chosen)
        posts = [found[pk] for pk in chosen if pk in found]
        outcomes = bulk.rehearse(action, posts, by=actor(request))
        do_url = reverse(f"admin:{self._url_name('bulk')}", args=[action.name])
        more = {"form": form, "do_url": do_url}
        return self._show(request, "admin/bulk/confirm.html", action, outcomes, back, **more)

    def _show(
        self,
        request: HttpRequest,
        template: str,
        action: bulk.Action,
        outcomes: list[bulk.Outcome],
        back: str,
        **more: Any,
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": action.label,
            "action": action,
            "outcomes": outcomes,
            "done": [outcome for outcome in outcomes if outcome.is_done],
            "refused": [outcome for outcome in outcomes if not outcome.is_done],
            "back": back,
            "list_url": f"{self._list_url()}?{back}",
            "now": timezone.localtime(),
            "zone": timezone.get_current_timezone_name(),
        }
        return TemplateResponse(request, template, context | more)

    def _list_url(self) -> str:
        return reverse(f"admin:{self._url_name('changelist')}")

    def _url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"


def _asking(action: bulk.Action) -> Callable[..., HttpResponse]:
    """Return what Django's list calls when the action is chosen."""

    def ask(
        model_admin: ActsInBulk[Any], request: HttpRequest, posts: QuerySet[Any]
    ) -> HttpResponse:
        return model_admin.ask(request, posts, action)

    return ask
