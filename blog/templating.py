"""What the templates of the public pages may call: addresses, dates, words of the page's language.

They are Jinja's, because it compiles them: a page that is made costs half of what it would with
Django's own, which the admin has. All text is escaped unless it says that it is HTML.
"""

from datetime import date, datetime
from typing import Any

from django.template.defaultfilters import capfirst
from django.templatetags.static import static
from django.utils import formats, timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from blog import cards, disclosure, fragments, languages, renditions, seo
from blog.models import Content, Image


def environment(**options: Any) -> Environment:
    """Return the environment of the public templates."""
    options |= {"autoescape": True, "undefined": StrictUndefined}
    made = Environment(trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701 (see above)
    made.globals |= {
        "_": _,
        "ngettext": ngettext,
        "pgettext": translation.pgettext,
        "url": languages.reverse_here,
        "url_in": languages.reverse_in,
        "static": static,
        "language_code": translation.get_language,
        "direction": direction,
        "site_languages": languages.codes,
        "spoken": spoken,
        "card": cards.card,
        "part": fragments.render,
        "art_url": cards.art_url,
        "shown": shown,
        "disclosure_note": disclosure.note,
    }
    made.filters |= {
        "absolute": seo.absolute,
        "capfirst": capfirst,
        "date": format_date,
        "initials": initials,
        "instant": instant,
        "language_name": languages.name_of,
    }
    return made


def _(text: str) -> Markup:
    """Return our own words, which may have markup, in the language of the page."""
    return Markup(translation.gettext(text))  # noqa: S704 (of the catalogue)


def ngettext(one: str, many: str, number: int) -> Markup:
    """Return our own words in the form that the language has for the number."""
    return Markup(translation.ngettext(one, many, number))  # noqa: S704 (of the catalogue)


def direction() -> str:
    """Return the direction of the page: ltr or rtl."""
    return "rtl" if translation.get_language_bidi() else "ltr"


def format_date(moment: datetime | date, pattern: str) -> str:
    """Return the day, by the site's clock, in Django's letters for dates."""
    at = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return formats.date_format(at, str(pattern))


def shown(image: Image | None) -> renditions.Shown | None:
    """Return what `blog/_picture.html` needs for a picture, if there is one."""
    return renditions.show(image) if image else None


def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name."""
    words = name.split()
    # The letters of some scripts join: no word shall come of them.
    return "\u200c".join(word[0] for word in words[:1] + words[1:][-1:]).upper()


def instant(moment: datetime) -> str:
    """Return the moment as pages and those who share them write it for machines."""
    return moment.isoformat(timespec="seconds")


def spoken(content: Content | cards.Card) -> SafeString | str:
    """Return the attributes that say the content's language, where its page speaks another."""
    if content.language == translation.get_language():
        return ""
    way = languages.direction_of(content.language)
    return format_html(' lang="{}" dir="{}"', content.language, way)
