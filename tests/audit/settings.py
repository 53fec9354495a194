"""The site as in production, hashed files and all; TLS, a bucket and a model are missing."""

from config.running import var_folder
from tests.load.settings import *  # noqa: F403
from tests.load.settings import STORAGES

ROOT_URLCONF = "tests.audit.urls"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_ROOT = var_folder() / "audit" / "static"
MEDIA_ROOT = var_folder() / "audit" / "media"
SERVE_UPLOADS = True
# A few dozen people approve the posts, and none of them signs in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
