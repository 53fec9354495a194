"""A redirect that a person makes: what they typed, or in words why readers could not follow it."""

from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from blog import addresses, old_addresses, rendering
from blog.models import Post, Redirect

_MACHINERY = {"admin", "api", "health", "media", "preview", "static"}
_is_web_address = URLValidator(
    ["http", "https"], message="This is no address that a browser can open. Check it for mistakes."
)


def old_path(typed: str, *, besides: int = 0) -> str:
    """Return the address that readers may still follow; `besides` is the redirect being edited.

    Raises ValidationError.
    """
    path = unquote(urldefrag(_on_this_site(typed)).url)
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        raise ValidationError(
            "Give an old address of this blog, from the slash on, such as /2019/05/old-post/."
        )
    bare, _, query = path.partition("?")
    if bare.split("/")[1] in _MACHINERY:
        raise ValidationError(
            f"What begins with /{bare.split('/')[1]}/ belongs to AutoBlog itself."
        )
    is_wordpress = bare == "/" and old_addresses.is_old_query(query)
    if not is_wordpress and any(map(addresses.is_answered, _with_and_without_slash(bare))):
        raise ValidationError(
            f"A page answers at {bare}, so that no reader would ever get to the redirect."
        )
    same = Redirect.objects.filter(path__in=_with_and_without_slash(path)).exclude(pk=besides)
    if taken := same.first():
        raise ValidationError(f"There is a redirect from {taken.path} already. Change that one.")
    return path


def destination(typed: str, *, path: str) -> dict[str, Any]:
    """Return the columns of a redirect that say where `path` leads: a thing of ours or an address.

    Raises ValidationError.
    """
    target = _on_this_site(typed)
    if not target.startswith("/") or target.startswith(("//", "/\\")):
        if not target.startswith(("http://", "https://")):
            raise ValidationError(
                "Begin with a slash for a page of this blog (/posts/glue/), or with https:// for"
                " a page elsewhere."
            )
        _is_web_address(target)
        return {"target": target}
    parts = urlsplit(target)
    if path and parts.path.rstrip("/") == path.rstrip("/"):
        raise ValidationError("This would lead to itself. Name another page.")
    place = next(filter(addresses.is_answered, _with_and_without_slash(parts.path)), None)
    if place is None:
        raise ValidationError(_why_nothing_answers(parts.path))
    thing = addresses.thing_at(place)
    if thing and not parts.query and not parts.fragment:
        return {str(thing._meta.model_name): thing}
    return {"target": parts._replace(path=place).geturl()}


def _why_nothing_answers(path: str) -> str:
    thing = addresses.thing_at(path)
    if isinstance(thing, Post):
        return f"Readers do not see “{thing}” now. Redirect to it once it is live."
    try:
        further = old_addresses.destination(path)
    except old_addresses.Gone:
        further = None
    if further:
        return f"{path} is an old address itself. Name the one that it leads to: {further}"
    return f"Nothing answers at {path}. Check the address for mistakes."


def _on_this_site(typed: str) -> str:
    """What was typed, without the address of the site itself before it."""
    address = rendering.storable(typed).strip()
    site = urlsplit(settings.SITE_URL).netloc
    parts = urlsplit(address)
    if parts.scheme in ("http", "https") and parts.netloc == site:
        return parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
    return address


def _with_and_without_slash(path: str) -> list[str]:
    return [path, path.rstrip("/") if path.rstrip("/") and path.endswith("/") else f"{path}/"]
