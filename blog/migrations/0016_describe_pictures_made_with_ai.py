"""A picture says whether a model drew it; those that are here were brought by people."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0015_record_transfers")]

    operations = [
        migrations.AddField(
            model_name="image",
            name="is_ai_generated",
            field=models.BooleanField(
                "made with AI",
                default=False,
                db_default=False,
                help_text="A model drew it, or changed what it shows. Readers are told beside the"
                " credit.",
            ),
        ),
    ]
