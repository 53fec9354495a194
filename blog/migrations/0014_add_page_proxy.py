"""Pages get an admin of their own over the same rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("blog", "0013_order_the_desks_lists")]

    operations = [
        migrations.CreateModel(
            name="Page",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("blog.post",),
        ),
    ]
