"""What the site has once for all languages: files for machines, pictures, previews."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from blog import views
from blog.preview import Preview, SharedPreview
from blog.reading import for_readers
from blog.sharing import serving
from blog.sitemaps import SITEMAPS
from blog.unsaved_preview import show_unsaved

app_name = "files"
urlpatterns = [
    path("sitemap.xml", for_readers(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", for_readers(views.show_robots), name="robots"),
    path("covers/<int:family>/<slug:seed>.svg", views.show_cover_art, name="cover-art"),
    path("share/<int:pk>-<slug:digest>.png", serving.show_card, name="share"),
    path("preview/unsaved/", show_unsaved, name="preview-unsaved"),
    path("preview/<int:pk>/", Preview.as_view(), name="preview"),
    path("preview/link/<str:token>/", SharedPreview.as_view(), name="preview-link"),
]
