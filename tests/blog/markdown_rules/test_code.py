"""Code: coloured where its language is known, from left to right, scrolling by itself."""

from blog import code_colours
from blog.rendering import render_markdown

PRE = '<pre tabindex="0" dir="ltr"'


def test_a_block_keeps_its_language_and_its_characters():
    html = render_markdown('```py\nprint("<b>")\n```')

    assert html == (
        f'{PRE} role="group" aria-label="py"><code dir="ltr" class="language-py">'
        '<span class="hl-nb">print</span>(<span class="hl-s">"&lt;b&gt;"</span>)\n</code></pre>\n'
    )


def test_a_language_that_nobody_knows_stays_plain_and_is_still_named():
    html = render_markdown("```c++20-draft x y\n<b>\n```")

    assert html == (
        f'{PRE} role="group" aria-label="c++20-draft">'
        '<code dir="ltr" class="language-c++20-draft">&lt;b&gt;\n</code></pre>\n'
    )


def test_without_a_language_nothing_is_guessed():
    for text in ("```\ndef f(): pass\n```", "    def f(): pass\n"):
        assert render_markdown(text) == f'{PRE}><code dir="ltr">def f(): pass\n</code></pre>\n'


def test_a_word_that_is_no_name_of_a_language_is_left_out():
    assert render_markdown('```x"y\nz\n```') == f'{PRE}><code dir="ltr">z\n</code></pre>\n'


def test_code_in_the_line_runs_from_left_to_right_too():
    assert '<code dir="ltr">f(x)</code>' in render_markdown("استخدم `f(x)` هنا")


def test_only_so_much_of_a_text_is_coloured():
    block = "```py\n" + "x = 1\n" * 500 + "```\n\n"
    count = code_colours.MAX_CHARACTERS // 3000

    html = render_markdown(block * (count + 2))

    assert html.count("<pre") == count + 2
    assert html.count('<span class="hl-m">') == count * 500


def test_a_plain_block_uses_up_nothing():
    plain = "```none\n" + "x = 1\n" * 600 + "```\n\n"

    assert "hl-m" in render_markdown(plain * 2 + "```py\n1\n```")
