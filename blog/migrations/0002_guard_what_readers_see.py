"""The database itself keeps two promises, whoever writes: revisions never change, and what readers
see of an approved post is, column by column, the revision that was approved.

A column added to `Content` must be added to `guarded_columns` by a new migration; a test compares.
"""

from django.db import migrations

GUARDED_COLUMNS = [
    "title",
    "slug",
    "summary",
    "body",
    "body_html",
    "language",
    "author_id",
    "category_id",
    "cover_id",
    "is_ai_generated",
    "is_sample",
]

REVISIONS_NEVER_CHANGE = """
CREATE FUNCTION blog_refuse_revision_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Deleting a user clears created_by; nothing else may change.
    IF to_jsonb(NEW) - 'created_by_id' IS DISTINCT FROM to_jsonb(OLD) - 'created_by_id'
       OR (NEW.created_by_id IS NOT NULL AND NEW.created_by_id IS DISTINCT FROM OLD.created_by_id)
    THEN
        RAISE EXCEPTION 'Revision % of post % is immutable; save a new revision instead.',
            OLD.number, OLD.post_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'revision_is_immutable';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER revision_is_immutable BEFORE UPDATE ON blog_revision
    FOR EACH ROW EXECUTE FUNCTION blog_refuse_revision_change();
"""
REVISIONS_MAY_CHANGE = """
DROP TRIGGER revision_is_immutable ON blog_revision;
DROP FUNCTION blog_refuse_revision_change();
"""

READERS_SEE_WHAT_WAS_APPROVED = f"""
CREATE FUNCTION blog_check_approved_copy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM blog_revision AS approved
        WHERE approved.id = NEW.approved_revision_id
          AND approved.post_id = NEW.id
          AND ({", ".join(f"approved.{name}" for name in GUARDED_COLUMNS)})
              IS NOT DISTINCT FROM ({", ".join(f"NEW.{name}" for name in GUARDED_COLUMNS)})
    ) THEN
        RAISE EXCEPTION 'Post % would show readers something else than its approved revision.',
            NEW.id
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'post_shows_its_approved_revision';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER post_shows_its_approved_revision
    AFTER INSERT OR UPDATE ON blog_post DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (NEW.approved_revision_id IS NOT NULL)
    EXECUTE FUNCTION blog_check_approved_copy();
"""
READERS_MAY_SEE_ANYTHING = """
DROP TRIGGER post_shows_its_approved_revision ON blog_post;
DROP FUNCTION blog_check_approved_copy();
"""


class Migration(migrations.Migration):
    dependencies = [("blog", "0001_create_tables")]

    operations = [
        migrations.RunSQL(REVISIONS_NEVER_CHANGE, REVISIONS_MAY_CHANGE),
        migrations.RunSQL(READERS_SEE_WHAT_WAS_APPROVED, READERS_MAY_SEE_ANYTHING),
    ]
