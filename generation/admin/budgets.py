"""Budgets on screen: what each allows, and how much of it is left today."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from blog.admin_theme import ModelAdmin, display
from generation import budget
from generation.admin.costs import costs_view
from generation.admin.wording import dollars
from generation.models import Budget


@admin.register(Budget)
class BudgetAdmin(ModelAdmin[Budget]):
    """Caps: no request is sent that could pass one."""

    list_display = ["name", "limit_in_dollars", "spent", "held", "left"]
    list_select_related = ["plan"]
    autocomplete_fields = ["plan"]
    fields = ["plan", "period", "limit"]

    def get_readonly_fields(self, request: HttpRequest, obj: Budget | None = None) -> list[str]:
        """What its periods have counted belongs to them; for others make another budget."""
        return ["plan", "period"] if obj else []

    def get_urls(self) -> list[URLPattern]:
        """With the page that says where the money went."""
        view = self.admin_site.admin_view(require_GET(costs_view))
        return [path("costs/", view, name="generation_costs"), *super().get_urls()]

    @display(description="Budget", ordering="plan__name")
    def name(self, row: Budget) -> str:
        """What it is for."""
        return str(row)

    @display(description="Limit", ordering="limit")
    def limit_in_dollars(self, row: Budget) -> str:
        """What may be spent in a period."""
        return dollars(row.limit)

    @display(description="Spent")
    def spent(self, row: Budget) -> str:
        """What this period has cost."""
        return dollars(budget.standing_of(row).spent)

    @display(description="Held for requests in flight")
    def held(self, row: Budget) -> str:
        """What is being asked for just now may cost so much."""
        return dollars(budget.standing_of(row).held)

    @display(description="Left")
    def left(self, row: Budget) -> str:
        """What may still be asked for."""
        return dollars(budget.standing_of(row).left)
