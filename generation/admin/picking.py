"""From a feed to the backlog: the items of a feed, and one click that makes a brief of one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from blog.admin_theme import actor
from generation import services
from generation.models import Source


def pick_from_feed(
    model_admin: Any, request: HttpRequest, *, plan_id: int, source_id: int
) -> HttpResponse:
    """Show the items of a plan's feed; on POST make a brief of the one that was chosen."""
    if not request.user.has_perms(["generation.view_contentplan", "generation.add_brief"]):
        raise PermissionDenied
    feeds = Source.objects.select_related("plan").filter(kind=Source.Kind.FEED)
    source = get_object_or_404(feeds, pk=source_id, plan=plan_id)
    if request.method == "POST":
        return _pick(request, source)
    context = model_admin.admin_site.each_context(request) | {
        "opts": model_admin.opts,
        "original": source.plan,
        "title": f"Pick from {source}",
        "source": source,
        **_items(source),
    }
    return TemplateResponse(request, "admin/generation/contentplan/pick.html", context)


def _items(source: Source) -> dict[str, Any]:
    try:
        return {"items": services.feed_items(source)}
    except services.SourceUnreadable as refusal:
        return {"problem": str(refusal)}


def _pick(request: HttpRequest, source: Source) -> HttpResponse:
    guid = request.POST.get("guid", "")
    try:
        brief = services.pick_from_feed(source, item_guid=guid, by=actor(request))
    except services.AlreadyPicked as refusal:
        messages.info(request, str(refusal))
        if refusal.brief is None:
            return redirect(request.path)
        return redirect("admin:generation_brief_change", refusal.brief.pk)
    except (services.SourceUnreadable, services.ItemGone) as refusal:
        messages.error(request, str(refusal))
        return redirect(request.path)
    messages.success(request, "The brief is made. Add what you know, then press “Generate draft”.")
    return redirect("admin:generation_brief_change", brief.pk)
