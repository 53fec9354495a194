"""The whole API under /api/v1/, with its schema and its pages for people."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from blog.api import views as blog
from config import api_pages
from generation.api import views as generation

router = SimpleRouter()
router.register("posts", blog.PostViewSet, basename="post")
router.register("categories", blog.CategoryViewSet, basename="category")
router.register("tags", blog.TagViewSet, basename="tag")
router.register("authors", blog.AuthorViewSet, basename="author")
router.register("briefs", generation.BriefViewSet, basename="brief")
router.register("runs", generation.RunViewSet, basename="run")

app_name = "api"
urlpatterns = [
    path("v1/", api_pages.IndexView.as_view(), name="index"),
    path("v1/", include(router.urls)),
    path("schema/", api_pages.SchemaView.as_view(), name="schema"),
    path("docs/", api_pages.DocsView.as_view(), name="docs"),
    re_path("", api_pages.NothingHereView.as_view()),
]
