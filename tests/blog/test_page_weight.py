"""A post without pictures comes in less than 60 kB, compressed, and from nowhere else."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.factories import make_category, make_post

pytestmark = pytest.mark.django_db

WORDS = "The burr tells you when to stop, *and* a `stone` does the rest of this long sentence. "


def test_a_post_of_a_thousand_words_weighs_less_than_60_kb(client):
    body = "".join(f"## Part {n}\n\n{WORDS * 10}\n\n" for n in range(7))
    for _ in range(4):
        post = make_post(live=True, body=body, category=make_category(name=f"Shelf {_}"))
    html = client.get(post.get_absolute_url()).content
    style = Path(str(finders.find("blog/blog.css"))).read_bytes()
    fonts = [
        Path(str(finders.find(f"blog/{path}"))).stat().st_size
        for path in re.findall(r'url\("(fonts/[^"]+)"\)', style.decode())
    ]
    icon = Path(str(finders.find("blog/icon.svg"))).read_bytes()

    texts = [len(gzip.compress(text, 6)) for text in (html, style, icon)]
    assert len(fonts) == 2
    assert sum(fonts) + sum(texts) < 60_000, (fonts, texts)


def test_a_page_asks_nobody_else_for_anything(client):
    html = client.get(make_post(live=True).get_absolute_url()).content.decode()
    style = Path(str(finders.find("blog/blog.css"))).read_text()

    loaded = re.findall(r'<(?:img|script|source|iframe)[^>]+src="([^"]+)"', html)
    loaded += re.findall(r'<link rel="(?:stylesheet|preload|icon)" [^>]*href="([^"]+)"', html)
    assert len(loaded) >= 3
    assert [url for url in loaded if not url.startswith("/")] == []
    assert re.findall(r"https?://|@import", style) == []
