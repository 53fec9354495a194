"""The queue of runs is asked for its oldest by every thread that is free."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0010_write_sections_again")]

    operations = [
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                fields=["created_at"],
                name="run_queued_idx",
                condition=models.Q(status="queued"),
            ),
        ),
    ]
