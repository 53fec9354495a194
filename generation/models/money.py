"""Every request to the model is a row before it is sent, and a price after it was answered."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from generation.querysets import ModelCallQuerySet


class ModelPrice(models.Model):
    """What a model costs from a day on, in US dollars per million tokens; longest prefix wins."""

    model_prefix = models.CharField(max_length=80)
    effective_from = models.DateField()
    input_per_million = models.DecimalField(max_digits=14, decimal_places=9)
    cached_input_per_million = models.DecimalField(max_digits=14, decimal_places=9)
    output_per_million = models.DecimalField(max_digits=14, decimal_places=9)

    class Meta:
        ordering = ["model_prefix", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["model_prefix", "effective_from"], name="price_is_unique_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.model_prefix} from {self.effective_from:%Y-%m-%d}"


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
    messages = models.JSONField(help_text="The exact rendered text that was sent.")
    answer = models.TextField(blank=True)
    # Why an answer could not be used: truncated, refused, invalid, timeout, ...
    outcome = models.CharField(max_length=20, blank=True)
    model = models.CharField(max_length=80)
    is_sample = models.BooleanField(default=False)
    provider_request_id = models.CharField(max_length=120, blank=True)
    input_tokens = models.PositiveIntegerField(default=0)
    cached_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    reasoning_tokens = models.PositiveIntegerField(default=0)
    reserved_cost = models.DecimalField(max_digits=14, decimal_places=9, default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=9, default=0)
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
