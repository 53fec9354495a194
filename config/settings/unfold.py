"""How the admin looks and what its sidebar offers, in the editors' words."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

# Where "open the draft" leads: the review desk (the ground floor alone would say blog_post_change).
POST_DESK_URL_NAME = "admin:publishing_queuedpost_change"


def _item(title: str, icon: str, model: str, badge: str = "") -> dict[str, Any]:
    """Return a sidebar entry for a model's list, shown to those who may see it."""
    app, name = model.split(".")
    item: dict[str, Any] = {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": lambda request: _may_see(request, app, name),
    }
    return item | ({"badge": badge, "badge_variant": "primary"} if badge else {})


def _may_see(request: HttpRequest, app: str, name: str) -> bool:
    # The queue shows posts; whoever may see posts may see it.
    permission = "blog.view_post" if name == "queuedpost" else f"{app}.view_{name}"
    return bool(request.user.has_perm(permission))


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "AutoBlog",
    "SITE_HEADER": "AutoBlog",
    "SITE_SUBHEADER": "Editorial desk",
    "SITE_SYMBOL": "edit_note",
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "DASHBOARD_CALLBACK": "publishing.admin.dashboard.show_dashboard",
    "STYLES": [lambda _request: static("blog/admin/desk.css")],
    "SCRIPTS": [lambda _request: static("blog/admin/desk.js")],
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "base": {
            "50": "oklch(98.4% .003 95)",
            "100": "oklch(96.2% .004 95)",
            "200": "oklch(91.8% .006 92)",
            "300": "oklch(86.4% .008 90)",
            "400": "oklch(70.2% .012 88)",
            "500": "oklch(54.6% .014 86)",
            "600": "oklch(43.8% .014 84)",
            "700": "oklch(36.4% .013 82)",
            "800": "oklch(26.8% .010 80)",
            "900": "oklch(20.6% .008 78)",
            "950": "oklch(14.2% .006 76)",
        },
        "primary": {
            "50": "oklch(97.4% .014 200)",
            "100": "oklch(94.2% .032 198)",
            "200": "oklch(88.8% .058 198)",
            "300": "oklch(80.6% .084 200)",
            "400": "oklch(70.8% .100 204)",
            "500": "oklch(58.6% .098 208)",
            "600": "oklch(49.2% .086 212)",
            "700": "oklch(42.4% .074 215)",
            "800": "oklch(36.4% .060 218)",
            "900": "oklch(31.6% .048 222)",
            "950": "oklch(23.8% .036 226)",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "items": [
                    {
                        "title": "Today",
                        "icon": "wb_sunny",
                        "link": reverse_lazy("admin:index"),
                    },
                    _item(
                        "Review queue",
                        "rate_review",
                        "publishing.queuedpost",
                        badge="publishing.admin.dashboard.waiting_count",
                    ),
                    _item("Posts", "article", "blog.post"),
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
        ],
    },
}
