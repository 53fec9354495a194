"""How fast the model is asked: by all workers together, no faster than its provider allows.

The limits are learnt from the headers of answers. Each request moves the instant until which its
model is used up (the generic cell rate algorithm); whoever would have to wait for long is sent away
and comes back by itself. When the account's credit is used up, nobody asks but one now and then.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.core.mail import mail_admins
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from blog import composing, pooling
from generation.client import CallFailed, Limits, QuotaExhausted, TryAgainLater
from generation.models import ModelTraffic

log = structlog.get_logger(__name__)

ACCOUNT = ""
_TRY_EVERY = timedelta(seconds=QuotaExhausted.try_every)
# A wait that is not worth giving up the step for.
PATIENCE = timedelta(seconds=5)
# So much may be asked at once, of what is allowed in a minute.
_BURST = timedelta(seconds=10)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Turn:
    """The right to send one request; `known` is what was known of its model before."""

    model: str
    known: ModelTraffic | None
    is_trial: bool

    def over(self, limits: Limits, error: CallFailed | None = None) -> None:
        """Remember what the answer said; `error` is what came of the request, if nothing good."""
        if isinstance(error, QuotaExhausted):
            _run_out_of_credit()
        elif self.is_trial and error is None:
            ModelTraffic.objects.filter(model=ACCOUNT).update(is_out_of_credit=False)
            log.warning("credit_is_back")
        rates = {"requests_per_minute": limits.requests, "tokens_per_minute": limits.tokens}
        told = {name: number for name, number in rates.items() if number}
        if any(getattr(self.known, name, None) != number for name, number in told.items()):
            ModelTraffic.objects.update_or_create(model=self.model, defaults=told)
        if limits.wait_seconds:
            _pause(self.model, timedelta(seconds=limits.wait_seconds))


def enter(model: str, *, tokens: int) -> Turn:
    """Wait for the turn of a request of about `tokens`. Raises TryAgainLater, QuotaExhausted."""
    known = {row.model: row for row in composing.rows("traffic", _known, model=model)}
    is_trial = ACCOUNT in known and known[ACCOUNT].is_out_of_credit
    if is_trial:
        _be_the_one_who_tries()
    turn = Turn(model, known.get(model), is_trial)
    wait = _take_turn(model, tokens) if turn.known else timedelta(0)
    if wait > PATIENCE:
        raise TryAgainLater(
            f"The provider's limit for “{model}” is reached at the moment.",
            after=wait.total_seconds(),
            outcome="waits_its_turn",
        )
    if wait > timedelta(0):
        # Hundreds may wait here.
        pooling.give_back()
        time.sleep(wait.total_seconds())
    return turn


def _known(model: str) -> QuerySet[ModelTraffic]:
    return ModelTraffic.objects.filter(Q(model=ACCOUNT) | Q(model=model)).order_by()


def _pause(model: str, wait: timedelta) -> None:
    row, _is_new = ModelTraffic.objects.get_or_create(model=model)
    until = Now() + wait
    is_longer = Q(paused_until=None) | Q(paused_until__lt=until)
    ModelTraffic.objects.filter(is_longer, pk=row.pk).update(paused_until=until)


def _run_out_of_credit() -> None:
    """Stop everybody, and tell the operators once."""
    _pause(ACCOUNT, _TRY_EVERY)
    account = ModelTraffic.objects.filter(model=ACCOUNT)
    if account.filter(is_out_of_credit=False).update(is_out_of_credit=True):
        log.error("credit_used_up", remedy="add credit at the model's provider")
        mail_admins(
            "The credit for the model is used up",
            "Nothing is written until there is credit at the model's provider. AutoBlog tries"
            " again by itself every five minutes; nothing is lost.",
            fail_silently=True,
        )


def _be_the_one_who_tries() -> None:
    """Go on if nobody else has tried for a while. Raises QuotaExhausted."""
    tried_lately = Q(paused_until__gt=Now())
    account = ModelTraffic.objects.filter(model=ACCOUNT, is_out_of_credit=True)
    if not account.exclude(tried_lately).update(paused_until=Now() + _TRY_EVERY):
        raise QuotaExhausted


def _take_turn(model: str, tokens: int) -> timedelta:
    """Return how long to wait; where that is too long, no turn is taken."""
    with transaction.atomic():
        rows = ModelTraffic.objects.annotate(now=Now()).select_for_update()
        row = rows.get(model=model)
        now: datetime = row.now
        requests_from, requests_until = _use(row.requests_until, row.requests_per_minute, 1, now)
        tokens_from, tokens_until = _use(row.tokens_until, row.tokens_per_minute, tokens, now)
        begin = max(now, row.paused_until or now, requests_from, tokens_from)
        if begin - now <= PATIENCE:
            row.requests_until, row.tokens_until = requests_until, tokens_until
            row.save(update_fields=["requests_until", "tokens_until"])
    return begin - now


def _use(
    until: datetime, per_minute: int | None, amount: int, now: datetime
) -> tuple[datetime, datetime]:
    """Return when `amount` may go, and until when it and all before are used up then."""
    if not per_minute:
        return now, now
    begin = max(until, now)
    return begin - _BURST, begin + _MINUTE * amount / per_minute
