"""A room for a brief, with as little around it as a step needs."""

from collections.abc import Callable
from typing import Any

import pytest

from generation.models import Source
from tests.factories import make_brief, make_plan, make_run, make_user
from tests.generation.room import Room

NOTE = (
    "The seed library opens on 3 June in the old fire station. Everybody may borrow five packets a "
    "year. Beans come back most often. Squash needs a distance of 400 metres between two kinds. "
    "The library asks for a tenth of the harvest. Last year members returned 1,340 packets."
)


@pytest.fixture
def room(db: None) -> Callable[..., Room]:
    """Make a room; each source is a dict of fields, a note unless it says otherwise."""

    def make(
        *sources: dict[str, Any],
        answers: list[dict[str, Any]] | None = None,
        language: str = "en",
        words: int = 300,
        **brief: Any,
    ) -> Room:
        plan = brief.pop("plan", None) or make_plan(language=language, target_words=words)
        made = make_brief(plan=plan, **{"title": "The seed library"} | brief)
        for source in sources or ({"text": NOTE},):
            kind = "url" if "url" in source else "note"
            Source.objects.create(brief=made, **{"kind": kind} | source)
        return Room(make_run(brief=made, requested_by=make_user()), answers)

    return make
