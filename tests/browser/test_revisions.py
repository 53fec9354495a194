"""Comparing, restoring and sharing in a real browser: light and dark, wide and narrow."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from blog import preview_links, revisions
from blog.models import Post
from publishing import workflow
from tests import factories

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


@pytest.fixture
def post(live_server) -> Post:
    """A live post with two newer texts."""
    body = "\n\n".join(f"Paragraph {number} of the post." for number in range(9))
    post = factories.make_post(live=True, title="Four glues", body=body)
    for word in ("second", "third"):
        draft = factories.make_draft(
            author=post.author, title=f"The {word} title", body=body.replace("4", word)
        )
        revisions.save_revision(post, draft, by=None, note=f"The {word} thoughts")
    return post


def address(name: str, *args: object) -> str:
    return reverse(f"admin:blog_post_{name}", args=args)


def width_beyond_the_window(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def test_any_two_are_compared_and_an_old_one_restored(sign_in, live_server, post) -> None:
    page, said = sign_in(factories.make_user("Editors"))
    page.goto(live_server.url + address("revisions", post.pk))

    page.get_by_role("radio", name="Revision 1 as the older one").check()
    page.get_by_role("button", name="Compare the chosen two").click()
    expect(page.get_by_role("heading", name="From revision 1 to revision 3")).to_be_visible()
    expect(page.locator("del", has_text="Four glues")).to_be_visible()
    expect(page.locator("ins", has_text="The third title")).to_be_visible()
    # Told without colour too: a line through, a line under, and words for those who listen.
    line = "element => getComputedStyle(element).textDecorationLine"
    assert page.locator("del").first.evaluate(line) == "line-through"
    assert page.locator("ins").first.evaluate(line) == "underline"
    heard = "element => getComputedStyle(element, '::before').content"
    assert "added" in page.locator("ins").first.evaluate(heard)

    page.get_by_role("link", name="Restore this one").click()
    page.get_by_label("Why").fill("It was better")
    page.get_by_role("button", name="Restore revision 1").click()

    expect(page.get_by_text("The words of revision 1 are back, as revision 4.")).to_be_visible()
    latest = Post.objects.get(pk=post.pk).latest_revision
    assert (latest.number, latest.title) == (4, "Four glues")
    assert latest.note == "Restored revision 1: It was better"
    assert said == []


def test_an_old_revision_is_shown_in_its_frame_without_a_scrollbar_of_its_own(
    sign_in, live_server, post
) -> None:
    page, said = sign_in(factories.make_user("Publishers"))
    page.goto(live_server.url + address("revision", post.pk, 2))

    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="The second title")).to_be_visible()
    expect(frame.get_by_text("of revision 2.")).to_be_visible()
    page.wait_for_function(
        """() => {
          const frame = document.querySelector("iframe");
          const inside = frame.contentDocument.documentElement;
          return inside.scrollHeight > 700 && inside.scrollHeight <= frame.clientHeight;
        }"""
    )
    expect(page.get_by_role("link", name="Restore")).to_have_count(0)
    assert said == []


@pytest.mark.parametrize("window", [{}, PHONE])
def test_no_page_breaks_its_policy_or_is_wider_than_the_window(
    sign_in, live_server, post, window
) -> None:
    editor = factories.make_user("Editors")
    preview_links.share(post, by=editor, days=7, note="A" * 120)
    long = "unbroken" * 40
    draft = factories.make_draft(author=post.author, body=f"{long} one\n\n{long} two")
    revisions.save_revision(post, draft, by=editor, note="n" * 200)
    workflow.submit(post, by=None)
    page, said = sign_in(editor, **window)

    for path in (
        address("revisions", post.pk),
        address("revision", post.pk, 1),
        address("compare", post.pk),
        address("restore", post.pk, 1),
        address("previews", post.pk),
        reverse("admin:publishing_queuedpost_change", args=[post.pk]),
    ):
        assert page.goto(live_server.url + path).status == 200
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert width_beyond_the_window(page) <= 0, path
    assert said == []


def test_a_preview_is_shared_copied_opened_and_taken_back(
    sign_in, browser: Browser, live_server, post, settings
) -> None:
    settings.SITE_URL = live_server.url
    page, said = sign_in(
        factories.make_user("Writers"), permissions=["clipboard-read", "clipboard-write"]
    )
    page.goto(live_server.url + address("revisions", post.pk))
    page.get_by_role("link", name="Share a preview").click()

    page.get_by_label("For whom").fill("The press office")
    page.get_by_label("1 day", exact=True).check()
    page.get_by_role("button", name="Make a link").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")

    stranger = browser.new_context().new_page()
    answer = stranger.goto(copied)
    assert answer.status == 200
    expect(stranger.get_by_role("heading", name="The third title")).to_be_visible()
    expect(stranger.get_by_text("Preview, not public.")).to_be_visible()

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("The link opens nothing any more.")).to_be_visible()
    assert stranger.goto(copied).status == 404
    expect(stranger.get_by_role("heading", name="This link opens nothing")).to_be_visible()
    assert said == []


def test_evidence_scrolls_with_the_page_and_the_decision_stays_in_reach(
    sign_in, live_server, post
) -> None:
    workflow.submit(post, by=None)
    page, said = sign_in(factories.make_user("Publishers"), viewport={"width": 1440, "height": 900})
    page.goto(live_server.url + reverse("admin:publishing_queuedpost_change", args=[post.pk]))
    expect(page.locator("ins", has_text="The third title")).to_be_visible()
    page.wait_for_function("document.querySelector('iframe').clientHeight > 900")

    # At the end of a long text the shorter column is still there, at the top of the window.
    page.keyboard.press("End")
    page.wait_for_function("window.scrollY > 300")
    place = page.locator(".ab-review-side").bounding_box()
    assert place["y"] >= -place["height"] + 400
    scrolling = page.evaluate(
        """() => [...document.querySelectorAll(".ab-review *")].filter((part) =>
          part.scrollHeight > part.clientHeight + 1
          && /auto|scroll/.test(getComputedStyle(part).overflowY)).length"""
    )
    assert scrolling == 0
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text(re.compile("Approved. Readers see it now."))).to_be_visible()
    assert said == []
