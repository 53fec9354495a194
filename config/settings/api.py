"""How integrators speak with the site: the API, its tokens, and the page that describes it."""

from datetime import timedelta

import environ

env = environ.Env()

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "blog.api.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["blog.api.parsing.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "blog.api.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api_errors.answer",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min", "user": "600/min"},
    # How many proxies of ours add to X-Forwarded-For; what stands before them is the client's word.
    "NUM_PROXIES": env.int("TRUSTED_PROXY_COUNT", default=0),
}
REST_KNOX = {
    "TOKEN_PREFIX": "abk_",
    "TOKEN_TTL": timedelta(days=90),
    "AUTH_HEADER_PREFIX": "Bearer",
    "AUTO_REFRESH": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "AutoBlog API",
    "DESCRIPTION": "Read the published blog; commission briefs and follow their runs.\n\n"
    "Reading needs no key. Everything else needs a token of a member of the staff, from"
    " `manage.py create_api_token USER`, as `Authorization: Bearer abk_...`. Lists are pages:"
    " follow `next` until it is null. Errors are `application/problem+json` (RFC 9457).",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api_schema.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "RunStatus": "generation.models.runs.Run.Status",
        "StepStatus": "generation.models.runs.Step.Status",
    },
    "TAGS": [
        {"name": "posts", "description": "What readers see. Needs no key."},
        {"name": "categories", "description": "The shelves of the blog. Needs no key."},
        {"name": "tags", "description": "The subjects of posts. Needs no key."},
        {"name": "authors", "description": "The bylines of posts. Needs no key."},
        {"name": "briefs", "description": "Articles to be written. For the staff."},
        {"name": "runs", "description": "Attempts at briefs, to be followed. For the staff."},
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
