"""Tests: fast passwords, no network beyond this machine, real PostgreSQL and Redis."""

import tempfile

from config.settings.base import *  # noqa: F403
from config.settings.base import env
from config.settings.languages import named

DEBUG = False
SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# A folder of its own; the services plugin makes and removes it.
MEDIA_ROOT = env("MEDIA_ROOT", default=f"{tempfile.gettempdir()}/autoblog-tests/media")
FETCH_ALLOWED_PRIVATE_HOSTS = ["127.0.0.0/8", "localhost"]
# The only host of the tests is this machine.
FETCH_PAUSE_SECONDS = 0.0
AXES_ENABLED = False
# Two languages, one of them from right to left.
LANGUAGES = named(["en", "ar"])
# Static files come from the apps' folders; nothing is collected for the tests.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
