"""What stands beside the text: evidence files and the people who present."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.access import require
from core.errors import Conflict, InvalidInput
from core.web.files import stream
from core.web.unsaved import signed_in, take_kept
from core.workflow import EDITABLE
from workshops.models import EvidenceFile, Presenter, PresenterContact
from workshops.showcases import policies, services
from workshops.showcases.forms import EvidenceForm, KnownPresenterForm, PresenterForm
from workshops.showcases.sections import BY_KEY, neighbours
from workshops.showcases.selectors import evidence_of, known_presenters, presenters_of
from workshops.showcases.views.pages import fetch, fetch_desk, rail_of, sent_to

if TYPE_CHECKING:
    from uuid import UUID

    from django import forms
    from django.http import HttpRequest

    from workshops.models import Showcase


def evidence(request: HttpRequest, showcase: Showcase) -> HttpResponse:
    """The section of evidence: the files there are, and a form for one more."""
    if request.method == "GET":
        return _render(request, showcase, "evidence", EvidenceForm(take_kept(request) or None))
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        values = form.cleaned_data
        try:
            services.add_evidence(
                actor=request.actor,
                uuid=showcase.uuid,
                upload=values["file"],
                name=values["file"].name,
                type_code=values["type"].code,
                title=values["title"],
                alt_text=values["alt_text"],
                is_released=values["is_released"],
                at=timezone.now(),
            )
        except InvalidInput as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("The file has been added."))
            return redirect("workshops:showcase_section", uuid=showcase.uuid, key="evidence")
    return _render(request, showcase, "evidence", form, status=422)


def presenters(request: HttpRequest, showcase: Showcase) -> HttpResponse:
    """The section of presenters: who there is, and a form for one more."""
    if request.method == "GET":
        return _render(request, showcase, "presenters", PresenterForm(take_kept(request) or None))
    form = PresenterForm(request.POST)
    if _save_presenter(request, showcase, form, presenter_id=None):
        messages.success(request, _("The presenter has been added."))
        return redirect("workshops:showcase_section", uuid=showcase.uuid, key="presenters")
    return _render(request, showcase, "presenters", form, status=422)


def _save_presenter(
    request: HttpRequest,
    showcase: Showcase,
    form: PresenterForm,
    *,
    presenter_id: int | None,
) -> bool:
    if not form.is_valid():
        return False
    try:
        services.save_presenter(
            actor=request.actor,
            uuid=showcase.uuid,
            presenter_id=presenter_id,
            at=timezone.now(),
            **form.cleaned_data,
        )
    except (Conflict, InvalidInput) as refused:
        form.add_error(getattr(refused, "field", None), refused.message)
        return False
    return True


def _render(
    request: HttpRequest,
    showcase: Showcase,
    key: str,
    form: forms.Form,
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    desk = fetch_desk(request.actor, showcase)
    before, after = neighbours(key)
    if key == "presenters":
        extra.setdefault("known_form", KnownPresenterForm(people=known_presenters(request.actor, showcase)))
    return render(
        request,
        f"workshops/showcases/{key}.html",
        {
            "showcase": showcase,
            "desk": desk,
            "section": BY_KEY[key],
            "form": form,
            "rail": rail_of(desk, page="form", current=key),
            "threads": desk.threads_on(key),
            "evidence": evidence_of(request.actor, showcase),
            "presenters": presenters_of(request.actor, showcase),
            "before": before,
            "after": after,
            "is_editable": showcase.state in EDITABLE,
            **extra,
        },
        status=status,
    )


@signed_in
@require_http_methods(["GET", "POST"])
def presenter(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """One person: change what is known of them."""
    showcase = fetch(request, uuid)
    require(
        policies.can_write(request.actor, showcase),
        _("Only the organization names its presenters."),
    )
    row = _presenter_or_404(request, showcase, pk)
    if request.method == "POST":
        form = PresenterForm(request.POST)
        if _save_presenter(request, showcase, form, presenter_id=row.pk):
            messages.success(request, _("The presenter has been saved."))
            return redirect("workshops:showcase_section", uuid=uuid, key="presenters")
        return _render(request, showcase, "presenters", form, status=422, edited=row)
    contact = PresenterContact.objects.visible_to(request.actor).filter(presenter=row).first()
    form = PresenterForm(take_kept(request) or None, initial=PresenterForm.known(row, contact))
    return _render(request, showcase, "presenters", form, edited=row)


@signed_in
@sent_to("workshops:showcase_edit")
def known_presenter(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a person whom the organization named before."""
    showcase = fetch(request, uuid)
    require(
        policies.can_write(request.actor, showcase),
        _("Only the organization names its presenters."),
    )
    form = KnownPresenterForm(request.POST, people=known_presenters(request.actor, showcase))
    if not form.is_valid():
        return _render(request, showcase, "presenters", PresenterForm(), status=422, known_form=form)
    try:
        services.add_known_presenter(
            actor=request.actor, uuid=uuid, presenter_id=form.cleaned_data["presenter"].pk, at=timezone.now()
        )
    except (Conflict, InvalidInput) as refused:
        form.add_error("presenter", refused.message)
        return _render(request, showcase, "presenters", PresenterForm(), status=422, known_form=form)
    messages.success(request, _("The presenter has been added."))
    return redirect("workshops:showcase_section", uuid=uuid, key="presenters")


@signed_in
@sent_to("workshops:showcase_edit")
def remove_presenter(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """Take a person off the showcase."""
    showcase = fetch(request, uuid)
    row = _presenter_or_404(request, showcase, pk)
    services.remove_presenter(actor=request.actor, uuid=uuid, presenter_id=row.pk, at=timezone.now())
    messages.success(request, _("The presenter has been removed."))
    return redirect("workshops:showcase_section", uuid=uuid, key="presenters")


def _presenter_or_404(request: HttpRequest, showcase: Showcase, pk: int) -> Presenter:
    return get_object_or_404(
        Presenter.objects.visible_to(request.actor).filter(showcase_presenters__showcase=showcase),
        pk=pk,
    )


@require_GET
def evidence_file(request: HttpRequest, uuid: UUID, file_uuid: UUID) -> HttpResponseBase:
    """The bytes of a file, for whoever may see it; pictures may stand inside a page."""
    row = get_object_or_404(
        EvidenceFile.objects.visible_to(request.actor),
        uuid=file_uuid,
        showcase__uuid=uuid,
    )
    try:
        return stream(row, inline="inline" in request.GET)
    except FileNotFoundError:
        raise Http404 from None


@signed_in
@sent_to("workshops:showcase_edit")
def change_evidence(request: HttpRequest, uuid: UUID, file_uuid: UUID, verb: str) -> HttpResponse:
    """Delete a file, release it, or hold it back."""
    fetch(request, uuid)
    row = get_object_or_404(
        EvidenceFile.objects.visible_to(request.actor),
        uuid=file_uuid,
        showcase__uuid=uuid,
    )
    at = timezone.now()
    if verb == "delete":
        services.delete_evidence(actor=request.actor, uuid=uuid, file_uuid=row.uuid, at=at)
        messages.success(request, _("The file has been deleted."))
    elif verb in {"release", "hold"}:
        services.release_evidence(
            actor=request.actor,
            uuid=uuid,
            file_uuid=row.uuid,
            is_released=verb == "release",
            at=at,
        )
        messages.success(
            request,
            _("The file will be shown with the published showcase.")
            if verb == "release"
            else _("The file is held back from the public."),
        )
    else:
        raise Http404
    return (
        redirect("workshops:showcase_edit", uuid=uuid)
        if request.POST.get("back") == "desk"
        else redirect("workshops:showcase_section", uuid=uuid, key="evidence")
    )
