"""The languages of the site, by the names their speakers give them."""

from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured


def named(codes: list[str]) -> list[tuple[str, str]]:
    """Return (code, name) of each language. Raises ImproperlyConfigured for one nobody knows."""
    unknown = [code for code in codes if "name_local" not in LANG_INFO.get(code, {})]
    if unknown or not codes:
        raise ImproperlyConfigured(
            "SITE_LANGUAGES takes language codes, separated by commas, such as en,ar."
            + (f" Unknown: {', '.join(unknown)}." if unknown else "")
        )
    return [(code, LANG_INFO[code]["name_local"]) for code in codes]
