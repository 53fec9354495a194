"""The real pipeline, worked on here, with a model that answers as the sample model does."""

import json
from typing import Any

from generation import services
from generation.models import Brief, Run
from tests import model_server

WISH = "shorter, and with the number first"


def start(brief: Brief, **fields: Any) -> Run:
    """Begin to write, as an editor would."""
    return services.start_run(brief, **{"by": None, "trigger": Run.Trigger.EDITOR} | fields)


def work(run: Run) -> Run:
    """Work on the run until none of its steps is ready; returns it as it is then."""
    services.advance(run.pk)
    run.refresh_from_db()
    return run


def compose(request: dict[str, Any]) -> str:
    """As the sample model, but a section that is wished for otherwise has another sentence."""
    answer = model_server.as_the_sample_model(request)
    asked = json.dumps(request["messages"])
    if model_server.schema_name(request) == "SectionText" and WISH in asked:
        section = json.loads(answer)
        section["paragraphs"][0]["sentences"].insert(0, {"text": "Once more then.", "facts": []})
        answer = json.dumps(section)
    return answer
