"""Nobody approves what they dictated: all who say what a run writes count as its contributors."""

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from generation import contributors, services
from generation.models import Brief, Run, Source
from tests import factories

pytestmark = pytest.mark.django_db

NOTE = "Forty chains were measured in October. The best of them lasted for twelve years."


@pytest.fixture
def brief() -> Brief:
    """A brief by somebody, with a note by nobody in particular."""
    brief = factories.make_brief(created_by=factories.make_user("Writers"))
    Source.objects.create(brief=brief, kind="note", text=NOTE)
    return brief


@pytest.fixture
def editor(client: Client) -> User:
    user = factories.make_user("Editors")
    client.force_login(user)
    return user


def hands(brief: Brief) -> set[int]:
    """Who had a hand in what a schedule has written from the brief."""
    return contributors.of_run(factories.make_run(brief=brief))


def save(client: Client, thing: Model, **changes: object) -> None:
    """Save a thing's page in the admin as it opens, but for the `changes`."""
    url = reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])
    page = client.get(url).context
    forms = [page["adminform"].form]
    for inline in page["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    data = {
        form.add_prefix(name): form[name].value()
        for form in forms
        for name in form.fields
        if form[name].value() or form[name].value() == 0
    }
    lines = {key: "\n".join(value) for key, value in data.items() if isinstance(value, list)}
    assert client.post(url, data | lines | changes).status_code == 302


def test_a_filed_draft_remembers_everybody(brief: Brief, settings, price) -> None:
    settings.USE_SAMPLE_MODEL = True
    asker, retrier, editor, standing = (factories.make_user() for _ in range(4))
    run = services.start_run(brief, by=asker, trigger=Run.Trigger.EDITOR)
    services.cancel_run(run, by=asker)
    services.retry_run(run, by=retrier, wake=False)
    contributors.remember(brief, by=editor)
    contributors.remember(brief, by=editor)
    contributors.remember(brief.plan, by=standing)

    services.advance(run.pk)

    run.refresh_from_db()
    people = [asker, retrier, editor, standing, brief.created_by]
    assert run.post.latest_revision.contributor_ids == sorted(person.pk for person in people)


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ({"title": "My advert"}, True),
        ({"notes": "Praise my chains."}, True),
        ({"sources-0-text": "My chain is the best."}, True),
        ({"sources-0-DELETE": "on"}, True),
        ({"due_on": "2027-01-01"}, False),
        ({"is_dismissed": "on"}, False),
        ({}, False),
    ],
)
def test_editing_a_brief_counts_when_it_changes_what_is_written(
    brief: Brief, client: Client, editor: User, change: dict[str, object], counts: bool
) -> None:
    save(client, brief, **change)

    assert (editor.pk in hands(brief)) is counts


def test_editing_a_source_by_itself_counts_too(brief: Brief, client: Client, editor: User) -> None:
    save(client, brief.sources.get(), text="My chain is the best.")

    assert editor.pk in hands(brief)


@pytest.mark.parametrize(
    ("kind", "given", "counts"),
    [("note", {"text": "My chain is the best."}, True), ("url", {"url": "https://a.test/"}, False)],
)
def test_of_a_plans_standing_material_own_words_count(
    brief: Brief, client: Client, editor: User, kind: str, given: dict[str, str], counts: bool
) -> None:
    new = {"kind": kind, "title": "", "url": "", "text": ""} | given
    rows = {f"sources-0-{name}": value for name, value in new.items()}

    save(client, brief.plan, **rows, **{"sources-TOTAL_FORMS": 1})

    assert brief.plan.sources.count() == 1
    assert (editor.pk in hands(brief)) is counts


def test_a_brief_of_nobody_has_no_hands() -> None:
    assert hands(factories.make_brief()) == set()
