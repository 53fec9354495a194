"""A right of its own for putting imported posts live without review; no group has it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("publishing", "0007_guard_updates")]

    operations = [
        migrations.AlterModelOptions(
            name="workflowevent",
            options={
                "ordering": ["-pk"],
                "permissions": [
                    ("submit_post", "Can submit posts for review"),
                    ("request_changes_post", "Can send posts back to their writers"),
                    ("approve_post", "Can approve posts for publication"),
                    ("reschedule_post", "Can change when approved posts appear"),
                    ("withdraw_post", "Can take posts off the site"),
                    ("restore_post", "Can bring archived posts back as drafts"),
                    ("import_live_post", "Can put imported posts live without review"),
                ],
            },
        ),
    ]
