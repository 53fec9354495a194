"""Feeds as two readers' own libraries take them from a real server, and sitemaps by their rules."""

import sys
from urllib.parse import urlsplit

import fastfeedparser
import feedparser_sgmllib
import httpx2
from lxml import etree
from reader import make_reader

from tests.audit.content import PLACES
from tests.audit.site import Site

# The copy of feedparser inside `reader` asks for it by its old name.
sys.modules.setdefault("sgmllib", feedparser_sgmllib)

FORMS = ("rss", "atom", "json")
_RULES = etree.RelaxNG(file=__file__.replace("feeds.py", "sitemap.rng"))
_LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
_SITEMAP_MOST = 50_000


def addresses() -> list[str]:
    """Return the paths of all kinds of feeds, in both languages."""
    paths = []
    for language, places in PLACES.items():
        root = "/" if language == "en" else f"/{language}/"
        shelves = {"categories": "category", "tags": "tag", "authors": "author"}
        below = ["", *(f"{kind}/{places[name]}/" for kind, name in shelves.items())]
        paths += [f"{root}{shelf}feed.{form}" for shelf in below for form in FORMS]
    return paths


def check(site: Site) -> dict[str, list[str]]:
    """Return what is wrong with each feed and sitemap, by its path."""
    with httpx2.Client(base_url=site.url) as client:
        findings = {
            path: _conditional(client, path) + _parsed(client, path) for path in addresses()
        }
        _subscribe(site, findings)
        _follow_sitemaps(client, site.url, "/sitemap.xml", findings)
    return findings


def _conditional(client: httpx2.Client, path: str) -> list[str]:
    first = client.get(path)
    wrong = []
    for ask, told in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        again = client.get(path, headers={ask: first.headers.get(told, "")})
        if again.status_code != 304 or again.content:
            wrong.append(f"answers {again.status_code} to {ask}")
    return wrong


def _parsed(client: httpx2.Client, path: str) -> list[str]:
    feed = fastfeedparser.parse(client.get(path).text)
    lacking = [
        f"fastfeedparser finds no {name} in {entry.get('link')}"
        for entry in feed.entries
        for name in ("id", "link", "title", "published")
        if not entry.get(name)
    ]
    lacking += [
        f"fastfeedparser finds no text in {entry.get('link')}"
        for entry in feed.entries
        if not any(part.get("value") for part in entry.get("content") or [])
    ]
    return lacking if feed.entries else ["fastfeedparser finds no entries"]


def _subscribe(site: Site, findings: dict[str, list[str]]) -> None:
    """Subscribe a feed reader to everything, twice round; the second brings nothing new."""
    with make_reader(":memory:") as reader:
        for path in findings:
            reader.add_feed(site.url + path)
        for result in reader.update_feeds_iter():
            path = urlsplit(result.url).path
            if isinstance(result.value, Exception):
                findings[path].append(f"reader: {result.value}")
            elif not result.value or not result.value.new:
                findings[path].append("reader finds no entries")
        for result in reader.update_feeds_iter():
            if result.value is not None:
                findings[urlsplit(result.url).path].append(f"reader, again: {result.value}")
        for path in findings:
            feed = reader.get_feed(site.url + path)
            entries = list(reader.get_entries(feed=feed))
            have_texts = all(any(part.value for part in one.content) for one in entries)
            if not (feed.title and have_texts and all(one.title and one.link for one in entries)):
                findings[path].append("reader lacks titles, links or texts")


def _follow_sitemaps(
    client: httpx2.Client, url: str, path: str, findings: dict[str, list[str]]
) -> None:
    content = client.get(path).content
    tree = etree.fromstring(content)
    _RULES.validate(tree)
    wrong = [f"line {error.line}: {error.message}" for error in _RULES.error_log]
    places = [loc.text or "" for loc in tree.iter(_LOC)]
    if not 0 < len(places) <= _SITEMAP_MOST or len(set(places)) != len(places):
        wrong.append(f"{len(places)} places, {len(set(places))} different")
    wrong += [f"names a stranger: {place}" for place in places if not place.startswith(f"{url}/")]
    findings[path] = wrong
    for place in places:
        if tree.tag.endswith("sitemapindex"):
            _follow_sitemaps(client, url, place.removeprefix(url), findings)
        elif (answer := client.get(place)).status_code != 200:
            wrong.append(f"{place} answers {answer.status_code}")
