"""The pages on which a workshop is planned and its days and rooms are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from workshops.agenda import selectors, services
from workshops.agenda.forms import DayForm, RoomForm, WorkshopForm
from workshops.agenda.running import FORM_METHODS, act, form_page, run_workshop, save, sent_version
from workshops.agenda.services.locks import require_runner
from workshops.models import Room, WorkshopDay

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from workshops.agenda.forms import PartForm

#: The two kinds of parts a workshop has beside its sessions, by the word in their address.
PARTS: dict[str, tuple[type[PartForm], Any, Any]] = {
    "days": (DayForm, WorkshopDay, services.remove_day),
    "rooms": (RoomForm, Room, services.remove_room),
}


@login_required
@require_http_methods(FORM_METHODS)
def workshop_new(request: HttpRequest) -> HttpResponse:
    """Plan a workshop; its days come with its dates."""
    require_runner(request.actor)
    form = WorkshopForm(request.POST or None, actor=request.actor)
    if saved := save(request, form):
        return redirect("workshops:agenda_board", saved.slug)
    return form_page(request, form, title=_("Plan a workshop"), workshop=None)


@login_required
@require_http_methods(FORM_METHODS)
def workshop_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a workshop, and see its days and rooms."""
    workshop = run_workshop(request, slug)
    form = WorkshopForm(request.POST or None, instance=workshop, actor=request.actor)
    if save(request, form):
        return redirect("workshops:agenda_board", slug)
    return form_page(
        request,
        form,
        title=_("Change the workshop"),
        workshop=run_workshop(request, slug),
    )


@login_required
@require_safe
def setting(request: HttpRequest, slug: str) -> HttpResponse:
    """The days and rooms of a workshop."""
    workshop = run_workshop(request, slug)
    return render(
        request,
        "workshops/agenda/setting.html",
        {
            "workshop": workshop,
            "days": selectors.days_with_counts(actor=request.actor, workshop=workshop),
            "rooms": selectors.rooms_with_counts(actor=request.actor, workshop=workshop),
        },
    )


@login_required
@require_http_methods(FORM_METHODS)
def part_new(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    """Add a day or a room."""
    workshop = run_workshop(request, slug)
    form = PARTS[part][0](request.POST or None, workshop=workshop)
    if save(request, form):
        return redirect("workshops:agenda_setting", slug)
    title = _("Add a day") if part == "days" else _("Add a room")
    return form_page(request, form, title=title, workshop=workshop, back="workshops:agenda_setting")


@login_required
@require_http_methods(FORM_METHODS)
def part_edit(request: HttpRequest, slug: str, part: str, pk: int) -> HttpResponse:
    """Change a day or a room."""
    workshop = run_workshop(request, slug)
    form_class, model, _remove = PARTS[part]
    row = get_object_or_404(model.objects.visible_to(request.actor), workshop=workshop, pk=pk)
    form = form_class(request.POST or None, instance=row, workshop=workshop)
    if save(request, form):
        return redirect("workshops:agenda_setting", slug)
    title = _("Change a day") if part == "days" else _("Change a room")
    return form_page(request, form, title=title, workshop=workshop, back="workshops:agenda_setting")


@login_required
@require_POST
def part_remove(request: HttpRequest, slug: str, part: str, pk: int) -> HttpResponse:
    """Remove a day or a room in which nothing is planned."""
    workshop = run_workshop(request, slug)
    _form_class, model, remove = PARTS[part]
    row = get_object_or_404(model.objects.visible_to(request.actor), workshop=workshop, pk=pk)
    version = sent_version(request, row)
    act(
        request,
        lambda: remove(actor=request.actor, pk=pk, version=version, at=timezone.now()),
        done=_("Removed."),
    )
    return redirect("workshops:agenda_setting", slug)
