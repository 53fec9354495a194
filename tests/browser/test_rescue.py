"""No word is lost: a dead tab, a lost session, a refused save, a second editor."""

import contextlib

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Error, Page, expect

from blog import revisions
from blog.models import Post
from publishing import workflow
from tests import factories
from tests.browser.desk import kept_texts, open_post, preview, text_of, write

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
# A save by itself waits three seconds for the next key; a busy machine needs more.
SOON = 20_000


@pytest.fixture
def editor():
    return factories.make_user("Editors", username="ed")


def status(page: Page):
    return page.locator("#ab-status")


def until_kept(page: Page) -> None:
    """Wait until the browser keeps what was typed."""
    page.wait_for_function("Object.keys(localStorage).some((n) => n.startsWith('autoblog.text.'))")


def in_review() -> Post:
    """Make a post that no save by itself may touch."""
    return factories.make_post(in_review=True, body="Saved words.")


def sign_in_by_hand(page: Page, name: str) -> None:
    page.fill("#id_username", name)
    page.fill("#id_password", "secret")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def test_a_killed_tab_loses_no_word(sign_in, live_server, editor) -> None:
    post = in_review()
    page, _said = sign_in(editor)
    open_post(page, live_server.url, post)
    write(page, " And unsaved ones.")
    until_kept(page)

    with contextlib.suppress(Error):
        page.goto("chrome://crash")
    page = page.context.new_page()
    open_post(page, live_server.url, post)

    offer = page.locator("#ab-rescue")
    expect(offer).to_contain_text("that was never saved")
    assert text_of(page) == "Saved words."
    offer.get_by_role("button", name="Compare").click()
    expect(offer.locator("mark").last).to_have_text(" And unsaved ones.")
    offer.get_by_role("button", name="Take it").click()
    expect(offer).to_be_hidden()
    assert text_of(page) == "Saved words. And unsaved ones."
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/queuedpost/**")
    post.refresh_from_db()
    assert post.latest_revision.body == "Saved words. And unsaved ones."
    assert kept_texts(page) == []


def test_a_rescued_text_never_covers_what_was_saved_meanwhile(sign_in, live_server, editor) -> None:
    post = in_review()
    page, _said = sign_in(editor)
    open_post(page, live_server.url, post)
    write(page, " Mine.")
    until_kept(page)
    page.close()
    theirs = factories.make_draft(title=post.title, body="Hers.", author=post.author)
    revisions.save_revision(post, theirs, by=factories.make_user("Editors", username="anna"))

    page = page.context.new_page()
    open_post(page, live_server.url, post)
    page.get_by_role("button", name="Take it").click()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("heading", name="Two versions of the same post")).to_be_visible()
    assert text_of(page) == "Saved words. Mine."
    assert post.revisions.first().body == "Hers."


def test_a_new_post_is_rescued_with_all_its_fields(sign_in, live_server, editor) -> None:
    author = factories.make_author(name="Ada Byline")
    page, _said = sign_in(editor)
    open_post(page, live_server.url)
    page.fill("#id_title", "Never saved")
    page.evaluate(f"WritingDesk.fill('author', [['{author.pk}', 'Ada Byline']])")
    write(page, "Words.")
    page.wait_for_function(
        "Object.entries(localStorage).some(([n, t]) => n.includes('.new.') && t.includes('Words.'))"
    )

    page.close()
    page = page.context.new_page()
    open_post(page, live_server.url)
    page.get_by_role("button", name="Take it").click()

    assert page.input_value("#id_title") == "Never saved"
    assert page.input_value("#id_author") == str(author.pk)
    assert page.locator(".field-author .select2-selection__rendered").inner_text() == "Ada Byline"
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/queuedpost/**")
    assert Post.objects.get().latest_revision.body == "Words."


def test_thrown_away_is_gone_and_an_open_tab_is_not_offered(sign_in, live_server, editor) -> None:
    post = in_review()
    page, _said = sign_in(editor)
    open_post(page, live_server.url, post)
    write(page, " Mine.")
    until_kept(page)
    other = page.context.new_page()
    open_post(other, live_server.url, post)
    other.wait_for_function("navigator.locks.query().then((all) => all.held.length === 2)")
    expect(other.locator("#ab-rescue")).to_be_hidden()

    page.close()
    other.reload()
    other.get_by_role("button", name="Throw it away").click()
    expect(other.locator("#ab-rescue")).to_be_hidden()

    assert kept_texts(other) == []


def test_nobody_is_offered_what_another_typed(sign_in, live_server, editor) -> None:
    post = in_review()
    page, _said = sign_in(editor)
    open_post(page, live_server.url, post)
    write(page, " A secret.")
    until_kept(page)
    page.goto(f"{live_server.url}/", wait_until="load")
    page.context.clear_cookies()
    other = factories.make_user("Editors", username="other")
    page.goto(f"{live_server.url}/admin/login/")
    sign_in_by_hand(page, other.username)

    open_post(page, live_server.url, post)
    page.wait_for_function("navigator.locks.query().then((all) => all.held.length === 1)")

    expect(page.locator("#ab-rescue")).to_be_hidden()
    assert "A secret." not in page.content()
    assert len(kept_texts(page)) == 1


def test_a_refused_save_keeps_the_text(sign_in, live_server, editor) -> None:
    post = in_review()
    page, _said = sign_in(editor)
    open_post(page, live_server.url, post)
    write(page, " New.")
    page.fill("#id_title", "")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#id_title_error")).to_be_visible()
    expect(page.get_by_role("region", name="What has to be mended")).to_contain_text("Title")
    assert text_of(page) == "Saved words. New."

    page.close()
    page = page.context.new_page()
    open_post(page, live_server.url, post)
    page.get_by_role("button", name="Take it").click()

    assert text_of(page) == "Saved words. New."


def test_a_lost_session_is_said_and_mended_in_another_tab(sign_in, live_server, editor) -> None:
    post = factories.make_post(body="Saved words.", by=editor)
    page, _said = sign_in(editor)
    open_post(page, live_server.url, post)
    Session.objects.all().delete()

    write(page, " And more.")
    alert = page.get_by_role("alert").filter(has_text="You are signed out")
    expect(alert).to_be_visible(timeout=SOON)
    with page.context.expect_page() as opened:
        alert.get_by_role("link", name="Log in in another tab").click()
    sign_in_by_hand(opened.value, "ed")
    opened.value.close()
    page.bring_to_front()
    write(page, " Still here.")

    expect(status(page)).to_contain_text("Saved by itself", timeout=SOON)
    expect(alert).to_be_hidden()
    post.refresh_from_db()
    assert post.latest_revision.body == "Saved words. And more. Still here."


def test_a_save_without_a_session_is_offered_back_after_the_log_in(
    sign_in, live_server, editor
) -> None:
    post = in_review()
    page, _said = sign_in(editor)
    open_post(page, live_server.url, post)
    write(page, " Typed.")
    until_kept(page)
    Session.objects.all().delete()

    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/login/**")
    sign_in_by_hand(page, "ed")
    page.wait_for_url("**/change/")
    page.get_by_role("button", name="Take it").click()

    assert text_of(page) == "Saved words. Typed."


def test_saves_by_itself_collapse_and_the_button_confirms_them(
    sign_in, live_server, editor
) -> None:
    post = factories.make_post(body="One.", by=editor)
    page, said = sign_in(editor)
    open_post(page, live_server.url, post)

    write(page, " Two.")
    expect(status(page)).to_contain_text("as revision 2", timeout=SOON)
    assert kept_texts(page) == []
    write(page, " Three.")
    expect(status(page)).to_contain_text("as revision 3", timeout=SOON)
    assert [r.number for r in post.revisions.all()] == [3, 1]
    assert post.revisions.first().is_autosave

    # Nothing is unsaved, so nobody is held back, and the button makes it a revision like any other.
    page.fill("#id_note", "By hand")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/queuedpost/**")
    latest = post.revisions.first()
    assert (latest.body, latest.note, latest.is_autosave) == ("One. Two. Three.", "By hand", False)
    assert said == []


@pytest.mark.parametrize("where", ["in_review", "approved", "live"])
def test_what_was_decided_is_never_taken_back_by_itself(
    sign_in, live_server, editor, where
) -> None:
    post = factories.make_post(**{where: True}, body="Decided.")
    before = post.status, post.approved_revision_id, post.latest_revision_id
    page, _said = sign_in(editor)
    open_post(page, live_server.url, post)

    with page.expect_response("**/autosave/", timeout=SOON) as answer:
        write(page, " More.")

    assert answer.value.json()["saved"] is False
    expect(status(page)).to_contain_text("Your text is kept on this computer until you press Save")
    assert len(kept_texts(page)) == 1
    post.refresh_from_db()
    assert (post.status, post.approved_revision_id, post.latest_revision_id) == before


def test_a_draft_that_is_submitted_meanwhile_stays_in_review(sign_in, live_server, editor) -> None:
    post = factories.make_post(body="Draft.", by=editor)
    page, _said = sign_in(editor)
    open_post(page, live_server.url, post)
    workflow.submit(post, by=editor)

    with page.expect_response("**/autosave/", timeout=SOON):
        write(page, " More.")

    expect(status(page)).to_contain_text("takes the post back from review")
    post.refresh_from_db()
    assert (post.status, post.latest_revision.body) == ("in_review", "Draft.")


def test_two_editors_see_both_texts_and_nothing_is_lost(sign_in, live_server, editor) -> None:
    post = factories.make_post(title="Common", summary="Common.", body="Common text.", by=editor)
    page, _said = sign_in(editor, viewport={"width": 1440, "height": 900})
    page.clock.install()
    open_post(page, live_server.url, post)
    anna = factories.make_user("Editors", username="anna")
    theirs = factories.make_draft(
        title="Her title", summary="Common.", body="Her text.", author=post.author
    )
    revisions.save_revision(post, theirs, by=anna)

    write(page, " My end.")
    alert = page.get_by_role("alert").filter(has_text="anna saved this")
    expect(alert).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="Save and continue editing").click()

    panel = page.locator("section", has=page.get_by_role("heading", name="Two versions of"))
    title = panel.locator("section[aria-label=Title]")
    expect(title).to_contain_text("Only they changed it")
    expect(title.get_by_label("Theirs")).to_have_value("Her title")
    text = panel.locator("section[aria-label=Text]")
    expect(text).to_contain_text("You both changed it")
    expect(text.get_by_label("Theirs")).to_have_value("Her text.")
    expect(text.get_by_label("Yours")).to_have_value("Common text. My end.")
    expect(panel.locator("section[aria-label=Summary]")).to_have_count(0)
    assert text_of(page) == "Common text. My end."
    title.get_by_role("button", name="Take theirs").click()
    assert page.input_value("#id_title") == "Her title"
    # Until the button is pressed, nothing goes over her text.
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    write(page, " Later.")
    page.clock.fast_forward(60_000)
    expect(preview(page).get_by_text("Later.")).to_be_attached()
    assert [url for url in asked if "autosave" in url] == []
    assert post.revisions.count() == 2

    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/queuedpost/**")
    latest, hers, _first = post.revisions.all()
    assert (latest.title, latest.body) == ("Her title", "Common text. My end. Later.")
    assert (hers.title, hers.body) == ("Her title", "Her text.")


def test_what_is_typed_after_the_button_is_kept(sign_in, live_server, editor) -> None:
    post = in_review()
    page, _said = sign_in(editor)
    open_post(page, live_server.url, post)
    write(page, " Before.")

    # In one breath: the form is on its way, and the page is still there.
    page.evaluate(
        """() => {
          document.querySelector("[name=_save]").click();
          WritingDesk.editor.value(WritingDesk.editor.value() + " After.");
        }"""
    )
    page.wait_for_url("**/queuedpost/**")
    post.refresh_from_db()
    assert post.latest_revision.body == "Saved words. Before."
    open_post(page, live_server.url, post)
    page.get_by_role("button", name="Take it").click()

    assert text_of(page) == "Saved words. Before. After."


def test_leaving_asks_only_while_something_is_not_saved(sign_in, live_server, editor) -> None:
    post = in_review()
    page, _said = sign_in(editor)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    open_post(page, live_server.url, post)
    page.goto(f"{live_server.url}/admin/")
    assert asked == []

    open_post(page, live_server.url, post)
    write(page, " More.")
    page.goto(f"{live_server.url}/admin/")

    assert asked == ["beforeunload"]
