"""Answers with the cards of public posts, which never change under their addresses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from blog import pictures, sharing
from blog.models import Post
from blog.querysets import TEXTS


def show_card(_request: HttpRequest, pk: int, digest: str) -> HttpResponse:
    """Answer with the card of a public post; an outdated address leads to the one of today."""
    public = Post.objects.published().select_related("author", "category")
    post = get_object_or_404(public.defer(*TEXTS), pk=pk)
    if digest != sharing.card_of(post).digest:
        response: HttpResponse = redirect(sharing.card_url(post))
        response["Cache-Control"] = "public, max-age=60"
        return response
    response = HttpResponse(sharing.card_file(post), content_type="image/png")
    response["Cache-Control"] = pictures.IMMUTABLE
    return response
