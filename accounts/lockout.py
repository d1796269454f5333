"""What django-axes needs to know here: whose attempt it is, from where, and what a locked-out person reads.

Attempts are counted by e-mail address and network address together, whether or not there is such an account, so the
answer never tells which accounts exist.
"""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING

from allauth.core.internal.httpkit import get_client_ip
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.shortcuts import render
from django.utils import timezone

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def login_of(request: HttpRequest, credentials: dict | None = None) -> str:
    """The e-mail address that is tried, without case. allauth passes it as `email`, axes itself as `login`.

    As allauth compares addresses: every spelling that finds the account is counted as the same one.
    """
    given = credentials or {}
    login = given.get("email") or given.get("login") or request.POST.get("login") or ""
    return unicodedata.normalize("NFKC", str(login)).casefold().strip().replace("\0", "")[:254]


def address_of(request: HttpRequest) -> str | None:
    """The client's network address; behind a proxy the one the proxy saw."""
    return get_client_ip(request)


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict | None = None,
) -> HttpResponse:
    """The page that says how long sign-in stays closed."""
    now = timezone.now()
    cool_off = get_cool_off(request)
    last = (
        AccessAttempt.objects.filter(username=login_of(request, credentials), ip_address=address_of(request))
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    remaining = (last or now) + cool_off - now
    minutes = max(1, math.ceil(remaining.total_seconds() / 60))
    response = render(request, "account/locked_out.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response
