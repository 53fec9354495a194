"""The API's pages that belong to no room: the index, the schema, the docs for people."""

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

LISTS = {
    "posts": "post-list",
    "categories": "category-list",
    "tags": "tag-list",
    "authors": "author-list",
    "briefs": "brief-list",
    "runs": "run-list",
    "schema": "schema",
    "docs": "docs",
}


class IndexView(APIView):
    """Where everything is."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Return the addresses."""
        links = {name: reverse(f"api:{view}", request=request) for name, view in LISTS.items()}
        return Response(links)


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1; the same for everybody."""

    authentication_classes = []


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI without inline scripts or styles, so that the strict policy holds here too."""

    authentication_classes = []
    url_name = "api:schema"


class NothingHereView(APIView):
    """Every other address below /api/: a problem instead of a page for readers."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = []
    schema = None

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Add the slash that somebody forgot; only where following costs nothing."""
        if request.method in ("GET", "HEAD") and not request.path.endswith("/"):
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:  # noqa: ARG002
        """Refuse before any method is looked for."""
        raise NotFound("There is nothing at this address. Addresses here end with a slash.")
