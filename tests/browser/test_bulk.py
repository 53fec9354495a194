"""Many posts at once in a real browser: chosen in a list, looked at, confirmed, told of."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from blog.models import Post, Tag
from tests import factories

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def choose(page: Page, *titles: str, action: str) -> None:
    for title in titles:
        page.get_by_role("row").filter(has_text=title).locator("input.action-select").check()
    page.locator("select[name=action]").select_option(label=action)
    page.get_by_role("button", name="Run").click()
    page.get_by_role("heading", name="What will happen").wait_for()


def outcome(page: Page, title: str):
    return page.locator(".ab-outcomes > li").filter(has_text=title)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_publisher_approves_several_and_reads_what_became_of_each(
    sign_in, live_server, width
) -> None:
    publisher = factories.make_user("Publishers")
    factories.make_post(in_review=True, title="Ready to go")
    factories.make_post(in_review=True, title="Ready as well")
    factories.make_post(in_review=True, title="My own words", by=publisher)
    page, said = sign_in(publisher, viewport={"width": width, "height": 900})
    page.goto(live_server.url + reverse("admin:publishing_queuedpost_changelist"))

    choose(page, "Ready to go", "Ready as well", "My own words", action="Approve")
    expect(page.get_by_text("1 of the 3 you chose will be left as it is")).to_be_visible()
    expect(outcome(page, "My own words")).to_contain_text("somebody else has to approve it")
    outcome(page, "Ready as well").locator("input").uncheck()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_role("heading", name="Approve: 1 of 2 done")).to_be_visible()
    expect(outcome(page, "Ready to go")).to_contain_text("Approved. Readers see it now.")
    expect(outcome(page, "My own words")).to_contain_text("Left as it was")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert [post.title for post in Post.objects.published()] == ["Ready to go"]
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_role("link", name="Ready as well")).to_be_visible()
    assert said == []


def test_an_editor_finds_a_tag_by_typing_and_a_list_by_filtering(sign_in, live_server) -> None:
    for number in range(30):
        Tag.objects.create(name=f"Tag {number}", slug=f"tag-{number}")
    author = factories.make_author(name="Mara Quill")
    factories.make_post(title="Hers", author=author)
    factories.make_post(title="Somebody else's")
    page, said = sign_in(factories.make_user("Editors"))
    page.goto(live_server.url + reverse("admin:blog_post_changelist"))

    page.get_by_text("Filters").first.click()
    page.locator("#changelist-filter .select2-selection").nth(1).click()
    page.locator(".select2-search__field").fill("Quill")
    page.get_by_role("option", name="Mara Quill").click()
    page.get_by_role("button", name="Apply Filters").click()
    expect(page.get_by_role("link", name="Hers")).to_be_visible()
    expect(page.get_by_role("link", name="Somebody else's")).to_have_count(0)

    choose(page, "Hers", action="Add a tag")
    page.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("Tag 27")
    page.get_by_role("option", name="Tag 27").click()
    page.get_by_role("button", name="Add a tag").click()

    expect(outcome(page, "Hers")).to_contain_text("Saved as revision 2.")
    tag = Tag.objects.get(name="Tag 27")
    assert Post.objects.get(title="Hers").latest_revision.tag_ids == [tag.pk]
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_role("link", name="Somebody else's")).to_have_count(0)
    assert said == []
