"""A picture that stands alone is a figure."""

import pytest

from blog.rendering import render_markdown

IMAGE = '<img src="/media/a.png" alt="A" loading="lazy" decoding="async">'


def test_a_lone_picture_with_a_title_has_a_caption():
    html = render_markdown('![A](/media/a.png "Ida & <Tom>")')

    assert html == f"<figure>{IMAGE}<figcaption>Ida &amp; &lt;Tom&gt;</figcaption></figure>\n"


def test_a_lone_picture_without_a_title_has_none():
    assert render_markdown("![A](/media/a.png)") == f"<figure>{IMAGE}</figure>\n"


def test_it_may_be_linked():
    html = render_markdown('[![A](/media/a.png "B")](/x)')

    assert html == (f'<figure><a href="/x">{IMAGE}</a><figcaption>B</figcaption></figure>\n')


def test_it_may_stand_in_a_quote():
    assert "<blockquote>\n<figure>" in render_markdown("> ![A](/media/a.png)")


@pytest.mark.parametrize(
    "text",
    [
        "See ![A](/media/a.png)",
        "![A](/media/a.png) ![A](/media/a.png)",
        "- ![A](/media/a.png)",
        "[![A](/media/a.png) more](/x)",
        "![A](https://a.example/a.png)",
        "x[^1]\n\n[^1]: ![A](/media/a.png)",
    ],
)
def test_other_pictures_stay_in_the_line(text):
    assert "<figure" not in render_markdown(text)
