"""Workbooks and imports: get a workbook, send a file, see what was found, take its lines over; and how a form is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import require
from core.errors import DomainError, InvalidInput, StaleWrite
from core.uploads import clean_name
from core.web.files import stream
from core.web.unsaved import signed_in
from evidence.intake import policies, selectors, services
from evidence.intake.forms import FileForm, MappingForm, WorkbookForm
from evidence.intake.lines import first_lines
from evidence.intake.reading import Refused
from evidence.intake.work import lines_read
from evidence.intake.workbook import write_workbook
from evidence.models import FormMapping, Intake

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

PAGE_SIZE = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@signed_in
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Get a workbook, send a file, and what became of those that were sent."""
    _require_sender(request)
    status = 200
    form = FileForm(actor=request.actor, initial={"project": request.GET.get("project", "")})
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES, actor=request.actor)
        if form.is_valid() and (intake := _receive(request, form)) is not None:
            return redirect("evidence:intake", intake.uuid)
        status = 422
    page = Paginator(selectors.own_intakes(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "evidence/intake/start.html",
        {
            "form": form,
            # Two forms on one page: each control has an identifier of its own.
            "workbook_form": WorkbookForm(
                actor=request.actor,
                auto_id="workbook_%s",
                initial={"project": request.GET.get("project", ""), "language": request.LANGUAGE_CODE},
            ),
            "page": page,
        },
        status=status,
    )


def _require_sender(request: HttpRequest) -> None:
    require(
        policies.can_send_files(request.actor),
        _("This page is for organizations that take part in the programme."),
    )


def _receive(request: HttpRequest, form: FileForm) -> Intake | None:
    upload = form.cleaned_data["file"]
    try:
        return services.receive_file(
            actor=request.actor,
            project_code=form.cleaned_data["project"].code,
            upload=upload,
            name=upload.name,
            at=timezone.now(),
        )
    except InvalidInput as refused:
        form.add_error("file", str(refused))
        return None


@signed_in
@require_GET
def workbook(request: HttpRequest) -> HttpResponse:
    """A new workbook, as a download; without a complete choice, the form that asks for it."""
    _require_sender(request)
    form = WorkbookForm(request.GET or None, actor=request.actor, initial={"language": request.LANGUAGE_CODE})
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "evidence/intake/workbook.html", {"form": form}, status=status)
    chosen = form.cleaned_data
    row = services.give_workbook(
        actor=request.actor,
        project_code=chosen["project"].code,
        period_id=chosen["period"].pk if chosen["period"] else None,
        language=chosen["language"],
        lines=chosen["lines"],
        disability=chosen["disability"],
        groups=[term.code for term in chosen["groups"]],
        at=timezone.now(),
    )
    response = HttpResponse(write_workbook(row), content_type=XLSX)
    name = clean_name(f"pvenet-{row.project.code}-{timezone.localdate()}.xlsx")
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


@signed_in
@require_GET
def intake(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One file: where it stands, how many lines of each kind, and what to do."""
    row = _intake(request, uuid)
    return render(request, "evidence/intake/intake.html", _shown(request, row))


@signed_in
@require_GET
def progress(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The part of the page that changes while the worker reads."""
    row = _intake(request, uuid)
    if row.is_under_way:
        return render(request, "evidence/intake/_progress.html", _shown(request, row))
    response = HttpResponse(status=204)
    response["HX-Refresh"] = "true"
    return response


def _intake(request: HttpRequest, uuid: UUID) -> Intake:
    rows = Intake.objects.visible_to(request.actor).select_related("project", "organization", "mapping", "uploaded_by")
    return get_object_or_404(rows, uuid=uuid)


def _shown(request: HttpRequest, row: Intake) -> dict[str, Any]:
    wrong = [one for one in row.findings if not one.get("is_hint")]
    return {
        "intake": row,
        "lines": lines_read(row) if row.is_under_way else 0,
        "wrong": wrong,
        "hints": [one for one in row.findings if one.get("is_hint")],
        "activities": selectors.made_by(request.actor, row) if row.status == Intake.Status.TAKEN else [],
        "can_map": policies.can_map(request.actor, row.organization_id),
    }


@signed_in
@require_POST
def decide(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Take all lines over, or the valid ones, or put the file away."""
    row = _intake(request, uuid)
    if verb == "discard":
        services.discard_intake(actor=request.actor, uuid=row.uuid, at=timezone.now())
        messages.success(request, _("The file was put away. Nothing was taken from it."))
    elif verb in {"take", "take-valid"}:
        services.decide_intake(
            actor=request.actor, uuid=row.uuid, accepts_valid=verb == "take-valid", at=timezone.now()
        )
    else:
        raise Http404
    return redirect("evidence:intake", row.uuid)


@signed_in
@require_GET
def sent_file(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The file as it was sent."""
    return stream(_intake(request, uuid))


@signed_in
@require_GET
def returned_file(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The file with the wrong cells marked."""
    row = _intake(request, uuid)
    if not row.returned:
        raise Http404
    name = _("%(name)s, marked") % {"name": clean_name(row.name)}
    response = FileResponse(row.returned.open("rb"), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@signed_in
@require_GET
def mapping_list(request: HttpRequest) -> HttpResponse:
    """The forms that are mapped."""
    require(
        policies.can_open_mappings(request.actor),
        _("Forms are mapped by organizations and by the programme's operators."),
    )
    page = Paginator(selectors.mappings(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "evidence/intake/mappings.html", {"page": page})


@signed_in
@require_http_methods(["GET", "POST"])
def map_intake(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say how the form of a file that waits is read."""
    row = _intake(request, uuid)
    _require_mapper(request, row.organization_id)
    if row.source != Intake.Source.KOBO or row.decided_at or row.status == Intake.Status.TAKEN:
        raise Http404
    try:
        _headers, _rows, form_id = first_lines(row, most=1)
    except Refused:
        return redirect("evidence:intake", row.uuid)
    known = FormMapping.objects.visible_to(request.actor).filter(project=row.project, form_id=form_id).first()
    return _map(request, row, known)


@signed_in
@require_http_methods(["GET", "POST"])
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """How a form is read, and a change of that."""
    rows = FormMapping.objects.visible_to(request.actor).select_related("project", "organization")
    row = get_object_or_404(rows, pk=pk)
    _require_mapper(request, row.organization_id)
    return _map(request, None, row)


def _require_mapper(request: HttpRequest, organization_id: int) -> None:
    require(
        policies.can_map(request.actor, organization_id),
        _("A form is mapped by the organization's focal point, or by the programme's operators."),
    )


def _map(request: HttpRequest, intake: Intake | None, known: FormMapping | None) -> HttpResponse:
    project = intake.project if intake else known.project if known else None
    assert project is not None
    initial = {
        "title": known.title if known else intake.name if intake else "",
        "version": known.version if known else 0,
    }
    arguments = selectors.mapping_choices(project, known, intake)
    form, status = MappingForm(request.POST or None, initial=initial, **arguments), 200
    if request.method == "POST" and form.is_valid():
        # The answers that no list knows depend on the columns chosen: those are asked for before it is kept.
        again = selectors.mapping_choices(project, known, intake, posted=form.columns())
        missing = {field: answers for field, answers in again["answers"].items() if answers}
        asked = {field for field, _answer in form.answers}
        if set(missing) - asked and not request.POST.get("without_answers"):
            form = MappingForm(None, initial=initial, **again)
        elif (saved := _save(request, form, intake, known)) is not None:
            messages.success(request, _("The form is mapped. Files of the same form are read the same way."))
            return redirect("evidence:intake", intake.uuid) if intake else redirect("evidence:mapping", saved.pk)
        else:
            status = 422
    elif request.method == "POST":
        status = 422
    return render(
        request,
        "evidence/intake/mapping.html",
        {"form": form, "intake": intake, "mapping": known, "project": project},
        status=status,
    )


def _save(request: HttpRequest, form: MappingForm, intake: Intake | None, known: FormMapping | None) -> Any:
    try:
        return services.save_mapping(
            actor=request.actor,
            uuid=intake.uuid if intake else None,
            pk=known.pk if known and not intake else None,
            columns=form.columns(),
            choices=form.choices(),
            title=form.cleaned_data["title"],
            version=form.cleaned_data["version"] if known else None,
            at=timezone.now(),
        )
    except StaleWrite:
        form.add_error(None, _("Somebody else mapped this form after you opened it. Reload the page and look again."))
    except DomainError as refused:
        form.add_error(None, str(refused))
    return None
