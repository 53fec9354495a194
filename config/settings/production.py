"""Production: refuses to start while anything it needs is missing; HTTPS, JSON logs, real model."""

from django.core.exceptions import ImproperlyConfigured

from config.logs import logging_config
from config.settings.base import *  # noqa: F403
from config.settings.base import LOG_LEVEL, S3_BUCKET_NAME, SITE_URL, STORAGES, env

_REQUIRED = {
    "SECRET_KEY": "a long random string, such as Python's secrets.token_urlsafe(60)",
    "DATABASE_URL": "postgres://user:password@host:5432/name",
    "REDIS_URL": "rediss://:password@host:6379/0",
    "ALLOWED_HOSTS": "the host names of the blog, separated by commas",
    "SITE_URL": "https://blog.example.com",
    "OPENAI_API_KEY": "the key of your OpenAI account; the sample model never runs in production",
}
for _name, _meaning in _REQUIRED.items():
    if not env(_name, default=""):
        raise ImproperlyConfigured(f"Set the environment variable {_name}: {_meaning}.")

DEBUG = False
SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
USE_SAMPLE_MODEL = False

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
if not SECURE_SSL_REDIRECT:
    # Somebody decided so: a proxy redirects, or this is one host's own business.
    SILENCED_SYSTEM_CHECKS = ["security.W008"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if not S3_BUCKET_NAME:
    MEDIA_ROOT = env("MEDIA_ROOT", default="/srv/media")

LOG_FORMAT = env("LOG_FORMAT", default="json")
LOGGING = logging_config(fmt=LOG_FORMAT, level=LOG_LEVEL)
