"""A text for readers elsewhere: every address in it is whole, and nothing else is touched."""

import pytest
from django.core.files.storage import FileSystemStorage

from blog import elsewhere
from blog.models import Image, Post
from blog.rendering import render_markdown

PICTURE = Image(file="images/a.png")
PICTURE.file.storage = FileSystemStorage(base_url="https://bucket.example/")
PICTURES = [PICTURE]
PAGE = "http://127.0.0.1:8000/posts/glue/"


def _post(body: str) -> Post:
    return Post(slug="glue", body=body, body_html=render_markdown(body), language="en")


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("/x?a=1&b=2", "http://127.0.0.1:8000/x?a=1&b=2"),
        ("#h-y", f"{PAGE}#h-y"),
        ("?page=2", f"{PAGE}?page=2"),
        ("../oak/", "http://127.0.0.1:8000/posts/oak/"),
        ("//z.example/", "http://z.example/"),
        ("/media/images/a.png", "https://bucket.example/images/a.png"),
        ("https://a.example/x", "https://a.example/x"),
        ("mailto:a@b.example", "mailto:a@b.example"),
    ],
)
class TestAnAddress:
    def test_is_whole_in_html(self, address, whole):
        html = elsewhere.html_of(_post(f"[a]({address})"), PICTURES)

        assert f'href="{whole.replace("&", "&amp;")}"' in html

    def test_is_whole_in_markdown(self, address, whole):
        for shape in (
            "[a]({})",
            "[a](<{}>)",
            '[a]({} "t")',
            "[a][r]\n\n[r]: {} 't'",
            "[![b]({})](/)",
        ):
            text = elsewhere.markdown_of(_post(shape.format(address)), PICTURES)
            assert text == shape.replace("(/)", "(http://127.0.0.1:8000/)").format(whole)


@pytest.mark.parametrize(
    "text",
    [
        "`[a](/x)` and ``[a](`/x)`` stay",
        "```\n[a](/x)\n```",
        "    [a](/x)",
        "- a\n\n      [a](/x)\n",
        "See [^1].\n\n[^1]: /x is a path.",
        "a /x b #y (/z)",
    ],
)
def test_what_is_no_address_stays_as_it_was_written(text):
    assert elsewhere.markdown_of(_post(text), PICTURES) == text
    html = render_markdown(text)
    assert elsewhere.html_of(_post(text), PICTURES).count("127.0.0.1") == html.count('href="#')


def test_code_between_texts_is_left_alone_and_they_are_not():
    text = "[a](/x)\n\n```\n[a](/x)\n```\n\n[a](/x)\r\n`[a](/x)` [a](/x)"
    made = elsewhere.markdown_of(_post(text), PICTURES)

    assert made.count("(http://127.0.0.1:8000/x)") == 3
    assert made.replace("http://127.0.0.1:8000", "") == text


def test_an_address_that_is_none_stays_what_it_is():
    assert elsewhere.Addresses(PAGE, {}).whole("//[bad") == "//[bad"


def test_words_that_look_like_a_tag_are_not_touched():
    html = elsewhere.html_of(_post('`<a href="/x">` and "<img src=/x>"'), PICTURES)

    assert "127.0.0.1" not in html


def test_a_title_that_looks_like_an_attribute_is_not_touched():
    html = elsewhere.html_of(_post("[a](/x ' href=\"/y\"')"), PICTURES)

    assert html.count("127.0.0.1") == 1
