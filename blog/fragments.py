"""Parts of pages: what looks the same is rendered once, so a page costs little but its own text."""

from collections.abc import Callable, Hashable
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
    return _render(_template(template), macro, shows)


def macro_of(template: str, macro: str) -> Callable[..., Markup]:
    """Return a macro of a public template, to be called from Python; nothing of it is kept."""
    return _macro(_template(template), macro)


def _template(name: str) -> Any:
    site: Any = engines["jinja2"]
    return site.env.get_template(name)


def _macro(template: Any, name: str) -> Callable[..., Markup]:
    macro: Callable[..., Markup] = getattr(template.module, name)
    return macro


@lru_cache(maxsize=3_000)
def _render(template: Any, macro: str, shows: Hashable) -> Markup:
    return _macro(template, macro)(shows)


# Only tests change them.
setting_changed.connect(lambda **_: _render.cache_clear(), weak=False)
