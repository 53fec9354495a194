"""Two sides write the same briefs; the comparison adds up what came of each."""

import io
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from blog.models import Post
from generation import evaluation
from generation.models import Brief, Run
from tests import factories, model_server
from tests.generation.test_prompt_versions import version

committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def plan(model, price):
    model.compose = model_server.as_the_sample_model
    return factories.make_plan(slug="bench", target_words=300)


def evaluate(*words):
    out = io.StringIO()
    call_command("evaluate_prompts", "--plan", "bench", *words, stdout=out)
    return out.getvalue()


@committing
def test_compares_two_wordings_and_files_nothing(plan, model, tmp_path, price):
    version(add="Prefer short sections.", is_used=False)
    price.pk, price.model_prefix, price.output_per_million = None, "dear-model", Decimal(100)
    price.save()
    briefs = tmp_path / "briefs.json"
    shipped = json.loads(evaluation.SHIPPED.read_text())
    briefs.write_text(json.dumps(shipped[:2]))

    said = evaluate("--briefs", str(briefs), "--second", "model=dear-model,outline=1")

    figures = json.loads(said.splitlines()[-1])
    first, second = figures["first"], figures["second"]
    assert (first["articles"], first["failed"]) == (second["articles"], second["failed"]) == (2, 0)
    assert Decimal(second["cost"]) > 2 * Decimal(first["cost"]) > 0
    assert first["words"] > 50
    assert first["citations"] > 3
    assert first["checks_passed"] > 10
    runs = {run.model: run for run in Run.objects.all()}
    assert (
        "Prefer short"
        in runs["dear-model"].model_calls.get(prompt_name="outline").messages[0]["content"]
    )
    assert runs["test-model"].prompt_versions == {}
    assert not Post.objects.exists()
    # Nobody takes them up.
    assert not Brief.objects.ready().exists()
    assert "as it is" in said
    assert "model=dear-model,outline=1" in said


@committing
def test_says_what_failed(plan, model, tmp_path):
    briefs = tmp_path / "briefs.json"
    briefs.write_text('[{"title": "Trams", "sources": ["They run at night, the council said."]}]')
    model.misbehave("refusal")

    said = evaluate("--briefs", str(briefs), "--second", "model=test-model-2")

    figures = json.loads(said.splitlines()[-1])
    assert (figures["first"]["failed"], figures["second"]["failed"]) == (1, 0)
    assert "first: Trams: The model refused to write this" in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Both sides are the same"),
        (("--second", "outlin=1"), "There is no prompt “outlin”"),
        (("--second", "outline=7"), "There is no version “7” of the prompt “outline”"),
        (("--briefs", "nowhere.json", "--second", "model=x"), "nowhere.json"),
        (("--plan", "none"), "There is no plan “none”"),
    ],
)
def test_refuses_what_it_cannot_compare(plan, words, said):
    with pytest.raises(CommandError, match=said):
        evaluate(*words)


@pytest.mark.django_db
def test_refuses_briefs_without_evidence(plan, tmp_path):
    briefs = tmp_path / "briefs.json"
    briefs.write_text('[{"title": "Trams", "sources": []}]')

    with pytest.raises(CommandError, match=r"The briefs can't be read"):
        evaluate("--briefs", str(briefs), "--second", "model=x")


def test_the_shipped_briefs_can_be_read():
    assert len(evaluation.read_briefs(evaluation.SHIPPED.read_text())) == 3
