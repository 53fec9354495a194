"""The words of posts: every save is a new revision; decisions are made at the review desk."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from blog import revisions
from blog.admin import states
from blog.admin.bulk_pages import ActsInBulk
from blog.admin.checking import ChecksText
from blog.admin.history import RevisionPages
from blog.admin.lists import AssistanceFilter, ListsPosts
from blog.admin.post_form import PostForm
from blog.admin.sharing import PreviewLinkPages
from blog.admin_theme import AutocompleteSelectFilter, actor, desk_url, display, state_column
from blog.models import Post
from blog.querysets import TEXTS


@admin.register(Post)
class PostAdmin(ListsPosts[Post], ActsInBulk[Post], ChecksText, RevisionPages, PreviewLinkPages):
    """Edits the latest revision; never the columns that readers see."""

    form = PostForm
    list_display = ["title", "state", "author", "category", "when", "updated_at"]
    list_filter = [
        "status",
        ("category", AutocompleteSelectFilter),
        ("author", AutocompleteSelectFilter),
        ("is_ai_generated", AssistanceFilter),
    ]
    ordering = ["-updated_at", "-pk"]
    sortable_by = ["updated_at"]
    autocomplete_fields = ["author", "category", "cover", "tags"]
    fieldsets = [
        (None, {"fields": ["title", "summary", "body", "note", "base_revision"]}),
        ("On the blog", {"fields": ["author", "category", "tags", "cover", "slug", "language"]}),
    ]

    class Media:
        css = {"all": ["blog/admin/easymde/easymde.min.css", "blog/admin/editor.css"]}
        js = ["blog/admin/easymde/easymde.min.js", "blog/admin/editor.js"]

    @state_column("State", states.TONES)
    def state(self, post: Post) -> tuple[str, str]:
        """Where it stands."""
        state = states.state_of(post)
        return state.key, state.label

    @display(description="Published", empty_value="—")
    def when(self, post: Post) -> Any:
        """Since when, or from when, readers see it."""
        return post.publish_at if post.approved_revision_id else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        """Without the texts: a list is a list."""
        rows = super().get_queryset(request).select_related("author", "category")
        return rows.defer(*TEXTS)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Post | None:
        """With the revision that the form shows."""
        rows = Post.objects.select_related(
            "latest_revision__created_by", "approved_revision", "update_revision"
        )
        return rows.filter(pk=object_id).first() if object_id.isdecimal() else None

    def get_view_on_site_url(self, obj: Post | None = None) -> str | None:
        """Only what readers see has an address for them."""
        return obj.get_absolute_url() if obj is not None and obj.is_live else None

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Whoever may not edit reads the post at the desk; a withdrawn one is there for all."""
        post = self.get_object(request, object_id)
        if post is not None and self.has_view_permission(request):
            if not self.has_change_permission(request):
                return redirect(desk_url(post.pk))
            if request.method == "GET" and post.status == Post.Status.ARCHIVED:
                messages.info(request, str(revisions.PostArchived()))
                return redirect(desk_url(post.pk))
        return super().change_view(request, object_id, form_url, extra_context)

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Post | None = None
    ) -> dict[str, Any]:
        """A new post's address follows its title; an old one's must not."""
        may_type = obj is None and self.has_add_permission(request)
        return {"slug": ["title"]} if may_type else {}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form; a revision saved between check and save turns into the same conflict."""
        context = (extra_context or {}) | self._around(request, object_id)
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except (revisions.EditConflict, revisions.PostArchived):
            # Rolled back; the form's own check now sees what happened and says so.
            return super().changeform_view(request, object_id, form_url, context)

    def _around(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        post = self.get_object(request, object_id) if object_id else None
        if post is None:
            return {}
        return {
            "post": post,
            "state": states.state_of(post),
            "seen_by_readers": states.seen_by_readers(post),
            "meant_by_saving": states.meant_by_saving(post),
            "desk_url": desk_url(post.pk),
        }

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        """Save the words as a new revision."""
        draft, note = form.to_draft(), form.cleaned_data["note"]
        if change:
            post = Post.objects.get(pk=obj.pk)
            # Gone when it was an autosave that another one overtook.
            base = post.revisions.filter(number=form.cleaned_data["base_revision"]).first()
            if base is None:
                raise revisions.EditConflict(post.revisions.latest())
            warning = states.taken_back_by_an_edit(post)
            saved = revisions.save_revision(
                post, draft, by=actor(request), note=note, based_on=base
            )
            if warning and saved != base:
                messages.warning(request, warning)
        else:
            obj.pk = revisions.create_post(draft, by=actor(request), note=note).pk
        obj.refresh_from_db()

    def response_change(self, request: HttpRequest, obj: Post) -> HttpResponse:
        """Say so when there was nothing to save."""
        latest = obj.latest_revision
        if latest and request.POST.get("base_revision") == str(latest.number):
            messages.info(request, "You changed nothing, so everything stays as it was.")
            return redirect(request.path)
        if "_save" in request.POST:
            return self._to_desk(request, obj)
        return super().response_change(request, obj)

    def response_add(
        self, request: HttpRequest, obj: Post, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Lead to the next step, unless more writing was asked for."""
        if "_save" in request.POST:
            return self._to_desk(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def _to_desk(self, request: HttpRequest, post: Post) -> HttpResponse:
        messages.success(request, "Saved as a draft. Submit it for review when it is ready.")
        return redirect(desk_url(post.pk))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Tags were saved with the revision; nothing else hangs on this form."""
