"""One machine: everything served from here, mail on the console, the sample model without a key."""

from config.running import var_folder
from config.settings.base import *  # noqa: F403
from config.settings.base import LOGGING, SITE_URL, env
from config.settings.languages import named

# Whoever tries the blog sees its own error pages; DEBUG=1 shows Django's.
DEBUG = env.bool("DEBUG", default=False)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
SERVE_UPLOADS = True
SECRET_KEY = env("SECRET_KEY", default="development-only-never-in-production")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
MEDIA_ROOT = env("MEDIA_ROOT", default=str(var_folder() / "media"))
# The demo's sources are pages of this very machine.
FETCH_ALLOWED_PRIVATE_HOSTS = env.list(
    "FETCH_ALLOWED_PRIVATE_HOSTS", default=["127.0.0.0/8", "localhost"]
)
# Where seed_demo notes the generated passwords, readable by its owner only.
DEMO_ACCOUNTS_FILE = str(var_folder() / "demo-accounts.json")
# Slow enough that the progress bar can be followed.
SAMPLE_MODEL_DELAY_SECONDS = env.float("SAMPLE_MODEL_DELAY_SECONDS", default=1.0)
# Each request twice in the terminal hides what matters; errors still show.
LOGGING["loggers"]["django_structlog.middlewares.request"] = {"level": "WARNING"}
SITE_LANGUAGES = env.list("SITE_LANGUAGES", default=["en", "ar"])
LANGUAGE_CODE = SITE_LANGUAGES[0]
LANGUAGES = named(SITE_LANGUAGES)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
