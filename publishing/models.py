"""The desk's memory: who decided what about which revision, and whom we told."""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from blog.models import Post, Revision
from publishing.querysets import DeliveryQuerySet


class WorkflowEvent(models.Model):
    """The audit of one transition; rows are only ever added."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="workflow_events")
    revision = models.ForeignKey(Revision, models.RESTRICT, related_name="workflow_events")
    transition = models.CharField(max_length=20)
    from_status = models.CharField(max_length=12, choices=Post.Status.choices)
    to_status = models.CharField(max_length=12, choices=Post.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    publish_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        # One for each transition of publishing.workflow.
        permissions = [
            ("submit_post", "Can submit posts for review"),
            ("request_changes_post", "Can send posts back to their writers"),
            ("approve_post", "Can approve posts for publication"),
            ("reschedule_post", "Can change when approved posts appear"),
            ("withdraw_post", "Can take posts off the site"),
            ("restore_post", "Can bring archived posts back as drafts"),
            ("import_live_post", "Can put imported posts live without review"),
        ]

    def __str__(self) -> str:
        return f"{self.transition}: {self.from_status} → {self.to_status}"


class Approval(models.Model):
    """A signature over a revision's digest, by somebody who had no hand in it."""

    revision = models.OneToOneField(Revision, models.RESTRICT, related_name="approval")
    digest = models.CharField(max_length=64)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="approvals"
    )
    # A one-person blog may switch four eyes off; each such approval says so for ever.
    is_four_eyes = models.BooleanField(default=True)
    approved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.revision} approved by {self.approved_by}"


class Channel(models.Model):
    """Somebody who wants to hear of posts."""

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", "Webhook"

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.WEBHOOK)
    url = models.URLField(max_length=500, help_text="Receives a signed POST for each event.")
    # The signing secret is derived from it and SECRET_KEY: a copy of the database signs nothing.
    secret_seed = models.CharField(max_length=64, default=secrets.token_urlsafe, editable=False)
    is_enabled = models.BooleanField(default=True)
    # Older posts are not announced to a new channel.
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Every change of a post before this instant has its delivery row.
    announced_until = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message to one channel about one event of a post: attempted until it arrives or dies."""

    class Event(models.TextChoices):
        PUBLISHED = "post.published", "Published"
        UPDATED = "post.updated", "Updated"
        WITHDRAWN = "post.withdrawn", "Withdrawn"

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        SENDING = "sending", "Sending"
        DELIVERED = "delivered", "Delivered"
        DEAD = "dead", "Given up"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries")
    post = models.ForeignKey(Post, models.CASCADE, related_name="deliveries")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="+")
    event = models.CharField(max_length=20, choices=Event.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "post", "event", "revision"], name="delivery_is_made_once"
            )
        ]
        indexes = [
            models.Index(fields=["status", "next_attempt_at"], name="delivery_due_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()} → {self.channel}"


class QueuedPost(Post):
    """A post as the desk sees it: something to decide about (the same rows as `Post`)."""

    class Meta:
        proxy = True
        # Whoever may see a post may see it here; what they may do is the workflow's to say.
        default_permissions = ()
        verbose_name = "post in the queue"
        verbose_name_plural = "review queue"
