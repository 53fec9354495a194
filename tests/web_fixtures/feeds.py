"""Feeds as real systems print them; `{base}` is where the invented publishers are served."""

# ruff: noqa: E501  the lines are as their publishers would print them

from html import escape

from tests.web_fixtures.stories import HEAT_PUMPS, INJECTION, NIGHT_TRAMS, Story


def _html(story: Story) -> str:
    return "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in story.paragraphs)


def wordpress(base: str) -> str:
    """RSS 2.0 with content:encoded, CDATA, a smiley as a picture, a pixel and the usual trailer."""
    smiley = (
        '<img src="https://s.w.example/images/core/emoji/15/72x72/1f68b.png" alt="🚋" '
        'class="wp-smiley" style="height: 1em; max-height: 1em;" />'
    )
    trailer = (
        f'<p>The post <a href="{base}/articles/night-trams.html">{NIGHT_TRAMS.title}</a> appeared '
        f'first on <a href="{base}">The Harrow Ledger</a>.</p>'
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:wfw="http://wellformedweb.org/CommentAPI/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:atom="http://www.w3.org/2005/Atom"
	xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
	xmlns:slash="http://purl.org/rss/1.0/modules/slash/"
	xmlns:media="http://search.yahoo.com/mrss/"
	>

<channel>
	<title>The Harrow Ledger &#8211; City &amp; Harbour</title>
	<atom:link href="{base}/feeds/wordpress.xml" rel="self" type="application/rss+xml" />
	<link>{base}/</link>
	<description>News from the quay</description>
	<lastBuildDate>Sat, 14 Mar 2026 06:10:44 +0000</lastBuildDate>
	<language>en-GB</language>
	<sy:updatePeriod>hourly</sy:updatePeriod>
	<generator>https://wordpress.example/?v=6.9</generator>
	<image><url>{base}/i/icon.png</url><title>The Harrow Ledger</title><link>{base}/</link></image>
	<item>
		<title>Night trams return to Harrow Quay after nine years</title>
		<link>{base}/articles/night-trams.html</link>
		<comments>{base}/articles/night-trams.html#comments</comments>
		<dc:creator><![CDATA[Imke Sandoval]]></dc:creator>
		<pubDate>Sat, 14 Mar 2026 05:30:00 +0000</pubDate>
		<category><![CDATA[Transport]]></category>
		<guid isPermaLink="false">{base}/?p=8812</guid>
		<description><![CDATA[<p>Harrow Quay will run trams through the night again &#8230;</p>
{trailer}
]]></description>
		<content:encoded><![CDATA[<p>{smiley} </p>
{_html(NIGHT_TRAMS)}
<p><img loading="lazy" width="1" height="1" src="https://pixel.example/t.gif?p=8812" alt="" /></p>
{trailer}
]]></content:encoded>
		<wfw:commentRss>{base}/articles/night-trams.html/feed/</wfw:commentRss>
		<slash:comments>47</slash:comments>
		<media:content url="{base}/i/tram.jpg" medium="image"><media:title>Tram</media:title></media:content>
	</item>
	<item>
		<title>Tom &#038; Ada&#8217;s &lt;em&gt;harbour&lt;/em&gt; walk</title>
		<link>{base}/articles/reservoir.html</link>
		<pubDate>Fri, 13 Mar 2026 17:00:00 GMT</pubDate>
		<guid isPermaLink="false">{base}/?p=8807</guid>
		<description><![CDATA[A walk in twelve pictures. [&#8230;]]]></description>
	</item>
</channel>
</rss>
"""


def atom(base: str) -> str:
    """Atom with xml:base, relative links, XHTML content and several kinds of link."""
    paragraphs = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in HEAT_PUMPS.paragraphs)
    return f"""\ufeff<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{base}/articles/" xml:lang="en">
  <title type="html">Valley &amp;amp; Fjord Notes</title>
  <link rel="self" href="/feeds/atom.xml"/>
  <link rel="alternate" type="text/html" href="../"/>
  <id>tag:valley.example,2020:feed</id>
  <updated>2026-01-22T09:00:00Z</updated>
  <entry>
    <title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">What 640 heat pumps taught a <i>cold</i> valley</div></title>
    <link rel="enclosure" type="audio/mpeg" href="/a/pumps.mp3"/>
    <link rel="alternate" type="text/html" href="heat-pumps.html"/>
    <id>tag:valley.example,2026:heat-pumps</id>
    <published>2026-01-22T08:00:00+01:00</published>
    <updated>2026-01-23T10:00:00+01:00</updated>
    <author><name>Marit Oyelaran</name></author>
    <summary>The Norvik valley has published every reading.</summary>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{paragraphs}
      <p><a href="heat-pumps.html#data">The data</a></p></div></content>
  </entry>
  <entry>
    <title>Untimed note</title>
    <link href="reservoir.html"/>
    <id>tag:valley.example,2026:note</id>
    <updated>2026-01-20T00:00:00Z</updated>
    <content type="html">&lt;p&gt;A note with &lt;b&gt;escaped&lt;/b&gt; markup.&lt;/p&gt;</content>
  </entry>
</feed>
"""


def json_feed(base: str) -> dict[str, object]:
    """JSON Feed 1.1 with a numeric id, a null, an item of text only and a broken item."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Aldermoor Observer",
        "home_page_url": f"{base}/",
        "feed_url": f"{base}/feeds/feed.json",
        "items": [
            {
                "id": 4711,
                "url": "/articles/reservoir.html",
                "title": INJECTION.title,
                "content_html": _html(INJECTION),
                "summary": None,
                "date_published": "2026-06-09T07:15:00+01:00",
                "authors": [{"name": INJECTION.byline}],
            },
            {"id": "note-1", "content_text": "A short note without a title or an address.\n"},
            "not an item",
        ],
    }


def rdf(base: str) -> str:
    """RSS 1.0: items beside the channel, dates as dc:date, no guid."""
    return f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE rdf:RDF [
<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml-lat1.ent">
]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
 <channel rdf:about="{base}/"><title>Archiv für Küste</title><link>{base}/</link>
  <description>Notizen</description>
  <items><rdf:Seq><rdf:li resource="{base}/texts/lighthouse-log.txt"/></rdf:Seq></items></channel>
 <item rdf:about="{base}/texts/lighthouse-log.txt">
  <title>Notes from the Skerrow lighthouse archive</title>
  <link>{base}/texts/lighthouse-log.txt</link>
  <description>Über den Leuchtturm: The lamp was first lit on 4 November 1868.</description>
  <dc:date>2024-10-02T12:00:00+02:00</dc:date>
 </item>
</rdf:RDF>
"""


def malformed(base: str) -> str:
    """A feed that stops in the middle and has a bare ampersand, but one whole item."""
    return f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Broken & brave</title>
<item><title>Fish & chips</title><link>{base}/articles/heat-pumps.html</link>
<description>One whole item.</description></item>
<item><title>Half an it"""


def hopeless(base: str) -> str:
    """Something that calls itself a feed and has nothing to read."""
    return '<?xml version="1.0"?><rss version="2.0"><channel><tit'


def bomb(base: str) -> str:
    """A billion laughs."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]>
<rss version="2.0"><channel><title>&l9;</title><item><title>&l9;</title></item></channel></rss>"""


def external_entity(base: str) -> str:
    """An entity that names a file of the machine that reads it."""
    return """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><title>x</title><item><title>&f;</title></item></channel></rss>"""
