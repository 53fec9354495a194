"""Prices of models from a JSON file."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation import price_list
from generation.price_list import PriceListInvalid


class Command(BaseCommand):
    """`manage.py load_model_prices prices.json`."""

    help = (
        "Loads a JSON list of prices in US dollars per million tokens, all of them or none: [{"
        '"model": "gpt-5-mini", "input": 0.25, "cached_input": 0.025, "output": 2, and maybe'
        ' "cache_write", "service_tier": "flex", "effective_from": "2026-01-01"}, ...].'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file."""
        parser.add_argument("file", help="the list; - reads standard input")

    def handle(self, *_: Any, **options: Any) -> None:
        """Load, and tell how many."""
        try:
            new, known = price_list.load(_text(options["file"]))
        except PriceListInvalid as invalid:
            raise CommandError(f"No price was loaded.\n{invalid}") from None
        self.stdout.write(f"{new} prices added, {known} set again.")


def _text(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{name} can't be read: {error}.") from None
