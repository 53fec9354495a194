"""Who may use the writers' room by API: the staff, each with Django's own permissions."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class StaffWithPermission(BasePermission):
    """Looks up the view's `needs`: the permission that each action asks for."""

    message = "Your groups do not allow this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the user is an active member of the staff who holds the permission."""
        user = request.user
        if not (user.is_active and getattr(user, "is_staff", False)):
            return False
        needed = view.needs.get(view.action)  # type: ignore[attr-defined]
        # No action: a method that the address does not have, refused as such a moment later.
        return needed is None or user.has_perm(needed)
