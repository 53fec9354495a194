"""A paragraph says its direction where it runs the other way than its text."""

from blog.rendering import render_markdown

ARABIC = "هذا نص طويل باللغة العربية عن إصلاح الأشياء القديمة في البيت بأدوات قليلة."
ENGLISH = "This is a text about repairing old things at home, with few tools."


def test_a_text_of_one_direction_says_nothing():
    for text in (ARABIC, ENGLISH, f"{ARABIC}\n\n## {ARABIC}", "1234\n\n!?", ""):
        assert "dir=" not in render_markdown(text)


def test_an_english_paragraph_in_an_arabic_text_runs_from_the_left():
    html = render_markdown(f"{ARABIC}\n\n{ARABIC}\n\n> {ENGLISH}")

    assert f'<p dir="ltr">{ENGLISH}' in html
    assert html.count("dir=") == 1


def test_a_hebrew_paragraph_in_an_english_text_runs_from_the_right():
    html = render_markdown(f"{ENGLISH}\n\n{ENGLISH}\n\nשלום עולם")

    assert '<p dir="rtl">שלום עולם</p>' in html
    assert html.count("dir=") == 1


def test_a_paragraph_that_only_begins_with_a_foreign_name_follows_its_text():
    html = render_markdown(f"{ARABIC}\n\nDjango هو إطار عمل لبناء المواقع.")

    assert "dir=" not in html


def test_items_of_a_list_keep_their_marks_on_one_side():
    html = render_markdown(f"{ARABIC}\n\n- Django\n- Flask")

    assert "dir=" not in html
