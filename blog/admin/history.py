"""The revisions of a post in the admin: all of them, one by one, any two side by side, restored."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from blog import comparing, revisions
from blog.admin import states
from blog.admin.post_pages import PostPages
from blog.admin_theme import actor, desk_url, widgets
from blog.models import Post, Revision

PAGE_SIZE = 50


@dataclass(frozen=True)
class Saved:
    """A line of the list: a revision, the one saved before it, and what it is now."""

    revision: Revision
    before: Revision | None
    mark: tuple[str, str] | None


class RestoreForm(forms.Form):
    """A few words to a restored revision, and the newest one that whoever asks has seen."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label="Why", required=False, max_length=160, widget=widgets.Text())


class RevisionPages(PostPages):
    """Adds the pages of a post's revisions."""

    def get_urls(self) -> list[URLPattern]:
        """With those of the revisions."""

        def page(address: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            admin_view = self.admin_site.admin_view(view)
            return path(f"<int:post_id>/revisions/{address}", admin_view, name=f"blog_post_{name}")

        # A page is a post: its revisions have the same addresses.
        if self.opts.proxy:
            return super().get_urls()
        return [
            page("", require_safe(self.revisions_view), "revisions"),
            page("compare/", require_safe(self.compare_view), "compare"),
            page("<int:number>/", require_safe(self.revision_view), "revision"),
            page("<int:number>/restore/", self.restore_view, "restore"),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A post has one history: its revisions."""
        if not object_id.isdecimal():
            raise Http404
        return redirect("admin:blog_post_revisions", object_id)

    def revisions_view(self, request: HttpRequest, post_id: int) -> HttpResponse:
        """List them, the newest first, below the number that the query names."""
        post = self.find(request, post_id)
        start = _number(request, "before")
        rows = _light(post).filter(number__lt=start) if start else _light(post)
        found = list(rows[: PAGE_SIZE + 1])
        saved = _saved(post, found)[:PAGE_SIZE]
        older = saved[-1].revision.number if len(found) > PAGE_SIZE else None
        return self.page(request, post, "revisions", saved=saved, is_first=not start, older=older)

    def revision_view(self, request: HttpRequest, post_id: int, number: int) -> HttpResponse:
        """Show one as readers would see it."""
        post = self.find(request, post_id)
        found = list(_light(post).filter(number__lte=number)[:2])
        if not found or found[0].number != number:
            raise Http404
        after = _light(post).filter(number__gt=number).last()
        return self.page(request, post, "revision", saved=_saved(post, found)[0], after=after)

    def compare_view(self, request: HttpRequest, post_id: int) -> HttpResponse:
        """Show two side by side, the older one first; without a choice what changed last."""
        post = self.find(request, post_id)
        rows = _whole(post)
        new = _chosen(rows, request, "new") or rows[0]
        old = _chosen(rows, request, "old") or rows.filter(number__lt=new.number).first() or new
        old, new = sorted([old, new], key=lambda revision: revision.number)
        return self.page(
            request,
            post,
            "compare",
            old=old,
            new=new,
            old_name=f"Revision {old.number}",
            new_name=f"Revision {new.number}",
            diff=comparing.revisions(old, new),
            before=_light(post).filter(number__lt=old.number).first(),
            after=_light(post).filter(number__gt=new.number).last(),
        )

    def restore_view(self, request: HttpRequest, post_id: int, number: int) -> HttpResponse:
        """Ask, with what would change; a POST saves the old content as the newest revision."""
        post = self.find(request, post_id, to_change=True)
        old = _whole(post).filter(number=number).first()
        if old is None:
            raise Http404
        form, problem = RestoreForm(request.POST or None), ""
        if form.is_valid():
            try:
                return _restore(request, post, old, **form.cleaned_data)
            except revisions.EditConflict as conflict:
                problem = (
                    f"{conflict.latest.created_by or 'Somebody'} saved revision"
                    f" {conflict.latest.number} meanwhile. See below what restoring changes of it."
                )
            except (revisions.PostArchived, revisions.AddressTaken) as refusal:
                problem = str(refusal)
            post = self.find(request, post_id, to_change=True)
        return self.page(
            request, post, "restore", old=old, problem=problem, **_asked(post, old, form)
        )


def _restore(
    request: HttpRequest, post: Post, old: Revision, *, base: int, note: str
) -> HttpResponse:
    warning, latest = states.taken_back_by_an_edit(post), post.latest_revision
    seen = post.revisions.filter(number=base).first()
    if seen is None and latest is not None:
        raise revisions.EditConflict(latest)
    saved = revisions.restore_revision(
        post, old.number, by=actor(request), note=note, based_on=seen
    )
    if saved == latest:
        messages.info(request, f"Revision {old.number} says what the newest one says already.")
    else:
        words = f"The words of revision {old.number} are back, as revision {saved.number}."
        messages.success(request, words)
        if warning:
            messages.warning(request, warning)
    return redirect(desk_url(post.pk))


def _asked(post: Post, old: Revision, form: RestoreForm) -> dict[str, Any]:
    """Return what the page says before somebody restores; what they typed stays."""
    latest = _whole(post)[0]
    note = form["note"].value() or ""
    return {
        "form": RestoreForm(initial={"base": latest.number, "note": note}),
        "errors": form.errors.get("note", []),
        "warning": states.taken_back_by_an_edit(post),
        "newest": latest,
        "diff": comparing.revisions(latest, old),
    }


def _light(post: Post) -> QuerySet[Revision]:
    """Return the post's revisions without their texts, the newest first."""
    return post.revisions.select_related("created_by").defer("body", "body_html")


def _whole(post: Post) -> QuerySet[Revision]:
    """Return the post's revisions with all that is compared, the newest first."""
    return post.revisions.select_related("created_by", "author", "category", "cover")


def _saved(post: Post, rows: list[Revision]) -> list[Saved]:
    """Return the lines of neighbouring revisions, the newest first."""
    marks = _marks(post)
    befores = [*rows[1:], None]
    return [
        Saved(row, before, marks.get(row.pk)) for row, before in zip(rows, befores, strict=True)
    ]


def _marks(post: Post) -> dict[int | None, tuple[str, str]]:
    """Return the words and the tone for the revisions that are something special now."""
    marks: dict[int | None, tuple[str, str]] = {post.latest_revision_id: ("Newest", "")}
    if post.update_at:
        words = f"Readers get it on {states.short_moment(post.update_at)}"
        marks[post.update_revision_id] = (words, "info")
    if post.publish_at:
        words = f"Readers get it on {states.short_moment(post.publish_at)}"
        shown = ("Readers see it", "success") if post.is_live else (words, "info")
        marks[post.approved_revision_id] = shown
    return marks


def _number(request: HttpRequest, name: str) -> int | None:
    """Return a revision's number from the query; None where there is none."""
    typed = request.GET.get(name, "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise Http404
    return int(typed)


def _chosen(rows: QuerySet[Revision], request: HttpRequest, name: str) -> Revision | None:
    number = _number(request, name)
    if number is None:
        return None
    if chosen := rows.filter(number=number).first():
        return chosen
    raise Http404
