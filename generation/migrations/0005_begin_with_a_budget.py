"""A new installation may spend so much a month until somebody decides otherwise."""

from decimal import Decimal

from django.db import migrations


def add_budget(apps, schema_editor):
    budget = apps.get_model("generation", "Budget")
    budget.objects.get_or_create(plan=None, period="month", defaults={"limit": Decimal(100)})


class Migration(migrations.Migration):
    dependencies = [("generation", "0004_cap_spending")]

    operations = [migrations.RunPython(add_budget, migrations.RunPython.noop)]
