"""The one root: admin, API, and the blog for everything else."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.static import serve

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("api/", include("config.api_router")),
]
if settings.SERVE_UPLOADS:
    # Pictures alone: an uploaded source may be a page with scripts.
    pictures = re_path(
        r"^media/(?P<path>images/.*)$", serve, {"document_root": settings.MEDIA_ROOT}
    )
    urlpatterns.append(pictures)
urlpatterns.append(path("", include("blog.urls")))
