"""What readers are told about who wrote a text, in one place for pages, feeds and the API."""

from blog.models import Content

AI_NOTE = "Drafted with AI, reviewed and approved by a person."
SAMPLE_NOTE = (
    "Sample text. The built-in sample model wrote this to show how the site works;"
    " do not rely on what it says."
)
# schema.org's word for text that a trained model wrote.
AI_SOURCE_TYPE = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"


def note(content: Content) -> str:
    """Return the sentence that readers of `content` must see; empty where a person wrote it."""
    if content.is_sample:
        return SAMPLE_NOTE
    return AI_NOTE if content.is_ai_generated else ""


def digital_source_type(content: Content) -> str:
    """Return the machine-readable form of the same; empty where a person wrote it."""
    return AI_SOURCE_TYPE if content.is_ai_generated or content.is_sample else ""
