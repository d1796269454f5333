"""Refusals as pages: a DomainError that no view handled becomes a page with its sentence and its status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.web.unsaved import after_lost_protection

if TYPE_CHECKING:
    from collections.abc import Callable

API = "/api/"


class DomainErrorMiddleware:
    """Turns a refusal into a page: a DomainError, a body that cannot be read, a method that an address does not know.

    The API reads no forms and answers in problem documents of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(API):
            return self.get_response(request)
        return unreadable(request) or in_words(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return refusal(request, message=exception.message, status=exception.status)
        return None


def unreadable(request: HttpRequest) -> HttpResponse | None:
    """The refusal of a body that cannot be read. It is read here and once: the check against forged requests and the
    pages of errors read it too, and would stumble over it on the way to saying so.
    """
    try:
        request.POST  # noqa: B018 - reading it is the point
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return refusal(request, message=_("What you sent is too large. Send it in smaller parts."), status=413)
    except (BadRequest, MultiPartParserError):
        return refusal(
            request,
            message=_("Something in the address or in what was sent is not as it should be. Go back and try again."),
            status=400,
        )
    return None


def in_words(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An answer of Django's without a word, to a method that the address does not know, gets its page."""
    if response.status_code != 405 or response.streaming or response.content:
        return response
    page = refusal(
        request,
        message=_("This address only takes what a form sends. Go back to the form, and send it again."),
        status=405,
    )
    page["Allow"] = response["Allow"]
    return page


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
