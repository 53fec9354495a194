"""The rows of the writers' room, by concern: planning, evidence, runs, money."""

from generation.models.evidence import Claim, Source, SourceSnapshot
from generation.models.money import Budget, BudgetPeriod, ModelCall, ModelPrice, ModelTraffic
from generation.models.planning import Brief, ContentPlan, PromptVersion, StyleGuide
from generation.models.runs import Run, Step

__all__ = [
    "Brief",
    "Budget",
    "BudgetPeriod",
    "Claim",
    "ContentPlan",
    "ModelCall",
    "ModelPrice",
    "ModelTraffic",
    "PromptVersion",
    "Run",
    "Source",
    "SourceSnapshot",
    "Step",
    "StyleGuide",
]
