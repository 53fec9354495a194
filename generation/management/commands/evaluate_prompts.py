"""Two prompt or model versions side by side, on the same briefs."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation import evaluation, services
from generation.evaluation import EvaluationInvalid, Outcome, Variant
from generation.management import foreground
from generation.models import ContentPlan


class Command(BaseCommand):
    """`manage.py evaluate_prompts --plan news --second outline=3`."""

    help = (
        "Writes the same briefs with two models or in two wordings of the prompts, and compares"
        " checks, cost, length and citations. Real money is spent, within the budgets of the plan;"
        " no draft is filed. The last line is the figures as JSON."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the plan, the briefs and the two sides."""
        side = "what is different, such as model=gpt-5,outline=3,edit=shipped"
        parser.add_argument("--plan", metavar="SLUG", required=True, help="whose style and budgets")
        parser.add_argument("--briefs", type=Path, default=evaluation.SHIPPED, metavar="FILE")
        parser.add_argument("--first", default="", metavar="VARIANT", help=side)
        parser.add_argument("--second", default="", metavar="VARIANT", help=side)

    def handle(self, *_: Any, **options: Any) -> None:
        """Write, judge, print."""
        plan = ContentPlan.objects.filter(slug=options["plan"]).first()
        if plan is None:
            raise CommandError(f"There is no plan “{options['plan']}”.")
        sides = ["first", "second"]
        try:
            briefs = evaluation.read_briefs(options["briefs"].read_text("utf-8"))
            model = services.model_of(plan)
            variants = [Variant.parse(options[side], plan, model=model) for side in sides]
        except (EvaluationInvalid, OSError) as problem:
            raise CommandError(str(problem)) from None
        if variants[0] == variants[1]:
            raise CommandError("Both sides are the same. Say what differs with --second.")
        # In turn, so that whatever the provider does meanwhile meets both alike.
        runs = [[evaluation.begin(brief, one, plan) for one in variants] for brief in briefs]
        for pair in runs:
            for run in pair:
                foreground.follow(run, foreground.choose(is_json=False))
        outcomes = [evaluation.judge(side) for side in zip(*runs, strict=True)]
        self._tell(sides, [options[side] or "as it is" for side in sides], outcomes)

    def _tell(self, sides: list[str], labels: list[str], outcomes: list[Outcome]) -> None:
        figures = [_figures(outcome) for outcome in outcomes]
        self.stdout.write("".join(f"{word:>28}" for word in ["", *labels]))
        for name in figures[0]:
            row = [name.replace("_", " "), *(figure[name] for figure in figures)]
            self.stdout.write("".join(f"{word!s:>28}" for word in row))
        for side, outcome in zip(sides, outcomes, strict=True):
            for problem in outcome.problems:
                self.stdout.write(f"{side}: {problem}")
        self.stdout.write(json.dumps(dict(zip(sides, figures, strict=True))))


def _figures(outcome: Outcome) -> dict[str, Any]:
    return {
        "articles": outcome.articles,
        "failed": len(outcome.problems),
        "checks_passed": outcome.findings["pass"],
        "warnings": outcome.findings["warn"],
        "blocks": outcome.findings["block"],
        "cost": f"{outcome.cost:f}",
        "words": outcome.words,
        "citations": outcome.citations,
        "model_calls": outcome.model_calls,
        "seconds": round(outcome.time.total_seconds(), 1),
    }
