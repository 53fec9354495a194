"""The one root: admin, API, health, and the blog for everything else."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("config.api_router")),
    path("", include("blog.urls")),
]
