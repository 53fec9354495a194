"""What is true in every environment; values that differ come from environment variables."""

import json
import logging
from pathlib import Path
from typing import Any

import environ

from config.csp import ADMIN_POLICY, PUBLIC_POLICY, showing_pictures_of
from config.logs import configure_structlog, logging_config
from config.settings.api import *  # noqa: F403
from config.settings.languages import named
from config.settings.stores import *  # noqa: F403
from config.settings.stores import REDIS_URL
from config.settings.unfold import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# -- Site ------------------------------------------------------------------------------------------
# Marks what is to be translated; Django's own would read the settings that are made here.
gettext_noop = str
SITE_NAME: str = env("SITE_NAME", default="AutoBlog")
SITE_TAGLINE: str = env(
    "SITE_TAGLINE", default=gettext_noop("Researched by machines, approved by people")
)
# The same in further languages: {"ar": "..."}.
SITE_TAGLINES: dict[str, str] = json.loads(env("SITE_TAGLINES", default="") or "{}")
# What others may do with the texts, in one sentence; told to feed readers and in llms.txt.
CONTENT_LICENCE: str = env("CONTENT_LICENCE", default="")
# Absolute links outside a request (webhooks, commands) start with this.
SITE_URL: str = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
# The approver had no hand in what is approved. A one-person blog may say 0.
FOUR_EYES: bool = env.bool("FOUR_EYES", default=True)
# Lists of what a text is asked before people approve it, each floor's own; see blog.checks.
CONTENT_CHECKS = ["blog.checks.CHECKS", "generation.checks.CONTENT_CHECKS"]
# Lists of what can be done to many posts at once; see blog.admin.bulk.
BULK_ACTIONS = ["publishing.admin.bulk_decisions.ACTIONS", "blog.admin.bulk_edits.ACTIONS"]

# -- Applications ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_structlog",
    "django_celery_beat",
    "axes",
    "csp",
    "config",
    "blog",
    "generation",
    # After django_celery_beat: it re-registers the schedule admin in the editors' words.
    "publishing",
]

MIDDLEWARE = [
    # Before whatever could refuse, redirect or wait.
    "config.health.HealthMiddleware",
    "config.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.outages.ReadOnlyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Says how long each answer may be kept, whoever made it.
    "blog.reading.ReadingMiddleware",
    "config.csp.PolicyByAreaMiddleware",
    "blog.languages.LanguageByPathMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.clients.RequestLogMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.odd_requests.OddAdminRequestMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "blog.context_processors.site",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "site"],
        "OPTIONS": {
            "environment": "blog.templating.environment",
            "context_processors": ["blog.context_processors.site"],
        },
    },
]

# -- The page cache, in front of Django ------------------------------------------------------------
# How much of Redis it may take; it keeps what was asked for in the last minute or two.
PAGE_CACHE_MEGABYTES: int = env.int("PAGE_CACHE_MEGABYTES", default=128)
# Below these, nothing is ever kept, whatever a view may say.
PAGE_CACHE_NEVER = ("/admin", "/health", "/media/", "/preview/", "/share/", "/static/")

# -- Celery: messages only wake; rows are the truth ------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
# No result is kept, so beat needs no schedule to clean results up.
CELERY_RESULT_EXPIRES = None
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_TASK_DEFAULT_QUEUE = "publishing"
# Beside the modules `tasks` of the apps.
CELERY_IMPORTS = ["blog.transfer.tasks"]
CELERY_TASK_ROUTES = {
    # May take an hour: beside the long work, not in the way of publications.
    "blog.carry_transfers": {"queue": "generation"},
    "generation.*": {"queue": "generation"},
    "publishing.*": {"queue": "publishing"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
    "socket_keepalive": True,
    "retry_on_timeout": True,
    "health_check_interval": 10,
}
DJANGO_STRUCTLOG_CELERY_ENABLED = True

# -- The model -------------------------------------------------------------------------------------
OPENAI_API_KEY: str = env("OPENAI_API_KEY", default="")
OPENAI_BASE_URL: str = env("OPENAI_BASE_URL", default="")
OPENAI_MODEL: str = env("OPENAI_MODEL", default="gpt-5-mini")
# "flex" or "priority", where the account has them; empty leaves it to the provider.
OPENAI_SERVICE_TIER: str = env("OPENAI_SERVICE_TIER", default="")
OPENAI_TIMEOUT_SECONDS: float = env.float("OPENAI_TIMEOUT_SECONDS", default=120.0)
# Without a key the in-process sample model answers, labelled as such; production refuses it.
USE_SAMPLE_MODEL: bool = not OPENAI_API_KEY
SAMPLE_MODEL_DELAY_SECONDS: float = env.float("SAMPLE_MODEL_DELAY_SECONDS", default=0.0)

# -- Runs: workers and leases ----------------------------------------------------------------------
# How many steps a worker has in hand at once, nearly all of which wait for an answer.
WORKER_CONCURRENCY: int = env.int("WORKER_CONCURRENCY", default=200)
STEP_LEASE_SECONDS: int = env.int("STEP_LEASE_SECONDS", default=60)
STEP_MAX_ATTEMPTS: int = env.int("STEP_MAX_ATTEMPTS", default=5)
# A run that has not come to an end by then is stopped, with what is finished kept.
RUN_DEADLINE_HOURS: float = env.float("RUN_DEADLINE_HOURS", default=48.0)
SWEEP_INTERVAL_SECONDS: float = env.float("SWEEP_INTERVAL_SECONDS", default=10.0)
# A worker that is told to end lets its steps go on for so long, then gives them to the others.
# Keep it some seconds below the time after which the platform kills.
WORKER_GRACE_SECONDS: float = env.float("WORKER_GRACE_SECONDS", default=5.0)

# A constant: nothing outside the code makes an installation end at a line (see blog.crash_points).
AT_CRASH_POINTS = ""

# -- The outside web -------------------------------------------------------------------------------
FETCH_ALLOWED_PRIVATE_HOSTS: list[str] = env.list("FETCH_ALLOWED_PRIVATE_HOSTS", default=[])
# Between two pages of the same host; nobody's server is to notice us.
FETCH_PAUSE_SECONDS: float = env.float("FETCH_PAUSE_SECONDS", default=1.0)
FETCH_TIMEOUT_SECONDS: float = env.float("FETCH_TIMEOUT_SECONDS", default=20.0)
FETCH_MAX_BYTES: int = env.int("FETCH_MAX_BYTES", default=5_000_000)
FETCH_MAX_PICTURE_BYTES: int = env.int("FETCH_MAX_PICTURE_BYTES", default=25_000_000)
FETCH_USER_AGENT: str = env("FETCH_USER_AGENT", default=f"AutoBlog/0.1 (+{SITE_URL})")

# -- People ----------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "UserAttributeSimilarityValidator",
            "MinimumLengthValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ),
    {"NAME": "blog.api.tokens.EndsWithPassword"},
]
LOGIN_URL = "admin:login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "config.clients.address_of"
AXES_HANDLER = "config.logins.LoginGuard"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# -- Security headers ------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {"DIRECTIVES": PUBLIC_POLICY}
CONTENT_SECURITY_POLICY_ADMIN = {"DIRECTIVES": ADMIN_POLICY}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

# An address typed without a scheme means https, as Django 6 will have it.
FORMS_URLFIELD_ASSUME_HTTPS = True

# -- Language and time -----------------------------------------------------------------------------
# The first is the default; each further one gets a part of the site of its own (/ar/...).
SITE_LANGUAGES: list[str] = env.list("SITE_LANGUAGES", default=["en"])
LANGUAGE_CODE = SITE_LANGUAGES[0]
LANGUAGES = named(SITE_LANGUAGES)
LOCALE_PATHS = [BASE_DIR / "blog" / "locale"]
TIME_ZONE: str = env("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

# -- Static files and media ------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_URL = "media/"
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(BASE_DIR / "media")))
# In production a bucket, or the server in front, serves what was uploaded.
SERVE_UPLOADS = False
S3_BUCKET_NAME: str = env("S3_BUCKET_NAME", default="")
# Where readers fetch pictures from: the CDN before the bucket.
S3_PUBLIC_DOMAIN: str = env("S3_PUBLIC_DOMAIN", default="")
S3_PUBLIC_PROTOCOL: str = env("S3_PUBLIC_PROTOCOL", default="https:")
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if S3_BUCKET_NAME:
    STORAGES["default"] = {
        "BACKEND": "blog.storage.Bucket",
        "OPTIONS": {
            "bucket_name": S3_BUCKET_NAME,
            "region_name": env("AWS_REGION", default="us-east-1"),
            "endpoint_url": env("S3_ENDPOINT_URL", default="") or None,
            "custom_domain": S3_PUBLIC_DOMAIN or None,
            "url_protocol": S3_PUBLIC_PROTOCOL,
            "signature_version": "s3v4",
            "file_overwrite": False,
            "default_acl": None,
        },
    }
if S3_PUBLIC_DOMAIN:
    _pictures = f"{S3_PUBLIC_PROTOCOL}//{S3_PUBLIC_DOMAIN.split('/')[0]}"
    CONTENT_SECURITY_POLICY = {"DIRECTIVES": showing_pictures_of(_pictures, PUBLIC_POLICY)}
    CONTENT_SECURITY_POLICY_ADMIN = {"DIRECTIVES": showing_pictures_of(_pictures, ADMIN_POLICY)}

# Where `seed_demo` notes the generated passwords; development sets it.
DEMO_ACCOUNTS_FILE = ""

# -- Metrics ---------------------------------------------------------------------------------------
# Whoever shows it may read /metrics; without one there is no such page.
METRICS_TOKEN: str = env("METRICS_TOKEN", default="")
# "emf": workers print what CloudWatch makes metrics of.
METRICS: str = env("METRICS", default="")

# -- Logs ------------------------------------------------------------------------------------------
LOG_FORMAT: str = env("LOG_FORMAT", default="console")
LOG_LEVEL: str = env("LOG_LEVEL", default="INFO")
LOGGING = logging_config(fmt=LOG_FORMAT, level=LOG_LEVEL)
# One line for each request, when it is answered.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
configure_structlog()
