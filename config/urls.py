"""The one root: admin, API, and the blog for everything else."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.static import serve

# The last word: old addresses that lead on, pages that were withdrawn.
handler404 = "blog.missing.show"
handler500 = "config.outages.show"

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
urlpatterns.append(path("", include("blog.file_urls")))
# The default language has no prefix, so that a blog of one language never sees any.
urlpatterns += i18n_patterns(path("", include("blog.urls")), prefix_default_language=False)
