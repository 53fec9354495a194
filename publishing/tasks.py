"""Envelopes: what a message may wake. The names are stored in schedules, so they never change."""

from typing import Any

from celery import shared_task

from publishing import bell, commissioning, distribution


@shared_task(name=bell.DISTRIBUTE)
def distribute(**_: Any) -> None:
    """Make and send what is missing or due."""
    distribution.sweep()


@shared_task(name=commissioning.TASK)
def commission_briefs(**order: Any) -> None:
    """Commission the most urgent briefs of one plan, or of all active ones."""
    wanted = commissioning.Order.model_validate(order)
    commissioning.commission_briefs(plan_id=wanted.plan_id, count=wanted.count)
