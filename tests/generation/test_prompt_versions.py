"""Prompts in an editor's words: what may be reworded, who asks with it, and since when."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from generation import prompt_versions, prompts, services
from generation.models import ModelCall, PromptVersion
from generation.prompts import PromptError
from tests import factories
from tests.generation import real

pytestmark = pytest.mark.django_db


def version(name="outline", plan=None, add="", is_used=True, **fields):
    shipped = prompts.load(name)
    made = PromptVersion(
        prompt=name,
        plan=plan,
        system=f"{shipped.system}\n{add}",
        user=shipped.user,
        note="Shorter",
        is_used=is_used,
    )
    for field, value in fields.items():
        setattr(made, field, value)
    return prompt_versions.save_version(made, by=None)


class TestAVersion:
    def test_is_what_a_run_asks_with_and_each_call_names_it(self, brief, model):
        ours = version(add="Prefer short sections.")

        run = real.work(real.start(brief))

        assert run.status == "succeeded"
        asked = {call.prompt_name: call for call in ModelCall.objects.filter(run=run)}
        assert asked["outline"].prompt_version == ours
        assert "Prefer short sections." in asked["outline"].messages[0]["content"]
        assert asked["research"].prompt_version is None

    def test_of_the_plan_wins_over_the_one_for_all(self, brief):
        version(add="For all.")
        version(add="For others.", plan=factories.make_plan())
        version(add="For this plan.", plan=brief.plan)

        call = ModelCall.objects.filter(
            run=real.work(real.start(brief)), prompt_name="outline"
        ).get()

        assert "For this plan." in call.messages[0]["content"]

    def test_that_is_not_used_changes_nothing(self, brief):
        version(add="Not yet.", is_used=False)

        assert real.work(real.start(brief)).prompt_versions == {}

    def test_stays_that_of_a_run_that_began_with_it(self, brief, model):
        first = version(add="The first.")
        run = real.start(brief)
        second = version(add="The second.")

        services.advance(run.pk)

        assert run.model_calls.get(prompt_name="outline").prompt_version == first
        assert [one.is_used for one in PromptVersion.objects.order_by("number")] == [False, True]
        assert (first.number, second.number) == (1, 2)

    def test_takes_the_place_of_the_one_before_and_gives_it_back(self):
        first, second = version(), version()

        prompt_versions.use(first)
        assert set(PromptVersion.objects.filter(is_used=True)) == {first}
        prompt_versions.stop_using(first)
        assert not PromptVersion.objects.filter(is_used=True).exists()
        with pytest.raises(IntegrityError, match="in_use_is_the_only_one"):
            PromptVersion.objects.filter(pk__in=[first.pk, second.pk]).update(is_used=True)

    @pytest.mark.parametrize(
        ("system", "user", "said"),
        [
            ("No mark.", None, "declares and uses different variables: canary, language, style"),
            (None, "Nothing of the brief.", "different variables: brief, facts, sources"),
            ("{{ facts }}", None, "text from outside belongs into the user part"),
            ("{{ secret }}", None, "different variables: secret"),
        ],
    )
    def test_keeps_every_variable_and_every_fence(self, system, user, said):
        shipped = prompts.load("outline")
        added = f"{shipped.system}\n{system}" if system and "{{" in system else system
        words = {"system": added or shipped.system, "user": user or shipped.user}

        with pytest.raises(PromptError, match=said):
            version(**words)

        assert not PromptVersion.objects.exists()


class TestOnScreen:
    ADD = "admin:generation_promptversion_add"

    @pytest.fixture(autouse=True)
    def _signed_in(self, client):
        client.force_login(factories.make_user("Editors"))

    def test_one_chooses_a_prompt_rewords_it_and_uses_it(self, client):
        choice = client.get(reverse(self.ADD)).content.decode()
        assert "?prompt=outline" in choice
        form = client.get(reverse(self.ADD), {"prompt": "outline"}).content.decode()
        assert "commissioning editor of a blog" in form

        shipped = prompts.load("outline")
        typed = {
            "prompt": "outline",
            "system": f"{shipped.system}\r\nBe brief.",
            "user": shipped.user.replace("\n", "\r\n"),
            "note": "Briefer",
            "is_used": "on",
        }
        assert client.post(reverse(self.ADD), typed).status_code == 302
        made = PromptVersion.objects.get()
        assert (made.number, made.is_used, made.created_by.username) != (1, False, "")
        assert prompt_versions.in_use(factories.make_plan()) == {"outline": made.pk}

        change = reverse("admin:generation_promptversion_change", args=[made.pk])
        client.post(change, {"system": "Forged", "note": "Forged"})
        made.refresh_from_db()
        assert (made.is_used, made.note) == (False, "Briefer")
        assert "Forged" not in made.system

    def test_what_was_typed_is_kept_where_a_variable_is_missing(self, client):
        typed = {"prompt": "outline", "system": "My own words.", "user": "None.", "note": "Bad"}

        page = client.post(reverse(self.ADD), typed).content.decode()

        assert "declares and uses different variables" in page
        assert "My own words." in page
        assert not PromptVersion.objects.exists()

    def test_a_forged_name_is_refused(self, client):
        typed = {"prompt": "../secrets", "system": "a", "user": "b", "note": "c"}

        page = client.post(reverse(self.ADD), typed)

        assert page.status_code == 200
        assert "There is no prompt called" in page.content.decode()

    def test_writers_may_look_only(self, client):
        client.force_login(factories.make_user("Writers"))

        assert client.get(reverse(self.ADD)).status_code == 403
        assert client.get(reverse("admin:generation_promptversion_changelist")).status_code == 200
