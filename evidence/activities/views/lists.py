"""The lists of activities: what is published, for everyone; and an organization's own, whatever its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import require
from core.web.unsaved import signed_in
from evidence.activities import policies, selectors
from evidence.activities.filters import OwnFilter, PublishedFilter
from evidence.records.paging import keyset_page
from organizations.filters import Places

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
def activity_list(request: HttpRequest) -> HttpResponse:
    """What is published, newest event first. Nobody reads a count here."""
    places = Places.load(request.actor)
    form = PublishedFilter(
        request.GET, actor=request.actor, provinces=places.provinces, districts=list(places.districts)
    )
    page = selectors.live_page(request.actor, after=request.GET.get("after", ""), **form.chosen())
    return render(request, "evidence/activities/list.html", {"form": form, "page": page})


@signed_in
@require_GET
def own_activities(request: HttpRequest) -> HttpResponse:
    """The activities of the reader's organizations."""
    require(
        policies.can_enter_activities(request.actor),
        _("This page is for organizations that take part in the programme."),
    )
    places = Places.load(request.actor)
    form = OwnFilter(request.GET, actor=request.actor, provinces=[], districts=list(places.districts))
    rows = selectors.own_activities(request.actor, **form.chosen())
    return render(
        request,
        "evidence/activities/own.html",
        {"form": form, "page": keyset_page(rows, on="starts_on", after=request.GET.get("after", ""))},
    )
