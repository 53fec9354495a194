"""What the navigation of every page asks: which categories a language has, which pages the menu."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0007_fill_changed_at")]

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
        migrations.AddIndex(
            "post",
            models.Index(
                fields=["menu_position"],
                name="post_menu_idx",
                condition=models.Q(("menu_position__isnull", False)),
            ),
        ),
    ]
