"""Which categories have posts in a language: asked for the navigation of every page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0008_learn_words_for_search")]

    operations = [
        migrations.AddIndex(
            "post",
            models.Index(
                models.F("category"),
                models.F("language"),
                models.OrderBy(models.F("publish_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="post_shelf_idx",
                condition=models.Q(("approved_revision__isnull", False)),
            ),
        ),
    ]
