"""What the site has once for all languages: files for machines, pictures, previews."""

from django.urls import path

from blog import llms, views
from blog.preview import Preview, SharedPreview
from blog.reading import for_readers
from blog.sharing import serving
from blog.sitemaps import views as sitemaps
from blog.unsaved_preview import show_unsaved

app_name = "files"
urlpatterns = [
    *sitemaps.urlpatterns,
    path("llms.txt", llms.show, name="llms"),
    path("robots.txt", for_readers(views.show_robots), name="robots"),
    path("covers/<int:family>/<slug:seed>.svg", views.show_cover_art, name="cover-art"),
    path("share/<int:pk>-<slug:digest>.png", serving.show_card, name="share"),
    path("preview/unsaved/", show_unsaved, name="preview-unsaved"),
    path("preview/<int:pk>/", Preview.as_view(), name="preview"),
    path("preview/link/<str:token>/", SharedPreview.as_view(), name="preview-link"),
]
