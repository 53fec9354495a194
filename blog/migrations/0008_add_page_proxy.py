"""Pages get an admin of their own over the same rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("blog", "0007_fill_changed_at")]

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
