"""The sample model's translations: the text as it is, with a mark that says what is missing."""

from typing import Any

from django.utils.text import slugify

from generation.sample_model.prompt import Request


def passage(request: Request) -> dict[str, Any]:
    """Return the passage, and a line that says into which language a real model would have it."""
    mark = f"*(Sample: a real model would write this in the language “{request.language}”.)*"
    return {"markdown": f"{request.blocks.get('passage', '')}\n\n{mark}"}


def title(request: Request) -> dict[str, Any]:
    """Return what is to be translated; the title says into which language."""
    name = request.line("original", "Title") or request.title
    return {
        "title": f"{name[:150]} ({request.language})",
        "slug": f"{'-'.join(slugify(name).split('-')[:7])}-{request.language}",
        "summary": request.line("original", "Summary"),
        "seo_title": request.line("original", "Title for search engines"),
        "seo_description": request.line("original", "Description for search engines"),
    }
