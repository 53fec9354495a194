"""`python -m tests.load.commission N URL SECONDS`: N articles about a page, one after the other."""

import sys
import time

import django


def commission(count: int, url: str, *, over: float) -> None:
    """Make so many briefs, and start a run of each as an editor would, spread over `over` s."""
    from generation import services  # the settings are chosen in the environment
    from generation.models import Brief, ContentPlan, ModelPrice, Run, Source
    from tests import factories

    model = {"model_prefix": "steady", "effective_from": "2026-01-01"}
    per_million = ("input_per_million", "cached_input_per_million", "output_per_million")
    ModelPrice.objects.get_or_create(**model, defaults=dict.fromkeys(per_million, 1))
    # A longer round may ask again, in another process whose factories count from one again.
    plan = ContentPlan.objects.first() or factories.make_plan(model="steady", target_words=900)
    first, begun = Brief.objects.count(), time.monotonic()
    for number in range(first, first + count):
        time.sleep(max(0.0, begun + over * (number - first) / count - time.monotonic()))
        brief = factories.make_brief(plan=plan, title=f"Night trams, part {number:06}")
        Source.objects.create(brief=brief, url=url)
        services.start_run(brief, by=None, trigger=Run.Trigger.COMMAND)


if __name__ == "__main__":
    django.setup()
    commission(int(sys.argv[1]), sys.argv[2], over=float(sys.argv[3]))
