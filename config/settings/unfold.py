"""How the admin looks and what its sidebar offers, in the editors' words."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy

FORMAT_MODULE_PATH = "config.formats"
LOGIN_REDIRECT_URL = "admin:index"
# Where "open the draft" leads: the review desk (the ground floor alone would say blog_post_change).
POST_DESK_URL_NAME = "admin:publishing_queuedpost_change"
# Who puts imported posts live: see blog.transfer.publisher.
POST_PUBLISHER = "publishing.imports.DESK"


def _item(title: str, icon: str, model: str) -> dict[str, Any]:
    """Return a sidebar entry for a model's list, shown to those who may see it."""
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": lambda request: _may_see(request, app, name),
    }


def _may_see(request: HttpRequest, app: str, name: str) -> bool:
    if name == "authtoken":
        return True  # everybody's own
    # The queue and the pages are posts; whoever may see posts may see them.
    permission = "blog.view_post" if name in ("queuedpost", "page") else f"{app}.view_{name}"
    return bool(request.user.has_perm(permission))


def _is_at_budgets(request: HttpRequest) -> bool:
    is_below = request.path.startswith(reverse("admin:generation_budget_changelist"))
    return is_below and request.path != reverse("admin:generation_costs")


_TODAY: dict[str, Any] = {
    "title": "Today",
    "icon": "wb_sunny",
    "link": reverse_lazy("admin:index"),
}
_QUEUE = _item("Review queue", "rate_review", "publishing.queuedpost")
_NAVIGATION: list[dict[str, Any]] = [
    {
        "items": [
            _item("Posts", "article", "blog.post"),
            _item("Pages", "description", "blog.page"),
        ],
    },
    {
        "title": "Plan",
        "separator": True,
        "items": [
            _item("Content plans", "map", "generation.contentplan"),
            _item("Briefs", "assignment", "generation.brief"),
            _item("Runs", "progress_activity", "generation.run"),
            _item("Schedules", "event_repeat", "django_celery_beat.periodictask"),
            _item("Style guides", "format_quote", "generation.styleguide"),
            _item("Prompts", "chat", "generation.promptversion"),
        ],
    },
    {
        "title": "Blog",
        "separator": True,
        "items": [
            _item("Authors", "badge", "blog.author"),
            _item("Categories", "category", "blog.category"),
            _item("Tags", "sell", "blog.tag"),
            _item("Images", "image", "blog.image"),
            _item("Redirects", "alt_route", "blog.redirect"),
            _item("Moving in and out", "swap_horiz", "blog.transfer"),
        ],
    },
    {
        "title": "Deliveries and records",
        "separator": True,
        "collapsible": True,
        "items": [
            _item("Channels", "cell_tower", "publishing.channel"),
            _item("Deliveries", "local_shipping", "publishing.delivery"),
            _item("Decisions", "history_edu", "publishing.workflowevent"),
            _item("Sources", "link", "generation.source"),
        ],
    },
    {
        "title": "Money",
        "separator": True,
        "collapsible": True,
        "items": [
            {
                "title": "Costs",
                "icon": "monitoring",
                "link": reverse_lazy("admin:generation_costs"),
                "permission": lambda request: request.user.has_perm("generation.view_modelcall"),
            },
            # The page of costs lies below it, and has an entry of its own.
            {**_item("Budgets", "savings", "generation.budget"), "active": _is_at_budgets},
            _item("Model calls", "receipt_long", "generation.modelcall"),
            _item("Model prices", "payments", "generation.modelprice"),
        ],
    },
    {
        "title": "People and access",
        "separator": True,
        "collapsible": True,
        "items": [
            _item("People", "group", "auth.user"),
            _item("Groups", "shield_person", "auth.group"),
            _item("API tokens", "key", "knox.authtoken"),
        ],
    },
]


def _stage(title: str, stage: str) -> dict[str, Any]:
    """Return a tab over the review queue."""
    query = f"?stage={stage}" if stage else ""
    return {
        "title": title,
        "link": lambda _request: f"{reverse('admin:publishing_queuedpost_changelist')}{query}",
        "active": lambda request: request.GET.get("stage", "") == stage,
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar; the queue carries a number only when something waits."""
    from publishing.admin import dashboard  # models can't be imported while settings load

    queue = {**_QUEUE, "badge": dashboard.waiting_count(request), "badge_variant": "primary"}
    first, *rest = _NAVIGATION
    return [{**first, "items": [_TODAY, queue, *first["items"]]}, *rest]


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "AutoBlog",
    "SITE_HEADER": "AutoBlog",
    "SITE_SUBHEADER": "Editorial desk",
    "SITE_ICON": lambda _request: static("blog/icon.svg"),
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda _request: static("blog/icon.svg"),
        },
    ],
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "DASHBOARD_CALLBACK": "publishing.admin.dashboard.show_dashboard",
    "STYLES": [lambda _request: static("blog/admin/desk.css")],
    "SCRIPTS": [lambda _request: static("blog/admin/desk.js")],
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "base": {
            "50": "oklch(98.4% .003 75)",
            "100": "oklch(96.2% .004 80)",
            "200": "oklch(91.8% .006 92)",
            "300": "oklch(86.4% .008 200)",
            "400": "oklch(70.2% .014 265)",
            "500": "oklch(54.6% .016 265)",
            "600": "oklch(44.6% .016 265)",
            "700": "oklch(37.2% .014 265)",
            "800": "oklch(27.4% .012 265)",
            "900": "oklch(20.2% .011 265)",
            "950": "oklch(14.6% .010 265)",
        },
        # The blog's own blue.
        "primary": {
            "50": "oklch(97.0% .014 268)",
            "100": "oklch(93.8% .030 268)",
            "200": "oklch(88.4% .058 268)",
            "300": "oklch(80.4% .100 268)",
            "400": "oklch(70.4% .150 268)",
            "500": "oklch(58.4% .200 268)",
            "600": "oklch(46.6% .222 268)",
            "700": "oklch(40.8% .196 268)",
            "800": "oklch(35.2% .160 268)",
            "900": "oklch(30.4% .124 268)",
            "950": "oklch(22.4% .080 268)",
        },
    },
    "TABS": [
        {
            "models": ["publishing.queuedpost"],
            "items": [
                _stage("Open", ""),
                _stage("In review", "review"),
                _stage("Scheduled", "scheduled"),
                _stage("Drafts", "drafts"),
                _stage("Live", "live"),
                _stage("Withdrawn", "withdrawn"),
            ],
        },
    ],
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": _navigation,
    },
}
