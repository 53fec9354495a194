"""WordPress exports of our own making, as short as they can be."""


def wxr(*items: str, head: str = "", generator: str = "https://wordpress.org/?v=6.5.3") -> str:
    """Return a WordPress export with these items."""
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0"'
        ' xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:wp="http://wordpress.org/export/1.2/">\n<channel>\n<title>Old</title>\n'
        "<link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version>"
        f"<wp:base_blog_url>https://old.example</wp:base_blog_url>\n{head}"
        f"<generator>{generator}</generator>\n{''.join(items)}</channel>\n</rss>\n"
    )


def wxr_item(
    number: int, *, content: str = "<p>Text</p>", status: str = "publish", **more: str
) -> str:
    """Return a post of a WordPress export."""
    extra = "".join(f"<{name}>{value}</{name}>" for name, value in more.items())
    return (
        f"<item>\n<title><![CDATA[Post {number}]]></title>"
        f"<link>https://old.example/2019/post-{number}/</link><dc:creator>jane</dc:creator>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded>"
        f"<wp:post_id>{number}</wp:post_id><wp:post_name>post-{number}</wp:post_name>"
        "<wp:post_date>2019-05-10 08:30:00</wp:post_date>"
        "<wp:post_date_gmt>2019-05-10 08:30:00</wp:post_date_gmt>"
        f"<wp:status>{status}</wp:status><wp:post_type>post</wp:post_type>{extra}</item>\n"
    )
