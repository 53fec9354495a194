"""Without a description, lists, feeds and search engines cut one from the text: it warns."""

from blog.checks.text import Finding, Text

NAME = "description"


def check(text: Text) -> list[Finding]:
    """Say that there is neither a summary nor a description for search engines."""
    if text.draft.summary.strip() or text.draft.seo_description.strip():
        return []
    message = (
        "There is no summary, so lists, feeds and search results show the first words of the text."
        " Say in one or two sentences what readers get from it."
    )
    return [Finding(check=NAME, level="warn", message=message)]
