"""The JSON schema of a request, made from the pydantic type that will read the answer."""

from functools import cache
from typing import Any

import openai
from pydantic import BaseModel

# Words of JSON schema that strict mode refuses; pydantic checks them when the answer is there.
_NOT_STRICT = {"minLength", "maxLength", "default", "examples", "uniqueItems"}


@cache
def response_format(schema: type[BaseModel]) -> dict[str, Any]:
    """Return the `response_format` that asks for a `schema`."""
    # The public way to the SDK's strict form of a type.
    strict: Any = openai.pydantic_function_tool(schema)["function"]["parameters"]
    return {
        "type": "json_schema",
        "json_schema": {"name": schema.__name__, "strict": True, "schema": _allowed(strict)},
    }


def _allowed(node: Any) -> Any:
    """A schema without the words strict mode refuses; length limits move into the description."""
    if isinstance(node, list):
        return [_allowed(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: {name: _allowed(part) for name, part in value.items()}
        if key in ("properties", "$defs")
        else _allowed(value)
        for key, value in node.items()
        if key not in _NOT_STRICT
    }
    if limit := node.get("maxLength"):
        told = f"At most {limit} characters."
        kept["description"] = f"{kept['description']} {told}" if "description" in kept else told
    return kept
