"""The site as in production, for benchmarks on one machine: no TLS, and strangers may ask often."""

import os

os.environ.setdefault("SECRET_KEY", "benchmarks-only-" + "x" * 50)
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost")
os.environ.setdefault("SITE_URL", "http://127.0.0.1")
os.environ.setdefault("OPENAI_API_KEY", "none")
os.environ.setdefault("SECURE_SSL_REDIRECT", "false")
os.environ.setdefault("SITE_LANGUAGES", "en,ar")

from config.settings.production import *  # noqa: F403
from config.settings.production import REST_FRAMEWORK, STORAGES

# One client here is as many as a site has in an hour; each request is still counted.
REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_THROTTLE_RATES": {"anon": "100000000/min", "user": "100000000/min"},
}
# Static files are not collected for a benchmark of pages.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
# The only host that is asked is this machine.
FETCH_PAUSE_SECONDS = 0.0
