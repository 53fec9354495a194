"""`./run bench growth`: whether pages take longer on a large blog than on a small one.

The same pages of two blogs of the same shape, asked one by one, in turn, past the page cache; the
figure of a page is the median of its times on the large blog over that on the small one. Pages are
compared that show as much: of what is rare, each blog gives the rarest that still fills a page.
"""

import http.client
import json
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import psycopg

from publishing.journey.visitor import Visitor
from tests.load import stage
from tests.load.stage import Server

SMALL, LARGE = 1_000, 1_000_000
ASKED = 25  # times each page
AT_MOST = 1.2
# Below, a difference is the machine's: a page of 4 ms may take 5.
_NOISE_MS = 1.5
_PATIENCE_SECONDS = 15  # with one page; then fewer answers have to do
_PASSWORD = "benchmark"


@dataclass
class Blog:
    """One of the two, with the addresses of its pages by what they are."""

    url: str
    server: Server
    cookie: str = ""
    paths: dict[str, str] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def ask(self, name: str) -> float:
        """Return how long an answer takes, seconds; what it is, unless 200, is kept."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        path = self.paths[name]
        # A query that is strange to the cache; the admin is never in it.
        if not name.startswith("admin"):
            path += ("&" if "?" in path else "?") + "strange=1"
        headers = {"Cookie": self.cookie} if name.startswith("admin") else {}
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        self.sizes[name] = len(answer.read())
        waited = time.perf_counter() - began
        connection.close()
        if answer.status != 200:
            self.refusals[name] = answer.status
        return waited


def main(*, small: int = SMALL, large: int = LARGE, asked: int = ASKED) -> dict[str, object]:
    """Measure, print a table and the figures; returns them."""
    with stage.services() as env, ExitStack() as stack:
        blogs = []
        for posts in (small, large):
            url = stage.database(env, posts)
            ours = {**env, "DATABASE_URL": url}
            server = stack.enter_context(stage.serving("config.wsgi:application", ours, workers=1))
            blogs.append(Blog(url, server, _cookie(server, ours), _paths(url)))
        times = _measure(*blogs, asked=asked)
    return _report(times, blogs, small, large)


def _measure(small: Blog, large: Blog, *, asked: int) -> dict[str, tuple[float, float]]:
    times: dict[str, tuple[float, float]] = {}
    for name in small.paths:
        small.ask(name), large.ask(name)
        pairs: list[tuple[float, float]] = []
        began = time.monotonic()
        while len(pairs) < asked and not (pairs and time.monotonic() - began > _PATIENCE_SECONDS):
            pairs.append((small.ask(name), large.ask(name)))
        one, other = zip(*pairs, strict=True)
        times[name] = statistics.median(one) * 1000, statistics.median(other) * 1000
        stage.say(f"  {name}: {times[name][0]:.1f} and {times[name][1]:.1f} ms")
    return times


def _cookie(server: Server, env: dict[str, str]) -> str:
    """Log in as the one who approved everything; returns the cookie."""
    words = (
        "from django.contrib.auth.models import User; user = User.objects.get(username='approver');"
        f" user.set_password('{_PASSWORD}'); user.save()"
    )
    shell = [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", words]
    subprocess.run(shell, cwd=stage.ROOT, env=env, check=True)
    with Visitor(f"http://127.0.0.1:{server.port}") as visitor:
        visitor.log_in("approver", _PASSWORD)
        return "; ".join(f"{name}={value}" for name, value in visitor._client.cookies.items())


def _paths(url: str) -> dict[str, str]:
    with psycopg.connect(url) as connection:
        facts = {name: _one(connection, sql) for name, sql in _FACTS.items()}
        words = [row[0] for row in connection.execute(_WORDS).fetchall()]
        seldom = next(word for word in reversed(words) if _fills_a_page(connection, word))
    often = words[5]
    return {
        "home": "/",
        "home, in the middle": f"/?before={facts['cursor']}",
        "post, newest": stage.newest_post(url),
        "post, in the middle": f"/posts/{facts['middle']}/",
        "category, most posts": f"/categories/{facts['category']}/",
        "tag, most posts": f"/tags/{facts['tag']}/",
        "tag, fewest posts": f"/tags/{facts['rare_tag']}/",
        "author, most posts": f"/authors/{facts['author']}/",
        "author, fewest posts": f"/authors/{facts['rare_author']}/",
        "archive": "/archive/",
        "archive, a year": f"/archive/{facts['year']}/",
        "archive, a full period": f"/archive/{facts['period']}/",
        "archive, end of a month": f"/archive/{facts['end_of_month']}",
        "feed, RSS": "/feed.rss",
        "feed, Atom": "/feed.atom",
        "feed, JSON": "/feed.json",
        "sitemap": "/sitemap.xml",
        "robots": "/robots.txt",
        "search, a common word": f"/search/?q={often}",
        "search, a rare word": f"/search/?q={seldom}",
        "search, two words": f"/search/?q={often}+{words[40]}",
        "API, posts": "/api/v1/posts/",
        "API, a category": f"/api/v1/posts/?category={facts['category']}",
        "API, a tag": f"/api/v1/posts/?tag={facts['tag']}",
        "API, a rare tag": f"/api/v1/posts/?tag={facts['rare_tag']}",
        "API, an author": f"/api/v1/posts/?author={facts['author']}",
        "API, words": f"/api/v1/posts/?q={seldom}",
        "API, tags": "/api/v1/tags/",
        "API, authors": "/api/v1/authors/",
        "admin, posts": "/admin/blog/post/",
        "admin, a draft's form": f"/admin/blog/post/{facts['draft']}/change/",
    }


_LIVE = "approved_revision_id IS NOT NULL AND publish_at <= now() AND language = 'en'"
_CURSOR = "(extract(epoch FROM publish_at) * 1000000)::bigint::text || '-' || id"
_MIDDLE = f"""SELECT {{}} FROM blog_post WHERE {_LIVE} AND publish_at <= (
    SELECT min(publish_at) + (max(publish_at) - min(publish_at)) / 2 FROM blog_post)
    ORDER BY publish_at DESC LIMIT 1"""
# As many as fill a page of every list but the archive's.
_FULL = 21
_TAG = """SELECT tag.slug FROM blog_tag AS tag JOIN blog_post_tags AS link ON link.tag_id = tag.id
    JOIN blog_post AS post ON post.id = link.post_id AND post.approved_revision_id IS NOT NULL
    AND post.language = 'en' GROUP BY tag.id HAVING count(*) >= {1}
    ORDER BY count(*) {0}, tag.id LIMIT 1"""
_SHELF = """SELECT shelf.slug FROM blog_{0} AS shelf JOIN blog_post AS post
    ON post.{0}_id = shelf.id AND post.approved_revision_id IS NOT NULL AND post.language = 'en'
    GROUP BY shelf.id HAVING count(*) >= {2} ORDER BY count(*) {1}, shelf.id LIMIT 1"""
_MONTH = f"date_trunc('month', ({_MIDDLE.format('publish_at')}))"
# The archive has pages of sixty: where a month does not fill one, its year does.
_PERIOD = f"""SELECT to_char({_MONTH}, CASE WHEN count(*) > 60 THEN 'YYYY/FMMM' ELSE 'YYYY' END)
    FROM blog_post WHERE {_LIVE} AND date_trunc('month', publish_at) = {_MONTH}"""
# What is left of a month below its sixth post.
_END_OF_MONTH = f"""SELECT to_char(publish_at, 'YYYY/FMMM/') || '?before=' || {_CURSOR}
    FROM blog_post WHERE {_LIVE} AND publish_at >= {_MONTH}
    ORDER BY publish_at, id OFFSET 5 LIMIT 1"""
_FACTS = {
    "cursor": _MIDDLE.format(_CURSOR),
    "middle": _MIDDLE.format("slug"),
    "year": _MIDDLE.format("extract(year FROM publish_at)::int"),
    "period": _PERIOD,
    "end_of_month": _END_OF_MONTH,
    "category": _SHELF.format("category", "DESC", _FULL),
    "author": _SHELF.format("author", "DESC", _FULL),
    "rare_author": _SHELF.format("author", "ASC", _FULL),
    "tag": _TAG.format("DESC", _FULL),
    "rare_tag": _TAG.format("ASC", _FULL),
    "draft": "SELECT id FROM blog_post WHERE status = 'draft' ORDER BY id DESC LIMIT 1",
}
# Of the newest titles, from the most frequent on: the same vocabulary on both blogs.
_WORDS = """SELECT word FROM (
        SELECT unnest(tsvector_to_array(search_vector)) AS word FROM blog_post
        ORDER BY id DESC LIMIT 40000
    ) AS words GROUP BY word ORDER BY count(*) DESC, word LIMIT 3000"""


_HAS = f"""SELECT count(*) >= {_FULL} FROM (
        SELECT FROM blog_post WHERE {_LIVE}
        AND search_vector @@ websearch_to_tsquery(blog_search_config('en'), %s) LIMIT {_FULL}
    ) AS found"""


def _fills_a_page(connection: psycopg.Connection[Any], word: str) -> bool:
    row = connection.execute(_HAS, [word]).fetchone()
    return bool(row and row[0])


def _one(connection: psycopg.Connection[Any], sql: str) -> Any:
    return (connection.execute(sql).fetchone() or [""])[0]


def _report(
    times: dict[str, tuple[float, float]], blogs: list[Blog], small: int, large: int
) -> dict[str, object]:
    print(f"\n{'':<28}{f'{small:,} posts':>14}{f'{large:,} posts':>18}{'ratio':>8}{'kB':>16}")
    figures = {}
    for name, (one, other) in times.items():
        ratio = round(other / one, 2)
        sizes = " and ".join(f"{blog.sizes[name] / 1000:.1f}" for blog in blogs)
        figures[name] = {"small_ms": round(one, 2), "large_ms": round(other, 2), "ratio": ratio}
        print(f"{name:<28}{one:>11.1f} ms{other:>15.1f} ms{ratio:>8}{sizes:>16}")
    missed = [
        name
        for name, (one, other) in times.items()
        if other / one > AT_MOST and other - one > _NOISE_MS
    ]
    for name in missed:
        print(f"GROWS: {name}")
    for name, status in {**blogs[0].refusals, **blogs[1].refusals}.items():
        print(f"REFUSED: {name} answered {status}")
        missed.append(f"{name} answered {status}")
    summary = {"bench": "growth", "posts": [small, large], "missed": missed, "pages": figures}
    print(json.dumps(summary))
    return summary


if __name__ == "__main__":
    large = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    sys.exit(bool(main(large=large)["missed"]))
