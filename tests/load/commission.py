"""`python -m tests.load.commission N URL`: commissions N articles about the page at URL."""

import sys

import django


def commission(count: int, url: str) -> None:
    """Make so many briefs, and start a run of each as an editor would."""
    from generation import services  # the settings are chosen in the environment
    from generation.models import Brief, ContentPlan, ModelPrice, Run, Source
    from tests import factories

    model = {"model_prefix": "steady", "effective_from": "2026-01-01"}
    per_million = ("input_per_million", "cached_input_per_million", "output_per_million")
    ModelPrice.objects.get_or_create(**model, defaults=dict.fromkeys(per_million, 1))
    # A longer round may ask again, in another process whose factories count from one again.
    plan = ContentPlan.objects.first() or factories.make_plan(model="steady", target_words=900)
    first = Brief.objects.count()
    for number in range(first, first + count):
        brief = factories.make_brief(plan=plan, title=f"Night trams, part {number:06}")
        Source.objects.create(brief=brief, url=url)
        services.start_run(brief, by=None, trigger=Run.Trigger.COMMAND)


if __name__ == "__main__":
    django.setup()
    commission(int(sys.argv[1]), sys.argv[2])
