"""What the site is compared with: a Django project whose only view returns a short text.

No middleware, no database, no template, no log line: the least that Django can do. The view itself
says the length, as a middleware would, because an answer in chunks costs the server more. It is
served by the same gunicorn with the same settings.
"""

from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import re_path


def view(_request: HttpRequest) -> HttpResponse:
    """Answer everything."""
    return HttpResponse("Hello, world.", headers={"Content-Length": "13"})


settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="benchmark",
)
urlpatterns: list[Any] = [re_path("", view)]
application = get_wsgi_application()
