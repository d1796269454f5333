"""The organization's side: starting an activity, its form section by section, the grid, the check, and sending it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.access import require
from core.errors import Conflict, InvalidInput, StaleWrite
from core.web.unsaved import is_background, signed_in, take_kept
from core.workflow import EDITABLE
from evidence.activities import policies, selectors, services
from evidence.activities.forms import (
    AboutForm,
    ContentForm,
    CostForm,
    NewActivityForm,
    PlaceForm,
    SectionForm,
)
from evidence.activities.kind import KIND, gaps_of
from evidence.activities.sections import BY_KEY, SECTION_OF, SECTIONS, fingerprint, neighbours, values_of
from evidence.activities.views import grid
from evidence.activities.views.page import fetch
from evidence.items.views import attach_context
from evidence.records import policies as records
from evidence.records.revisions import latest_revision
from evidence.records.selectors import desk_for, history_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest

    from evidence.models import Activity, ActivityRevision

FORMS = {"about": AboutForm, "place": PlaceForm, "content": ContentForm, "cost": CostForm}


@signed_in
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Start an activity; what was typed opens the draft."""
    require(
        policies.can_enter_activities(request.actor),
        _("An activity is entered by the organization that carries out the project."),
    )
    if request.method == "GET":
        kept = take_kept(request)
        initial = {"project": request.GET.get("project", ""), "once": uuid4(), "language": request.LANGUAGE_CODE}
        return render(
            request,
            "evidence/activities/new.html",
            {"form": NewActivityForm(kept, actor=request.actor, initial=initial)},
        )
    form = NewActivityForm(request.POST, actor=request.actor)
    if form.is_valid():
        try:
            activity = services.create_activity(
                actor=request.actor,
                project_code=form.cleaned_data["project"].code,
                values=form.values(),
                uuid=form.cleaned_data["once"],
                at=timezone.now(),
            )
        except (InvalidInput, Conflict) as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("The draft has been saved. Go on with what happened, and who took part."))
            return redirect("evidence:activity_section", uuid=activity.uuid, key="place")
    return render(request, "evidence/activities/new.html", {"form": form}, status=422)


def fetch_own(request: HttpRequest, uuid: UUID) -> Activity:
    """The activity for those who write it: 404 where it is hidden, 403 where it is only read."""
    activity = fetch(request, uuid)
    require(records.can_write(request.actor, activity), _("Only the organization writes its activities."))
    return activity


@signed_in
@require_GET
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where the activity stands, what is missing, and the step to take."""
    activity = fetch_own(request, uuid)
    revision = latest_revision(activity)
    gaps = gaps_of(activity, revision) if activity.state in EDITABLE else []
    history = history_of(request.actor, KIND, activity)
    returned = history[0] if history and activity.state == "RETURNED" else None
    return render(
        request,
        "evidence/activities/edit.html",
        {
            **_frame(activity, revision, gaps),
            "gaps": [{"label": gap.message, "url": _address(activity, gap.field)} for gap in gaps],
            "desk": desk_for(request.actor, KIND, activity, revision),
            "of": KIND,
            "record": activity,
            "history": history,
            "returned": returned,
        },
    )


def _address(activity: Activity, field: str) -> str:
    address = reverse("evidence:activity_section", args=[activity.uuid, SECTION_OF.get(field, "about")])
    return f"{address}#id_{field}"


def _frame(activity: Activity, revision: ActivityRevision, gaps: list[Any] | None = None) -> dict[str, Any]:
    """What every page of the form shows around it."""
    gaps = gaps_of(activity, revision) if gaps is None else gaps
    return {
        "activity": activity,
        "revision": revision,
        "is_editable": activity.state in EDITABLE,
        "rail": rail_of(activity, revision, gaps),
    }


def rail_of(activity: Activity, revision: ActivityRevision, gaps: list[Any], current: str = "") -> list[dict[str, Any]]:
    """The sections with their state, as links of the form."""
    missing: dict[str, int] = {}
    for gap in gaps:
        key = SECTION_OF.get(gap.field, "about")
        missing[key] = missing.get(key, 0) + 1
    return [
        {
            "label": section.title,
            "url": reverse("evidence:activity_section", args=[activity.uuid, section.key]),
            "state": "MISSING" if section.key in missing else _state(revision, section.key),
            "note": "",
            "is_current": section.key == current,
        }
        for section in SECTIONS
    ]


def _state(revision: ActivityRevision, key: str) -> str:
    if key == "counts":
        return "COMPLETE" if hasattr(revision, "turnout") else "EMPTY"
    if key == "cost":
        return "COMPLETE" if hasattr(revision, "cost") else "EMPTY"
    if key == "evidence":
        return "COMPLETE" if revision.evidence.exists() else "EMPTY"
    if key == "content":
        return "COMPLETE" if revision.description else "EMPTY"
    if key == "place":
        return "COMPLETE" if revision.district_id or revision.setting_id else "EMPTY"
    return "COMPLETE"


@signed_in
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, uuid: UUID, key: str) -> HttpResponse:
    """One section of the form: shown, saved by its button, or saved in the background after each change."""
    if key not in BY_KEY:
        raise Http404
    activity = fetch_own(request, uuid)
    if request.method == "GET" and activity.state not in EDITABLE:
        return redirect("evidence:activity_edit", uuid=uuid)
    if key == "counts":
        return grid.counts(request, activity, render_section)
    if key == "evidence":
        return render_section(
            request,
            activity,
            key,
            None,
            template="evidence/activities/evidence.html",
            **attach_context(request, KIND, activity, latest_revision(activity)),
        )
    if request.method == "POST":
        return _save(request, activity, key)
    kept = take_kept(request)
    stored = values_of(latest_revision(activity), BY_KEY[key])
    form = _form(key, request, activity, kept, initial={**_initial(stored), "version": fingerprint(stored)})
    return render_section(request, activity, key, form, is_restored=kept is not None)


def _form(key: str, request: HttpRequest, activity: Activity, data: Any = None, **options: Any) -> SectionForm:
    if key == "place":
        options["project"] = activity.project
    if key == "content":
        options |= {"actor": request.actor, "organization_id": activity.organization_id}
    return FORMS[key](data, **options)


def _initial(stored: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_id"): value for name, value in stored.items()}


def _save(request: HttpRequest, activity: Activity, key: str) -> HttpResponse:
    form = _form(key, request, activity, request.POST)
    at = timezone.now()
    if form.is_valid():
        try:
            version = services.save_section(
                actor=request.actor,
                uuid=activity.uuid,
                section=key,
                values=form.values(),
                base=form.cleaned_data["version"],
                at=at,
            )
        except StaleWrite as stale:
            return _both_texts(request, activity, form, stale)
        except InvalidInput as refused:
            refuse(form, refused)
        else:
            return saved(request, activity, key, version, at)
    if is_background(request):
        return JsonResponse({"message": first_error(form)}, status=422)
    return render_section(request, activity, key, form, status=422)


def refuse(form: Any, refused: InvalidInput | Conflict) -> None:
    """Put a refusal of the service where the writer looks."""
    field = (getattr(refused, "field", None) or "").removesuffix("_id")
    form.add_error(field if field in form.fields else None, str(refused))


def first_error(form: Any) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)


def saved(request: HttpRequest, activity: Activity, key: str, version: str, at: datetime) -> HttpResponse:
    """The answer to a save: to a script the time and the new fingerprint, to a person the next screen."""
    clock = date_format(timezone.localtime(at), "H:i")
    if is_background(request):
        return JsonResponse({"saved_at": clock, "version": version})
    messages.success(request, _("Saved %(time)s.") % {"time": clock})
    _before, after = neighbours(key)
    if request.POST.get("go") == "on":
        if after is None:
            return redirect("evidence:activity_edit", uuid=activity.uuid)
        return redirect("evidence:activity_section", uuid=activity.uuid, key=after.key)
    return redirect("evidence:activity_section", uuid=activity.uuid, key=key)


def _both_texts(request: HttpRequest, activity: Activity, form: SectionForm, stale: StaleWrite) -> HttpResponse:
    """Somebody else saved the same section: show mine and theirs, and let the writer choose or merge."""
    if is_background(request):
        return JsonResponse(
            {"message": _("A colleague saved this section too. Press Save to see both texts.")},
            status=409,
        )
    theirs = stale.current
    # The next save starts from what is stored now: the writer has seen it.
    posted = request.POST.copy()
    posted["version"] = fingerprint(theirs)
    again = _form(form.key, request, activity, posted)
    stored = _initial(theirs)
    compared = []
    for name, field in again.fields.items():
        if name == "version":
            continue
        mine, other = in_words(field, again[name].value()), in_words(field, stored.get(name))
        if mine != other:
            compared.append({"label": field.label, "mine": mine, "theirs": other})
    return render_section(
        request,
        activity,
        form.key,
        again,
        template="evidence/activities/both_texts.html",
        status=409,
        compared=compared,
    )


def in_words(field: Any, value: Any) -> str:
    """An answer as text, so that two of them can be compared word by word."""
    if hasattr(field, "queryset"):
        chosen = value if isinstance(value, list) else [value]
        keys = [int(one) for one in chosen if str(one or "").isdecimal()]
        return ", ".join(sorted(str(row) for row in field.queryset.filter(pk__in=keys)))
    if hasattr(field, "choices"):
        return str(dict(field.choices).get(value, value or ""))
    if value is not None and not isinstance(value, str) and hasattr(value, "isoformat"):
        return value.isoformat()
    return "" if value is None else str(value)


def render_section(
    request: HttpRequest,
    activity: Activity,
    key: str,
    form: Any,
    *,
    template: str = "evidence/activities/section.html",
    status: int = 200,
    is_restored: bool = False,
    **extra: Any,
) -> HttpResponse:
    """A screen of the form with its rail and its neighbours."""
    revision = latest_revision(activity)
    gaps = gaps_of(activity, revision)
    before, after = neighbours(key)
    mine = {name.removesuffix("_id") for name in BY_KEY[key].fields} | ({"attendances"} if key == "counts" else set())
    return render(
        request,
        template,
        {
            **_frame(activity, revision, gaps),
            "rail": rail_of(activity, revision, gaps, current=key),
            "section": BY_KEY[key],
            "here": reverse("evidence:activity_section", args=[activity.uuid, key]),
            "form": form,
            "warnings": [gap.message for gap in gaps if gap.field in mine],
            "before": before,
            "after": after,
            "is_restored": is_restored,
            "saved_at": revision.saved_at,
            **extra,
        },
        status=status,
    )


@signed_in
@require_GET
def copy(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The form of a new activity, filled from one that is like it: the kind, the place and the project."""
    activity = fetch_own(request, uuid)
    revision = selectors.latest_for(request.actor, activity)
    if revision is None:
        raise ObjectDoesNotExist
    form = NewActivityForm(
        actor=request.actor,
        initial={
            "project": activity.project.code,
            "type": revision.type_id,
            "title": revision.title,
            "title_ur": revision.title_ur,
            "language": revision.language,
            "district": revision.district_id,
            "district_note": revision.district_note,
            "once": uuid4(),
        },
    )
    return render(request, "evidence/activities/new.html", {"form": form})
