"""Reading feeds of every dialect, in the states in which the web serves them."""

# ruff: noqa: E501  markup is easier to check on one line

import contextlib
import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.sources import Unreadable, feeds, text
from tests.web_fixtures.stories import HEAT_PUMPS, INJECTION, NIGHT_TRAMS
from tests.web_server import PAGES

BASE = "https://publisher.example"
FEED_URL = f"{BASE}/feeds/main.xml"


def read(
    document: str | bytes, content_type: str = "application/rss+xml", **kwargs: str
) -> feeds.Feed:
    body = document.encode() if isinstance(document, str) else document
    return feeds.parse(body, content_type=content_type, url=kwargs.pop("url", FEED_URL), **kwargs)


def served(path: str) -> feeds.Feed:
    content_type, make = PAGES[path]
    kind = (content_type or "").split(";")[0]
    body = make(BASE)
    assert feeds.looks_like_feed(kind, body)
    return read(body, kind, url=BASE + path)


def rss(
    items: str, channel: str = "<title>News</title><link>https://publisher.example/</link>"
) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}{items}</channel></rss>'


def only(document: str | bytes, **kwargs: str) -> feeds.FeedItem:
    feed = read(document, **kwargs)
    assert len(feed.items) == 1
    return feed.items[0]


def titled(title: str) -> str:
    return only(rss(f"<item><title>{title}</title></item>")).title


class TestWordPress:
    @pytest.mark.parametrize("path", ["wordpress", "as-html", "as-bytes", "untyped"])
    def test_is_read_under_every_content_type(self, path):
        feed = served(f"/feeds/{path}.xml")

        assert feed.title == "The Harrow Ledger – City & Harbour"
        assert feed.site_url == f"{BASE}/"
        assert [item.title for item in feed.items] == [
            NIGHT_TRAMS.title,
            "Tom & Ada’s harbour walk",
        ]

    def test_gives_the_whole_text_without_trailer_and_pixel(self):
        item = served("/feeds/wordpress.xml").items[0]

        assert all(fact in item.content_text for fact in NIGHT_TRAMS.facts)
        assert item.content_text.startswith("🚋\n\nHarrow Quay")
        assert item.content_text.endswith("whether the night trams stay.")
        assert "appeared first on" not in item.content_text + item.summary
        assert item.summary == "Harrow Quay will run trams through the night again …"

    def test_gives_identity_address_and_moment(self):
        item = served("/feeds/wordpress.xml").items[0]

        assert item.guid == f"{BASE}/?p=8812"
        assert item.url == f"{BASE}/articles/night-trams.html"
        assert item.published_at == datetime(2026, 3, 14, 5, 30, tzinfo=UTC)


class TestAtom:
    def test_resolves_relative_links_against_xml_base(self):
        feed = served("/feeds/atom.xml")

        assert feed.title == "Valley & Fjord Notes"
        assert feed.site_url == f"{BASE}/"
        assert [item.url for item in feed.items] == [
            f"{BASE}/articles/heat-pumps.html",
            f"{BASE}/articles/reservoir.html",
        ]

    def test_reads_xhtml_content(self):
        item = served("/feeds/atom.xml").items[0]

        assert item.title == HEAT_PUMPS.title
        assert all(fact in item.content_text for fact in HEAT_PUMPS.facts)
        assert item.summary == "The Norvik valley has published every reading."

    def test_prefers_the_day_of_publication_to_that_of_an_update(self):
        first, second = served("/feeds/atom.xml").items

        assert first.published_at == datetime(2026, 1, 22, 7, tzinfo=UTC)
        assert second.published_at == datetime(2026, 1, 20, tzinfo=UTC)
        assert second.content_text == "A note with escaped markup."

    def test_without_namespace_is_read_too(self):
        document = '<feed xmlns="http://purl.org/atom/ns#" version="0.3"><title>Old</title><entry><title>One</title><link rel="alternate" href="http://a.example/1"/></entry></feed>'

        assert only(document).url == "http://a.example/1"

    def test_links_without_base_are_resolved_against_the_feed(self):
        document = '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title>One</title><link href="../posts/1"/></entry></feed>'

        assert only(document).url == f"{BASE}/posts/1"


class TestRdf:
    def test_is_read_in_latin_1_with_a_document_type(self):
        feed = served("/feeds/rdf.xml")
        item = feed.items[0]

        assert feed.title == "Archiv für Küste"
        assert item.url == item.guid == f"{BASE}/texts/lighthouse-log.txt"
        assert item.summary.startswith("Über den Leuchtturm: The lamp was first lit")
        assert item.published_at == datetime(2024, 10, 2, 10, tzinfo=UTC)


class TestJsonFeed:
    def test_is_read_item_by_item(self):
        feed = served("/feeds/feed.json")
        first, second = feed.items

        assert (feed.title, feed.site_url) == ("Aldermoor Observer", f"{BASE}/")
        assert (first.guid, first.url) == ("4711", f"{BASE}/articles/reservoir.html")
        assert all(fact in first.content_text for fact in INJECTION.facts)
        assert first.published_at == datetime(2026, 6, 9, 6, 15, tzinfo=UTC)
        assert second.title == "A short note without a title or an address."
        assert second.url == ""

    @pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
    def test_is_recognised_by_what_it_says(self, content_type):
        body = json.dumps(
            {
                "version": "https://jsonfeed.org/version/1",
                "title": "T",
                "items": [{"id": "1", "title": "A"}],
            }
        )

        assert feeds.looks_like_feed(content_type, body.encode())
        assert only(body, content_type=content_type).title == "A"

    @pytest.mark.parametrize(
        "document",
        ["{", '{"items": [', "[" * 100_000, '{"items":' + "[" * 100_000, '{"a": "\\ud800"'],
    )
    def test_that_is_broken_is_refused(self, document):
        with pytest.raises(Unreadable, match=r"JSON"):
            read(document)

    @pytest.mark.parametrize(
        "document", ["{}", "[]", '{"items": 7}', '{"items": []}', '{"error": "no"}']
    )
    def test_that_is_other_json_is_told_so(self, document):
        with pytest.raises(feeds.NotAFeed, match="not a JSON Feed"):
            read(document)


class TestQuirks:
    @pytest.mark.parametrize(
        ("title", "expected"),
        [
            ("Plain", "Plain"),
            ("Tom &amp; Ada", "Tom & Ada"),
            ("Tom &amp;amp; Ada&amp;#8217;s", "Tom & Ada’s"),
            ("<![CDATA[Tom & <b>Ada</b>]]>", "Tom & Ada"),
            ("&lt;em&gt;Very&lt;/em&gt; new", "Very new"),
            ("Using the &amp;lt;main&amp;gt; element", "Using the <main> element"),
            ("a &amp;lt; b", "a < b"),
            ("  two\n lines ", "two lines"),
            ("caf&eacute; &nbsp; bar", "café bar"),
            ("bidi \u202etxet", "bidi txet"),
        ],
    )
    def test_titles_become_text(self, title, expected):
        assert titled(title) == expected

    @pytest.mark.parametrize(
        ("item", "guid"),
        [
            ("<guid>abc</guid><link>/1</link>", "abc"),
            ("<link>https://publisher.example/1</link>", "https://publisher.example/1"),
            (
                '<guid isPermaLink="true">https://publisher.example/g</guid>',
                "https://publisher.example/g",
            ),
        ],
    )
    def test_every_item_has_an_identity(self, item, guid):
        assert only(rss(f"<item><title>T</title>{item}</item>")).guid == guid

    def test_an_item_without_any_has_the_same_one_tomorrow(self):
        document = rss("<item><title>T</title><description>D</description></item>")

        assert only(document).guid == only(document).guid
        assert only(document).guid.startswith("sha256:")

    @pytest.mark.parametrize(
        ("item", "url"),
        [
            ("<link>/posts/1</link>", f"{BASE}/posts/1"),
            ("<link> https://a.example/1\n</link>", "https://a.example/1"),
            ('<guid isPermaLink="true">https://a.example/g</guid>', "https://a.example/g"),
            ('<guid isPermaLink="false">https://a.example/g</guid>', ""),
            (
                '<a:link xmlns:a="http://www.w3.org/2005/Atom" href="https://a.example/atom"/>',
                "https://a.example/atom",
            ),
            ("<link>javascript:alert(1)</link>", ""),
            ("<link>http://[bad</link>", ""),
            ("<link></link>", ""),
            (
                '<link>https://f.example/r</link><f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">https://a.example/real</f:origLink>',
                "https://a.example/real",
            ),
            ("<link>https://a.example/?a=1&amp;b=2</link>", "https://a.example/?a=1&b=2"),
        ],
    )
    def test_links_are_web_addresses_or_nothing(self, item, url):
        assert only(rss(f"<item><title>T</title>{item}</item>")).url == url

    @pytest.mark.parametrize(
        ("date", "moment"),
        [
            (
                "<pubDate>Mon, 02 Jan 2023 10:00:00 +0200</pubDate>",
                datetime(2023, 1, 2, 8, tzinfo=UTC),
            ),
            ("<pubDate>2 Jan 23 10:00 EST</pubDate>", datetime(2023, 1, 2, 15, tzinfo=UTC)),
            ("<pubDate>2023-01-02</pubDate>", datetime(2023, 1, 2, tzinfo=UTC)),
            ("<pubDate>yesterday</pubDate>", None),
            ("<pubDate></pubDate>", None),
            ("", None),
            ("<pubDate>Mon, 45 Jan 99999 99:99:99 GMT</pubDate>", None),
        ],
    )
    def test_dates_are_utc_or_missing(self, date, moment):
        assert only(rss(f"<item><title>T</title>{date}</item>")).published_at == moment

    @pytest.mark.parametrize(
        "document",
        [
            "\n\n  " + rss("<item><title>T</title></item>"),
            "\ufeff" + rss("<item><title>T</title></item>"),
            "<br />\n<b>Warning</b>: mysql_connect()\n" + rss("<item><title>T</title></item>"),
            "<!-- cached -->" + rss("<item><title>T</title></item>"),
            '<?xml-stylesheet href="/s.xsl"?>' + rss("<item><title>T</title></item>"),
            rss("<item><title>T</title></item>")
            .upper()
            .replace("<TITLE>T</TITLE>", "<TITLE>T</TITLE>"),
            rss("<item><title>T</title></item>").replace('version="2.0"', ""),
            rss("<item><title>T</title></item>") + "<script>track()</script>",
            rss("<item><title>T</title></item>").replace("</channel></rss>", ""),
            rss("<item><title>T</title><description>a & b &nbsp; <br> c</description></item>"),
            rss("<item><title>T</title><description>\x0b\x01</description></item>"),
            '<rss version="0.91"><channel><title>N</title><item><title>T</title></item></channel></rss>',
            '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
            + rss("<item><title>T</title></item>")[21:],
        ],
    )
    def test_mistakes_around_the_items_do_no_harm(self, document):
        assert only(document).title == "T"

    @pytest.mark.parametrize(
        ("encoding", "declared", "header"),
        [
            ("utf-8", "iso-8859-1", ""),
            ("cp1252", "utf-8", "utf-8"),
            ("latin-1", "ISO-8859-1", ""),
            ("cp1251", "windows-1251", ""),
        ],
    )
    def test_a_wrong_declaration_of_charset_does_no_harm(self, encoding, declared, header):
        word = "Привет, мир" if encoding == "cp1251" else "Größe für Gäste"
        document = rss(f"<item><title>{word}</title></item>").replace(
            "?>", f' encoding="{declared}"?>', 1
        )

        assert only(document.encode(encoding), charset=header).title == word

    def test_a_podcast_is_read(self):
        item = only(
            rss(
                '<item><title>Episode 1</title><enclosure url="https://a.example/1.mp3" type="audio/mpeg" length="1"/><i:summary xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd">About bread.</i:summary></item>'
            )
        )

        assert (item.title, item.summary) == ("Episode 1", "About bread.")

    def test_content_beats_a_short_description(self):
        item = only(
            rss(
                '<item><title>T</title><description>Short.</description><content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">&lt;p&gt;Much longer text.&lt;/p&gt;&lt;ul&gt;&lt;li&gt;One&lt;/li&gt;&lt;/ul&gt;</content:encoded></item>'
            )
        )

        assert (item.summary, item.content_text) == ("Short.", "Much longer text.\n\n- One")

    def test_hidden_text_in_an_item_is_not_read(self):
        item = only(
            rss(
                '<item><title>T</title><description>&lt;p&gt;Seen.&lt;/p&gt;&lt;p style="display:none"&gt;CANARY&lt;/p&gt;&lt;!-- CANARY --&gt;&lt;script&gt;CANARY&lt;/script&gt;</description></item>'
            )
        )

        assert item.content_text == "Seen."

    def test_items_without_a_word_are_left_out(self):
        assert (
            read(rss("<item></item><item><link>/1</link></item><item><title>T</title></item>"))
            .items[0]
            .title
            == "T"
        )

    def test_an_empty_feed_is_a_feed(self):
        assert read(rss("")).items == []

    def test_no_more_than_the_newest_200_are_kept(self):
        feed = read(rss("".join(f"<item><title>T{n}</title></item>" for n in range(500))))

        assert len(feed.items) == 200
        assert feed.items[0].title == "T0"


class TestRefusals:
    def test_a_half_feed_gives_its_whole_items(self):
        assert served("/feeds/malformed.xml").items[0].title == "Fish & chips"

    def test_a_hopeless_one_is_refused_in_words(self):
        with pytest.raises(feeds.MalformedFeed, match="damaged and no item could be read"):
            served("/feeds/hopeless.xml")

    @pytest.mark.parametrize("path", ["/feeds/bomb.xml", "/feeds/external-entity.xml"])
    def test_entities_are_never_expanded(self, path):
        with pytest.raises(feeds.MalformedFeed, match="entities of its own"):
            served(path)

    def test_a_simple_entity_of_its_own_is_not_expanded_either(self):
        document = (
            '<!DOCTYPE rss [<!ENTITY x "BOOM">]>' + rss("<item><title>T &x;</title></item>")[21:]
        )

        assert "BOOM" not in only(document).title

    @pytest.mark.parametrize(
        ("link", "found"),
        [
            ('<link rel="alternate" type="application/rss+xml" href="/feed/">', f"{BASE}/feed/"),
            (
                "<LINK REL=alternate TYPE='application/atom+xml' HREF=atom.xml>",
                f"{BASE}/a/atom.xml",
            ),
            (
                '<link rel="alternate home" type="application/feed+json" href="https://o.example/f">',
                "https://o.example/f",
            ),
            ('<link rel="stylesheet" href="/x.css">', ""),
            ('<link rel="alternate" type="application/rss+xml" href="javascript:x">', ""),
        ],
    )
    def test_a_web_page_is_told_from_a_feed_and_names_its_own(self, link, found):
        with pytest.raises(feeds.NotAFeed) as refused:
            read(
                f"<!doctype html><html><head>{link}</head><body><p>Hi</p></body></html>",
                content_type="text/html",
                url=f"{BASE}/a/",
            )

        assert refused.value.feed_url == found
        assert "web page, not a feed" in str(refused.value)
        assert found in str(refused.value)

    @pytest.mark.parametrize(
        "document", ["Just text.", "<note>xml</note>", "<urlset><url/></urlset>"]
    )
    def test_other_documents_are_told_from_a_feed(self, document):
        with pytest.raises(feeds.NotAFeed, match="not a feed"):
            read(document, content_type="text/xml")

    def test_nothing_at_all_is_told_so(self):
        with pytest.raises(feeds.NotAFeed, match="is empty"):
            read(b"  ")

    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("text/html", b"<!doctype html><html><body>I love <rss> feeds</body></html>"),
            ("application/xml", b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>"),
            ("text/plain", b"about RSS"),
            ("application/json", b'{"version": "1.0"}'),
            ("", b""),
        ],
    )
    def test_what_only_talks_of_feeds_does_not_look_like_one(self, content_type, body):
        assert not feeds.looks_like_feed(content_type, body)

    @pytest.mark.parametrize(
        "attributes",
        [
            " ".join(f'a{n}="x"' for n in range(30_000)),
            " ".join(f"a{n}" for n in range(30_000)),
            " ".join(f'a{n}="<>"' for n in range(30_000)),
        ],
    )
    def test_a_monstrous_element_is_refused_at_once(self, attributes):
        start = time.monotonic()
        with pytest.raises(feeds.MalformedFeed, match="hundreds of attributes"):
            read(rss(f"<item {attributes}><title>T</title></item>"))

        assert time.monotonic() - start < 1

    @pytest.mark.parametrize(
        "hostile",
        [
            "<item/>" * 400_000,
            "<a>" * 1_000_000,
            ("<item><title>T</title><description>" + "The post A appeared first on B " * 6_000
             + "</description></item>") * 10,
        ],
        ids=["items", "deep", "trailers"],
    )  # fmt: skip
    def test_a_hostile_feed_costs_little_time(self, hostile):
        start = time.thread_time()
        with contextlib.suppress(feeds.MalformedFeed):
            read(rss(hostile))

        # Far less than it was, on a machine that may be shared and slow.
        assert time.thread_time() - start < 15

    def test_a_feed_longer_than_the_limit_keeps_its_newest_items(self):
        item = "<item><title>T</title><description>" + "word " * 2_000 + "</description></item>"
        feed = read(rss(item * 400))

        assert len(feed.items) == 200

    def test_nothing_is_ever_fetched_or_opened(self, tmp_path):
        secret = tmp_path / "secret.xml"
        secret.write_text(rss("<item><title>Secret</title></item>"))
        for document in (str(secret), f"file://{secret}", "http://127.0.0.1:9/feed.xml"):
            with pytest.raises(feeds.NotAFeed):
                read(document)


PIECES = st.lists(
    st.sampled_from(
        ["<item>", "</item>", "<entry>", "</entry>", "<title>", "</title>", "<link>", "</link>", "<link href='",
         "'/>", "<![CDATA[", "]]>", "<description>", "</description>", "<content type='xhtml'>", "<pubDate>",
         "<updated>", "<guid>", "&amp;", "&lt;b&gt;", "&x;", "&#0;", "<!DOCTYPE x [", "<!ENTITY a 'b'>", "]>",
         "2023-01-01", "http://[", "xml:base='http://['", "<?xml encoding='utf-16'?>", "text ", "\x00", "é", "{", '"items":[']
    )
    | st.text(max_size=10),
    max_size=30,
).map("".join)  # fmt: skip


class TestAnything:
    @settings(deadline=None, max_examples=300)
    @given(
        PIECES,
        st.sampled_from(
            ["<rss><channel>", '<feed xmlns="http://www.w3.org/2005/Atom">', "<rdf:RDF>", "", "{"]
        ),
    )
    def test_gives_clean_items_or_a_refusal(self, pieces, opening):
        with contextlib.suppress(Unreadable):
            for item in read((opening + pieces).encode("utf-8", "surrogatepass")).items:
                assert item.guid
                assert item.title
                assert item.url == "" or item.url.startswith(("http://", "https://"))
                assert text.clean(item.content_text) == item.content_text
                assert item.published_at is None or item.published_at.tzinfo is UTC

    @settings(deadline=None)
    @given(st.binary(max_size=300), st.text(max_size=10))
    def test_bytes_of_any_kind_do_too(self, body, word):
        feeds.looks_like_feed(word, body)
        with contextlib.suppress(Unreadable):
            read(body, charset=word)

    @settings(deadline=None)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["id", "url", "title", "items", "content_html", "date_published", "version"]
                    ),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=12,
        )
    )
    def test_json_of_any_shape_does_too(self, items):
        document = json.dumps({"version": "https://jsonfeed.org/version/1", "items": items})
        with contextlib.suppress(Unreadable):
            read(document)
