"""The counts: three measures and one grid, saved whole, and two grids side by side where two people wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.errors import InvalidInput, StaleWrite
from core.terms import Term
from core.web.unsaved import is_background, take_kept
from evidence.activities import services
from evidence.activities.forms import CountsForm
from evidence.activities.grid import NOT_RECORDED, Counts, add_up, label_of_cell, lay_out
from evidence.activities.sections import counts_of, fingerprint
from evidence.records.revisions import latest_revision

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from evidence.models import Activity


def counts(request: HttpRequest, activity: Activity, render_section: Callable[..., HttpResponse]) -> HttpResponse:
    """Show the grid, or save it whole."""
    if request.method == "POST":
        return _save(request, activity, render_section)
    kept = take_kept(request)
    stored = counts_of(latest_revision(activity))
    form = CountsForm(kept, initial={**_measures(stored), "version": fingerprint(stored)})
    if kept is not None:
        form.is_valid()
    else:
        asked = request.GET.getlist("group")
        shown = stored
        if "disability" in request.GET and not stored.is_disability_asked:
            form.initial["is_disability_asked"] = True
            shown = Counts(**{**_fields(stored), "is_disability_asked": True})
        form.initial["groups"] = sorted(stored.groups | set(asked))
        return _render(request, activity, render_section, form, shown, groups=form.initial["groups"])
    return _render_typed(request, activity, render_section, form, is_restored=True)


def _save(request: HttpRequest, activity: Activity, render_section: Callable[..., HttpResponse]) -> HttpResponse:
    from evidence.activities.views.writing import first_error, refuse, saved  # writing.py imports this module

    form = CountsForm(request.POST)
    at = timezone.now()
    if form.is_valid():
        try:
            version = services.save_counts(
                actor=request.actor, uuid=activity.uuid, counts=form.counts(), base=form.cleaned_data["version"], at=at
            )
        except StaleWrite as stale:
            return _both_grids(request, activity, render_section, form, stale.current)
        except InvalidInput as refused:
            refuse(form, refused)
        else:
            if request.POST.get("go") == "columns":
                return _with_columns(activity, form)
            return saved(request, activity, "counts", version, at)
    if is_background(request):
        return JsonResponse({"message": first_error(form)}, status=422)
    return _render_typed(request, activity, render_section, form, status=422)


def _with_columns(activity: Activity, form: CountsForm) -> HttpResponse:
    """Back to the grid with the blocks and columns that were chosen, though nothing stands in them yet."""
    asked = [("group", term.code) for term in form.cleaned_data["groups"]]
    if form.cleaned_data["is_disability_asked"]:
        asked.append(("disability", "1"))
    address = reverse("evidence:activity_section", args=[activity.uuid, "counts"])
    return redirect(f"{address}?{urlencode(asked)}#grid")


def _both_grids(
    request: HttpRequest,
    activity: Activity,
    render_section: Callable[..., HttpResponse],
    form: CountsForm,
    theirs: Counts,
) -> HttpResponse:
    """Somebody else saved these counts: both grids stand side by side, and the one typed stays in the form."""
    if is_background(request):
        return JsonResponse(
            {"message": _("A colleague saved these counts too. Press Save to see both grids.")}, status=409
        )
    mine = add_up(form.counts())
    labels = _labels(mine.groups | theirs.groups)
    posted = request.POST.copy()
    # The next save starts from what is stored now: the writer has seen it.
    posted["version"] = fingerprint(theirs)
    again = CountsForm(posted)
    again.is_valid()
    cells = [*dict.fromkeys([*theirs.cells, *mine.cells])]
    differences = [
        {"label": label_of_cell(cell, labels), "theirs": theirs.cells.get(cell, 0), "mine": mine.cells.get(cell, 0)}
        for cell in cells
        if theirs.cells.get(cell, 0) != mine.cells.get(cell, 0)
    ]
    measured = [
        {"label": again.fields[name].label, "theirs": getattr(theirs, name), "mine": getattr(mine, name)}
        for name in ("attendances", "unique_persons", "media_reach")
        if getattr(theirs, name) != getattr(mine, name)
    ]
    return _render_typed(
        request,
        activity,
        render_section,
        again,
        status=409,
        template="evidence/activities/both_grids.html",
        differences=[*measured, *differences],
        their_grid=lay_out(theirs, groups=_groups(sorted(theirs.groups)), to_read=True),
        their_measures=theirs,
        my_grid=lay_out(mine, groups=_groups(sorted(mine.groups)), to_read=True),
        my_measures=mine,
        their_changed={cell for cell in cells if theirs.cells.get(cell, 0) != mine.cells.get(cell, 0)},
    )


def _render_typed(
    request: HttpRequest,
    activity: Activity,
    render_section: Callable[..., HttpResponse],
    form: CountsForm,
    **options: Any,
) -> HttpResponse:
    """The form with what was typed in every cell, right or wrong."""
    typed = form.counts() if hasattr(form, "cleaned_data") else Counts()
    groups = [term.code for term in form.cleaned_data.get("groups") or ()]
    return _render(request, activity, render_section, form, typed, groups=sorted({*groups, *typed.groups}), **options)


def _render(
    request: HttpRequest,
    activity: Activity,
    render_section: Callable[..., HttpResponse],
    form: CountsForm,
    shown: Counts,
    *,
    groups: list[str],
    template: str = "evidence/activities/counts.html",
    **options: Any,
) -> HttpResponse:
    grid = lay_out(shown, groups=_groups(groups), typed=form.typed)
    return render_section(
        request,
        activity,
        "counts",
        form,
        template=template,
        grid=grid,
        cell_errors=form.cell_errors,
        rest=_rest(shown),
        **options,
    )


def _rest(shown: Counts) -> int:
    """What is missing from the parts to the total, as the page shows it before a script adds up."""
    return max(0, (shown.attendances or 0) - sum(shown.recorded.values()))


def _measures(stored: Counts) -> dict[str, Any]:
    """What the fields begin with. A total that is only the sum of the grid stays empty, so that it goes on being one."""
    is_sum = bool(stored.cells) and NOT_RECORDED not in stored.cells
    measures = {name: value for name, value in _fields(stored).items() if name != "cells"}
    return {**measures, "attendances": None if is_sum else stored.attendances}


def _fields(stored: Counts) -> dict[str, Any]:
    return {
        "attendances": stored.attendances,
        "unique_persons": stored.unique_persons,
        "media_reach": stored.media_reach,
        "is_disability_asked": stored.is_disability_asked,
        "cells": stored.cells,
    }


def _groups(codes: list[str]) -> list[tuple[str, str]]:
    rows = Term.objects.filter(vocabulary="target_group", code__in=codes).order_by("position", "pk")
    return [(row.code, row.label) for row in rows]


def _labels(codes: set[str]) -> dict[str, str]:
    return dict(_groups(sorted(codes)))
