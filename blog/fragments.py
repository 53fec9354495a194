"""Parts of pages: what looks the same is rendered once, so a page costs little but its own text."""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from django.template import engines
from markupsafe import Markup


def render(template: str, macro: str, shows: Hashable) -> Markup:
    """Return what the macro of the template makes of `shows`, which is all that it depends on.

    The language of the page, the addresses it leads to and whatever else may differ from one
    request to the next has to be part of `shows`: an immutable value, compared by what is in it.
    """
    site: Any = engines["jinja2"]
    return _render(site.env.get_template(template), macro, shows)


@lru_cache(maxsize=3_000)
def _render(template: Any, macro: str, shows: Hashable) -> Markup:
    html: Markup = getattr(template.module, macro)(shows)
    return html
