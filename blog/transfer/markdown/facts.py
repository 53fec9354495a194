"""The names that front matter has for things, and the shapes that their values take."""

from typing import Any

_IMAGES = [
    *("cover", "image", "featured_image", "featuredimage", "feature_image", "featureimage"),
    *("thumbnail", "banner", "hero", "header", "images", "og_image", "preview"),
]
_WITHIN_IMAGE = ["src", "url", "path", "image", "teaser", "feature", "og_image"]
_CAPTIONS = ["caption", "description", "title"]


def first(facts: dict[str, Any], *names: str) -> Any:
    """Return the first value that says something; None where none does."""
    return next((facts[name] for name in names if facts.get(name) not in (None, "", [])), None)


def line(facts: dict[str, Any], *names: str) -> str:
    """Return the first value that says something as one line of text."""
    value = first(facts, *names)
    return " ".join(str(value).split()) if value is not None else ""


def strings(value: Any, *, splits_at_blanks: bool = False) -> list[str]:
    """Return a list of texts, whatever way it was written."""
    if isinstance(value, dict):
        value = list(value.keys())
    if isinstance(value, str):
        blanks = splits_at_blanks and "," not in value
        value = value.split(None if blanks else ",")
    if not isinstance(value, list | tuple):
        value = [] if value is None or isinstance(value, bool) else [value]
    texts = [" ".join(str(one).split()) for one in value if not isinstance(one, dict | list)]
    return list(dict.fromkeys(text for text in texts if text))


def cover(facts: dict[str, Any]) -> dict[str, str]:
    """Return the picture of a post as src, alt and caption; empty without one."""
    for name in _IMAGES:
        value = facts.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            inner = {str(key).lower(): part for key, part in value.items()}
            found = {"src": line(inner, *_WITHIN_IMAGE), "alt": line(inner, "alt")}
            found["caption"] = line(inner, *_CAPTIONS)
        elif isinstance(value, str):
            found = {"src": value.strip(), "alt": "", "caption": ""}
        else:
            continue
        if found["src"]:
            found["alt"] = found["alt"] or line(facts, f"{name}_alt", f"{name}alt", "alt")
            found["caption"] = found["caption"] or line(facts, f"{name}_caption", f"{name}caption")
            return found
    return {}


def people(facts: dict[str, Any], config: dict[str, Any]) -> list[dict[str, str]]:
    """Return the bylines of a post as name and url; those of the site where it has none."""
    value = first(facts, "authors", "author") or first(config, "author")
    if isinstance(value, dict):
        value = [value]
    rows = value if isinstance(value, list) else strings(value)
    found = []
    for row in rows:
        if isinstance(row, dict):
            inner = {str(key).lower(): part for key, part in row.items()}
            found.append({"name": line(inner, "name", "title"), "url": line(inner, "url", "link")})
        else:
            found.append({"name": " ".join(str(row).split()), "url": ""})
    return [person for person in found if person["name"]]
