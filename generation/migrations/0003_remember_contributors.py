"""Remember who wrote briefs and their sources, and who had a run retried, beyond the first of them."""

import django.contrib.postgres.fields
from django.db import migrations, models

CONTRIBUTORS = django.contrib.postgres.fields.ArrayField(
    base_field=models.BigIntegerField(), default=list, editable=False, size=None
)


class Migration(migrations.Migration):
    dependencies = [("generation", "0002_seed_model_prices")]

    operations = [
        migrations.AddField("brief", "contributor_ids", CONTRIBUTORS),
        migrations.AddField("contentplan", "contributor_ids", CONTRIBUTORS),
        migrations.AddField("run", "contributor_ids", CONTRIBUTORS),
    ]
