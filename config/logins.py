"""How often a password may be tried: few times for a name, more often for an address in all."""

from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.db.models import Sum
from django.http import HttpRequest

# Colleagues may share an address; whoever tries one password on many names shares it too.
FAILURES_THAT_WEIGH_ONE = 5


class LoginGuard(AxesDatabaseHandler):  # type: ignore[misc]
    """Axes' counting of a name from an address, and of the address with whatever names.

    No parameter of axes: a success would then forget the failures of the whole address.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return what AXES_FAILURE_LIMIT is compared with."""
        recent = AccessAttempt.objects.filter(
            ip_address=request.axes_ip_address,  # type: ignore[attr-defined]  # set by axes
            attempt_time__gte=get_cool_off_threshold(request),
        )
        of_address: int = recent.aggregate(sum=Sum("failures_since_start"))["sum"] or 0
        of_name: int = super().get_failures(request, credentials)
        return max(of_name, of_address // FAILURES_THAT_WEIGH_ONE)
