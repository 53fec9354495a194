"""Which pages the menu has: asked for the navigation of every page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0009_index_shelves_by_language")]

    operations = [
        migrations.AddIndex(
            "post",
            models.Index(
                fields=["menu_position"],
                name="post_menu_idx",
                condition=models.Q(("menu_position__isnull", False)),
            ),
        ),
    ]
