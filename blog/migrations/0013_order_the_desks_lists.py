"""The desk's lists are in the order of an index, also by status, and by who wrote the posts."""

from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("blog", "0012_keep_pictures_that_texts_show")]

    operations = [
        migrations.RemoveIndex("post", "post_status_idx"),
        migrations.AddIndex(
            "post",
            models.Index(
                F("status"), F("updated_at").desc(), F("id").desc(), name="post_status_idx"
            ),
        ),
        migrations.AddIndex(
            "post",
            models.Index(
                F("is_ai_generated"), F("updated_at").desc(), F("id").desc(), name="post_ai_idx"
            ),
        ),
    ]
