"""A body may have as many characters as the renderer takes; a rule of the forms, not of columns."""

from django.db import migrations, models

BODY = models.TextField(blank=True, help_text="Markdown.", max_length=200_000)


class Migration(migrations.Migration):
    dependencies = [("blog", "0003_guard_tags_and_pictures")]

    operations = [
        migrations.AlterField("post", "body", BODY),
        migrations.AlterField("revision", "body", BODY),
    ]
