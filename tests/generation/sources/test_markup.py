"""HTML as lines: what a reader sees, in the reader's order."""

import pytest

from generation.sources import markup


def lines(document: str) -> list[str]:
    tree = markup.parse(document)
    markup.drop_hidden(tree)
    return markup.lines(tree.find("body"))


class TestLines:
    @pytest.mark.parametrize(
        ("document", "expected"),
        [
            ("<p>One<p>Two", ["One", "Two"]),
            ("One<br>Two<br/>Three", ["One", "Two", "Three"]),
            ("<p>broken\nin the\n source</p>", ["broken in the source"]),
            ("<pre>line 1\nline 2</pre>", ["line 1", "line 2"]),
            ("<ul><li>One</li><li><p>Two</p></li><li><ul><li>Deep</li></ul></li></ul>",
             ["- One", "- Two", "- Deep"]),
            ("<dl><dt>Term</dt><dd>Meaning</dd></dl>", ["Term", "Meaning"]),
            ("<table><tr><th>A<th>B<tr><td>1<td>2</table>", ["A | B", "1 | 2"]),
            ("a<b>b</b>c <i>d</i>", ["abc d"]),
            ("x<script>y</script>z", ["xz"]),
            ("<img class=emoji alt=🙂> hi", ["🙂 hi"]),
            ("<img alt='a photo'> hi", ["hi"]),
            ("&lt;b&gt; &amp; &eacute; &#1; &#xFFFE;", ["<b> & é"]),
        ],
    )  # fmt: skip
    def test_follow_the_blocks_of_the_page(self, document, expected):
        assert lines(f"<body>{document}</body>") == expected

    @pytest.mark.parametrize(
        "document",
        [
            "<title>T</title><section>One</section><p>Two</p>",
            "<style>a{}</style><main>One</main><p>Two</p>",
            "<title>T</title><article>One</article><amp-x>Two</amp-x>",
            "<html><head><title>T</title></head><body><p>One</p>Two",
        ],
    )
    def test_miss_nothing_of_a_page_that_does_not_write_its_body(self, document):
        assert lines(document) == ["One", "Two"]

    def test_of_a_table_for_layout_are_blocks(self):
        tree = markup.parse("<table><tr><td><h1>T</h1>One<br>Two<td>Three</table>")
        markup.flatten_layout(tree)

        assert markup.lines(tree) == ["T", "One", "Two", "Three"]

    def test_of_a_table_of_data_inside_a_table_for_layout_stay_rows(self):
        data = "<table><tr><td>1<td>2</table>"
        tree = markup.parse(f"<table><tr><td><h1>T</h1>{data}<td>Three</table>")
        markup.flatten_layout(tree)

        assert markup.lines(tree) == ["T", "1 | 2", "Three"]


class TestParse:
    @pytest.mark.parametrize("document", ["", " ", "\x00", "<!-- x -->"])
    def test_of_nothing_is_nothing(self, document):
        assert markup.parse(document) is None

    def test_reads_no_more_tags_than_a_page_has(self):
        tree = markup.parse("<i>x</i>" * markup.MAX_TAGS)

        assert len(list(tree.iter("i"))) <= markup.MAX_TAGS / 2
