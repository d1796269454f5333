"""Refusals as pages: a DomainError that no view handled becomes a page with its sentence and its status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.web.unsaved import after_lost_protection

if TYPE_CHECKING:
    from collections.abc import Callable


class DomainErrorMiddleware:
    """Turns a DomainError into a page. The API has an exception handler of its own and never gets here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return refusal(request, message=exception.message, status=exception.status)
        if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
            return refusal(
                request,
                message=_("What you sent is too large. Send it in smaller parts."),
                status=413,
            )
        return None


def refusal(request: HttpRequest, *, message: object, status: int) -> HttpResponse:
    """The page that says what happened and what to do."""
    return render(
        request,
        "errors/refusal.html",
        {"message": message, "status": status},
        status=status,
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What a form whose protection ran out leads to: back to itself with the text, else a page that says so."""
    return after_lost_protection(request) or render(request, "errors/csrf.html", {}, status=403)
