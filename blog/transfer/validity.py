"""Why something could not be read, as a sentence for whoever moves."""

from django.core.exceptions import ValidationError as FieldsInvalid
from pydantic import ValidationError


def reason_of(error: Exception) -> str:
    """Return what was wrong, and with which part of it."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]).replace("_", " ")
        return f"Its {place or 'content'} is not as expected: {first['msg']}."
    if isinstance(error, FieldsInvalid):
        if not hasattr(error, "error_dict"):
            return " ".join(error.messages)
        return " ".join(
            f"Its {name.replace('_', ' ')}: {' '.join(messages)}"
            for name, messages in error.message_dict.items()
        )
    return str(error)
