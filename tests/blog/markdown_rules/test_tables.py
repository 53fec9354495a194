"""Tables that scroll by themselves, also for those who use the keyboard or listen."""

from blog.rendering import render_markdown


def test_they_can_be_reached_and_are_named_after_their_columns():
    html = render_markdown('|*Name*|Price "now"|\n|-|-|\n|1|2|')

    assert html.startswith(
        '<div class="table" tabindex="0" role="group" aria-label="Name, Price “now”"><table>'
    )


def test_cells_are_aligned_by_class():
    html = render_markdown("|a|b|\n|--:|:-:|\n|1|2|")

    assert '<th class="align-right">a</th>' in html
    assert '<td class="align-center">2</td>' in html
    assert "style" not in html


def test_an_empty_cell_heads_no_column():
    html = render_markdown("||b|\n|-|-|\n|1|2|")

    assert "<td></td>\n<th>b</th>" in html
    assert 'aria-label="b"' in html


def test_a_table_without_headings_has_no_name():
    html = render_markdown("|||\n|-|-|\n|1|2|")

    assert html.startswith('<div class="table" tabindex="0"><table>')
    assert "<th>" not in html


def test_a_name_is_no_longer_than_can_be_listened_to():
    html = render_markdown(f"|{'word ' * 50}|\n|-|\n|1|")

    assert f'aria-label="{("word " * 20).strip()}"' in html
