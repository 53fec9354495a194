"""The one root: admin, API, health, and the blog for everything else."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("config.api_router")),
    # Only where DEBUG is on; elsewhere the bucket, or the server in front, serves uploads.
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    path("", include("blog.urls")),
]
