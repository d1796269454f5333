"""The pages of protection: holding a record back and releasing it; the officer's figures, purge log and erasures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import require
from core.errors import InvalidInput
from core.web.unsaved import signed_in, take_kept
from evidence.consents.services import erase_person
from evidence.models import EvidenceItem, Hold, Kind
from evidence.protection import policies, selectors, services
from evidence.protection.forms import FindPerson, HoldForm, ReleaseForm
from evidence.records.kinds import kind_of

if TYPE_CHECKING:
    from django.http import HttpRequest

PAGE_SIZE = 50


@signed_in
@require_safe
def protection(request: HttpRequest) -> HttpResponse:
    """What the portal holds of people, for the officer."""
    _require_officer(request)
    return render(
        request,
        "evidence/protection/protection.html",
        {
            "summary": selectors.summary_for(request.actor),
            "holds": list(selectors.holds_for(request.actor)[:5]),
            "purges": _named(selectors.purges_for(request.actor)[:5]),
        },
    )


@signed_in
@require_safe
def hold_list(request: HttpRequest) -> HttpResponse:
    """Records that are held back, and those that were."""
    require(
        policies.can_list_holds(request.actor),
        _("Holds are read by organizations for their own records, managers and the data-protection officer."),
    )
    is_open = request.GET.get("state") != "released"
    page = Paginator(selectors.holds_for(request.actor, is_open=is_open), PAGE_SIZE).get_page(request.GET.get("page"))
    address = reverse("evidence:hold_list")
    return render(
        request,
        "evidence/protection/holds.html",
        {
            "page": page,
            "total": page.paginator.count,
            "is_open": is_open,
            "tabs": [
                {"label": _("Held now"), "url": address, "is_current": is_open},
                {"label": _("Released"), "url": f"{address}?state=released", "is_current": not is_open},
            ],
        },
    )


@signed_in
@require_safe
@never_cache
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """One hold: since when, and what it takes to release it."""
    return _render_hold(request, _visible_hold(request, pk), ReleaseForm(take_kept(request)))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def hold_place(request: HttpRequest, kind: str, uuid: UUID) -> HttpResponse:
    """Say what could happen, and take the record out of everything."""
    record = _record(request, kind, uuid)
    require(
        policies.can_hold(request.actor, record.organization_id),
        _("A record is held by its focal point, a reviewer, a manager or the data-protection officer."),
    )
    form = HoldForm(request.POST if request.method == "POST" else take_kept(request))
    if request.method == "POST" and form.is_valid():
        try:
            placed = services.place_hold(
                actor=request.actor, kind=kind, uuid=uuid, text=form.cleaned_data["text"], at=timezone.now()
            )
        except InvalidInput as refused:
            form.add_error("text", refused.message)
        else:
            messages.success(request, _("Held. Nobody but the data-protection officer sees it any more."))
            return redirect("evidence:hold", placed.pk)
    return render(
        request,
        "evidence/protection/place.html",
        {"form": form, "kind": Kind(kind).label},
        status=422 if request.method == "POST" else 200,
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def hold_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the release."""
    row = _visible_hold(request, pk)
    if request.method != "POST":
        return redirect("evidence:hold", pk)
    form = ReleaseForm(request.POST)
    if form.is_valid():
        services.ask_release(actor=request.actor, pk=pk, text=form.cleaned_data["text"], at=timezone.now())
        messages.success(request, _("Asked. A second person decides."))
        return redirect("evidence:hold", pk)
    return _render_hold(request, row, form, status=422)


@signed_in
@require_POST
def hold_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Release it as the second person."""
    _visible_hold(request, pk)
    services.release_hold(actor=request.actor, pk=pk, at=timezone.now())
    messages.success(request, _("Released. It is shown again as far as its state and its consents allow."))
    return redirect("evidence:hold", pk)


@signed_in
@require_safe
def purge_log(request: HttpRequest) -> HttpResponse:
    """What was deleted: when, how many rows of what, and why. Never what it said."""
    _require_officer(request)
    page = Paginator(selectors.purges_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = _named(page.object_list)
    return render(request, "evidence/protection/purges.html", {"page": page, "total": page.paginator.count})


@signed_in
@require_safe
@never_cache
def erase_find(request: HttpRequest) -> HttpResponse:
    """Find the person to erase by alias or name."""
    _require_officer(request)
    form = FindPerson(request.GET)
    form.is_valid()
    words = form.cleaned_data.get("q", "")
    found = selectors.find_persons(request.actor, words, at=timezone.now())
    return render(request, "evidence/protection/erase_find.html", {"form": form, "found": found, "words": words})


@signed_in
@require_safe
@never_cache
def erase(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What an erasure deletes, before it is confirmed."""
    _require_officer(request)
    try:
        consent, parts = selectors.erasure_of(request.actor, uuid)
    except ObjectDoesNotExist:
        raise Http404 from None
    return render(request, "evidence/protection/erase.html", {"consent": consent, "parts": parts})


@signed_in
@require_POST
@reauthentication_required
def erase_now(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Erase the person. Asks for the password again first."""
    _require_officer(request)
    try:
        entries = erase_person(actor=request.actor, uuid=uuid, at=timezone.now())
    except ObjectDoesNotExist:
        raise Http404 from None
    count = sum(entry.row_count for entry in entries)
    messages.success(
        request,
        ngettext("Erased: %(count)d row. Counts stay.", "Erased: %(count)d rows. Counts stay.", count)
        % {"count": count},
    )
    return redirect("evidence:consent", uuid)


def _render_hold(request: HttpRequest, row: Hold, form: ReleaseForm, *, status: int = 200) -> HttpResponse:
    actor = request.actor
    is_open = row.released_at is None
    return render(
        request,
        "evidence/protection/hold.html",
        {
            "hold": row,
            "reason": selectors.reason_of(actor, row),
            "record_url": selectors.record_page(row) if policies.can_protect(actor) else "",
            "can_ask": is_open and row.release_asked_at is None and policies.can_ask_release(actor, row),
            "can_release": is_open and row.release_asked_at is not None and policies.can_release(actor, row),
            "form": form,
        },
        status=status,
    )


def _visible_hold(request: HttpRequest, pk: int) -> Hold:
    return get_object_or_404(Hold.objects.visible_to(request.actor).select_related("organization"), pk=pk)


def _record(request: HttpRequest, kind: str, uuid: UUID) -> Any:
    if kind == Kind.ITEM:
        rows = EvidenceItem.objects.visible_to(request.actor)
    else:
        try:
            rows = kind_of(kind).record._default_manager.visible_to(request.actor)
        except ObjectDoesNotExist:
            raise Http404 from None
    return get_object_or_404(rows, uuid=uuid)


def _named(rows: Any) -> list[Any]:
    named = list(rows)
    for row in named:
        row.table_name = selectors.table_name(row.table)
    return named


def _require_officer(request: HttpRequest) -> None:
    require(policies.can_protect(request.actor), _("This page is for the data-protection officer."))
