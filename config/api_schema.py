"""What the schema says beyond the serializers: the problems that an operation may answer with."""

from typing import Any

from config.problems import MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Names the kind of problem."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people: what happened and what to do."},
        "errors": {
            "type": "array",
            "description": "What is wrong with which field.",
            "items": {
                "type": "object",
                "required": ["pointer", "detail", "code"],
                "properties": {
                    "pointer": {"type": "string"},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
        "run": {"type": "string", "format": "uri", "description": "The run that is in the way."},
    },
}
MEANINGS = {
    "400": "The request can't be used as it is.",
    "401": "No token, or one that is not valid (any more).",
    "403": "The token's owner may not do this.",
    "404": "There is nothing at this address.",
    "409": "Not in this state; the detail says what would help.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "429": "Too many requests; `Retry-After` says when to come back (seconds).",
}


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the problems to every operation; drf-spectacular calls this with the finished schema."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for path in result["paths"].values():
        for operation in path.values():
            for status in _statuses(operation):
                operation["responses"][status] = _response(status)
    return result


def _statuses(operation: dict[str, Any]) -> set[str]:
    places = {parameter["in"] for parameter in operation.get("parameters", [])}
    # What a view declares itself (the conflicts) gets the form of a problem here.
    statuses: set[str] = {"429"} | (MEANINGS.keys() & operation["responses"].keys())
    if "query" in places:
        statuses.add("400")
    if "path" in places:
        statuses.add("404")
    if any(operation.get("security", [])):
        statuses |= {"401", "403"}
    if "requestBody" in operation:
        statuses |= {"400", "413", "415"}
    return statuses


def _response(status: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": MEANINGS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
