"""The pages on which an agenda is made. Plain forms: they work on a phone, from the keyboard and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from workshops.agenda import selectors, services
from workshops.agenda.forms import PlaceForm, PlacementForm, SessionForm
from workshops.agenda.running import FORM_METHODS, act, run_workshop, save, sent_version, status_of
from workshops.models import Placement, Session, Workshop

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_safe
def agenda_board(request: HttpRequest, slug: str) -> HttpResponse:
    """The agenda with everything that can be changed, and the showcases that have no place yet."""
    workshop = run_workshop(request, slug)
    days = selectors.agenda_of(actor=request.actor, workshop=workshop)
    return render(
        request,
        "workshops/agenda/board.html",
        {
            "workshop": workshop,
            "days": days,
            "unplaced": selectors.unplaced_showcases(actor=request.actor, workshop=workshop),
            "overfull": [item for day in days for item in day.sessions if item.is_overfull],
        },
    )


@login_required
@require_http_methods(FORM_METHODS)
def session_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a session."""
    workshop = run_workshop(request, slug)
    form = SessionForm(
        request.POST or None,
        workshop=workshop,
        actor=request.actor,
        initial=_first_guess(request),
    )
    if saved := save(request, form):
        return redirect(_session_address(saved))
    return _session_page(request, workshop, form, title=_("Add a session"))


@login_required
@require_http_methods(FORM_METHODS)
def session_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change a session, and place showcases in it."""
    workshop = run_workshop(request, slug)
    session = _session(request, workshop, pk)
    form = SessionForm(request.POST or None, instance=session, workshop=workshop, actor=request.actor)
    if saved := save(request, form):
        return redirect(_session_address(saved))
    return _session_page(
        request,
        workshop,
        form,
        title=str(session),
        session=_session(request, workshop, pk) if form.is_bound else session,
    )


@login_required
@require_POST
def session_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove a session in which nothing is placed."""
    workshop = run_workshop(request, slug)
    session = _session(request, workshop, pk)
    version = sent_version(request, session)
    is_done = act(
        request,
        lambda: services.remove_session(actor=request.actor, pk=pk, version=version, at=timezone.now()),
        done=_("The session is removed."),
    )
    return redirect("workshops:agenda_board", slug) if is_done else redirect(_session_address(session))


@login_required
@require_POST
def placement_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Place a showcase in a session."""
    workshop = run_workshop(request, slug)
    session = _session(request, workshop, pk)
    form = PlaceForm(request.POST, session=session, actor=request.actor)
    if saved := save(request, form):
        _warn_when_overfull(request, saved.session)
        return redirect(_session_address(session) + "#showcases")
    return _session_page(
        request,
        workshop,
        SessionForm(instance=session, workshop=workshop, actor=request.actor),
        title=str(session),
        session=session,
        place_form=form,
    )


@login_required
@require_POST
def placement_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Move a placed showcase, or give it more or less time."""
    workshop = run_workshop(request, slug)
    placement = _placement(request, workshop, pk)
    session = placement.session
    form = PlacementForm(request.POST, placement=placement, sessions=_sessions(request, workshop))
    if saved := save(request, form):
        _warn_when_overfull(request, saved.session)
        return redirect(_session_address(session) + "#showcases")
    return _session_page(
        request,
        workshop,
        SessionForm(instance=session, workshop=workshop, actor=request.actor),
        title=str(session),
        session=session,
        placement_form=form,
    )


@login_required
@require_POST
def placement_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a showcase out of its session."""
    workshop = run_workshop(request, slug)
    placement = _placement(request, workshop, pk)
    version = sent_version(request, placement)
    act(
        request,
        lambda: services.remove_placement(actor=request.actor, pk=pk, version=version, at=timezone.now()),
        done=_("The showcase has no place in the agenda now."),
    )
    return redirect(_session_address(placement.session) + "#showcases")


def _session(request: HttpRequest, workshop: Workshop, pk: int) -> Session:
    rows = Session.objects.visible_to(request.actor).select_related("workshop", "day", "room", "type")
    return get_object_or_404(rows, workshop=workshop, pk=pk)


def _placement(request: HttpRequest, workshop: Workshop, pk: int) -> Placement:
    rows = Placement.objects.visible_to(request.actor).select_related("session__workshop", "session__day")
    return get_object_or_404(rows, session__workshop=workshop, pk=pk)


def _sessions(request: HttpRequest, workshop: Workshop) -> list[Session]:
    """Sessions that take showcases."""
    rows = Session.objects.visible_to(request.actor).filter(workshop=workshop, is_break=False)
    return list(rows.select_related("day", "room").order_by("starts_at", "pk"))


def _session_address(session: Session) -> str:
    return reverse("workshops:session_edit", args=[session.workshop.slug, session.pk])


def _first_guess(request: HttpRequest) -> dict[str, Any]:
    """The day that the link named; anything else is ignored."""
    day = request.GET.get("day", "")
    return {"day": int(day)} if day.isdecimal() and len(day) < 10 else {}


def _warn_when_overfull(request: HttpRequest, session: Session) -> None:
    length, placed = selectors.minutes_of(session)
    if placed > length:
        messages.warning(
            request,
            _("The showcases need %(placed)d minutes, and the session has %(length)d.")
            % {"placed": placed, "length": length},
        )


def _session_page(
    request: HttpRequest,
    workshop: Workshop,
    form: SessionForm,
    *,
    title: str,
    session: Session | None = None,
    place_form: PlaceForm | None = None,
    placement_form: PlacementForm | None = None,
) -> HttpResponse:
    """The session's form and, once there is a session that takes them, its showcases with a form each."""
    context: dict[str, Any] = {
        "form": form,
        "title": title,
        "workshop": workshop,
        "session": session,
    }
    if session and not session.is_break:
        sessions = _sessions(request, workshop)
        placed = selectors.placed_in(actor=request.actor, session=session)
        context["length"] = int((session.ends_at - session.starts_at).total_seconds() // 60)
        context["placed_minutes"] = sum(placement.minutes for placement, _showcase in placed)
        context["place_form"] = place_form or PlaceForm(session=session, actor=request.actor)
        context["placed"] = [
            (showcase, placement_form)
            if placement_form and placement_form.placement.pk == placement.pk
            else (showcase, PlacementForm(placement=placement, sessions=sessions))
            for placement, showcase in placed
        ]
    blocking = next(
        (row for each in (form, place_form, placement_form) if (row := getattr(each, "blocking", None))),
        None,
    )
    context["blocking"] = blocking
    return render(
        request,
        "workshops/agenda/session_form.html",
        context,
        status=status_of(form, place_form, placement_form),
    )
