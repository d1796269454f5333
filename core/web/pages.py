"""The pages about the portal itself, the same for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the portal does so that everyone can use it, and where it falls short."""
    return render(request, "pages/accessibility.html")
