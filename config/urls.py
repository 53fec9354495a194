"""The one root: admin, API, health, and the blog for everything else."""

from django.contrib import admin
from django.urls import path

urlpatterns = [path("admin/", admin.site.urls)]
