"""Commission, follow, stop and resume: each request is one call of the writers' room."""

from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from generation import services
from generation.api.permissions import StaffWithPermission
from generation.api.serializers import BriefSerializer, RunProgressSerializer, RunSerializer
from generation.models import Brief, Run

POLL_AFTER = 2  # seconds; sent as Retry-After while a run is active
CONFLICT = {409: OpenApiResponse(description="The run or the brief is in another state.")}


class BriefFilter(filters.FilterSet):  # type: ignore[misc]
    """Which briefs."""

    plan = filters.CharFilter("plan__slug", help_text="Slug of a content plan.")

    class Meta:
        model = Brief
        fields: list[str] = []


class RunFilter(filters.FilterSet):  # type: ignore[misc]
    """Which runs."""

    brief = filters.NumberFilter("brief_id", help_text="Id of a brief.")
    status = filters.ChoiceFilter(choices=Run.Status.choices)

    class Meta:
        model = Run
        fields: list[str] = []


class PrivateAnswers:
    """What staff read with a token is kept by nobody on the way."""

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        """Forbid caches to keep the answer, an error as well."""
        response: Response = super().finalize_response(*args, **kwargs)  # type: ignore[misc]
        response.headers["Cache-Control"] = "private, no-store"
        return response


class BriefViewSet(
    PrivateAnswers,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    GenericViewSet[Brief],
):
    """Articles to be written."""

    queryset = Brief.objects.select_related("plan").prefetch_related("sources")
    serializer_class = BriefSerializer
    filterset_class = BriefFilter
    permission_classes = [StaffWithPermission]
    keyset = ("-created_at", "-pk")
    lookup_value_regex = "[0-9]{1,18}"
    needs = {
        "list": "generation.view_brief",
        "retrieve": "generation.view_brief",
        "create": "generation.add_brief",
        "runs": "generation.add_run",
    }

    @extend_schema(request=None, responses={201: RunProgressSerializer, **CONFLICT})
    @action(detail=True, methods=["post"])
    def runs(self, request: Request, pk: str) -> Response:
        """Start a run of this brief; 409 names the run that is already under way."""
        brief = get_object_or_404(Brief, pk=pk)
        return _started(brief, request)


class RunViewSet(
    PrivateAnswers, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Run]
):
    """Attempts at briefs: start one, ask for it again every `Retry-After` seconds until it ends."""

    queryset = Run.objects.all()
    filterset_class = RunFilter
    permission_classes = [StaffWithPermission]
    keyset = ("-created_at", "-pk")
    lookup_value_regex = "[0-9a-fA-F-]{32,36}"
    needs = {
        "list": "generation.view_run",
        "retrieve": "generation.view_run",
        "create": "generation.add_run",
        "cancel": "generation.change_run",
        "retry": "generation.change_run",
        "continue_run": "generation.change_run",
    }

    def get_serializer_class(self) -> type[RunSerializer]:
        """Return the one without steps for lists and questions."""
        return RunSerializer if self.action in ("list", "create") else RunProgressSerializer

    def retrieve(self, request: Request, *_: Any, **__: Any) -> Response:
        """Return the run as it stands."""
        return _standing(self.get_object(), request)

    @extend_schema(responses={201: RunProgressSerializer, **CONFLICT})
    def create(self, request: Request, **_: Any) -> Response:
        """Start a run of a brief; 409 names the run that is already under way."""
        question = self.get_serializer(data=request.data)
        question.is_valid(raise_exception=True)
        return _started(question.validated_data["brief"], request)

    @extend_schema(request=None, responses={200: RunProgressSerializer, **CONFLICT})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **_: Any) -> Response:
        """Stop the run at its next step; what was paid for is kept."""
        return _standing(services.cancel_run(self.get_object(), by=_staff(request)), request)

    @extend_schema(request=None, responses={200: RunProgressSerializer, **CONFLICT})
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, **_: Any) -> Response:
        """Resume a run that failed or was cancelled at its first step without a result."""
        return _standing(services.retry_run(self.get_object(), by=_staff(request)), request)

    @extend_schema(request=None, responses={200: RunProgressSerializer, **CONFLICT})
    @action(detail=True, methods=["post"], url_path="continue")
    def continue_run(self, request: Request, **_: Any) -> Response:
        """Let a run that waits for an editor go on with its outline as it is."""
        return _standing(services.continue_run(self.get_object(), by=_staff(request)), request)


def _started(brief: Brief, request: Request) -> Response:
    run = services.start_run(brief, by=_staff(request), trigger=Run.Trigger.API)
    response = _standing(run, request)
    response.status_code = status.HTTP_201_CREATED
    response["Location"] = reverse("api:run-detail", [run.pk], request=request)
    return response


def _staff(request: Request) -> AbstractBaseUser:
    """Whoever asks; the permission has let only members of the staff pass."""
    return cast("AbstractBaseUser", request.user)


def _standing(run: Run, request: Request) -> Response:
    body = RunProgressSerializer(run, context={"request": request}).data
    headers = {"Retry-After": str(POLL_AFTER)} if run.is_active else None
    return Response(body, headers=headers)
