"""Parts of pages: what looks the same is rendered once, so a page costs little but its own text."""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from django.core.signals import setting_changed
from django.template import engines
from markupsafe import Markup


def render(template: str, macro: str, shows: Hashable) -> Markup:
    """Return what the macro of the template makes of `shows`, an immutable value.

    The language of the page and whatever else may differ from one request to the next has to be
    part of it; beside it, the macro may only use what the settings decide.
    """
    site: Any = engines["jinja2"]
    return _render(site.env.get_template(template), macro, shows)


@lru_cache(maxsize=3_000)
def _render(template: Any, macro: str, shows: Hashable) -> Markup:
    html: Markup = getattr(template.module, macro)(shows)
    return html


# Only tests change them.
setting_changed.connect(lambda **_: _render.cache_clear(), weak=False)
