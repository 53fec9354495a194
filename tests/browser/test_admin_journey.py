"""The editor's way through the admin in a real browser: no broken policy, no reload, no loss."""

import json
import threading

import pytest
from django.db import connections
from django.urls import reverse
from playwright.sync_api import expect

from blog.models import Post
from generation import services
from generation.models import ModelPrice, Run, Source
from publishing import schedules
from publishing.models import Channel
from tests import factories

# Writes down each value that the progress bar takes.
REMEMBER = """() => {
  const bar = document.querySelector("[role=progressbar]");
  const seen = [];
  new MutationObserver(() => {
    const now = Number(bar.getAttribute("aria-valuenow"));
    if (seen.at(-1) !== now) seen.push(now);
    sessionStorage.seen = JSON.stringify(seen);
  }).observe(bar, { attributes: true });
}"""

pytestmark = pytest.mark.browser


def _address(name: str, *args: object) -> str:
    return reverse(f"admin:{name}", args=args)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_no_page_breaks_its_policy_or_fits_a_phone_badly(sign_in, live_server, web) -> None:
    owner = factories.make_user(is_superuser=True)
    plan = factories.make_plan()
    feed = Source.objects.create(plan=plan, kind="feed", url=web.url("/no-feed.xml"))
    brief = factories.make_brief(plan=plan)
    Source.objects.create(brief=brief, kind="note", text="Forty chains were measured.")
    run = factories.make_run(brief=brief, status="failed", problem=f"https://{'long' * 30}.example")
    post = factories.make_post(in_review=True)
    factories.make_image(alt_text="A navy rectangle")
    channel = Channel.objects.create(name="Friends", url="https://f.example/in")
    row = schedules.ours().first()
    lists = [
        *("blog_post", "blog_author", "blog_category", "blog_tag", "blog_image"),
        *("generation_contentplan", "generation_brief", "generation_run", "generation_source"),
        *("generation_styleguide", "generation_modelcall", "generation_modelprice"),
        *("publishing_queuedpost", "publishing_channel", "publishing_delivery"),
        *("publishing_workflowevent", "auth_user", "auth_group", "knox_authtoken"),
        "django_celery_beat_periodictask",
    ]
    addresses = [
        _address("index"),
        *(_address(f"{name}_changelist") for name in lists),
        _address("blog_post_add"),
        _address("blog_post_change", post.pk),
        _address("generation_contentplan_change", plan.pk),
        _address("generation_pick_from_feed", plan.pk, feed.pk),
        _address("generation_brief_add") + f"?plan={plan.pk}",
        _address("generation_brief_change", brief.pk),
        _address("generation_run_change", run.pk),
        _address("publishing_queuedpost_change", post.pk),
        _address("publishing_channel_change", channel.pk),
        _address("auth_user_change", owner.pk),
        _address("knox_authtoken_add"),
    ]
    if row:
        addresses.append(_address("django_celery_beat_periodictask_change", row.pk))

    complaints = {}
    for window in ({}, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}):
        page, said = sign_in(owner, **window)
        for address in addresses:
            answer = page.goto(live_server.url + address)
            page.evaluate("() => new Promise(requestAnimationFrame)")
            too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if answer.status != 200 or said or too_wide > 0:
                complaints[address, bool(window)] = (answer.status, list(said), too_wide)
            said.clear()
        page.context.close()
    assert complaints == {}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_progress_bar_fills_without_a_reload_and_leads_to_the_draft(
    sign_in, live_server, settings
) -> None:
    # Five answers take five seconds; the page asks once a second.
    settings.SAMPLE_MODEL_DELAY_SECONDS = 1.0
    editor = factories.make_user("Editors")
    _price_the_sample_model()
    brief = factories.make_brief(title="How a chain wears", notes="Chains, wear, measuring.")
    text = (
        "We measured forty chains that came to the workshop in October. Twenty-six of them were"
        " beyond 0.75 percent elongation. Only five of the forty riders owned a chain gauge."
    )
    Source.objects.create(brief=brief, kind="note", title="From the workshop", text=text)
    page, said = sign_in(editor)
    page.goto(live_server.url + _address("generation_brief_change", brief.pk))
    page.fill("#id_title", "How a chain really wears")

    page.get_by_role("button", name="Generate draft").click()
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "0")
    page.evaluate(REMEMBER)
    worker = threading.Thread(target=_write, args=(Run.objects.get(),))
    worker.start()
    page.wait_for_url("**/queuedpost/**")
    worker.join()
    # One document saw the whole run: a reload would have forgotten the observer.
    seen = json.loads(page.evaluate("sessionStorage.seen"))
    assert seen == sorted(seen)
    assert seen[-1] == 100
    assert len([percent for percent in seen if 0 < percent < 100]) >= 2
    expect(page.get_by_role("heading", name="Claims")).to_be_visible()
    expect(page.get_by_text("You had a hand in this text")).to_be_visible()
    text = page.frame_locator("iframe").get_by_role("heading", level=1).first
    expect(text).to_be_visible()
    assert Run.objects.get().brief.title == "How a chain really wears"
    assert said == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_second_person_approves_at_the_desk(sign_in, live_server) -> None:
    post = factories.make_post(in_review=True, title="Ready to go")
    page, said = sign_in(factories.make_user("Publishers"))
    page.goto(live_server.url + _address("index"))

    page.get_by_role("link", name="Ready to go").click()
    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_text("Approved. Readers see it now.")).to_be_visible()
    assert Post.objects.get(pk=post.pk).is_live
    assert said == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_editor_writes_into_the_form_it_covers(sign_in, live_server) -> None:
    post = factories.make_post(body="Old words.")
    page, said = sign_in(factories.make_user("Editors"))
    page.goto(live_server.url + _address("blog_post_change", post.pk))

    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" And **new** ones.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/queuedpost/**")
    page.get_by_text("Submit it for review when it is ready.").wait_for()

    assert Post.objects.get(pk=post.pk).latest_revision.body == "Old words. And **new** ones."
    assert said == []


def _price_the_sample_model() -> None:
    """As the migration does; tests with real commits begin with empty tables."""
    free = {"input_per_million": 0, "cached_input_per_million": 0, "output_per_million": 0}
    ModelPrice.objects.get_or_create(
        model_prefix="sample", effective_from="2026-01-01", defaults=free
    )


def _write(run: Run) -> None:
    """Do the run as a worker would, beside the browser."""
    try:
        services.advance(run.pk)
    finally:
        connections.close_all()
