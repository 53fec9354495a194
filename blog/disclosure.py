"""What readers are told about who wrote a text, in one place for pages, feeds and the API."""

from django.utils.translation import gettext, gettext_noop

from blog.models import Content

AI_NOTE = gettext_noop("Drafted with AI, reviewed and approved by a person.")
SAMPLE_NOTE = gettext_noop(
    "Sample text. The built-in sample model wrote this to show how the site works;"
    " do not rely on what it says."
)
# schema.org's word for text that a trained model wrote.
AI_SOURCE_TYPE = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"


def note(content: Content) -> str:
    """Return the sentence that readers of `content` must see, in the language of the page that is
    being made; empty where a person wrote it.
    """
    if content.is_sample:
        return gettext(SAMPLE_NOTE)
    return gettext(AI_NOTE) if content.is_ai_generated else ""


def digital_source_type(content: Content) -> str:
    """Return the machine-readable form of the same; empty where a person wrote it."""
    return AI_SOURCE_TYPE if content.is_ai_generated or content.is_sample else ""
