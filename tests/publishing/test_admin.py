"""Channels, deliveries and schedules on screen, and who may open which door of the admin."""

import pytest
from django.urls import reverse
from django_celery_beat.models import PeriodicTask

from generation.models import ModelPrice
from publishing import schedules
from publishing.channels import webhook
from publishing.models import Channel, Delivery
from tests import factories

pytestmark = pytest.mark.django_db

EVERYBODY = {"Writers", "Editors", "Publishers", "Operators"}
PLANNERS = {"Editors"}
TELLERS = {"Publishers", "Operators"}
SCHEDULERS = {"Editors", "Operators"}
# Where each list is, who may see it, and who may add to it.
DOORS = [
    ("blog_post", EVERYBODY, {"Writers", "Editors"}),
    ("blog_author", EVERYBODY, PLANNERS),
    ("blog_category", EVERYBODY, PLANNERS),
    ("blog_tag", EVERYBODY, {"Writers", "Editors"}),
    ("blog_image", EVERYBODY, {"Writers", "Editors"}),
    ("generation_contentplan", EVERYBODY, PLANNERS),
    ("generation_brief", EVERYBODY, {"Writers", "Editors"}),
    ("generation_run", EVERYBODY, set()),
    ("generation_source", EVERYBODY, set()),
    ("generation_styleguide", EVERYBODY, PLANNERS),
    ("generation_modelprice", EVERYBODY, {"Operators"}),
    ("generation_modelcall", EVERYBODY, set()),
    ("publishing_queuedpost", EVERYBODY, set()),
    ("publishing_channel", TELLERS, TELLERS),
    ("publishing_delivery", EVERYBODY, set()),
    ("publishing_workflowevent", EVERYBODY, set()),
    ("django_celery_beat_periodictask", EVERYBODY, SCHEDULERS),
    ("knox_authtoken", EVERYBODY, EVERYBODY),
    ("auth_user", set(), set()),
    ("auth_group", set(), set()),
]


class TestDoors:
    @pytest.mark.parametrize("group", sorted(EVERYBODY))
    def test_each_group_sees_and_adds_what_it_may(self, client, group):
        client.force_login(factories.make_user(group))
        assert client.get(reverse("admin:index")).status_code == 200
        for name, seeing, adding in DOORS:
            seen = client.get(reverse(f"admin:{name}_changelist")).status_code
            assert seen == (200 if group in seeing else 403), (name, seen)
            added = client.get(reverse(f"admin:{name}_add")).status_code
            assert added == (200 if group in adding else 403), (name, added)

    def test_strangers_are_asked_to_sign_in(self, client):
        for name, _, _ in DOORS:
            answer = client.get(reverse(f"admin:{name}_changelist"))
            assert answer.status_code == 302
            assert reverse("admin:login") in answer.url

    def test_staff_without_a_group_sees_nothing_of_the_blog(self, client):
        client.force_login(factories.make_user())
        post = factories.make_post(in_review=True, title="Not for them")

        page = client.get(reverse("admin:index"))

        assert "Not for them" not in page.content.decode()
        for name, _, _ in DOORS:
            if name != "knox_authtoken":
                answer = client.get(reverse(f"admin:{name}_changelist"))
                assert answer.status_code == 403, name
        review = reverse("admin:publishing_queuedpost_change", args=[post.pk])
        assert client.get(review).status_code == 403

    def test_the_raw_schedule_tables_are_out_of_sight(self, client, admin_client):
        page = admin_client.get(reverse("admin:index"))

        models = {
            model["object_name"] for app in page.context["app_list"] for model in app["models"]
        }
        assert "PeriodicTask" in models
        assert not {"CrontabSchedule", "IntervalSchedule", "SolarSchedule"} & models


class TestChannels:
    @pytest.fixture(autouse=True)
    def operator(self, client):
        user = factories.make_user("Operators")
        client.force_login(user)
        return user

    def test_the_secret_of_a_new_channel_is_shown_once(self, client):
        data = {"name": "Friends", "kind": "webhook", "url": "https://f.example/in"}

        answer = client.post(reverse("admin:publishing_channel_add"), data | {"is_enabled": "on"})

        channel = Channel.objects.get()
        secret = webhook.secret_of(channel)
        assert secret in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        page = client.get(reverse("admin:publishing_channel_change", args=[channel.pk]))
        assert secret not in page.content.decode()

    def test_a_new_secret_replaces_the_old_one(self, client):
        channel = Channel.objects.create(name="Friends", url="https://f.example/in")
        old = webhook.secret_of(channel)

        answer = client.post(reverse("admin:publishing_channel_rotate", args=[channel.pk]))

        channel.refresh_from_db()
        assert webhook.secret_of(channel) != old
        assert webhook.secret_of(channel) in answer.content.decode()

    def test_lists_show_the_receiver_without_the_rest_of_the_address(self, client):
        Channel.objects.create(name="Friends", url="https://f.example/hooks/T0/s3cr3t")

        page = client.get(reverse("admin:publishing_channel_changelist")).content.decode()

        assert "f.example" in page
        assert "s3cr3t" not in page

    @pytest.mark.parametrize(
        "address", ["publishing_channel_changelist", "publishing_delivery_changelist"]
    )
    def test_a_secret_cannot_be_guessed_by_filters(self, client, address):
        lookup = "secret_seed__startswith"
        name = lookup if "channel_" in address else f"channel__{lookup}"

        assert client.get(reverse(f"admin:{address}"), {name: "a"}).status_code == 400

    def test_rotating_needs_the_permission(self, client):
        client.force_login(factories.make_user("Writers"))
        channel = Channel.objects.create(name="Friends", url="https://f.example/in")
        url = reverse("admin:publishing_channel_rotate", args=[channel.pk])

        assert client.post(url).status_code == 403
        assert client.get(url).status_code == 405

    def test_given_up_messages_can_be_sent_again(self, client):
        post = factories.make_post(live=True)
        channel = Channel.objects.create(name="Friends", url="https://f.example/in")
        delivery = Delivery.objects.create(
            channel=channel,
            post=post,
            revision=post.approved_revision,
            event="post.published",
            status="dead",
            problem="The receiver answered 500.",
        )
        data = {"action": "send_again", "_selected_action": [delivery.pk]}

        client.post(reverse("admin:publishing_delivery_changelist"), data)

        delivery.refresh_from_db()
        assert (delivery.status, delivery.problem) == ("pending", "")

    def test_a_price_is_a_row_for_a_day(self, client):
        data = {
            "model_prefix": "gpt-test",
            "service_tier": "default",
            "effective_from": "2026-01-01",
            "input_per_million": "1.25",
            "cached_input_per_million": "0.125",
            "output_per_million": "10",
        }

        client.post(reverse("admin:generation_modelprice_add"), data)

        assert ModelPrice.objects.filter(model_prefix="gpt-test").exists()


class TestSchedules:
    @pytest.fixture(autouse=True)
    def editor(self, client):
        client.force_login(factories.make_user("Editors"))

    @pytest.fixture
    def data(self):
        return {
            "name": "Two on weekdays",
            "enabled": "on",
            "task": schedules.COMMISSION,
            "plan": factories.make_plan(name="Bench").pk,
            "count": 2,
            "rhythm": "weekly",
            "weekdays": ["1", "4"],
            "at": "07:30",
            "time_zone": "Europe/Berlin",
        }

    def test_a_schedule_is_made_in_words_and_shows_its_next_five_times(self, client, data):
        client.post(reverse("admin:django_celery_beat_periodictask_add"), data)

        row = PeriodicTask.objects.get(name="Two on weekdays")
        page = client.get(reverse("admin:django_celery_beat_periodictask_change", args=[row.pk]))
        assert len(page.context["next_runs"]) == 5
        text = page.content.decode()
        assert "Commission 2 briefs of Bench" in text
        assert "Monday and Thursday at 07:30 (Europe/Berlin)" in text

    def test_a_save_stays_on_the_page_with_the_new_times(self, client, data):
        client.post(reverse("admin:django_celery_beat_periodictask_add"), data)
        row = PeriodicTask.objects.get(name="Two on weekdays")
        url = reverse("admin:django_celery_beat_periodictask_change", args=[row.pk])

        answer = client.post(url, data | {"at": "09:00", "_save": "1"}, follow=True)

        assert answer.redirect_chain[-1][0] == url
        assert "at 09:00" in answer.content.decode()

    def test_a_schedule_without_a_plan_is_not_switched_on(self, client):
        row = schedules.ours().filter(task=schedules.COMMISSION).first()
        data = {"action": "switch_on", "_selected_action": [row.pk]}

        client.post(reverse("admin:django_celery_beat_periodictask_changelist"), data)

        row.refresh_from_db()
        assert not row.enabled

    def test_switching_off_is_one_action(self, client, data):
        client.post(reverse("admin:django_celery_beat_periodictask_add"), data)
        row = PeriodicTask.objects.get(name="Two on weekdays")
        chosen = {"action": "switch_off", "_selected_action": [row.pk]}

        client.post(reverse("admin:django_celery_beat_periodictask_changelist"), chosen)

        row.refresh_from_db()
        assert not row.enabled
