"""The pages for all readers: the programme's results, an indicator, a project, one result, the logframe, the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import require
from core.web.unsaved import signed_in
from core.workflow import State
from evidence.items.selectors import items_of
from evidence.models import Indicator, Period, Result
from evidence.records import policies as records
from evidence.records.selectors import desk_for, history_of
from evidence.results import charts, policies, selectors, sheets
from evidence.results.kind import KIND, title_of
from evidence.results.words import period_words
from organizations.models import Project

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

PAGE_SIZE = 50
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """What the programme achieved: each standard indicator with baseline, target and what was reached."""
    programme = selectors.programme_of(request.actor)
    nodes = selectors.framework(request.actor, programme, today=timezone.localdate()) if programme else []
    return render(
        request,
        "evidence/results/programme.html",
        {
            "programme": programme,
            "nodes": [node for node in nodes if node.indicators],
            "can_keep": policies.can_keep_framework(request.actor),
            "can_watch": selectors.can_watch_calendar(request.actor),
        },
    )


@require_GET
def logframe(request: HttpRequest) -> HttpResponse:
    """The logical framework as a table: statements, indicators, baselines, targets, results, means, assumptions."""
    programme = selectors.programme_of(request.actor)
    nodes = selectors.framework(request.actor, programme, today=timezone.localdate()) if programme else []
    return render(request, "evidence/results/logframe.html", {"programme": programme, "nodes": nodes})


@require_GET
def logframe_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as a spreadsheet, one sheet in each language."""
    programme = selectors.programme_of(request.actor)
    if programme is None:
        raise Http404
    nodes = selectors.framework(request.actor, programme, today=timezone.localdate())
    answer = HttpResponse(sheets.write_logframe(programme, nodes, on=timezone.localdate()), content_type=SPREADSHEET)
    answer["Content-Disposition"] = f'attachment; filename="logframe-{programme.code}.xlsx"'
    return answer


@require_GET
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One standard indicator: its definition, its figures by period, and the projects behind them."""
    row = get_object_or_404(
        Indicator.objects.visible_to(request.actor)
        .standard()
        .select_related("unit", "node", "parent", "replaces", "replaced_by"),
        code=code,
    )
    (line,) = selectors.indicator_lines(request.actor, [row], today=timezone.localdate())
    behind = selectors.projects_behind(request.actor, row)
    page = Paginator(behind, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "evidence/results/indicator.html",
        {
            "indicator": row,
            "line": line,
            "chart": charts.draw(line, is_mirrored=translation.get_language_bidi()),
            "page": page,
            "can_keep": policies.can_keep_framework(request.actor),
        },
    )


@require_GET
def project_results(request: HttpRequest, code: str) -> HttpResponse:
    """What one project reports: its indicators, each with baseline, target and results by period."""
    project = get_object_or_404(Project.objects.visible_to(request.actor).select_related("organization"), code=code)
    is_own = policies.can_report(request.actor, project)
    periods = []
    if is_own:
        today = timezone.localdate()
        rows = Period.objects.visible_to(request.actor).filter(project=project).order_by("starts_on", "frequency", "pk")
        open_ids = set(
            selectors.own_open_periods(request.actor, today=today).filter(project=project).values_list("pk", flat=True)
        )
        periods = [
            {
                "period": row,
                "words": period_words(row),
                "is_open": row.pk in open_ids,
                "is_late": row.pk in open_ids and row.due_on < today,
                "has_ended": row.ends_on < today,
            }
            for row in rows
        ]
    return render(
        request,
        "evidence/results/project.html",
        {
            "project": project,
            "lines": selectors.project_lines(request.actor, project),
            "periods": periods,
            "is_own": is_own,
            "can_keep": policies.can_keep_framework(request.actor),
        },
    )


@require_GET
def result(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One result: the figure as this reader may see it, what it was before, its evidence and its history."""
    row = get_object_or_404(
        Result.objects.visible_to(request.actor).select_related(
            "organization",
            "project",
            "period",
            "district",
            "project_indicator__project",
            "project_indicator__indicator__unit",
            "project_indicator__indicator__parent",
        ),
        uuid=uuid,
    )
    seen = selectors.seen_result(request.actor, row)
    if seen is None:
        raise Http404
    revision = seen["revision"]
    return render(
        request,
        "evidence/results/result.html",
        {
            **seen,
            "result": row,
            "record": row,
            "of": KIND,
            "title": title_of(row, revision),
            "indicator": row.project_indicator.indicator,
            "standard": row.project_indicator.indicator.parent or row.project_indicator.indicator,
            "words": period_words(row.period),
            "items": items_of(request.actor, revision),
            "is_own": records.can_write(request.actor, row),
            "may_review": records.can_review(request.actor, row) and row.state != State.DRAFT,
            "desk": desk_for(request.actor, KIND, row, revision) if request.actor.user_id else None,
            "history": history_of(request.actor, KIND, row),
        },
    )


@signed_in
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """What has ended and was not reported yet: for a CSO its own, for reviewers and managers everybody's."""
    require(
        selectors.can_watch_calendar(request.actor),
        _("The calendar is for organizations that report, and for the programme's reviewers and managers."),
    )
    today = timezone.localdate()
    find = selectors.own_open_periods if request.actor.organization_ids else selectors.open_periods
    page = Paginator(find(request.actor, today=today), PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = [
        {
            "period": row,
            "words": period_words(row),
            "is_late": row.due_on < today,
            "can_enter": policies.can_report(request.actor, row.project),
        }
        for row in page.object_list
    ]
    return render(request, "evidence/results/calendar.html", {"page": page, "total": page.paginator.count})
