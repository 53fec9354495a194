"""Which words a run asks with: the shipped prompts, or the versions that editors made of them.

A run keeps the versions that were in use when it began, so that all its attempts ask the same.
"""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Max, Q

from generation import prompts
from generation.models import ContentPlan, PromptVersion, Run
from generation.prompts import Prompt, PromptError


def in_use(plan: ContentPlan) -> dict[str, int]:
    """Return the versions that a new run of the plan asks with: its own, else those for all."""
    versions = PromptVersion.objects.filter(Q(plan=plan) | Q(plan=None), is_used=True)
    # Those of the plan last: they win.
    return dict(versions.order_by(F("plan").asc(nulls_first=True)).values_list("prompt", "pk"))


def of_run(run: Run, name: str) -> tuple[Prompt, PromptVersion | None]:
    """Return the prompt that a run asks with, and its version. Raises PromptError."""
    shipped = prompts.load(name)
    pk = run.prompt_versions.get(name)
    if pk is None:
        return shipped, None
    version = PromptVersion.objects.filter(pk=pk).first()
    if version is None:
        raise PromptError(f"The version of the prompt “{name}” that this run began with is gone.")
    return shipped.reworded(version.system, version.user), version


def save_version(version: PromptVersion, *, by: AbstractBaseUser | None) -> PromptVersion:
    """Store a new version under the next number; one in use takes the place of the one before.

    Raises PromptError where it does not use the variables of the shipped prompt.
    """
    prompts.load(version.prompt).reworded(version.system, version.user)
    with transaction.atomic():
        before = PromptVersion.objects.filter(prompt=version.prompt, plan=version.plan)
        # Nobody else numbers one meanwhile: the unique constraint would refuse the second.
        version.number = (before.aggregate(last=Max("number"))["last"] or 0) + 1
        version.created_by_id = by.pk if by else None
        if version.is_used:
            before.update(is_used=False)
        version.save(force_insert=True)
    return version


def use(version: PromptVersion) -> None:
    """Have new runs ask with this version."""
    with transaction.atomic():
        PromptVersion.objects.filter(prompt=version.prompt, plan=version.plan).update(is_used=False)
        PromptVersion.objects.filter(pk=version.pk).update(is_used=True)


def stop_using(version: PromptVersion) -> None:
    """Have new runs ask as if this version had not been made."""
    PromptVersion.objects.filter(pk=version.pk).update(is_used=False)
