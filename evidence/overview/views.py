"""The pages of what the programme reached: the figures, where they come from, and the programme as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.access import require
from core.geography import Division
from core.web.unsaved import signed_in
from evidence.overview import policies, programme, sources
from evidence.overview.forms import PlaceFilter
from evidence.overview.selectors import Reach, standing_reach
from evidence.overview.spreadsheet import about, workbook_of
from evidence.overview.tables import Table, tables_of, theme_table

if TYPE_CHECKING:
    from django.http import HttpRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def reach(request: HttpRequest) -> HttpResponse:
    """The published figures, for everybody the same."""
    figures = standing_reach(request.actor)
    form = PlaceFilter(request.GET)
    is_understood = form.is_valid()
    province = form.cleaned_data.get("province") if is_understood else None
    if figures.is_empty:
        return render(request, "evidence/overview/no_reach.html", {"form": form})
    tables = tables_of(figures, province.code if province else "")
    return render(
        request,
        "evidence/overview/reach.html",
        {
            "form": form,
            "reach": figures,
            "province": province,
            "facts": _facts(figures, province.code if province else ""),
            "tables": tables,
            "tiles": _tiles(tables["division"]) if province is None else [],
            "bars": [tables[key] for key in ("sex", "age", "disability", "group", "type", "setting") if key in tables],
            "places": [table for key, table in tables.items() if key in ("province", "district", "division")],
            "crosses": [table for key, table in tables.items() if "-" in key],
            "themes": [{"label": label, "value": count} for label, count in theme_table(figures)],
            "about": [(word, getattr(value, "short", value)) for word, value in about(figures, str(province or ""))],
            "sources_url": _sources_url(province=province.code if province else ""),
            "xlsx_url": _with_query(reverse("evidence:reach_xlsx"), province=province.code if province else ""),
        },
        status=200 if is_understood else 400,
    )


@require_safe
def reach_xlsx(request: HttpRequest) -> HttpResponse:
    """What the page shows, as a spreadsheet."""
    figures = standing_reach(request.actor)
    form = PlaceFilter(request.GET)
    if figures.is_empty or not form.is_valid():
        return reach(request)
    province = form.cleaned_data["province"]
    tables = tables_of(figures, province.code if province else "")
    response = HttpResponse(workbook_of(figures, tables, place=str(province or "")), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="reach-{figures.ends_on:%Y-%m}.xlsx"'
    return response


@require_safe
def reach_sources(request: HttpRequest) -> HttpResponse:
    """Where a figure comes from, as far as this reader may go."""
    figures = standing_reach(request.actor)
    form = PlaceFilter(request.GET, with_places=True)
    if figures.is_empty or not form.is_valid():
        return render(
            request, "evidence/overview/no_reach.html", {"form": form}, status=200 if form.is_valid() else 400
        )
    place = form.place
    return render(
        request,
        "evidence/overview/sources.html",
        {
            "reach": figures,
            "place": place,
            "figure": figures.figure(**place.codes),
            "activities": sources.activities_behind(request.actor, figures, place),
            "organizations": sources.organizations_behind(request.actor, figures, place),
            "counts": sources.counts_behind(request.actor, figures, place),
            "sees_all": policies.can_read_all_counts(request.actor),
        },
    )


@signed_in
@require_safe
def programme_page(request: HttpRequest) -> HttpResponse:
    """The programme for who answers for it."""
    require(
        policies.can_follow_programme(request.actor),
        _("This page is for NACTA, the funder and the staff of the programme."),
    )
    figures = standing_reach(request.actor)
    return render(
        request,
        "evidence/overview/programme.html",
        {
            "reach": figures,
            "facts": _facts(figures, "") if not figures.is_empty else [],
            "coverage": programme.coverage(request.actor, figures, today=timezone.localdate()),
            "quality": programme.quality(request.actor, figures),
            "knowledge": programme.knowledge(request.actor),
        },
    )


def _facts(figures: Reach, province: str) -> list[dict[str, Any]]:
    attendances = figures.figure(province=province) if province else figures.attendances
    facts = [
        {"value": attendances.short, "label": _("attendances"), "note": _("Who came to two activities counts twice")},
        {
            "value": figures.unique_persons.short,
            "label": _("distinct persons"),
            "note": _("Each activity counts its own; they are not added"),
        },
    ]
    if not province:
        facts.append(
            {
                "value": figures.media_reach.short,
                "label": _("media reach"),
                "note": _("An estimate of those who saw or heard; never added to the others"),
            }
        )
    return facts


def _tiles(table: Table) -> list[dict[str, Any]]:
    lines = {line.code: line for line in table.lines}
    rows = Division.objects.select_related("province").order_by("tile_row", "tile_column")
    return [
        {
            "code": division.code,
            "label": division.name,
            "province": division.province.short,
            "column": division.tile_column,
            "row": division.tile_row,
            "figure": lines[division.code].figures[0],
            "url": _sources_url(division=division.code),
        }
        for division in rows
        if division.code in lines
    ]


def _sources_url(**codes: str) -> str:
    return _with_query(reverse("evidence:reach_sources"), **codes)


def _with_query(address: str, **codes: str) -> str:
    query = urlencode({name: code for name, code in codes.items() if code})
    return f"{address}?{query}" if query else address
