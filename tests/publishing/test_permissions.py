"""The four groups exist after every migration, with permissions that exist."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission

from publishing import permissions, workflow
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def _names(group: str) -> set[str]:
    found = Group.objects.get(name=group).permissions.values_list(
        "content_type__app_label", "codename"
    )
    return {f"{app}.{codename}" for app, codename in found}


@pytest.mark.parametrize("group", list(permissions.GROUPS))
def test_a_group_has_all_it_was_given(group: str) -> None:
    assert _names(group) == set(permissions.GROUPS[group])


def test_every_transition_has_a_permission() -> None:
    codenames = set(Permission.objects.values_list("codename", flat=True))

    assert {f"{name}_post" for name in workflow.TRANSITIONS} <= codenames


def test_making_the_groups_again_changes_nothing_and_takes_nothing_away() -> None:
    extra = Permission.objects.get(codename="view_user")
    writers = Group.objects.get(name="Writers")
    writers.permissions.add(extra)
    before = _names("Writers")

    permissions.make_groups()

    assert _names("Writers") == before
    assert Group.objects.count() == len(permissions.GROUPS)


def test_nobody_may_edit_what_the_house_records() -> None:
    records = ("approval", "workflowevent", "modelcall", "sourcesnapshot", "claim", "revision")
    granted = {name.split(".")[1] for names in permissions.GROUPS.values() for name in names}

    assert {
        f"{verb}_{record}" for verb in ("add", "change", "delete") for record in records
    }.isdisjoint(granted)


def test_writers_decide_nothing_and_operators_write_nothing() -> None:
    writer, operator = make_user("Writers"), make_user("Operators")

    assert permissions.can(writer, "submit")
    assert not any(permissions.can(writer, name) for name in ("approve", "withdraw", "reschedule"))
    assert not any(permissions.can(operator, name) for name in workflow.TRANSITIONS)
    assert not operator.has_perm("blog.change_post")


def test_a_visitor_may_do_nothing() -> None:
    assert not permissions.can(AnonymousUser(), "submit")
