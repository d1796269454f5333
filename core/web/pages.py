"""Short pages that are the same for everyone: what we hold about people, accessibility, and what robots may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest

#: Nothing behind a sign-in, nothing that costs a search for every robot, and not the API.
ROBOTS = """User-agent: *
Disallow: /account/
Disallow: /api/
Disallow: /audit/
Disallow: /review/
Disallow: /reports/
Disallow: /*?
"""


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "pages/privacy.html",
        {
            "session_hours": settings.SESSION_COOKIE_AGE // 3600,
            "lock_minutes": round(settings.AXES_COOLOFF_TIME * 60),
        },
    )


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the portal does so that everyone can use it, and where it falls short."""
    return render(request, "pages/accessibility.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")
