"""List prices to start with, so that a new installation can be priced at all.

They are what the provider published on the given day. Operators add rows of their own when prices
change, for other models and for other providers; a row counts from its day on.
"""

from datetime import date
from decimal import Decimal

from django.db import migrations

# US dollars per million tokens: input, cached input, output.
PRICES = [
    ("sample", date(2020, 1, 1), "0", "0", "0"),
    ("gpt-4o", date(2024, 10, 2), "2.50", "1.25", "10"),
    ("gpt-4o-mini", date(2024, 7, 18), "0.15", "0.075", "0.60"),
    ("gpt-4.1", date(2025, 4, 14), "2", "0.50", "8"),
    ("gpt-4.1-mini", date(2025, 4, 14), "0.40", "0.10", "1.60"),
    ("gpt-4.1-nano", date(2025, 4, 14), "0.10", "0.025", "0.40"),
    ("gpt-5", date(2025, 8, 7), "1.25", "0.125", "10"),
    ("gpt-5-mini", date(2025, 8, 7), "0.25", "0.025", "2"),
    ("gpt-5-nano", date(2025, 8, 7), "0.05", "0.005", "0.40"),
    # Costs twelve times as much and has no price for cached input.
    ("gpt-5-pro", date(2025, 10, 6), "15", "15", "120"),
]


def add_prices(apps, schema_editor):
    model_price = apps.get_model("generation", "ModelPrice")
    for prefix, effective_from, fresh, cached, output in PRICES:
        model_price.objects.get_or_create(
            model_prefix=prefix,
            effective_from=effective_from,
            defaults={
                "input_per_million": Decimal(fresh),
                "cached_input_per_million": Decimal(cached),
                "output_per_million": Decimal(output),
            },
        )


class Migration(migrations.Migration):
    dependencies = [("generation", "0001_create_tables")]

    operations = [migrations.RunPython(add_prices, migrations.RunPython.noop)]
