"""Entry point of the web server: kept pages are answered before Django's handler."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")

_django = get_wsgi_application()

# Reads the settings, which are there from now on.
from blog.pagecache.serving import PageCache  # noqa: E402

application = PageCache(_django)
