"""The pages of consents: the list, recording one, one consent, who is behind it, withdrawing it, renewing it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.access import require
from core.errors import InvalidInput
from core.terms import label_of
from core.web.files import stream
from core.web.unsaved import signed_in, take_kept
from evidence.consents import policies, selectors, services
from evidence.consents.forms import ConsentFilter, ConsentForm, renewal_of
from evidence.models import Consent, ConsentPerson, ConsentScope

if TYPE_CHECKING:
    from django.http import HttpRequest

PAGE_SIZE = 50


@signed_in
@require_safe
def consent_list(request: HttpRequest) -> HttpResponse:
    """The consents of the own organization; for the data-protection officer all of them."""
    require(
        policies.can_list(request.actor),
        _("Consents are read by the organization that recorded them and the data-protection officer."),
    )
    form = ConsentFilter(request.GET)
    today = timezone.localdate()
    rows = selectors.consents_for(request.actor, standing=form.chosen(), today=today)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    for row in page.object_list:
        row.standing = selectors.standing_of(row, today)
    return render(
        request,
        "evidence/consents/list.html",
        {
            "form": form,
            "page": page,
            "total": page.paginator.count,
            "can_record": bool(request.actor.organization_ids),
            "reads_all": policies.can_read_all(request.actor),
        },
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def consent_new(request: HttpRequest) -> HttpResponse:
    """Record a consent."""
    require(
        bool(request.actor.organization_ids), _("Consents are recorded by the organization that spoke with the person.")
    )
    form = ConsentForm(
        _posted(request),
        request.FILES or None,
        actor=request.actor,
        initial={"refusal_was_free": False, "given_on": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = services.record_consent(actor=request.actor, **form.arguments(), at=timezone.now())
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The consent is recorded."))
            return redirect("evidence:consent", row.uuid)
    return render(
        request, "evidence/consents/form.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


@signed_in
@require_safe
def consent(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One consent: what for, until when, and what rests on it. Who it is stands on a page of its own."""
    row = _visible(request, uuid)
    actor, today = request.actor, timezone.localdate()
    can_read_person = policies.can_read_person(actor, row)
    return render(
        request,
        "evidence/consents/consent.html",
        {
            "consent": row,
            "standing": selectors.standing_of(row, today),
            "spoken": label_of("language", row.language),
            "scopes": [(scope.label, scope in row.scopes) for scope in ConsentScope],
            "stories": selectors.stories_on(actor, row),
            "photo_count": selectors.photos_on(actor, row),
            "has_proof": can_read_person and selectors.has_proof(actor, row),
            "can_read_person": can_read_person,
            "can_withdraw": policies.can_withdraw(actor, row) and row.withdrawn_at is None,
            "can_renew": policies.can_renew(actor, row),
            "can_erase": policies.can_erase(actor) and not row.is_erased,
        },
    )


@signed_in
@require_safe
@never_cache
def consent_person(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Whose consent it is. Reading it from outside the organization is logged."""
    row = _visible(request, uuid)
    require(
        policies.can_read_person(request.actor, row),
        _("Whose consent it is, only the organization and the data-protection officer read."),
    )
    return render(
        request,
        "evidence/consents/person.html",
        {
            "consent": row,
            "person": selectors.read_person(request.actor, row, at=timezone.now()),
            "is_logged": not request.actor.belongs_to(row.organization_id),
        },
    )


@signed_in
@require_safe
@never_cache
def consent_proof(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The proof as a download."""
    row = _visible(request, uuid)
    try:
        return stream(selectors.read_proof(request.actor, row, at=timezone.now()))
    except ObjectDoesNotExist:
        raise Http404 from None


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def consent_withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say what will disappear, and withdraw at once."""
    row = _visible(request, uuid)
    require(
        policies.can_withdraw(request.actor, row),
        _("A consent is withdrawn by the organization of the person or the data-protection officer."),
    )
    if request.method == "POST":
        services.withdraw_consent(actor=request.actor, uuid=uuid, at=timezone.now())
        messages.success(request, _("Withdrawn. Everything that rested on it has left the portal’s public pages."))
        return redirect("evidence:consent", uuid)
    return render(
        request,
        "evidence/consents/withdraw.html",
        {
            "consent": row,
            "stories": selectors.stories_on(request.actor, row),
            "photo_count": selectors.photos_on(request.actor, row),
        },
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def consent_renew(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The person was asked again: a new consent takes the place of the old one in its stories."""
    row = _visible(request, uuid)
    require(policies.can_renew(request.actor, row), _("A consent that was withdrawn is not renewed. Record a new one."))
    person = ConsentPerson.objects.visible_to(request.actor).filter(consent=row).first()
    form = ConsentForm(
        _posted(request),
        request.FILES or None,
        actor=request.actor,
        renewed=row,
        initial=renewal_of(row, person, timezone.localdate()),
    )
    if request.method == "POST" and form.is_valid():
        arguments = form.arguments()
        arguments.pop("organization_slug")
        try:
            fresh, left = services.renew_consent(actor=request.actor, uuid=uuid, **arguments, at=timezone.now())
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The consent is renewed."))
            if left:
                messages.warning(
                    request,
                    ngettext(
                        "%(count)d story used more than the person agrees to now, and has been withdrawn.",
                        "%(count)d stories used more than the person agrees to now, and have been withdrawn.",
                        left,
                    )
                    % {"count": left},
                )
            return redirect("evidence:consent", fresh.uuid)
    return render(
        request,
        "evidence/consents/form.html",
        {"form": form, "renewed": row},
        status=422 if request.method == "POST" else 200,
    )


def _posted(request: HttpRequest) -> object:
    return request.POST if request.method == "POST" else take_kept(request)


def _visible(request: HttpRequest, uuid: UUID) -> Consent:
    return get_object_or_404(
        Consent.objects.visible_to(request.actor).select_related("organization"),
        uuid=uuid,
    )
