"""Every request to the model is a row before it is sent, and a price after it was answered.

What may be spent is a row as well: a budget caps a period of the whole site or of a plan, and each
of its periods knows what is held for requests in flight and what was spent.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from generation.querysets import ModelCallQuerySet

_DOLLARS: dict[str, Any] = {
    "max_digits": 14,
    "decimal_places": 9,
    "validators": [MinValueValidator(0)],
}


class ModelPrice(models.Model):
    """What a model costs from a day on, in US dollars per million tokens; longest prefix wins."""

    model_prefix = models.CharField(max_length=80)
    # As the provider names it in its answers; "default" is what it sells without being asked.
    service_tier = models.CharField(max_length=20, default="default", db_default="default")
    effective_from = models.DateField()
    input_per_million = models.DecimalField(**_DOLLARS)
    cached_input_per_million = models.DecimalField(**_DOLLARS)
    cache_write_per_million = models.DecimalField(
        **_DOLLARS,
        null=True,
        blank=True,
        help_text="Input that is put into the cache. Empty: as other input.",
    )
    output_per_million = models.DecimalField(**_DOLLARS)
    image_output_per_million = models.DecimalField(
        **_DOLLARS,
        null=True,
        blank=True,
        help_text="Output that is a picture. Empty: the model draws none.",
    )

    class Meta:
        ordering = ["model_prefix", "service_tier", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["model_prefix", "service_tier", "effective_from"],
                name="price_is_unique_per_day",
            )
        ]

    def __str__(self) -> str:
        tier = "" if self.service_tier == "default" else f" ({self.service_tier})"
        return f"{self.model_prefix}{tier} from {self.effective_from:%Y-%m-%d}"


class Budget(models.Model):
    """The most that may be spent in each period, in US dollars."""

    class Period(models.TextChoices):
        DAY = "day", "Day"
        MONTH = "month", "Month"

    plan = models.ForeignKey(
        "generation.ContentPlan",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="budgets",
        help_text="Empty: the whole site.",
    )
    period = models.CharField(max_length=5, choices=Period.choices)
    limit = models.DecimalField(
        **_DOLLARS, help_text="US dollars. At 0 nothing that costs money is asked for."
    )

    class Meta:
        ordering = ["plan__name", "period"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "period"],
                nulls_distinct=False,
                name="budget_is_unique",
                violation_error_message="There is a budget for this period already; change that.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan or 'The whole site'}, each {self.get_period_display().lower()}"


class BudgetPeriod(models.Model):
    """One day or month of a budget: what requests in flight may cost, and what others did cost."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="periods")
    starts_on = models.DateField()
    held = models.DecimalField(**_DOLLARS, default=0)
    spent = models.DecimalField(**_DOLLARS, default=0)

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["budget", "starts_on"], name="budget_period_is_unique"),
            models.CheckConstraint(
                name="budget_period_gives_back_what_it_holds", condition=Q(held__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget} ({self.starts_on:%Y-%m-%d})"


class ModelTraffic(models.Model):
    """How fast all workers together may ask a model, as its provider's answers say.

    The row without a name stands for the account: when its credit is used up, nobody asks.
    """

    model = models.CharField(max_length=80, unique=True, blank=True)
    requests_per_minute = models.PositiveIntegerField(null=True)
    tokens_per_minute = models.PositiveIntegerField(null=True)
    # When what was let through so far is used up, at that rate.
    requests_until = models.DateTimeField(default=timezone.now)
    tokens_until = models.DateTimeField(default=timezone.now)
    # Until when the provider wants nobody to ask; then one may try.
    paused_until = models.DateTimeField(null=True)
    is_out_of_credit = models.BooleanField(default=False)

    class Meta:
        ordering = ["model"]
        verbose_name_plural = "model traffic"

    def __str__(self) -> str:
        return self.model or "The account"


class ModelCall(models.Model):
    """One request to the model: prompt, answer, tokens, cost, and the key that replays it."""

    class State(models.TextChoices):
        """Reserved before sending; then priced, given back, or unknown and counted as spent."""

        RESERVED = "reserved", "In flight"
        SETTLED = "settled", "Settled"
        RELEASED = "released", "Not billed"
        UNKNOWN = "unknown", "Unknown, counted as spent"

    run = models.ForeignKey("generation.Run", models.PROTECT, null=True, related_name="model_calls")
    step = models.ForeignKey(
        "generation.Step", models.PROTECT, null=True, related_name="model_calls"
    )
    # SHA-256 of everything that determines the answer; a usable answer exists at most once per key.
    journal_key = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RESERVED)
    # The answer was whole and of the right shape: replay it instead of paying again.
    is_usable = models.BooleanField(default=False)
    prompt_name = models.CharField(max_length=40)
    # The row of `PromptVersion`; none: as shipped.
    prompt_version = models.ForeignKey(
        "generation.PromptVersion", models.SET_NULL, null=True, editable=False, related_name="+"
    )
    messages = models.JSONField(help_text="The exact rendered text that was sent.")
    answer = models.TextField(blank=True)
    # Why an answer could not be used: truncated, refused, invalid, timeout, ...
    outcome = models.CharField(max_length=20, blank=True)
    model = models.CharField(max_length=80)
    is_sample = models.BooleanField(default=False)
    provider_request_id = models.CharField(max_length=120, blank=True)
    input_tokens = models.PositiveIntegerField(default=0)
    cached_tokens = models.PositiveIntegerField(default=0)
    cache_write_tokens = models.PositiveIntegerField(default=0, db_default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    reasoning_tokens = models.PositiveIntegerField(default=0)
    image_tokens = models.PositiveIntegerField(default=0, db_default=0)
    service_tier = models.CharField(max_length=20, default="default", db_default="default")
    reserved_cost = models.DecimalField(**_DOLLARS, default=0)
    cost = models.DecimalField(**_DOLLARS, default=0)
    # The periods of budgets that hold its reservation, and get its cost, however long it takes.
    budget_period_ids = ArrayField(
        models.BigIntegerField(), default=list, db_default=[], editable=False
    )
    latency_ms = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ModelCallQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["journal_key"],
                condition=Q(is_usable=True),
                name="model_call_is_paid_once",
            ),
            models.CheckConstraint(
                name="model_call_usable_is_settled",
                condition=Q(is_usable=False) | Q(state="settled"),
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="model_call_created_idx")]

    def __str__(self) -> str:
        return f"{self.prompt_name} ({self.model}, {self.get_state_display().lower()})"

    @property
    def is_picture(self) -> bool:
        """The answer is a picture, in base64."""
        return self.prompt_name == "picture"

    @property
    def client_request_id(self) -> str:
        """The number that the provider writes into its logs for us."""
        return f"autoblog-{self.pk}"
