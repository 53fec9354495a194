"""What readers see beside a post's own columns is guarded too: its tags and its picture.

1. A post that readers get has exactly the tags of its approved revision. This is looked at when the
   transaction ends, because the tags are written after the post. A tag that was deleted altogether
   is missed by nobody.
2. A picture that some revision has never changes; a new one takes its place by a new revision.

Names are the exception: an author, a category or a tag is renamed on every page at once.
"""

from django.db import migrations

READERS_SEE_APPROVED_TAGS = """
CREATE FUNCTION blog_check_approved_tags() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    changed bigint;
BEGIN
    IF TG_TABLE_NAME = 'blog_post' THEN
        touched := ARRAY[NEW.id];
    ELSE
        touched := ARRAY[OLD.post_id, NEW.post_id];
    END IF;
    SELECT post.id INTO changed
    FROM blog_post AS post JOIN blog_revision AS approved ON approved.id = post.approved_revision_id
    WHERE post.id = ANY (touched)
      AND ARRAY(SELECT tag_id FROM blog_post_tags WHERE post_id = post.id ORDER BY tag_id)
          <> ARRAY(SELECT id FROM blog_tag WHERE id = ANY (approved.tag_ids) ORDER BY id);
    IF FOUND THEN
        RAISE EXCEPTION 'Post % would have other tags than its approved revision.', changed
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'post_has_its_approved_tags';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER post_has_its_approved_tags
    AFTER INSERT OR UPDATE OR DELETE ON blog_post_tags DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION blog_check_approved_tags();
CREATE CONSTRAINT TRIGGER post_has_its_approved_tags
    AFTER INSERT OR UPDATE ON blog_post DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.approved_revision_id IS NOT NULL)
    EXECUTE FUNCTION blog_check_approved_tags();
"""
READERS_MAY_SEE_ANY_TAGS = """
DROP TRIGGER post_has_its_approved_tags ON blog_post;
DROP TRIGGER post_has_its_approved_tags ON blog_post_tags;
DROP FUNCTION blog_check_approved_tags();
"""

USED_PICTURES_NEVER_CHANGE = """
CREATE FUNCTION blog_refuse_picture_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM blog_revision WHERE cover_id = OLD.id) THEN
        RAISE EXCEPTION 'Picture % is used by a post; upload another instead.', OLD.id
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'used_picture_is_immutable';
    END IF;
    RETURN NEW;
END $$;
-- Deleting a user clears uploaded_by, which no reader sees.
CREATE TRIGGER used_picture_is_immutable BEFORE UPDATE ON blog_image
    FOR EACH ROW
    WHEN (to_jsonb(NEW) - 'uploaded_by_id' IS DISTINCT FROM to_jsonb(OLD) - 'uploaded_by_id')
    EXECUTE FUNCTION blog_refuse_picture_change();
"""
PICTURES_MAY_CHANGE = """
DROP TRIGGER used_picture_is_immutable ON blog_image;
DROP FUNCTION blog_refuse_picture_change();
"""


class Migration(migrations.Migration):
    dependencies = [("blog", "0002_guard_what_readers_see")]

    operations = [
        migrations.RunSQL(READERS_SEE_APPROVED_TAGS, READERS_MAY_SEE_ANY_TAGS),
        migrations.RunSQL(USED_PICTURES_NEVER_CHANGE, PICTURES_MAY_CHANGE),
    ]
