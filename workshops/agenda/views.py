"""What everyone reads of a workshop: the list, the cover, the agenda, and the agenda for calendars and apps."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.cache import (
    get_conditional_response,
    patch_cache_control,
    patch_vary_headers,
)
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import InvalidInput
from workshops.agenda import exports, policies, selectors
from workshops.models import Workshop

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def workshop_list(request: HttpRequest) -> HttpResponse:
    """Every workshop that the reader may see, the latest first."""
    workshops = selectors.workshops_with_counts(actor=request.actor)
    return render(
        request,
        "workshops/agenda/list.html",
        {
            "workshops": workshops,
            "can_run": policies.can_run_workshops(request.actor),
        },
    )


@require_safe
def workshop(request: HttpRequest, slug: str) -> HttpResponse:
    """The cover of a workshop: what it is, its figures, its days, and where to read on."""
    row = get_object_or_404(Workshop.objects.visible_to(request.actor), slug=slug)
    days = selectors.agenda_of(actor=request.actor, workshop=row)
    return render(
        request,
        "workshops/agenda/workshop.html",
        {
            "workshop": row,
            "days": days,
            "facts": selectors.cover_facts(actor=request.actor, workshop=row, days=days),
            "can_run": policies.can_run_workshops(request.actor),
        },
    )


@require_safe
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """The agenda, day by day."""
    row = get_object_or_404(Workshop.objects.visible_to(request.actor), slug=slug)
    return render(
        request,
        "workshops/agenda/agenda.html",
        {
            "workshop": row,
            "days": selectors.agenda_of(actor=request.actor, workshop=row),
            "can_run": policies.can_run_workshops(request.actor),
        },
    )


@require_safe
def agenda_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """The agenda for calendars. They send no cookie, so `?language=ur` chooses the language."""
    row = get_object_or_404(Workshop.objects.visible_to(request.actor), slug=slug)
    with translation.override(_language(request)):
        days = selectors.agenda_of(actor=request.actor, workshop=row)
        body = exports.calendar_of(workshop=row, days=days, at=timezone.now())
        response = _answer(
            request, body, content_type="text/calendar; charset=utf-8", compared=exports.without_stamp(body)
        )
    response["Content-Disposition"] = f'inline; filename="{row.slug}.ics"'
    return response


@require_safe
def schedule_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The agenda for conference apps. Open to pages of other sites, as the public agenda itself is."""
    row = get_object_or_404(Workshop.objects.visible_to(request.actor), slug=slug)
    with translation.override(_language(request)):
        schedule = exports.schedule_of(workshop=row, days=selectors.agenda_of(actor=request.actor, workshop=row))
        response = _answer(
            request,
            orjson.dumps(schedule, option=orjson.OPT_INDENT_2),
            content_type="application/json",
        )
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _language(request: HttpRequest) -> str:
    language = request.GET.get("language", translation.get_language())
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput(
            _("The agenda is available in English (language=en) and in Urdu (language=ur)."),
            field="language",
        )
    return language


def _answer(request: HttpRequest, body: bytes, *, content_type: str, compared: bytes | None = None) -> HttpResponse:
    """The body, or 304 when the reader has it already.

    The tag is made from the body itself, or the part of it to be `compared`: a consent that was withdrawn changes it
    at once, and no date would.
    """
    response = HttpResponse(body, content_type=content_type)
    response["ETag"] = f'"{hashlib.sha256(body if compared is None else compared).hexdigest()[:32]}"'
    response["Content-Language"] = translation.get_language()
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return get_conditional_response(request, etag=response["ETag"], response=response)
