"""A title that search engines cut loses its end, not its meaning: it warns."""

from blog.checks.text import Finding, Text, shorten

NAME = "title length"
# Search engines cut by width; about so many characters fit.
SHOWN_CHARACTERS = 60


def check(text: Text) -> list[Finding]:
    """Say where the title that search engines get would be cut."""
    title = (text.draft.seo_title or text.draft.title).strip()
    if len(title) <= SHOWN_CHARACTERS:
        return []
    message = (
        f"The title has {len(title)} characters; search engines show about {SHOWN_CHARACTERS} and"
        " cut the rest. Shorten it, or give search engines a shorter one."
    )
    return [Finding(check=NAME, level="warn", message=message, where=shorten(title))]
