"""Every page looks for the few pages in the menu; without this, through all posts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0007_fill_changed_at")]

    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                fields=["menu_position"],
                name="post_menu_idx",
                condition=models.Q(("menu_position__isnull", False)),
            ),
        ),
    ]
