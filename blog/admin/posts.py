"""The words of posts: every save is a new revision; decisions are made at the review desk."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from blog import autosaves, languages, placement, revisions, seo
from blog.admin import conflicts, states
from blog.admin.autosave import Autosaves
from blog.admin.bulk_pages import ActsInBulk
from blog.admin.checking import ChecksText
from blog.admin.history import RevisionPages
from blog.admin.lists import AssistanceFilter, ListsPosts
from blog.admin.post_form import WORDS, PostForm
from blog.admin.sharing import PreviewLinkPages
from blog.admin_theme import AutocompleteSelectFilter, actor, desk_url, display, state_column
from blog.models import Post
from blog.querysets import TEXTS

# Tells the browser under which name it kept the text that is saved now.
SAVED_COOKIE = "autoblog_saved"
TEXT = ["title", "summary", "body", "note", "base_revision", "typed_by", "typing_id"]
LANGUAGE = ["language", "translation_of"]
SEARCH_ENGINES = ["seo_title", "seo_description", "canonical_url"]
_SCRIPTS = ["writing", "tools", "editor", "counters", "preview", "checks", "rescue", "autosave"]
_SCRIPTS += ["picture_dialog", "pictures"]


@admin.register(Post)
class PostAdmin(
    ListsPosts[Post], ActsInBulk[Post], ChecksText, RevisionPages, PreviewLinkPages, Autosaves
):
    """Edits the latest revision; never the columns that readers see."""

    form = PostForm
    kind = Post.Kind.POST
    change_form_template = "admin/blog/post/change_form.html"
    # The page's own script warns, and only of what is not saved yet.
    warn_unsaved_form = False
    list_display = ["title", "state", "author", "category", "when", "updated_at"]
    list_filter = [
        "status",
        ("category", AutocompleteSelectFilter),
        ("author", AutocompleteSelectFilter),
        ("is_ai_generated", AssistanceFilter),
    ]
    ordering = ["-updated_at", "-pk"]
    sortable_by = ["updated_at"]
    autocomplete_fields = ["author", "category", "cover", "tags", "translation_of"]
    fieldsets = [
        (None, {"fields": [*TEXT]}),
        ("On the blog", {"fields": ["author", "category", "tags", "cover", "slug"]}),
        ("Language", {"fields": [*LANGUAGE]}),
        ("Search engines", {"fields": [*SEARCH_ENGINES]}),
    ]

    class Media:
        css = {"all": ["blog/admin/easymde/easymde.min.css", "blog/admin/editor.css"]}
        js = [
            "blog/admin/easymde/easymde.min.js",
            *(f"blog/admin/writing/{name}.js" for name in _SCRIPTS),
        ]

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
        """Without the texts: a list is a list, of posts or of pages."""
        rows = super().get_queryset(request).select_related("author", "category")
        rows = rows.defer(*TEXTS)
        return rows if _is_choosing(request) else rows.filter(kind=self.kind)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Post], search_term: str
    ) -> tuple[QuerySet[Post], bool]:
        """Where an original is chosen, none that is a translation itself."""
        rows, has_doubles = super().get_search_results(request, queryset, search_term)
        is_original = {"translation_of": None} if _is_choosing(request) else {}
        return rows.filter(**is_original), has_doubles

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Post | None:
        """With the revision that the form shows."""
        rows = self.model.objects.select_related(
            "latest_revision__created_by", "approved_revision", "update_revision"
        )
        return rows.filter(pk=object_id).first() if object_id.isdecimal() else None

    def get_form(
        self, request: HttpRequest, obj: Post | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """A form that knows who is at the keyboard."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.typist = actor(request)
        if original := form.base_fields.get("translation_of"):
            original.widget.can_add_related = False
        return form

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
        if post is not None and post.kind != self.kind and request.method == "GET":
            return redirect(f"admin:blog_{post.kind}_change", post.pk)
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
        except (revisions.EditConflict, revisions.PostArchived, placement.TranslationRefused):
            # Rolled back; the form's own check now sees what happened and says so.
            return super().changeform_view(request, object_id, form_url, context)

    def _around(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        post = self.get_object(request, object_id) if object_id else None
        address = reverse(f"blog:{self.kind}", args=["SLUG"])
        around: dict[str, Any] = {
            "kind": self.kind.value,
            "is_refused": request.method == "POST",
            "public_address": seo.absolute(address),
            "right_to_left": " ".join(languages.right_to_left()),
            "autosave_url": self.autosave_url(post),
        }
        if post is None:
            return around
        return around | {
            "post": post,
            "why_not_by_itself": autosaves.why_not(post),
            "state": states.state_of(post),
            "seen_by_readers": states.seen_by_readers(post),
            "meant_by_saving": states.meant_by_saving(post),
            "desk_url": desk_url(post.pk),
        }

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        """Save the words as a new revision, and where it stands among the others."""
        draft, note, by = form.to_draft(), form.cleaned_data["note"], actor(request)
        if change:
            is_new = self._save_edit(request, obj, form)
        else:
            obj.pk = revisions.create_post(draft, by=by, note=note, kind=self.kind).pk
            is_new = True
        is_moved = placement.place(
            obj,
            by=by,
            translation_of=form.cleaned_data.get("translation_of"),
            menu_position=form.cleaned_data.get("menu_position"),
        )
        if is_new:
            messages.success(request, "Saved as a draft. Submit it for review when it is ready.")
        elif is_moved:
            messages.success(request, "Saved. The text is as it was.")
        else:
            messages.info(request, "You changed nothing, so everything stays as it is.")
        obj.refresh_from_db()

    def _save_edit(self, request: HttpRequest, obj: Post, form: Any) -> bool:
        """Return whether there was anything to save; say what that takes back."""
        post = Post.objects.get(pk=obj.pk)
        warning = states.taken_back_by_an_edit(post)
        base = post.revisions.filter(number=form.cleaned_data["base_revision"]).first()
        if base is None and (latest := conflicts.latest_of(post)):
            raise revisions.EditConflict(latest)
        saved = revisions.save_revision(
            post, form.to_draft(), by=actor(request), note=form.cleaned_data["note"], based_on=base
        )
        if warning and saved != base:
            messages.warning(request, warning)
        return saved != base

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Of the text alone: `placement` notes by itself what it changes."""
        form.changed_data = [name for name in form.changed_data if name in WORDS]
        return super().construct_change_message(request, form, formsets, add)

    def log_change(self, request: HttpRequest, obj: Post, message: Any) -> Any:
        """Where nothing changed there is nothing to note."""
        return super().log_change(request, obj, message) if message else None

    def response_change(self, request: HttpRequest, obj: Post) -> HttpResponse:
        """Lead to the next step, or back to the writing."""
        return self._respond(request, obj)

    def response_add(
        self, request: HttpRequest, obj: Post, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Lead to the next step, or back to the writing."""
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        return self._respond(request, obj)

    def _respond(self, request: HttpRequest, post: Post) -> HttpResponse:
        stays = "_continue" in request.POST
        editing = reverse(f"admin:blog_{self.kind}_change", args=[post.pk])
        response = redirect(editing if stays else desk_url(post.pk))
        # The form has checked it; the browser may forget the copy that it kept.
        if kept := request.POST.get("typing_id"):
            path, is_secure = reverse("admin:index"), request.is_secure()
            response.set_cookie(
                SAVED_COOKIE, kept, 3600, path=path, secure=is_secure, samesite="Lax"
            )
        return response

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Tags were saved with the revision; nothing else hangs on this form."""


def _is_choosing(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name == "autocomplete"
