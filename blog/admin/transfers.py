"""Moving in and out, at the desk: order it, see the trial's report, confirm, watch, download."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from blog.admin.transfer_forms import ExportForm, ImportForm
from blog.admin.transfer_pages import TONES, document, report_of
from blog.admin_theme import ReadOnlyAdmin, actor, display, state_column
from blog.models import Transfer
from blog.transfer import formats, orders

_MOVES = {"confirm": orders.confirm, "again": orders.try_again, "stop": orders.stop}


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin[Transfer]):
    """What was moved, and what is being moved."""

    list_display = ["what", "name", "how_far", "by", "created_at"]
    list_filter = ["kind", "state"]
    counted_as = ("transfer", "transfers")
    list_select_related = ["by"]
    change_list_template = "admin/blog/transfer/change_list.html"

    @display(description="What")
    def what(self, transfer: Transfer) -> str:
        """In and out, and by which format."""
        way = "Out, for" if transfer.kind == Transfer.Kind.EXPORT else "In, from"
        return f"{way} {formats.NAMES.get(transfer.format, transfer.format).split(' (')[0]}"

    @state_column("State", TONES)
    def how_far(self, transfer: Transfer) -> tuple[str, str]:
        """Where it stands."""
        return transfer.state, transfer.get_state_display()

    def get_urls(self) -> list[URLPattern]:
        """With the two forms, what is done to one, its progress and its file."""

        def page(address: str, view: Any, name: str) -> URLPattern:
            wrapped = self.admin_site.admin_view(never_cache(view))
            found: URLPattern = path(address, wrapped, name=f"blog_transfer_{name}")
            return found

        return [
            page("import/", self.import_view, "import"),
            page("export/", self.export_view, "export"),
            page("<int:pk>/progress/", require_GET(self.progress_view), "progress"),
            page("<int:pk>/file/", require_GET(self.download_view), "download"),
            page("<int:pk>/<slug:move>/do/", require_POST(self.move_view), "move"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the doors that are open to whoever looks."""
        return super().changelist_view(request, _doors(request) | (extra_context or {}))

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for the file; a POST has it looked through."""
        _check(request, Transfer.Kind.IMPORT)
        user = actor(request)
        form = ImportForm(request.POST or None, request.FILES or None, user=user)
        if form.is_valid():
            file, chosen = form.cleaned_data["file"], form.cleaned_data["format"]
            transfer = orders.order_import(
                chosen, file, name=file.name, wishes=form.wishes, by=user
            )
            return redirect("admin:blog_transfer_change", transfer.pk)
        return self._show(request, "import", "Move a blog in", form=form)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for the format; a POST has the archive made."""
        _check(request, Transfer.Kind.EXPORT)
        form = ExportForm(request.POST or None)
        if form.is_valid():
            transfer = orders.order_export(
                form.cleaned_data["format"], wishes=form.wishes, by=actor(request)
            )
            return redirect("admin:blog_transfer_change", transfer.pk)
        return self._show(request, "export", "Take the blog out", form=form)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show how far it is, then its report."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        transfer = self.get_object(request, object_id)
        if transfer is None:
            raise Http404
        return self._show(
            request,
            "watch",
            self.what(transfer),
            transfer=transfer,
            now=document(transfer),
            report=report_of(transfer, request.GET.get("show", "")),
            wishes=orders.Wishes.model_validate(transfer.wishes),
            may_act=orders.may(actor(request), transfer.kind),
        )

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer how far it is, as JSON."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return JsonResponse(document(get_object_or_404(Transfer, pk=pk)))

    def move_view(self, request: HttpRequest, pk: int, move: str) -> HttpResponse:
        """Confirm, stop, or have it done again."""
        transfer = get_object_or_404(Transfer, pk=pk)
        _check(request, transfer.kind)
        if move not in _MOVES:
            raise Http404
        try:
            _MOVES[move](transfer, by=actor(request))
        except orders.NotNow as refusal:
            messages.error(request, str(refusal))
        return redirect("admin:blog_transfer_change", pk)

    def download_view(self, request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
        """Hand out an export, drafts and all, to those who may make one; nobody keeps a copy."""
        _check(request, Transfer.Kind.EXPORT)
        transfer = get_object_or_404(Transfer, pk=pk, kind=Transfer.Kind.EXPORT)
        try:
            file = transfer.file.open("rb") if transfer.file else None
        except OSError:
            file = None
        if file is None:
            messages.error(request, "The file was removed meanwhile. Take the blog out again.")
            return redirect("admin:blog_transfer_change", pk)
        return FileResponse(file, as_attachment=True, filename=transfer.name)

    def _show(self, request: HttpRequest, page: str, title: str, **more: Any) -> HttpResponse:
        context = self.admin_site.each_context(request) | _doors(request)
        context |= {"opts": self.opts, "title": title, **more}
        return TemplateResponse(request, f"admin/blog/transfer/{page}.html", context)


def _doors(request: HttpRequest) -> dict[str, Any]:
    return {f"may_{kind}": orders.may(actor(request), kind) for kind in Transfer.Kind}


def _check(request: HttpRequest, kind: str) -> None:
    if not orders.may(actor(request), kind):
        raise PermissionDenied
