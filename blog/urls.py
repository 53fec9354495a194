"""The map of the public site: pages, once in each language, and files, once for all."""

from django.urls import path

from blog import markdown_pages, views
from blog.feeds import views as feeds

app_name = "blog"
urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("posts/<slug:slug>/", views.PostPage.as_view(), name="post"),
    path("posts/<slug:slug>.md", markdown_pages.show_post, name="post-markdown"),
    path("categories/<slug:slug>/", views.CategoryPage.as_view(), name="category"),
    path("tags/<slug:slug>/", views.TagPage.as_view(), name="tag"),
    path("authors/<slug:slug>/", views.AuthorPage.as_view(), name="author"),
    path("archive/", views.Archive.as_view(), name="archive"),
    path("archive/<int:year>/", views.ArchivePeriod.as_view(), name="archive-year"),
    path("archive/<int:year>/<int:month>/", views.ArchivePeriod.as_view(), name="archive-month"),
    path("search/", views.Search.as_view(), name="search"),
    *feeds.addresses("site"),
    *feeds.addresses("category", below="categories/<slug:slug>/"),
    *feeds.addresses("tag", below="tags/<slug:slug>/"),
    *feeds.addresses("author", below="authors/<slug:slug>/"),
    path("<slug:slug>.md", markdown_pages.show_page, name="page-markdown"),
    # The last: it takes every single word that is none of the above.
    path("<slug:slug>/", views.StandingPage.as_view(), name="page"),
]
