"""Scopes: a key reads the resources it was made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission

from core.api.actors import actor_of

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class HasScope(BasePermission):
    """Whether the key holds the view's `scope`. Without a key the answer is 401, without the scope 403."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        scope = getattr(view, "scope", None)
        self.message = _("This API key does not hold the scope “%(scope)s”.") % {"scope": scope}
        return scope is not None and scope in actor_of(request).scopes
