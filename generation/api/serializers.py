"""Briefs and runs as programs write and read them."""

from typing import Any

from django.core.validators import URLValidator
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from blog.models import Post
from generation import reworking, services
from generation.models import Brief, ContentPlan, Run, Source, Step

MAX_SOURCES = 20
MAX_KEYWORDS = 20
MAX_NOTE = 100_000  # characters
FETCHED = (Source.Kind.URL, Source.Kind.FEED)
KINDS = [(kind.value, kind.label) for kind in (*FETCHED, Source.Kind.NOTE)]


class SourceSerializer(serializers.ModelSerializer[Source]):
    """Where evidence comes from: a page or feed (`url`), or a note (`text`)."""

    kind = serializers.ChoiceField(choices=KINDS, default=Source.Kind.URL)
    url = serializers.CharField(
        max_length=500, required=False, help_text="For pages and feeds: http or https."
    )
    text = serializers.CharField(
        max_length=MAX_NOTE, required=False, help_text="For notes: the text itself."
    )

    class Meta:
        model = Source
        fields = ["kind", "title", "url", "text", "problem", "fetched_at"]
        read_only_fields = ["problem", "fetched_at"]

    def validate_url(self, url: str) -> str:
        """Refuse what is no address of the web (here: as a validator it would stand in the schema
        as a format, which the empty address of a note has not).
        """
        URLValidator(schemes=["http", "https"])(url)
        return url

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a source without what its kind needs."""
        needed = "url" if attrs["kind"] in FETCHED else "text"
        if not attrs.get(needed):
            raise serializers.ValidationError({needed: f"A {attrs['kind']} source needs this."})
        return attrs


class PlanField(serializers.SlugRelatedField[ContentPlan]):
    """A plan by its slug, which is a text that the database can be asked for."""

    def to_internal_value(self, data: Any) -> ContentPlan:
        """Return the plan; refuse what is no text, or has a NUL in it."""
        return super().to_internal_value(serializers.CharField().run_validation(data))


class BriefSerializer(serializers.ModelSerializer[Brief]):
    """One article to be written."""

    plan = PlanField(
        slug_field="slug",
        queryset=ContentPlan.objects.filter(is_active=True),
        help_text="Slug of an active content plan.",
    )
    title = serializers.CharField(
        max_length=160,
        required=False,
        default="",
        help_text="The title or the angle; for a refresh or a translation the post's, if empty.",
    )
    kind = serializers.ChoiceField(choices=Brief.Kind.choices, default=Brief.Kind.ARTICLE)
    post = serializers.PrimaryKeyRelatedField[Post](
        # By itself the field takes 1e400 for a key, and fails.
        pk_field=serializers.IntegerField(),
        queryset=Post.objects.all(),
        default=None,
        allow_null=True,
        help_text="Id of the post to refresh, or to translate into the plan's language.",
    )
    keywords = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=MAX_KEYWORDS, required=False
    )
    notes = serializers.CharField(max_length=MAX_NOTE, required=False, allow_blank=True)
    origin_url = serializers.CharField(
        read_only=True, help_text="The feed item it was picked from, or empty."
    )
    sources = SourceSerializer(  # type: ignore[call-arg]
        many=True, required=False, max_length=MAX_SOURCES
    )

    class Meta:
        model = Brief
        fields = [
            "id",
            "plan",
            "kind",
            "post",
            "title",
            "notes",
            "keywords",
            "due_on",
            "sources",
            "is_dismissed",
            "origin_url",
            "created_at",
        ]
        read_only_fields = ["is_dismissed"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what could never be written."""
        if not (attrs["title"] or attrs["post"]):
            raise serializers.ValidationError({"title": "Say what the article is about."})
        wanted = Brief(plan=attrs["plan"], kind=attrs["kind"], post=attrs["post"])
        if obstacle := reworking.obstacle(wanted):
            raise serializers.ValidationError({"post": obstacle})
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Brief:
        """Hand the brief to the writers' room."""
        sources = [Source(**source) for source in validated_data.pop("sources", [])]
        return services.create_brief(
            **validated_data, sources=sources, by=self.context["request"].user
        )


class StepSerializer(serializers.Serializer[Any]):
    """One unit of a run."""

    name = serializers.CharField()
    index = serializers.IntegerField(help_text="Which of several of one name (the sections).")
    label = serializers.CharField()  # type: ignore[assignment]
    status = serializers.ChoiceField(choices=Step.Status.choices)
    activity = serializers.CharField(allow_blank=True)
    problem = serializers.CharField(allow_blank=True)
    seconds = serializers.FloatField(allow_null=True)


class ProgressSerializer(serializers.Serializer[services.Progress]):
    """How far a run is."""

    finished = serializers.IntegerField(help_text="Finished steps.")
    total = serializers.IntegerField(help_text="All steps; more appear with the outline.")
    percent = serializers.IntegerField()
    activity = serializers.CharField(allow_blank=True)
    elapsed_seconds = serializers.FloatField()
    cost = serializers.DecimalField(max_digits=14, decimal_places=9, help_text="US dollars.")
    steps = StepSerializer(many=True)


class RunSerializer(serializers.ModelSerializer[Run]):
    """One attempt at a brief."""

    brief = serializers.PrimaryKeyRelatedField(
        pk_field=serializers.IntegerField(), queryset=Brief.objects.all()
    )
    preview_url = serializers.SerializerMethodField(
        help_text="The filed draft, for members of the staff who are logged in."
    )

    class Meta:
        model = Run
        fields = [
            "id",
            "brief",
            "status",
            "trigger",
            "model",
            "is_sample",
            "problem",
            "post_id",
            "preview_url",
            "created_at",
            "started_at",
            "finished_at",
        ]
        read_only_fields = [name for name in fields if name != "brief"]
        # Whether the brief has a run under way is the service's question, with a better answer.
        validators: list[Any] = []

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_preview_url(self, run: Run) -> str | None:
        """Return the address, as soon as there is a draft."""
        if run.post_id is None:
            return None
        path = reverse("files:preview", args=[run.post_id])
        return str(self.context["request"].build_absolute_uri(path))


class RunProgressSerializer(RunSerializer):
    """A run with its steps."""

    progress = serializers.SerializerMethodField()

    class Meta(RunSerializer.Meta):
        fields = [*RunSerializer.Meta.fields, "progress"]
        read_only_fields = [*RunSerializer.Meta.read_only_fields, "progress"]

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, run: Run) -> dict[str, Any]:
        """Ask the writers' room."""
        return ProgressSerializer(services.progress(run)).data
