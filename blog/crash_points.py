"""The lines at which the death of a process would be most harmful, by name.

Everywhere but in the chaos run (tests/chaos) `reach` looks at one setting and returns. There, the
setting names a function that ends the process, or freezes it, at the line that was asked for.
"""

from typing import Literal

from django.conf import settings
from django.utils.module_loading import import_string

Point = Literal[
    "after_claim",
    "after_reserve",
    "after_answer",
    "before_settle_commit",
    "after_settle",
    "before_finish",
    "before_finish_commit",
    "after_finish",
    "before_ring",
    "during_sweep",
    "before_file",
    "before_file_commit",
    "after_file",
    "before_decision_commit",
    "after_decision",
    "before_announce_commit",
    "after_announce",
    "before_send",
    "after_send",
]


def reach(point: Point) -> None:
    """Say that this line was reached."""
    if settings.AT_CRASH_POINTS:
        import_string(settings.AT_CRASH_POINTS)(point)
