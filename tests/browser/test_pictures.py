"""Pictures come in by button, paste and drop, always with their words; a refusal loses nothing."""

import base64
import io

import pytest
from PIL import Image as Picture
from playwright.sync_api import Page, expect

from blog.models import Image
from tests import factories
from tests.browser.desk import open_post, preview, text_of, write

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# Hands a file to the text as a browser does for `kind`: a paste, or a drop in its middle.
HAND_OVER = """([kind, name, type, data, words]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const given = new DataTransfer();
  given.items.add(new File([bytes], name, { type }));
  if (words) given.setData("text/plain", words);
  const text = document.querySelector(".CodeMirror-code");
  const box = text.getBoundingClientRect();
  const details = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...details, clipboardData: given })
    : new DragEvent("drop", { ...details, dataTransfer: given,
        clientX: box.left + 5, clientY: box.top + 5 });
  text.dispatchEvent(event);
}"""


def png(colour: str = "teal") -> bytes:
    picture = io.BytesIO()
    Picture.new("RGB", (32, 18), colour).save(picture, "PNG")
    return picture.getvalue()


def hand_over(page: Page, kind: str, name: str, data: bytes, words: str = "") -> None:
    given = [kind, name, "image/png", base64.b64encode(data).decode(), words]
    page.evaluate(HAND_OVER, given)


@pytest.fixture
def desk(sign_in, live_server, settings, tmp_path):
    """An editor's page with an empty post."""
    settings.MEDIA_ROOT = tmp_path
    page, said = sign_in(factories.make_user("Editors"))
    open_post(page, live_server.url, factories.make_post(body="Before.\n\nAfter."))
    yield page
    # A refused upload and, in these tests, pictures that no server serves are no surprise.
    assert [line for line in said if "the server responded with a status of 40" not in line] == []


def dialog(page: Page):
    return page.get_by_role("dialog", name="Add a picture")


def upload(page: Page) -> None:
    dialog(page).get_by_role("button", name="Upload and insert").click()


def test_by_button_with_all_that_is_known_of_it(desk: Page) -> None:
    write(desk, "\n\n")
    desk.get_by_role("button", name="Picture (Ctrl+Shift+G)").first.click()
    upload(desk)
    expect(dialog(desk).get_by_text("Choose a file.")).to_be_visible()
    expect(dialog(desk).get_by_text("Say what the picture shows")).to_be_visible()

    file = {"name": "bench.png", "mimeType": "image/png", "buffer": png()}
    dialog(desk).get_by_label("File").set_input_files(file)
    dialog(desk).get_by_label("What it shows").fill("A bench in the sun")
    dialog(desk).get_by_label("Caption").fill("Our bench")
    dialog(desk).get_by_label("Credit").fill("Ada")
    dialog(desk).get_by_label("Licence").fill("CC BY 4.0")
    dialog(desk).get_by_label("Source").fill("https://example.org/bench")
    upload(desk)

    expect(dialog(desk)).to_be_hidden()
    desk.wait_for_function("WritingDesk.value('body').includes('A bench in the sun')")
    image = Image.objects.get()
    assert text_of(desk).startswith("Before.\n\nAfter.\n\n![A bench in the sun](")
    assert image.file.url in text_of(desk)
    assert (image.caption, image.credit, image.licence) == ("Our bench", "Ada", "CC BY 4.0")
    assert image.source_url == "https://example.org/bench"
    expect(preview(desk).get_by_role("img", name="A bench in the sun")).to_be_attached()


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_by_paste_and_by_drop_it_lands_where_it_was_put(desk: Page, kind: str) -> None:
    desk.locator(".CodeMirror-code").click()
    desk.keyboard.press("Control+Home")

    hand_over(desk, kind, "chair.png", png())
    expect(dialog(desk).locator("[data-thumbnail]")).to_be_visible()
    dialog(desk).get_by_label("Decorative").check()
    upload(desk)

    desk.wait_for_function("WritingDesk.value('body').includes('![](')")
    assert text_of(desk).startswith("![](")
    assert text_of(desk).endswith(")\n\nBefore.\n\nAfter.")
    assert Image.objects.get().is_decorative


def test_what_a_word_processor_pastes_is_words(desk: Page) -> None:
    desk.locator(".CodeMirror-code").click()

    hand_over(desk, "paste", "words.png", png(), words="The words")

    expect(dialog(desk)).to_be_hidden()


def test_a_refusal_is_told_in_the_dialog_and_nothing_typed_is_lost(desk: Page) -> None:
    write(desk, " Typed.")
    hand_over(desk, "paste", "broken.png", b"no picture at all")
    dialog(desk).get_by_label("What it shows").fill("Something broken")
    dialog(desk).get_by_label("Credit").fill("Ada")
    upload(desk)

    expect(dialog(desk)).to_be_visible()
    expect(dialog(desk).locator("[data-error=file]")).not_to_be_empty()
    expect(dialog(desk).get_by_label("What it shows")).to_have_value("Something broken")
    expect(dialog(desk).get_by_label("Credit")).to_have_value("Ada")
    file = {"name": "whole.png", "mimeType": "image/png", "buffer": png()}
    dialog(desk).get_by_label("File").set_input_files(file)
    upload(desk)

    desk.wait_for_function("WritingDesk.value('body').includes('![Something broken](')")
    assert text_of(desk).startswith("Before.\n\nAfter. Typed.")


def test_the_placeholder_is_no_part_of_the_text_and_saving_waits(desk: Page) -> None:
    held = []
    desk.route("**/image/upload/", lambda route: held.append(route))
    hand_over(desk, "paste", "slow.png", png())
    dialog(desk).get_by_label("Decorative").check()
    upload(desk)

    expect(desk.get_by_text("Uploading slow.png…")).to_be_visible()
    assert text_of(desk) == "Before.\n\nAfter."
    write(desk, " Typed meanwhile.")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_role("alert").filter(has_text="still on its way")).to_be_visible()
    held[0].continue_()

    desk.wait_for_function("WritingDesk.value('body').includes('![](')")
    expect(desk.get_by_text("Uploading slow.png…")).to_be_hidden()
    assert "Typed meanwhile." in text_of(desk)


def test_several_files_are_asked_about_one_after_the_other(desk: Page) -> None:
    desk.evaluate(
        """([one, other]) => {
          const given = new DataTransfer();
          for (const [name, data] of [["one.png", one], ["other.png", other]]) {
            const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
            given.items.add(new File([bytes], name, { type: "image/png" }));
          }
          document.querySelector(".CodeMirror-code").dispatchEvent(
            new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: given }));
        }""",
        [base64.b64encode(png(colour)).decode() for colour in ("red", "blue")],
    )
    dialog(desk).get_by_label("What it shows").fill("First")
    upload(desk)
    desk.wait_for_function("WritingDesk.value('body').includes('![First](')")

    expect(dialog(desk)).to_be_visible()
    expect(dialog(desk).get_by_label("What it shows")).to_have_value("")
    dialog(desk).get_by_label("What it shows").fill("Second")
    upload(desk)

    desk.wait_for_function("WritingDesk.value('body').includes('![Second](')")
    assert "![First](" in text_of(desk)


def test_from_the_library_with_a_search(desk: Page) -> None:
    factories.make_image(alt_text="A red bicycle")
    factories.make_image(alt_text="A blue chair")
    write(desk, "\n\n")
    desk.keyboard.press("Control+Shift+g")
    dialog(desk).get_by_role("button", name="From the library").click()
    expect(dialog(desk).get_by_role("button", name="A red bicycle")).to_be_visible()

    dialog(desk).get_by_label("Search the library").fill("chair")
    expect(dialog(desk).get_by_role("button", name="A red bicycle")).to_be_hidden()
    dialog(desk).get_by_role("button", name="A blue chair").click()

    expect(dialog(desk)).to_be_hidden()
    assert "![A blue chair](" in text_of(desk)


def test_an_address_pasted_over_words_makes_a_link(desk: Page) -> None:
    desk.locator(".CodeMirror-code").click()
    desk.keyboard.press("Control+a")
    desk.evaluate("WritingDesk.editor.codemirror.setSelection({line: 0, ch: 0}, {line: 0, ch: 6})")

    desk.evaluate(
        """() => {
          const given = new DataTransfer();
          given.setData("text/plain", "https://example.org/a");
          document.querySelector(".CodeMirror-code").dispatchEvent(
            new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: given }));
        }"""
    )

    assert text_of(desk).startswith("[Before](https://example.org/a).")


def test_the_cover_is_chosen_in_the_same_way(desk: Page) -> None:
    image = factories.make_image(alt_text="A blue chair")
    desk.get_by_role("button", name="Choose a picture…").click()
    dialog(desk).get_by_role("button", name="From the library").click()
    dialog(desk).get_by_role("button", name="A blue chair").click()

    assert desk.input_value("#id_cover") == str(image.pk)
    chosen = desk.locator(".field-cover .select2-selection__rendered")
    expect(chosen).to_contain_text("A blue chair")
    assert text_of(desk) == "Before.\n\nAfter."
