"""An update that waits for its time is the post's latest revision, and approved."""

from django.db import migrations

CHECK_UPDATE = """
CREATE FUNCTION publishing_check_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.update_revision_id IS DISTINCT FROM NEW.latest_revision_id OR NOT EXISTS (
        SELECT FROM publishing_approval AS approval
        JOIN blog_revision AS revision ON revision.id = approval.revision_id
        WHERE revision.id = NEW.update_revision_id
            AND revision.post_id = NEW.id
            AND revision.digest = approval.digest
    ) THEN
        RAISE EXCEPTION 'only the latest revision, approved, waits to be shown'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'post_update_was_approved';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER post_update_was_approved
    AFTER INSERT OR UPDATE ON blog_post
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (NEW.update_revision_id IS NOT NULL)
    EXECUTE FUNCTION publishing_check_update();
"""
CHECK_UPDATE_REVERSE = """
DROP TRIGGER post_update_was_approved ON blog_post;
DROP FUNCTION publishing_check_update();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0006_keep_withdrawals_and_history"),
        ("blog", "0006_guard_the_wider_floor"),
    ]

    operations = [migrations.RunSQL(CHECK_UPDATE, CHECK_UPDATE_REVERSE)]
