"""A blog of many posts, made in seconds: rows as the workflow leaves them, but made in bulk."""

from django.db import connection

from blog.models import Author, Category, Tag
from tests import factories

_WORDS = [
    "chain",
    "wear",
    "gauge",
    "pin",
    "link",
    "oil",
    "dirt",
    "winter",
    "rider",
    "workshop",
    "sprocket",
    "tooth",
]
_GUARDED = ["blog_post", "blog_revision", "blog_post_tags"]

# Of a hundred posts 80 are live, 10 drafts, 5 withdrawn, 3 in review, 2 scheduled.
_FILL = """
INSERT INTO blog_post (
    title, slug, summary, body, body_html, language, author_id, category_id, is_ai_generated,
    is_sample, seo_title, seo_description, canonical_url, kind, status, publish_at, created_at,
    updated_at
)
SELECT
    'Post ' || n || ' about ' || (%(words)s::text[])[1 + n %% 12]
        || CASE n WHEN 77 THEN ' zebra' ELSE '' END,
    'many-' || n, 'A sentence about it.', repeat((%(words)s::text[])[1 + n %% 12] || ' ', 60),
    '<p>' || repeat('words ', 60) || '</p>', 'en',
    (%(authors)s::bigint[])[1 + n %% cardinality(%(authors)s::bigint[])],
    (%(categories)s::bigint[])[1 + n %% 20],
    n %% 10 > 0, false, '', '', '', 'post',
    CASE WHEN n %% 100 < 10 THEN 'draft' WHEN n %% 100 < 15 THEN 'archived'
         WHEN n %% 100 < 18 THEN 'in_review' ELSE 'approved' END,
    CASE WHEN n %% 100 < 18 THEN NULL WHEN n %% 100 < 20 THEN now() + n * interval '1 minute'
         ELSE now() - (n + %(at_once)s - 1) / %(at_once)s * interval '1 minute' END,
    now() - n * interval '1 minute', now() - n * interval '1 minute'
FROM generate_series(1, %(number)s) AS n
"""
_REVISE = """
INSERT INTO blog_revision (
    post_id, number, title, slug, summary, body, body_html, language, author_id, category_id,
    is_ai_generated, is_sample, seo_title, seo_description, canonical_url, tag_ids, image_ids,
    is_autosave, digest, created_at, contributor_ids, note
)
SELECT
    id, 1, title, slug, summary, body, body_html, language, author_id, category_id,
    is_ai_generated, is_sample, '', '', '', '{}', '{}', false, '', created_at, '{}', ''
FROM blog_post WHERE slug LIKE 'many-%'
"""
_POINT = """
UPDATE blog_post SET latest_revision_id = revision.id,
    approved_revision_id = CASE WHEN status = 'approved' THEN revision.id END
FROM blog_revision AS revision WHERE revision.post_id = blog_post.id
"""
_TAG = """
INSERT INTO blog_post_tags (post_id, tag_id)
SELECT id, (%(tags)s::bigint[])[1 + id %% cardinality(%(tags)s::bigint[])]
FROM blog_post WHERE slug LIKE 'many-%%'
"""


def fill(number: int, *, at_once: int = 1, authors: int = 40, tags: int = 30) -> None:
    """Make `number` posts of `authors` in 20 categories with `tags`, and tell the planner.

    One appears each minute, or `at_once` of them at the same instant.
    """
    given = {
        "number": number,
        "at_once": at_once,
        "words": _WORDS,
        "authors": [factories.make_author().pk for _ in range(authors)],
        "categories": [factories.make_category().pk for _ in range(20)],
        "tags": [Tag.objects.create(name=f"Tag {n}", slug=f"tag-{n}").pk for n in range(tags)],
    }
    with connection.cursor() as cursor:
        # What was written before is checked now: no table is altered while something waits.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL statement_timeout = 0")
        # No guard looks at the rows: there is nothing behind these approvals.
        for table in _GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(_FILL, given)
        cursor.execute(_REVISE)
        cursor.execute(_POINT)
        cursor.execute(_TAG, given)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in _GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("RESET statement_timeout")
        # As a vacuum would: what waits to get into the index is read by every search.
        cursor.execute("SELECT gin_clean_pending_list('post_search_idx')")
        for table in (*_GUARDED, *(model._meta.db_table for model in (Author, Category, Tag))):
            cursor.execute(f"ANALYZE {table}")
