"""The guards of 0002 and 0003 look at what came since: three columns, and pictures in bodies.

Smaller copies of a picture may be made at any time: they show the same.
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
    "seo_title",
    "seo_description",
    "canonical_url",
]


def _check_approved_copy(columns: list[str]) -> str:
    return f"""
CREATE OR REPLACE FUNCTION blog_check_approved_copy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM blog_revision AS approved
        WHERE approved.id = NEW.approved_revision_id
          AND approved.post_id = NEW.id
          AND ({", ".join(f"approved.{name}" for name in columns)})
              IS NOT DISTINCT FROM ({", ".join(f"NEW.{name}" for name in columns)})
    ) THEN
        RAISE EXCEPTION 'Post % would show readers something else than its approved revision.',
            NEW.id
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'post_shows_its_approved_revision';
    END IF;
    RETURN NULL;
END $$;
"""


def _keep_pictures(*, used: str, free: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION blog_refuse_picture_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM blog_revision WHERE {used}) THEN
        RAISE EXCEPTION 'Picture % is used by a post; upload another instead.', OLD.id
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'used_picture_is_immutable';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER used_picture_is_immutable ON blog_image;
CREATE TRIGGER used_picture_is_immutable BEFORE UPDATE ON blog_image
    FOR EACH ROW
    WHEN (to_jsonb(NEW) - {free} IS DISTINCT FROM to_jsonb(OLD) - {free})
    EXECUTE FUNCTION blog_refuse_picture_change();
"""


class Migration(migrations.Migration):
    dependencies = [("blog", "0005_widen_the_ground_floor")]

    operations = [
        migrations.RunSQL(
            _check_approved_copy(GUARDED_COLUMNS), _check_approved_copy(GUARDED_COLUMNS[:-3])
        ),
        migrations.RunSQL(
            _keep_pictures(
                used="cover_id = OLD.id OR image_ids @> ARRAY[OLD.id]",
                free="ARRAY['uploaded_by_id', 'renditions']",
            ),
            _keep_pictures(used="cover_id = OLD.id", free="'uploaded_by_id'"),
        ),
    ]
