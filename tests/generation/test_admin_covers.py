"""Covers on screen: where a plan asks for them, and what a run shows of its own."""

import base64

import pytest
from django.urls import reverse

from generation.models import ContentPlan, ModelCall, ModelPrice
from tests import factories, image_answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = factories.make_user("Editors")
    client.force_login(user)
    return user


def run_with(output: dict[str, object]):
    run = factories.make_run(status="cancelled")
    run.steps.create(name="cover", position=6, status="succeeded", output=output)
    return run


def run_page(client, run) -> str:
    return client.get(reverse("admin:generation_run_change", args=[run.pk])).content.decode()


class TestAPlan:
    def test_asks_for_covers_by_the_name_of_a_model(self, client, editor):
        plan = factories.make_plan()
        page = reverse("admin:generation_contentplan_change", args=[plan.pk])

        assert "Empty: none is drawn." in client.get(page).content.decode()
        answer = client.post(
            page,
            {
                "name": plan.name,
                "slug": plan.slug,
                "description": plan.description,
                "style_guide": plan.style_guide_id,
                "author": plan.author_id,
                "language": "en",
                "target_words": 900,
                "is_active": "on",
                "cover_model": "gpt-image-2",
                "sources-TOTAL_FORMS": 0,
                "sources-INITIAL_FORMS": 0,
            },
        )

        assert answer.status_code == 302
        plan.refresh_from_db()
        assert plan.cover_model == "gpt-image-2"

    def test_has_none_drawn_unless_it_asks(self):
        assert ContentPlan().cover_model == ""


class TestARun:
    def test_shows_its_cover_and_where_it_lies(self, client, editor):
        image = factories.make_image(alt_text="A tram", credit="draw-1")

        page = run_page(client, run_with({"image_id": image.pk}))

        assert f'src="{image.file.url}" alt="A tram"' in page
        assert reverse("admin:blog_image_change", args=[image.pk]) in page

    def test_says_why_there_is_none(self, client, editor):
        page = run_page(client, run_with({"problem": "Its policy <b>forbids</b> it."}))

        assert "The article has no cover. Its policy &lt;b&gt;forbids&lt;/b&gt; it." in page

    def test_says_that_somebody_deleted_it(self, client, editor):
        assert "somebody has deleted it since" in run_page(client, run_with({"image_id": 4711}))

    def test_without_the_wish_says_nothing_of_it(self, client, editor):
        assert 'id="ab-cover"' not in run_page(client, factories.make_run())


class TestMoney:
    @pytest.fixture
    def operator(self, client):
        user = factories.make_user("Operators")
        client.force_login(user)
        return user

    def test_a_request_says_how_large_its_picture_came_and_does_not_pour_it_out(
        self, client, operator
    ):
        content = image_answers.picture()
        call = ModelCall.objects.create(
            journal_key="k",
            prompt_name="picture",
            model="draw-1",
            messages=[],
            state="settled",
            is_usable=True,
            answer=base64.b64encode(content).decode(),
        )

        url = reverse("admin:generation_modelcall_change", args=[call.pk])
        page = client.get(url).content.decode()

        assert f"A picture of {len(content):,} bytes." in page
        assert call.answer not in page

    def test_the_list_of_prices_has_a_column_for_pictures(self, client, operator):
        ModelPrice.objects.filter(model_prefix="gpt-image-2").update(
            image_output_per_million="31.5"
        )

        page = client.get(reverse("admin:generation_modelprice_changelist")).content.decode()

        assert "$31.5" in page
