"""The organization's side: one page for a project and period, saved as a draft and sent as a whole."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import require
from core.errors import Incomplete, InvalidInput, StaleWrite, WrongState
from core.web.unsaved import is_background, signed_in, take_kept
from core.workflow import EDITABLE
from evidence.models import Baseline, Period, Result, ResultRevision, Target
from evidence.records import policies as record_policies
from evidence.results import derived, policies, services
from evidence.results.figures import DIMENSIONS, SCALES, Entry, entry_of
from evidence.results.forms import part_name, parts_asked, read_period, write_bases
from evidence.results.kind import KIND
from evidence.results.services import name_of
from evidence.results.words import DIMENSION_LABELS, period_words, print_decimal, print_entry, print_parts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest

    from evidence.results.services import Row


def fetch_period(request: HttpRequest, code: str, pk: int) -> Period:
    """The period for those who report it: 404 where it is hidden, 403 where it is only read."""
    period = get_object_or_404(
        Period.objects.visible_to(request.actor).select_related("project__organization"), pk=pk, project__code=code
    )
    require(
        policies.can_report(request.actor, period.project),
        _("Results are reported by the organization that carries out the project."),
    )
    return period


@signed_in
@require_http_methods(["GET", "POST"])
def period_entry(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Every indicator of the period: shown, saved by its button, or saved in the background after each change."""
    period = fetch_period(request, code, pk)
    if request.method == "POST":
        return _save(request, period)
    kept = take_kept(request)
    return _page(request, period, typed=kept)


def _save(request: HttpRequest, period: Period) -> HttpResponse:
    reported = services.rows_of(period)
    districts = list(period.project.districts.order_by("name_en", "pk"))
    given = read_period(request.POST, reported, districts)
    if take := request.POST.get("take", ""):
        given.entries |= _taken(request, period, reported, given.entries, take)
    at = timezone.now()
    try:
        if given.errors:
            raise services.Refused([])
        names = services.save_period(
            actor=request.actor,
            project_code=period.project.code,
            period_id=period.pk,
            entries=given.entries,
            bases=given.bases,
            at=at,
        )
    except StaleWrite as stale:
        if is_background(request):
            return JsonResponse(
                {"message": _("A colleague saved this period too. Press Save to see both figures.")}, status=409
            )
        return _page(request, period, typed=request.POST, clashes=stale.current, status=409)
    except InvalidInput as refused:
        errors = dict(given.errors)
        for row, name, sentence in getattr(refused, "problems", []):
            errors.setdefault(_input_of(name, row), sentence)
        if not errors:
            raise
        if is_background(request):
            return JsonResponse({"message": next(iter(errors.values()))}, status=422)
        return _page(request, period, typed=request.POST, errors=errors, status=422)
    clock = date_format(timezone.localtime(at), "H:i")
    if is_background(request):
        return JsonResponse({"saved_at": clock, "version": write_bases(names)})
    messages.success(request, _("Saved %(time)s.") % {"time": clock})
    here = reverse("evidence:period_entry", args=[period.project.code, period.pk])
    return redirect(f"{here}#row-{take}" if take.isdecimal() else here)


def _taken(
    request: HttpRequest, period: Period, reported: list[Any], entries: Mapping[Row, Entry], take: str
) -> dict[Row, Entry]:
    """The value that the activities give, in place of what was typed, for the indicator whose button was pressed."""
    for one in reported:
        if str(one.pk) == take:
            proposed = derived.propose(request.actor, [one.indicator], period)
            if one.indicator.pk in proposed:
                row = (one.pk, None)
                value = Decimal(proposed[one.indicator.pk])
                return {row: replace(entries.get(row, Entry()), value=value)}
    return {}


def _input_of(name: str, row: Row) -> str:
    return f"{name}-{name_of(row)}"


@signed_in
@require_POST
def period_submit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Send the whole period. What is missing is listed with links to the fields."""
    period = fetch_period(request, code, pk)
    try:
        count = services.submit_period(actor=request.actor, project_code=code, period_id=period.pk, at=timezone.now())
    except Incomplete as refused:
        gaps = [{"label": sentence, "url": f"#id_{name}"} for name, sentence in refused.missing]
        return _page(request, period, gaps=gaps, status=422)
    except WrongState as refused:
        messages.info(request, str(refused))
    else:
        messages.success(
            request,
            ngettext(
                "Sent: %(count)d figure. A reviewer will look at it.",
                "Sent: %(count)d figures. A reviewer will look at them.",
                count,
            )
            % {"count": count},
        )
    return redirect("evidence:period_entry", code=code, pk=pk)


@signed_in
@require_GET
def period_sources(request: HttpRequest, code: str, pk: int, indicator: str) -> HttpResponse:
    """The activities that a proposed value is counted from."""
    period = fetch_period(request, code, pk)
    found = next((one for one in services.rows_of(period) if one.indicator.code == indicator), None)
    if found is None or not derived.can_derive(found.indicator):
        raise Http404
    return render(
        request,
        "evidence/results/sources.html",
        {
            "period": period,
            "words": period_words(period),
            "indicator": found.indicator,
            "value": derived.propose(request.actor, [found.indicator], period).get(found.indicator.pk),
            "rows": derived.source_rows(request.actor, found.indicator, period),
        },
    )


@signed_in
@require_GET
def result_edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The form that a result stands on: its period."""
    result = get_object_or_404(Result.objects.visible_to(request.actor).select_related("period__project"), uuid=uuid)
    require(record_policies.can_write(request.actor, result), _("Only the organization writes its results."))
    here = reverse("evidence:period_entry", args=[result.period.project.code, result.period_id])
    return redirect(f"{here}#row-{name_of((result.project_indicator_id, result.district_id))}")


# --- The page -------------------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    period: Period,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    clashes: list[services.Clash] | None = None,
    gaps: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    reported = services.rows_of(period)
    stored = services.stored_results(period)
    districts = list(period.project.districts.order_by("name_en", "pk"))
    errors = errors or {}
    context = _Surroundings(request, period, reported)
    rows = [_row(one, None, stored, context, typed, errors, districts) for one in reported]
    has_drafts = any(result.state in EDITABLE for result in stored.values())
    return render(
        request,
        "evidence/results/entry.html",
        {
            "period": period,
            "project": period.project,
            "words": period_words(period),
            "rows": rows,
            "version": write_bases(services.fingerprints(stored)),
            "is_editable": any(row["is_editable"] for row in rows),
            "has_drafts": has_drafts,
            "has_ended": period.ends_on < timezone.localdate(),
            "errors": [{"label": sentence, "url": f"#id_{name}"} for name, sentence in errors.items()],
            "gaps": gaps or [],
            "clashes": [
                {
                    "label": f"{clash.indicator.code} {clash.indicator}",
                    "mine": print_entry(clash.indicator, clash.mine),
                    "theirs": print_entry(clash.indicator, clash.theirs),
                    "my_comment": clash.mine.comment,
                    "their_comment": clash.theirs.comment,
                    "my_parts": print_parts(clash.indicator, clash.mine),
                    "their_parts": print_parts(clash.indicator, clash.theirs),
                }
                for clash in clashes or []
            ],
            "is_restored": typed is not None and status == 200,
            "of": KIND,
        },
        status=status,
    )


class _Surroundings:
    """What stands beside the fields: targets, baselines, values of the period before, proposals, reasons of a return."""

    def __init__(self, request: HttpRequest, period: Period, reported: list[Any]) -> None:
        ids = [one.pk for one in reported]
        self.targets = {
            (row.project_indicator_id, row.district_id): row.value
            for row in Target.objects.filter(project_indicator__in=ids, period=period)
        }
        self.baselines = {row.project_indicator_id: row for row in Baseline.objects.filter(project_indicator__in=ids)}
        earlier = (
            ResultRevision.objects.visible_to(request.actor)
            .filter(
                record__project_indicator__in=ids,
                record__period__ends_on__lt=period.starts_on,
                submitted_at__isnull=False,
            )
            .select_related("figure", "record")
            .prefetch_related("cells")
            .order_by("record__project_indicator_id", "record__district_id", "-record__period__ends_on", "-number")
            .distinct("record__project_indicator_id", "record__district_id")
        )
        self.before = {(row.record.project_indicator_id, row.record.district_id): entry_of(row) for row in earlier}
        self.proposals = derived.propose(request.actor, [one.indicator for one in reported], period)
        returned = KIND.transition._default_manager.filter(  # type: ignore[attr-defined]
            subject__period=period, subject__state="RETURNED", verb="return"
        )
        self.reasons = {row.subject_id: row.reason for row in returned.order_by("at", "pk")}
        verified = ResultRevision.objects.filter(record__period=period, verified_at__isnull=False)
        self.verified = set(verified.values_list("record_id", flat=True))


def _row(
    one: Any,
    district: Any,
    stored: dict[Row, Result],
    around: _Surroundings,
    typed: Mapping[str, str] | None,
    errors: Mapping[str, str],
    districts: list[Any],
) -> dict[str, Any]:
    row: Row = (one.pk, district.pk if district else None)
    key = name_of(row)
    result = stored.get(row)
    revision = result.newest_first[0] if result and result.newest_first else None  # type: ignore[attr-defined]
    entry = entry_of(revision)
    indicator = one.indicator
    is_editable = result is None or (result.state in EDITABLE and not result.is_held)

    def field(name: str, value: Any) -> dict[str, Any]:
        said = typed.get(name, "") if typed is not None and name in typed else value
        return {"name": name, "value": "" if said is None else said, "error": errors.get(name, "")}

    found = {
        "key": key,
        "one": one,
        "indicator": indicator,
        "district": district,
        "result": result,
        "entry": entry,
        "shown": print_entry(indicator, entry),
        "is_editable": is_editable,
        "is_percentage": indicator.is_percentage,
        "has_scale": indicator.unit.code in SCALES,
        "value": field(f"value-{key}", print_decimal(entry.value) if entry.value is not None else ""),
        "numerator": field(f"numerator-{key}", entry.numerator),
        "denominator": field(f"denominator-{key}", entry.denominator),
        "comment": field(f"comment-{key}", entry.comment),
        "reason": field(f"reason-{key}", entry.change_reason),
        "note": field(f"note-{key}", entry.change_note),
        "reasons": ResultRevision.ChangeReason.choices,
        "needs_reason": is_editable and result is not None and result.pk in around.verified,
        "target": around.targets.get(row),
        "baseline": around.baselines.get(one.pk) if district is None else None,
        "before": print_entry(indicator, around.before[row]) if row in around.before else "",
        "proposal": around.proposals.get(indicator.pk) if district is None and is_editable else None,
        "returned": around.reasons.get(result.pk, "") if result and result.state == "RETURNED" else "",
        "can_change": result is not None
        and not is_editable
        and result.state in {"VERIFIED", "APPROVED", "PUBLISHED", "WITHDRAWN"},
        "parts": [],
        "districts": [],
    }
    if district is None:
        found["parts"] = _parts(one, row, entry, field)
        if "DISTRICT" in indicator.disaggregations:
            found["districts"] = [_row(one, each, stored, around, typed, errors, []) for each in districts]
            found["has_district_values"] = any((one.pk, each.pk) in stored for each in districts) or any(
                each["value"]["error"] or each["numerator"]["error"] for each in found["districts"]
            )
    return found


def _parts(one: Any, row: Row, entry: Entry, field: Any) -> list[dict[str, Any]]:
    """The inputs of the breakdown, dimension by dimension, with what is not recorded."""
    found = []
    total = entry.numerator if one.indicator.is_percentage else entry.value
    for dimension, choices in parts_asked(one):
        unknown = DIMENSIONS[dimension][2]
        cells = []
        for code, label in choices.choices:
            if code == unknown:
                continue
            part, whole = entry.cells.get((dimension, code), (None, None))
            cells.append(
                {
                    "label": label,
                    "part": field(part_name(dimension, code, row), part),
                    "whole": field(part_name(dimension, code, row, whole=True), whole)
                    if one.indicator.is_percentage
                    else None,
                }
            )
        counted = sum(pair[0] for (name, _code), pair in entry.cells.items() if name == dimension)
        error = field(f"{dimension}-{name_of(row)}", "")["error"]
        found.append(
            {
                "name": f"{dimension}-{name_of(row)}",
                "label": DIMENSION_LABELS[dimension](),
                "cells": cells,
                "rest": int(total) - counted if total is not None and counted else None,
                "unknown": unknown.label,
                "is_filled": bool(counted) or bool(error),
                "error": error,
            }
        )
    return found
