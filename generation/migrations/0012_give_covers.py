"""A plan may have covers drawn; a run keeps which model draws its own; pictures have a price.

The prices are what the provider published; operators add rows of their own when they change.
"""

from datetime import date
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import migrations, models

# US dollars per million tokens: input, cached input, output that is a picture.
PRICES = [
    ("gpt-image-1-mini", date(2025, 10, 6), "2", "0.20", "8"),
    ("gpt-image-2", date(2026, 4, 21), "5", "1.25", "30"),
]


def add_prices(apps, schema_editor):
    model_price = apps.get_model("generation", "ModelPrice")
    model_price.objects.filter(model_prefix="sample").update(image_output_per_million=0)
    for prefix, effective_from, fresh, cached, drawn in PRICES:
        model_price.objects.get_or_create(
            model_prefix=prefix,
            effective_from=effective_from,
            defaults={
                "input_per_million": Decimal(fresh),
                "cached_input_per_million": Decimal(cached),
                # They write nothing; if one ever does, it is not for free.
                "output_per_million": Decimal(drawn),
                "image_output_per_million": Decimal(drawn),
            },
        )


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0011_find_the_oldest_queued_run"),
        ("blog", "0016_describe_pictures_made_with_ai"),
    ]

    operations = [
        migrations.AddField(
            model_name="contentplan",
            name="cover_model",
            field=models.CharField(
                "Model for covers",
                max_length=80,
                blank=True,
                default="",
                db_default="",
                help_text="Draws a cover for each article, such as gpt-image-2. Empty: none is"
                " drawn.",
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="cover_model",
            field=models.CharField(max_length=80, blank=True, default="", db_default=""),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="image_tokens",
            field=models.PositiveIntegerField(default=0, db_default=0),
        ),
        migrations.AddField(
            model_name="modelprice",
            name="image_output_per_million",
            field=models.DecimalField(
                max_digits=14,
                decimal_places=9,
                null=True,
                blank=True,
                validators=[MinValueValidator(0)],
                help_text="Output that is a picture. Empty: the model draws none.",
            ),
        ),
        migrations.RunPython(add_prices, migrations.RunPython.noop),
    ]
