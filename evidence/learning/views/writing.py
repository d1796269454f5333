"""Writing: starting a record, its form with autosave, sending it; and the reviewer's wording for the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import require
from core.errors import Conflict, InvalidInput, StaleWrite
from core.web.unsaved import is_background, signed_in, take_kept
from core.workflow import EDITABLE
from evidence.items.views import attach_context
from evidence.learning import policies, services
from evidence.learning.forms import LearningForm, NewLearningForm, initial_of
from evidence.learning.shapes import SHAPES, fingerprint, values_of
from evidence.learning.views.page import fetch
from evidence.records import policies as records
from evidence.records.kinds import kind_of
from evidence.records.revisions import latest_revision
from evidence.records.selectors import desk_for, history_of
from organizations.filters import Places

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Saved:
    """What is stored now, as a form shows it beside what was sent."""

    version: str
    values: dict[str, Any]


@signed_in
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Start a record; what was typed opens the draft."""
    require(
        policies.can_write_learning(request.actor),
        _("This is written by the organization that learned it."),
    )
    shape = SHAPES[kind]
    own = request.actor.organization_ids
    made = {
        "shape": shape,
        "actor": request.actor,
        "organization_id": min(own) if len(own) == 1 else None,
        "places": Places.load(request.actor),
    }
    if request.method == "GET":
        form = NewLearningForm(take_kept(request), initial={"once": uuid4(), "language": request.LANGUAGE_CODE}, **made)
        return _render_new(request, kind, form)
    form = NewLearningForm(request.POST, **made)
    if form.is_valid():
        try:
            record = services.start_learning(
                actor=request.actor,
                kind=kind,
                organization_slug=form.cleaned_data["organization"].slug,
                project_code=form.project_code or "",
                values=form.values(),
                uuid=form.cleaned_data["once"],
                at=timezone.now(),
            )
        except (InvalidInput, Conflict) as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _("The draft has been saved. Attach evidence, and send it when it is ready."))
            return redirect(f"evidence:{kind}_edit", uuid=record.uuid)
    return _render_new(request, kind, form, status=422)


def _render_new(request: HttpRequest, kind: str, form: NewLearningForm, status: int = 200) -> HttpResponse:
    return render(
        request,
        "evidence/learning/new.html",
        {"shape": SHAPES[kind], "form": form, "here": reverse(f"evidence:{kind}_new")},
        status=status,
    )


def _form(request: HttpRequest, kind: str, record: Any, data: Any = None, **options: Any) -> LearningForm:
    return LearningForm(
        data,
        shape=SHAPES[kind],
        actor=request.actor,
        organization_id=record.organization_id,
        places=Places.load(request.actor),
        **options,
    )


@signed_in
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, kind: str, uuid: UUID) -> HttpResponse:
    """The form, its evidence, what is missing, and the step to take."""
    record = fetch(request, kind, uuid)
    require(records.can_write(request.actor, record), _("Only the organization writes its own records."))
    if request.method == "POST":
        return _save(request, kind, record)
    form, is_restored = None, False
    if record.state in EDITABLE:
        kept = take_kept(request)
        stored = values_of(SHAPES[kind], latest_revision(record))
        initial = {
            **initial_of(stored),
            "project": record.project.code if record.project else "",
            "version": fingerprint(stored),
        }
        form, is_restored = _form(request, kind, record, kept, initial=initial), kept is not None
    return _render_edit(request, kind, record, form, is_restored=is_restored)


def _save(request: HttpRequest, kind: str, record: Any) -> HttpResponse:
    form, at = _form(request, kind, record, request.POST), timezone.now()
    if form.is_valid():
        try:
            version = services.save_learning(
                actor=request.actor,
                kind=kind,
                uuid=record.uuid,
                values=form.values(),
                project_code=form.project_code,
                base=form.cleaned_data["version"],
                at=at,
            )
        except StaleWrite as stale:
            if is_background(request):
                message = _("A colleague saved this text too. Press Save to see both texts.")
                return JsonResponse({"message": message}, status=409)
            stale.current = Saved(fingerprint(stale.current), stale.current)
            form.show_stale(stale)
            return _render_edit(request, kind, record, form, status=409)
        except InvalidInput as refused:
            _refuse(form, refused)
        else:
            clock = date_format(timezone.localtime(at), "H:i")
            if is_background(request):
                return JsonResponse({"saved_at": clock, "version": version})
            messages.success(request, _("Saved %(time)s.") % {"time": clock})
            return redirect(f"evidence:{kind}_edit", uuid=record.uuid)
    if is_background(request):
        message = next(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"message": message}, status=422)
    return _render_edit(request, kind, record, form, status=422)


def _refuse(form: Any, refused: InvalidInput | Conflict) -> None:
    """Put a refusal of the service where the writer looks."""
    field = (getattr(refused, "field", None) or "").removesuffix("_id")
    form.add_error(field if field in form.fields else None, str(refused))


def _render_edit(
    request: HttpRequest,
    kind: str,
    record: Any,
    form: LearningForm | None,
    *,
    status: int = 200,
    is_restored: bool = False,
) -> HttpResponse:
    of, revision = kind_of(kind), latest_revision(record)
    gaps = of.gaps(record, revision) if record.state in EDITABLE else []
    history = history_of(request.actor, of, record)
    return render(
        request,
        "evidence/learning/edit.html",
        {
            **attach_context(request, of, record, revision),
            "shape": SHAPES[kind],
            "revision": revision,
            "form": form,
            "here": reverse(of.edit_page, args=[record.uuid]),
            "gaps": [{"label": gap.message, "url": f"#id_{gap.field}"} for gap in gaps],
            "history": history,
            "returned": history[0] if history and record.state == "RETURNED" else None,
            "desk": desk_for(request.actor, of, record, revision),
            "saved_at": revision.saved_at,
            "is_restored": is_restored,
        },
        status=status,
    )


@signed_in
@require_http_methods(["GET", "POST"])
def validate(request: HttpRequest, kind: str, uuid: UUID) -> HttpResponse:
    """The reviewer's wording for the library; what was submitted stays beside it."""
    record = fetch(request, kind, uuid)
    require(
        policies.can_validate(request.actor, record),
        _("A text is worded for the library by a reviewer of another organization, while it waits to be verified."),
    )
    of, shape = kind_of(kind), SHAPES[kind]
    revision = latest_revision(record)
    if request.method == "GET":
        initial = {**initial_of(values_of(shape, revision)), "version": str(record.version)}
        form = _form(request, kind, record, take_kept(request), initial=initial, is_wording=True)
        return _render_wording(request, kind, record, revision, form)
    form = _form(request, kind, record, request.POST, is_wording=True)
    if form.is_valid():
        posted = form.cleaned_data["version"]
        try:
            services.validate_learning(
                actor=request.actor,
                kind=kind,
                uuid=uuid,
                version=int(posted) if posted.isascii() and posted.isdecimal() and len(posted) < 10 else -1,
                values=form.values(),
                at=timezone.now(),
            )
        except StaleWrite:
            record.refresh_from_db()
            revision = latest_revision(record)
            form.show_stale(StaleWrite("", current=Saved(str(record.version), values_of(shape, revision))))
            return _render_wording(request, kind, record, revision, form, status=409)
        except InvalidInput as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _("Saved beside what was submitted. Another reviewer verifies it."))
            return redirect("evidence:review", kind=of.kind, uuid=uuid)
    return _render_wording(request, kind, record, revision, form, status=422)


def _render_wording(
    request: HttpRequest, kind: str, record: Any, revision: Any, form: LearningForm, status: int = 200
) -> HttpResponse:
    of = kind_of(kind)
    return render(
        request,
        "evidence/learning/wording.html",
        {
            **of.claim(request.actor, record, revision),
            "of": of,
            "record": record,
            "revision": revision,
            "form": form,
            "here": reverse(f"evidence:{kind}_validate", args=[record.uuid]),
        },
        status=status,
    )
