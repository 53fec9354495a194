"""A picture that a text shows is not deleted, as little as one that is a cover.

A cover is a foreign key; the pictures in a text are a list of ids, so the same is done by hand: a
new revision locks its pictures as a foreign key would, and whoever deletes one waits and then sees.
"""

from django.db import migrations

TEXTS_KEEP_THEIR_PICTURES = """
CREATE FUNCTION blog_hold_pictures_of_revision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
BEGIN
    SELECT count(*) INTO found FROM (
        SELECT FROM blog_image WHERE id = ANY (NEW.image_ids) FOR KEY SHARE
    ) AS held;
    IF found < cardinality(NEW.image_ids) THEN
        RAISE EXCEPTION 'A picture of revision % of post % was deleted meanwhile.',
            NEW.number, NEW.post_id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'revision_has_its_pictures';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER revision_has_its_pictures BEFORE INSERT ON blog_revision
    FOR EACH ROW WHEN (cardinality(NEW.image_ids) > 0)
    EXECUTE FUNCTION blog_hold_pictures_of_revision();

CREATE FUNCTION blog_refuse_picture_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM blog_revision WHERE image_ids @> ARRAY[OLD.id]) THEN
        RAISE EXCEPTION 'Picture % is shown in a text and stays.', OLD.id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'shown_picture_stays';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER shown_picture_stays BEFORE DELETE ON blog_image
    FOR EACH ROW EXECUTE FUNCTION blog_refuse_picture_deletion();
"""
TEXTS_MAY_LOSE_THEIR_PICTURES = """
DROP TRIGGER shown_picture_stays ON blog_image;
DROP FUNCTION blog_refuse_picture_deletion();
DROP TRIGGER revision_has_its_pictures ON blog_revision;
DROP FUNCTION blog_hold_pictures_of_revision();
"""


class Migration(migrations.Migration):
    dependencies = [("blog", "0011_describe_and_index_pictures")]

    operations = [migrations.RunSQL(TEXTS_KEEP_THEIR_PICTURES, TEXTS_MAY_LOSE_THEIR_PICTURES)]
