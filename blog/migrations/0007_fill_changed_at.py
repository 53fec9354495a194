"""When readers saw a live post change was computed from its revision; now it is a column."""

from django.db import migrations

FILL = """
UPDATE blog_post SET changed_at = approved.created_at
FROM blog_revision AS approved
WHERE approved.id = blog_post.approved_revision_id
  AND approved.number > 1 AND approved.created_at > blog_post.publish_at;
"""


class Migration(migrations.Migration):
    dependencies = [("blog", "0006_guard_the_wider_floor")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
