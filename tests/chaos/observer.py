"""Triggers that write down what must happen once; the application does not know of them."""

from django.db import connection

SQL = """
CREATE TABLE chaos_history (what text NOT NULL, id text NOT NULL);

CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chaos_history VALUES (TG_ARGV[0], NEW.id::text);
    RETURN NULL;
END $$;

CREATE TRIGGER chaos_finished AFTER UPDATE OF status ON generation_step
    FOR EACH ROW WHEN (NEW.status = 'succeeded') EXECUTE FUNCTION chaos_note('step finished');
CREATE TRIGGER chaos_settled AFTER UPDATE OF state ON generation_modelcall
    FOR EACH ROW WHEN (NEW.state <> 'reserved') EXECUTE FUNCTION chaos_note('call closed');
CREATE TRIGGER chaos_filed AFTER UPDATE OF post_id ON generation_run
    FOR EACH ROW WHEN (NEW.post_id IS DISTINCT FROM OLD.post_id)
    EXECUTE FUNCTION chaos_note('draft filed');
CREATE TRIGGER chaos_delivered AFTER UPDATE OF status ON publishing_delivery
    FOR EACH ROW WHEN (NEW.status = 'delivered') EXECUTE FUNCTION chaos_note('message delivered');
"""


def install() -> None:
    """Watch this database."""
    with connection.cursor() as cursor:
        cursor.execute(SQL)


def happened_twice() -> list[tuple[str, str, int]]:
    """Return what happened more than once, to which row, how often."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT what, id, count(*) FROM chaos_history GROUP BY what, id HAVING count(*) > 1"
        )
        return list(cursor.fetchall())
