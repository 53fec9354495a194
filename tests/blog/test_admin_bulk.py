"""Many posts, one action: each for itself, nothing that nobody looked at, a word about each."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog import revisions
from blog.admin import bulk, bulk_edits
from blog.models import Post, Revision, Tag
from publishing import workflow
from publishing.models import WorkflowEvent
from tests import factories

pytestmark = pytest.mark.django_db
LISTS = ["blog_post", "publishing_queuedpost"]
QUEUE = "publishing_queuedpost"


@pytest.fixture
def chief(client):
    """Somebody who may do everything an editor and a publisher may."""
    user = factories.make_user("Editors", "Publishers")
    client.force_login(user)
    return user


def choose(client: Client, action: str, *posts: Post, where: str = QUEUE, **more: object):
    """Choose the posts in a list and ask for an action."""
    url = reverse(f"admin:{where}_changelist") + "?stage=all" * (where == QUEUE)
    data = {"action": action, "_selected_action": [post.pk for post in posts], "index": 0}
    return client.post(url, data | more)


def confirm(client: Client, page, where: str = QUEUE, **filled: object):
    """Send the page of confirmation as a browser would."""
    name = page.context["action"].name
    items = re.findall(r'name="item" value="([^"]+)"', page.content.decode())
    url = reverse(f"admin:{where}_bulk", args=[name])
    return client.post(url, {"item": items, "back": page.context["back"]} | filled)


def told(page) -> list[tuple[str, bool, str]]:
    """What a page says of each post: its title, whether it was done, and the words."""
    assert page.status_code == 200
    html = page.content.decode()
    outcomes = page.context["outcomes"]
    assert all(outcome.url in html for outcome in outcomes)
    return [(outcome.post.title, outcome.is_done, outcome.words) for outcome in outcomes]


class TestTheWholeWay:
    @pytest.mark.parametrize("where", LISTS)
    def test_approving_some_tells_of_each_and_stops_at_none(self, client, chief, where):
        fine = factories.make_post(in_review=True, title="Fine")
        own = factories.make_post(in_review=True, title="My own", by=chief)
        draft = factories.make_post(title="A draft")
        broken = factories.make_post(in_review=True, title="Broken", body="[x](/posts/nothing/)")
        also = factories.make_post(in_review=True, title="Also fine")

        asked = choose(client, "approve", fine, own, draft, broken, also, where=where)

        assert not Post.objects.published().exists()
        assert not WorkflowEvent.objects.filter(transition="approve").exists()
        foretold = {title: (done, words) for title, done, words in told(asked)}
        assert foretold["Fine"] == (True, "Readers see it.")
        assert foretold["My own"][0] is False
        assert "somebody else has to approve it" in foretold["My own"][1]
        assert "is for posts in “In review”" in foretold["A draft"][1]
        assert "The checks forbid it" in foretold["Broken"][1]

        result = confirm(client, asked, where, when="now", note="A good week")

        became = {title: (done, words) for title, done, words in told(result)}
        assert became["Fine"] == became["Also fine"] == (True, "Approved. Readers see it now.")
        assert {title: words for title, (done, words) in became.items() if not done} == {
            title: words for title, (done, words) in foretold.items() if not done
        }
        assert set(Post.objects.published()) == {fine, also}
        event = fine.workflow_events.first()
        assert (event.actor, event.note) == (chief, "A good week")
        fine.refresh_from_db()
        assert fine.approved_revision.approval.approved_by == chief

    def test_approving_for_a_time_to_come_takes_the_time(self, client, chief):
        post = factories.make_post(in_review=True)
        asked = choose(client, "approve", post)

        late = confirm(client, asked, when="at", publish_at="2020-01-01T10:00", note="Mine")
        assert "This time has passed." in late.content.decode()
        assert "Mine</textarea>" in late.content.decode()
        confirm(client, late, when="at", publish_at="2999-01-01T10:00")

        post.refresh_from_db()
        assert (post.is_scheduled, post.publish_at.year) == (True, 2999)

    def test_submit_request_changes_and_withdraw(self, client, chief):
        draft = factories.make_post(title="Draft")
        live = factories.make_post(live=True, title="Live")

        confirm(client, choose(client, "submit", draft, live), note="Please")
        draft.refresh_from_db()
        assert draft.status == "in_review"

        asked = choose(client, "request_changes", draft, live)
        nothing_said = confirm(client, asked, note=" ")
        assert "Say what should change." in nothing_said.content.decode()
        confirm(client, nothing_said, note="Shorter, please.")
        draft.refresh_from_db()
        assert draft.status == "draft"
        assert draft.workflow_events.first().note == "Shorter, please."

        asked = choose(client, "withdraw", draft, live)
        foretold = {title: words for title, _, words in told(asked)}
        assert "its address says that it is gone" in foretold["Live"]
        confirm(client, asked)
        assert set(Post.objects.values_list("status", flat=True)) == {"archived"}

    def test_the_way_back_keeps_the_filters(self, client, chief):
        post = factories.make_post(in_review=True)
        asked = choose(client, "withdraw", post)

        result = confirm(client, asked)

        back = reverse("admin:publishing_queuedpost_changelist") + "?stage=all"
        assert asked.context["list_url"] == result.context["list_url"] == back


class TestEdits:
    def test_a_category_is_changed_as_a_new_revision(self, client, chief):
        category = factories.make_category()
        draft = factories.make_post(title="Draft")
        live = factories.make_post(live=True, title="Live")
        scheduled = factories.make_post(approved=True, title="Scheduled")
        waiting = factories.make_post(in_review=True, title="Waiting")
        gone = factories.make_post(title="Gone")
        workflow.withdraw(gone, by=chief)
        posts = [draft, live, scheduled, waiting, gone]

        asked = choose(client, "set_category", *posts, where="blog_post")

        words = {title: words for title, _, words in told(asked)}
        assert words["Draft"] == "It gets a new revision."
        assert words["Live"].startswith("Readers keep the approved text")
        assert "takes back the approval" in words["Scheduled"]
        assert "takes the post back from review" in words["Waiting"]
        assert words["Gone"] == str(revisions.PostArchived())
        assert Revision.objects.count() == 5

        result = confirm(client, asked, "blog_post", category=category.pk)

        assert {title for title, done, _ in told(result) if not done} == {"Gone"}
        for post in posts[:4]:
            post.refresh_from_db()
            latest = post.latest_revision
            assert (latest.number, latest.category, latest.created_by) == (2, category, chief)
            assert latest.note == f"Category: {category}"
        assert (live.category, live.is_live) == (None, True)
        assert (scheduled.status, scheduled.is_scheduled) == ("draft", False)
        assert waiting.status == "draft"

    def test_nothing_is_done_without_a_choice(self, client, chief):
        asked = choose(client, "set_category", factories.make_post())

        again = confirm(client, asked, category="")

        assert "This field is required." in again.content.decode()
        assert Revision.objects.count() == 1

    def test_tags_come_and_go_and_what_is_so_already_stays(self, client, chief):
        old, new = (Tag.objects.create(name=name, slug=name.lower()) for name in ("Old", "New"))
        post = factories.make_post(tags=[old], title="Tagged")

        confirm(client, choose(client, "add_tag", post), tag=new.pk)
        same = confirm(client, choose(client, "add_tag", post), tag=new.pk)
        confirm(client, choose(client, "remove_tag", post), tag=old.pk)

        assert told(same) == [("Tagged", False, "It was so already.")]
        post.refresh_from_db()
        assert (post.latest_revision.number, post.latest_revision.tag_ids) == (3, [new.pk])


class TestWhatWasSeen:
    def test_what_was_saved_since_is_left_alone(self, client, chief):
        post = factories.make_post(in_review=True)
        asked = choose(client, "withdraw", post)
        revisions.save_revision(post, factories.make_draft(author=post.author), by=None)
        workflow.submit(post, by=None)

        result = confirm(client, asked)

        assert [(done, words) for _, done, words in told(result)] == [(False, bulk._CHANGED)]
        post.refresh_from_db()
        assert post.status == "in_review"

    def test_what_went_live_since_is_left_alone(self, client, chief):
        post = factories.make_post(in_review=True)
        asked = choose(client, "withdraw", post)
        workflow.approve(post, by=factories.make_user("Editors"))

        result = confirm(client, asked)

        assert [done for _, done, _ in told(result)] == [False]
        post.refresh_from_db()
        assert post.is_live

    def test_what_is_gone_is_said_to_be(self, client, chief):
        post, other = factories.make_post(), factories.make_post(title="Other")
        asked = choose(client, "submit", post, other)
        Post.objects.filter(pk=post.pk).update(latest_revision=None)
        Post.objects.filter(pk=post.pk).delete()

        result = confirm(client, asked)

        became = {outcome.item.post_id: outcome for outcome in result.context["outcomes"]}
        assert became[post.pk].words == bulk._GONE
        assert became[other.pk].is_done
        assert "A post that is gone" in result.content.decode()

    def test_sent_twice_it_is_done_once(self, client, chief):
        post = factories.make_post()
        asked = choose(client, "submit", post)

        confirm(client, asked)
        again = confirm(client, asked)

        assert [done for _, done, _ in told(again)] == [False]
        assert post.workflow_events.count() == 1

    def test_what_was_unchecked_is_not_done(self, client, chief):
        kept, done = factories.make_post(), factories.make_post()
        asked = choose(client, "submit", kept, done)

        client.post(
            reverse("admin:publishing_queuedpost_bulk", args=["submit"]),
            {"item": [str(asked.context["outcomes"][1].item)]},
        )

        assert list(Post.objects.in_review().values_list("pk", flat=True)) == [
            asked.context["outcomes"][1].item.post_id
        ]


class TestLimits:
    def test_more_than_anybody_could_look_at_is_refused_kindly(self, client, chief, monkeypatch):
        monkeypatch.setattr(bulk, "MOST", 3)
        posts = [factories.make_post() for _ in range(4)]

        answer = choose(client, "submit", *posts[:1], select_across=1)

        page = client.get(answer.url)
        assert "more than" in page.content.decode()
        assert "Nothing was changed." in page.content.decode()
        assert not Post.objects.in_review().exists()
        assert choose(client, "submit", *posts[:3]).status_code == 200

    def test_all_of_a_short_list_can_be_chosen_at_once(self, client, chief):
        posts = [factories.make_post() for _ in range(4)]

        asked = choose(client, "submit", posts[0], select_across=1)

        assert len(asked.context["outcomes"]) == 4

    @pytest.mark.parametrize("items", [[], ["x"], ["99999999999999999999 1 Draft"]])
    def test_what_no_page_of_ours_sends_does_nothing(self, client, chief, items):
        url = reverse("admin:blog_post_bulk", args=["submit"])

        answer = client.post(url, {"item": items}, follow=True)

        assert "You chose no post." in answer.content.decode()

    def test_too_many_items_do_nothing(self, client, chief):
        items = [f"{number} 1 Draft" for number in range(bulk.MOST + 1)]

        answer = client.post(
            reverse("admin:blog_post_bulk", args=["submit"]), {"item": items}, follow=True
        )

        assert f"more than {bulk.MOST} posts at once" in answer.content.decode()

    def test_a_list_offers_no_more_than_it_would_do(self, client, chief, monkeypatch):
        for _ in range(3):
            factories.make_post()
        url = reverse("admin:blog_post_changelist")
        monkeypatch.setattr("blog.admin.posts.PostAdmin.list_per_page", 2)

        assert "Select all 3" in client.get(url).content.decode()
        monkeypatch.setattr("blog.admin.posts.PostAdmin.list_max_show_all", 2)
        page = client.get(url).content.decode()
        assert "Select all 3" not in page
        assert "At most 2 at once" in page


class TestWho:
    @pytest.mark.parametrize("where", LISTS)
    def test_everybody_is_offered_what_they_may_do(self, client, where):
        edits = {"set_category", "add_tag", "remove_tag"}
        offered = {
            "Writers": {"submit", *edits},
            "Editors": {"submit", "approve", "request_changes", *edits},
            "Publishers": {"submit", "approve", "request_changes", "withdraw"},
            "Operators": set(),
        }
        factories.make_post()
        for group, names in offered.items():
            client.force_login(factories.make_user(group))
            page = client.get(reverse(f"admin:{where}_changelist"))
            form = page.context["action_form"]
            chosen = {name for name, _ in form.fields["action"].choices if name} if form else set()
            assert chosen == names, group
            for name in set(bulk.actions()) - names:
                url = reverse(f"admin:{where}_bulk", args=[name])
                assert client.post(url, {"item": ["1 1 Draft"]}).status_code == 403, name

    def test_whoever_may_not_see_posts_sees_none_by_this_door(self, client):
        user = factories.make_user()
        user.user_permissions.set(Permission.objects.filter(codename="approve_post"))
        client.force_login(user)
        post = factories.make_post(in_review=True, title="Not for them")

        answer = client.post(
            reverse("admin:blog_post_bulk", args=["approve"]),
            {"item": [str(bulk.Item.of(post))], "when": "at"},
        )

        assert answer.status_code == 403

    def test_strangers_and_forged_requests_are_refused(self, client, chief):
        url = reverse("admin:blog_post_bulk", args=["submit"])
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(chief)

        assert strict.post(url, {"item": ["1 1 Draft"]}).status_code == 403
        assert client.get(url).url == reverse("admin:blog_post_changelist")
        assert client.post(url.replace("submit", "delete")).status_code == 404
        client.logout()
        assert reverse("admin:login") in client.post(url).url

    def test_nothing_is_deleted_by_the_dozen(self, client):
        client.force_login(factories.make_user(is_superuser=True))
        post = factories.make_post()

        choose(client, "delete_selected", post, where="blog_post", post="yes")

        assert Post.objects.filter(pk=post.pk).exists()


class TestTheLoop:
    def test_what_breaks_stops_no_other_and_is_logged(self, chief, caplog):
        posts = [factories.make_post(title=title) for title in ("First", "Breaks", "Last")]

        def do(post: Post, _filled: object, by: object) -> str:
            if post.title == "Breaks":
                # As a guard of the database would.
                with connection.cursor() as cursor:
                    cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'guarded'; END $$")
            workflow.submit(post, by=chief)
            return "Done."

        action = bulk.Action(
            name="x",
            label="X",
            permission="",
            form=bulk_edits.TagForm,
            foretell=lambda post: "",
            do=do,
            refusals=(workflow.TransitionNotAllowed,),
        )
        outcomes = bulk.run(action, map(bulk.Item.of, posts), by=chief, filled={})

        assert [(o.is_done, o.words) for o in outcomes] == [
            (True, "Done."),
            (False, bulk._BROKE),
            (True, "Done."),
        ]
        assert Post.objects.in_review().count() == 2
        assert "bulk_action_broke" in caplog.text

    def test_a_rehearsal_leaves_no_trace(self, chief):
        posts = [factories.make_post(in_review=True) for _ in range(2)]
        before = [list(Post.objects.values()), WorkflowEvent.objects.count()]

        for action in bulk.actions().values():
            bulk.rehearse(action, posts, by=chief)

        assert [list(Post.objects.values()), WorkflowEvent.objects.count()] == before
        assert not Revision.objects.filter(number__gt=1).exists()

    def test_each_post_costs_the_same_number_of_queries(self, chief):
        def cost(number: int) -> int:
            posts = [factories.make_post(in_review=True) for _ in range(number)]
            with CaptureQueriesContext(connection) as captured:
                bulk.rehearse(bulk.actions()["approve"], posts, by=chief)
            return len(captured)

        cost(1)  # who may do what is looked up once
        assert cost(4) == 4 * cost(1)
