"""The cover of an article: drawn once, paid once, kept once, and never in the article's way."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage

from blog.models import Image
from generation import services
from generation.models import Budget, ModelCall, ModelPrice, Run
from tests import factories
from tests.generation import covers, real, tiny

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(model, price, image_price):
    return covers.start(requested_by=factories.make_user("Editors"))


def picture_call() -> ModelCall:
    return ModelCall.objects.get(prompt_name="picture")


class TestACover:
    def test_is_in_the_library_with_its_words_and_where_it_comes_from(self, run):
        run = covers.advance(run)

        image = Image.objects.get(pk=covers.cover(run).image_id)
        assert run.status == "succeeded"
        assert (image.width, image.height) == (192, 128)
        assert (image.alt_text, image.is_decorative) == ("text", False)
        assert (image.credit, image.is_ai_generated) == ("test-image", True)
        assert image.uploaded_by == run.requested_by
        assert image.file.name.startswith(f"images/covers/{run.pk}-")
        assert default_storage.exists(image.file.name)

    def test_costs_what_its_tokens_cost_to_the_last_digit(self, run):
        covers.advance(run)

        call = picture_call()
        assert (call.state, call.model, call.image_tokens) == ("settled", "test-image", 1568)
        assert call.cost == (61 * Decimal(5) + 1568 * Decimal(30)) / 1_000_000
        assert call.reserved_cost > call.cost

    def test_holds_money_before_it_is_asked_for_and_gives_back_the_rest(self, run):
        Budget.objects.all().delete()
        budget = Budget.objects.create(period="day", limit=Decimal("0.50"))

        covers.advance(run)

        period = budget.periods.get()
        assert period.held == 0
        assert period.spent == sum(call.cost for call in ModelCall.objects.all())

    def test_is_drawn_from_title_and_summary_alone_and_both_are_fenced(self, run, model):
        covers.advance(run)

        idea, picture = model.requests
        asked = idea["messages"][1]["content"]
        assert f'<untrusted name="title">\n{covers.METADATA.title}\n</untrusted>' in asked
        assert covers.METADATA.summary in asked
        assert '<untrusted name="scene">\ntext\n</untrusted>' in picture["prompt"]

    def test_of_a_run_that_wants_none_is_no_step(self, model, price):
        run = factories.make_run(model="test-model")
        services.runs.pipeline.plan_steps(run)

        assert not run.steps.filter(name="cover").exists()


class TestARepeatedStep:
    def test_draws_pays_and_keeps_once(self, run, model):
        covers.advance(run)
        first = covers.cover(run)
        # The worker died before it could write down that it was finished.
        run.steps.filter(name="cover").update(status="pending", output=None)
        Run.objects.update(status="running")

        covers.advance(run)

        assert covers.cover(run) == first
        assert Image.objects.count() == 1
        assert len(model.requests) == 2

    def test_takes_the_place_of_a_file_whose_row_was_lost(self, run):
        covers.advance(run)
        name = Image.objects.get().file.name
        folder = name.rpartition("/")[0]
        # The worker died between the file and the commit of its row.
        Image.objects.all().delete()
        assert default_storage.exists(name)
        run.steps.filter(name="cover").update(status="pending", output=None)
        Run.objects.update(status="running")

        covers.advance(run)

        assert Image.objects.get().file.name == name
        files = [one for one in default_storage.listdir(folder)[1] if str(run.pk) in one]
        assert files == [name.rpartition("/")[2]]


class TestWithoutACover:
    def test_an_article_goes_on_and_says_why(self, run, model):
        model.misbehave("", "policy")

        run = covers.advance(run)

        assert run.status == "succeeded"
        assert covers.cover(run).image_id is None
        assert "content policy" in covers.cover(run).problem
        assert (picture_call().outcome, picture_call().cost) == ("content_policy", 0)

    def test_nobody_is_told_to_press_a_button_that_is_not_there(self, run, model):
        model.misbehave("", "404")

        assert "Retry" not in covers.cover(covers.advance(run)).problem

    @pytest.mark.parametrize("fault", ["refusal", "content_filter"])
    def test_the_idea_may_be_refused_as_well(self, run, model, fault):
        model.always(fault)

        run = covers.advance(run)

        assert run.status == "succeeded"
        assert covers.cover(run).problem
        assert not ModelCall.objects.filter(prompt_name="picture").exists()

    def test_a_model_without_a_price_for_pictures_is_not_asked(self, run, model):
        ModelPrice.objects.filter(model_prefix="test-image").update(image_output_per_million=None)

        problem = covers.cover(covers.advance(run)).problem

        assert "No price of pictures is known for the model “test-image”" in problem
        assert model.asked_for("Picture") == 0

    def test_a_budget_that_is_full_costs_no_article(self, run, model):
        Budget.objects.all().delete()
        Budget.objects.create(period="day", limit=Decimal("0.10"))

        run = covers.advance(run)

        assert run.status == "succeeded"
        assert "nothing was sent" in covers.cover(run).problem
        assert model.asked_for("Picture") == 0

    def test_what_waiting_mends_is_asked_again(self, run, model):
        model.misbehave("", "rate_limit")
        covers.advance(run)
        assert covers.step(run).status == "pending"

        tiny.hurry()
        run = covers.advance(run)

        assert covers.cover(run).image_id


class TestAWholeRun:
    @pytest.fixture
    def brief(self, brief, image_price):
        brief.plan.cover_model = "test-image"
        brief.plan.save()
        return brief

    def test_files_its_draft_with_the_cover(self, brief):
        run = real.work(real.start(brief))

        assert run.status == "succeeded", run.problem
        assert run.post.latest_revision.cover == Image.objects.get()
        assert run.cover_model == "test-image"

    def test_files_its_draft_without_one_that_was_refused(self, brief, model):
        model.always_for("Picture", "policy")

        run = real.work(real.start(brief))

        assert run.status == "succeeded", run.problem
        assert run.post.latest_revision.cover is None

    def test_keeps_its_cover_when_a_section_is_written_again(self, brief, model):
        run = real.work(real.start(brief))
        before = run.post.latest_revision

        services.rewrite_section(run, 0, by=factories.make_user("Editors"), wish=real.WISH)
        run = real.work(run)

        after = run.post.revisions.order_by("-number").first()
        assert (after.number, after.cover) == (2, before.cover)
        assert model.asked_for("Picture") == 1

    def test_is_not_begun_where_the_cover_has_no_price(self, brief):
        ModelPrice.objects.filter(model_prefix="test-image").delete()

        with pytest.raises(
            services.BriefNotReady, match="No price is known for the model “test-image”"
        ):
            real.start(brief)

    def test_begun_before_there_were_covers_is_filed_as_ever(self, brief):
        run = real.start(brief)
        # Its plan wants one by now; its steps were planned before.
        run.steps.filter(name="cover").delete()
        run.steps.filter(name="file").update(position=6)

        run = real.work(run)

        assert run.status == "succeeded", run.problem
        assert run.post.latest_revision.cover is None


class TestTheSampleModel:
    def test_draws_a_picture_that_says_what_it_is(self, settings, db):
        settings.USE_SAMPLE_MODEL = True
        run = covers.start(model="sample", cover_model="sample", is_sample=True)

        covers.advance(run)

        image = Image.objects.get(pk=covers.cover(run).image_id)
        assert (image.width, image.height) == (1536, 1024)
        assert "Sample picture" in image.alt_text
        assert (picture_call().is_sample, picture_call().cost) == (True, 0)

    def test_has_a_price_for_it_from_the_beginning(self):
        price = ModelPrice.objects.get(model_prefix="sample")
        assert (price.image_output_per_million, price.effective_from) == (0, date(2020, 1, 1))
