"""The database keeps the promise "what was approved is what is published", whoever writes to it.

1. An approval signs the digest of its revision, by somebody without a hand in it, for ever.
2. A post shows readers only a revision that has such an approval.
3. The history of decisions is only ever added to; erasing a person may remove their name.
"""

from django.db import migrations

CHECK_APPROVAL = """
CREATE FUNCTION publishing_check_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    signed blog_revision%ROWTYPE;
BEGIN
    SELECT * INTO signed FROM blog_revision WHERE id = NEW.revision_id;
    IF signed.digest IS DISTINCT FROM NEW.digest THEN
        RAISE EXCEPTION 'an approval signs the digest of its revision'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_signs_its_revision';
    END IF;
    IF NEW.is_four_eyes AND (
        NEW.approved_by_id = ANY (signed.contributor_ids)
        OR EXISTS (
            SELECT FROM generation_run
            WHERE post_id = signed.post_id AND requested_by_id = NEW.approved_by_id
        ) AND NOT EXISTS (
            SELECT FROM publishing_approval AS earlier
            JOIN blog_revision AS approved ON approved.id = earlier.revision_id
            WHERE approved.post_id = signed.post_id AND approved.number < signed.number
        )
    ) THEN
        RAISE EXCEPTION 'whoever wrote, commissioned or edited a revision does not approve it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_has_four_eyes';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER approval_is_checked BEFORE INSERT ON publishing_approval
    FOR EACH ROW EXECUTE FUNCTION publishing_check_approval();
"""
CHECK_APPROVAL_REVERSE = """
DROP TRIGGER approval_is_checked ON publishing_approval;
DROP FUNCTION publishing_check_approval();
"""

KEEP_APPROVAL = """
CREATE FUNCTION publishing_keep_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an approval is never changed and never deleted'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_is_for_ever';
END $$;

CREATE TRIGGER approval_is_kept BEFORE UPDATE OR DELETE ON publishing_approval
    FOR EACH ROW EXECUTE FUNCTION publishing_keep_approval();
"""
KEEP_APPROVAL_REVERSE = """
DROP TRIGGER approval_is_kept ON publishing_approval;
DROP FUNCTION publishing_keep_approval();
"""

CHECK_POST = """
CREATE FUNCTION publishing_check_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM publishing_approval AS approval
        JOIN blog_revision AS revision ON revision.id = approval.revision_id
        WHERE revision.id = NEW.approved_revision_id
            AND revision.post_id = NEW.id
            AND revision.digest = approval.digest
    ) THEN
        RAISE EXCEPTION 'readers see only a revision of this post that has an approval'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'post_shows_what_was_approved';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER post_shows_what_was_approved
    AFTER INSERT OR UPDATE ON blog_post
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (NEW.approved_revision_id IS NOT NULL)
    EXECUTE FUNCTION publishing_check_post();
"""
CHECK_POST_REVERSE = """
DROP TRIGGER post_shows_what_was_approved ON blog_post;
DROP FUNCTION publishing_check_post();
"""

KEEP_EVENT = """
CREATE FUNCTION publishing_keep_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of decisions is only ever added to'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'workflow_event_is_for_ever';
END $$;

CREATE TRIGGER workflow_event_is_kept BEFORE UPDATE ON publishing_workflowevent
    FOR EACH ROW
    WHEN (NEW.actor_id IS NOT NULL OR to_jsonb(OLD) - 'actor_id' <> to_jsonb(NEW) - 'actor_id')
    EXECUTE FUNCTION publishing_keep_event();
"""
KEEP_EVENT_REVERSE = """
DROP TRIGGER workflow_event_is_kept ON publishing_workflowevent;
DROP FUNCTION publishing_keep_event();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0001_create_tables"),
        ("generation", "0001_create_tables"),
        ("publishing", "0003_add_workflow_permissions_and_channel_seed"),
    ]

    operations = [
        migrations.RunSQL(CHECK_APPROVAL, CHECK_APPROVAL_REVERSE),
        migrations.RunSQL(KEEP_APPROVAL, KEEP_APPROVAL_REVERSE),
        migrations.RunSQL(CHECK_POST, CHECK_POST_REVERSE),
        migrations.RunSQL(KEEP_EVENT, KEEP_EVENT_REVERSE),
    ]
