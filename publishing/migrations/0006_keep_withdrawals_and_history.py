"""What was withdrawn stays withdrawn, and the history goes only together with its post.

1. A post begins to show a revision only as its latest one, and never one that was withdrawn: an
   approval that was taken back, or overtaken by an edit, can't be put back.
2. The history of decisions is not deleted while its post exists. (A post with an approval can't be
   deleted at all: approvals are kept for ever.)

The database can't know the setting FOUR_EYES: an approval by two eyes is accepted when it says so,
and only the workflow refuses it where four eyes are asked for.
"""

from django.db import migrations

KEEP_WITHDRAWAL = """
CREATE FUNCTION publishing_keep_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.approved_revision_id = NEW.approved_revision_id THEN
        RETURN NULL;
    END IF;
    IF NEW.approved_revision_id IS DISTINCT FROM NEW.latest_revision_id OR EXISTS (
        SELECT FROM publishing_workflowevent
        WHERE revision_id = NEW.approved_revision_id AND transition = 'withdraw'
    ) THEN
        RAISE EXCEPTION 'an approval that was taken back or overtaken can not be put back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'post_stays_withdrawn';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER post_stays_withdrawn
    AFTER INSERT OR UPDATE ON blog_post
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (NEW.approved_revision_id IS NOT NULL)
    EXECUTE FUNCTION publishing_keep_withdrawal();
"""
KEEP_WITHDRAWAL_REVERSE = """
DROP TRIGGER post_stays_withdrawn ON blog_post;
DROP FUNCTION publishing_keep_withdrawal();
"""

KEEP_HISTORY = """
CREATE FUNCTION publishing_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM blog_post WHERE id = OLD.post_id) THEN
        RAISE EXCEPTION 'the history of decisions goes only together with its post'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workflow_event_stays_with_its_post';
    END IF;
    RETURN NULL;
END $$;

-- Deferred: whoever deletes a post deletes what hangs on it first.
CREATE CONSTRAINT TRIGGER workflow_event_stays_with_its_post
    AFTER DELETE ON publishing_workflowevent
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION publishing_keep_history();
"""
KEEP_HISTORY_REVERSE = """
DROP TRIGGER workflow_event_stays_with_its_post ON publishing_workflowevent;
DROP FUNCTION publishing_keep_history();
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0005_seed_schedules")]

    operations = [
        migrations.RunSQL(KEEP_WITHDRAWAL, KEEP_WITHDRAWAL_REVERSE),
        migrations.RunSQL(KEEP_HISTORY, KEEP_HISTORY_REVERSE),
    ]
