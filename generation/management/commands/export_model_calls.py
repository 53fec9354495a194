"""Every request to a model as a line of JSON, to be laid beside the provider's bill."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_date

from blog import periods
from generation.models import ModelCall


class Command(BaseCommand):
    """`manage.py export_model_calls --since 2026-11-01 > calls.jsonl`."""

    help = (
        "Writes one line of JSON for each request to a model whose outcome is booked: what it cost"
        " in US dollars, or that the provider did not bill it (released), or that nobody knows and"
        " its reservation counts as spent (unknown). Texts of the sample model are left out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the period and the exception."""
        parser.add_argument("--since", type=_midnight, metavar="DATE", help="the first day")
        parser.add_argument(
            "--until", type=_midnight, metavar="DATE", help="the day after the last"
        )
        parser.add_argument("--with-sample", action="store_true", help="the sample model's, too")

    def handle(self, *_: Any, **options: Any) -> None:
        """Write the lines, the oldest first."""
        calls = ModelCall.objects.booked().select_related("step").defer("messages", "answer")
        if options["since"]:
            calls = calls.filter(created_at__gte=options["since"])
        if options["until"]:
            calls = calls.filter(created_at__lt=options["until"])
        if not options["with_sample"]:
            calls = calls.filter(is_sample=False)
        for call in calls.order_by("pk").iterator():
            self.stdout.write(json.dumps(_line(call), ensure_ascii=False))


def _line(call: ModelCall) -> dict[str, Any]:
    return {
        "request_id": call.provider_request_id,
        # What we sent as X-Client-Request-Id: the provider's support finds a lost answer by it.
        "client_request_id": call.client_request_id,
        "model": call.model,
        "service_tier": call.service_tier,
        "prompt_tokens": call.input_tokens,
        "cached_tokens": call.cached_tokens,
        "cache_write_tokens": call.cache_write_tokens,
        "completion_tokens": call.output_tokens,
        "image_tokens": call.image_tokens,
        "cost": f"{call.cost:f}",
        "state": call.state,
        "outcome": call.outcome,
        "run": str(call.run_id or ""),
        "step": str(call.step or ""),
        "created_at": call.created_at.isoformat(),
    }


def _midnight(text: str) -> datetime:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"“{text}” is no date. Write it as 2026-11-01.")
    return periods.midnight(day.year, day.month, day.day)
