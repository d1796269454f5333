"""Reads of results: the programme's figures, one indicator, one project, one result, and what is due."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Role
from core.suppression import NOT_COLLECTED, Figure
from core.waiting import Task
from core.workflow import State
from evidence.models import (
    Assumption,
    Baseline,
    Indicator,
    Period,
    ProjectIndicator,
    Result,
    ResultNode,
    ResultRevision,
    Target,
)
from evidence.results import aims, policies, rollup
from evidence.results.figures import entry_of
from evidence.results.kind import is_correction
from evidence.results.rollup import Rolled, leaf_figure
from evidence.results.words import bucket_words, period_words, print_entry, short_bucket
from organizations.models import Programme, Project

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from core.access import Actor

NOTHING = Rolled(NOT_COLLECTED, None, 0, 0)
#: Tasks of one kind on the home page; the calendar has them all.
MOST_TASKS = 4


@dataclass(frozen=True, slots=True)
class BucketLine:
    """One calendar period of an indicator: what the programme says, what it aimed at, and who reported."""

    bucket: date | None
    label: str
    short: str
    rolled: Rolled
    target: Decimal | None
    expected: int

    @property
    def is_gap(self) -> bool:
        return self.rolled.figure == NOT_COLLECTED


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One standard indicator with everything the programme says about it."""

    indicator: Indicator
    baseline: Figure
    target: Decimal | None
    total: Rolled
    expected: int
    buckets: list[BucketLine] = field(default_factory=list)

    @property
    def percent(self) -> int | None:
        """Per cent of the target, where both can be said."""
        if self.total.value is None or not self.target:
            return None
        return round(100 * float(self.total.value) / float(self.target))

    @property
    def bar(self) -> int:
        """The same for a bar that ends at its target."""
        return min(100, self.percent or 0)


@dataclass(frozen=True, slots=True)
class NodeLine:
    """One statement of the framework with its assumptions and indicators."""

    node: ResultNode
    assumptions: list[Assumption]
    indicators: list[IndicatorLine]


def programme_of(actor: Actor) -> Programme | None:
    """The programme whose results are shown: the oldest; there is one active programme."""
    return Programme.objects.visible_to(actor).order_by("pk").first()


def standard_indicators(actor: Actor, programme: Programme) -> list[Indicator]:
    """The standard indicators that count today, in the order of the framework."""
    return list(
        Indicator.objects.visible_to(actor)
        .standard()
        .filter(node__programme=programme, replaced_by=None)
        .select_related("unit", "node", "parent")
        .order_by("position", "pk")
    )


def indicator_lines(actor: Actor, indicators: list[Indicator], *, today: date) -> list[IndicatorLine]:
    """Baseline, target, each period, all together, and who reported: a fixed number of queries for all indicators."""
    buckets = rollup.by_bucket(actor, indicators)
    totals = rollup.to_date(actor, indicators, buckets)
    should = rollup.expected(actor, indicators, today=today)
    all_projects = _reporting_projects(actor, indicators, today)
    started = aims.baselines(actor, indicators)
    finals = aims.final_targets(actor, indicators)
    aimed = aims.bucket_targets(actor, indicators)
    lines = []
    for indicator in indicators:
        pk = indicator.pk
        found = buckets.get(pk, {})
        keys = set(found) | set(should.get(pk, {}))
        days = sorted(key for key in keys if key is not None)
        lines.append(
            IndicatorLine(
                indicator=indicator,
                baseline=started.get(pk, NOT_COLLECTED),
                target=finals.get(pk),
                total=totals.get(pk, NOTHING),
                expected=max(all_projects.get(pk, 0), totals.get(pk, NOTHING).projects),
                buckets=[
                    BucketLine(
                        bucket=bucket,
                        label=bucket_words(indicator.frequency, bucket),
                        short=short_bucket(indicator.frequency, bucket),
                        rolled=found.get(bucket, NOTHING),
                        target=aimed.get(pk, {}).get(bucket),
                        expected=max(should.get(pk, {}).get(bucket, 0), found.get(bucket, NOTHING).projects),
                    )
                    for bucket in [*days, *([None] if None in keys else [])]
                ],
            )
        )
    return lines


def _reporting_projects(actor: Actor, indicators: list[Indicator], today: date) -> dict[int, int]:
    """How many projects should have reported at least once by now."""
    ended = Period.objects.filter(
        project=OuterRef("project"), frequency=OuterRef("indicator__frequency"), ends_on__lt=today
    )
    rows = (
        ProjectIndicator.objects.visible_to(actor)
        .annotate(root=Coalesce("indicator__parent_id", "indicator_id"), has_ended=Subquery(ended.values("pk")[:1]))
        .filter(root__in=[row.pk for row in indicators], has_ended__isnull=False)
        .order_by()
        .values("root")
        .annotate(count=Count("project_id", distinct=True))
    )
    return {row["root"]: row["count"] for row in rows}


def framework(actor: Actor, programme: Programme, *, today: date) -> list[NodeLine]:
    """The logical framework from the impact down, with figures; page and spreadsheet are made of it."""
    nodes = list(ResultNode.objects.visible_to(actor).filter(programme=programme).order_by("position", "pk"))
    assumptions: dict[int, list[Assumption]] = {}
    for row in Assumption.objects.visible_to(actor).filter(node__programme=programme).order_by("pk"):
        assumptions.setdefault(row.node_id, []).append(row)
    lines: dict[int, list[IndicatorLine]] = {}
    for line in indicator_lines(actor, standard_indicators(actor, programme), today=today):
        lines.setdefault(line.indicator.node_id, []).append(line)
    return [NodeLine(node, assumptions.get(node.pk, []), lines.get(node.pk, [])) for node in nodes]


# --- One indicator and where its figure comes from ------------------------------------------------------------------


def projects_behind(actor: Actor, indicator: Indicator) -> list[dict[str, Any]]:
    """The projects that report on a standard indicator, with what each says as far as this reader may know."""
    reported = (
        ProjectIndicator.objects.visible_to(actor)
        .filter(Q(indicator=indicator) | Q(indicator__parent=indicator))
        .select_related("project__organization", "indicator")
        .order_by("project__title", "pk")
    )
    own = frozenset(
        Project.objects.visible_to(actor)
        .filter(organization_id__in=actor.organization_ids)
        .values_list("pk", flat=True)
        if actor.organization_ids
        else []
    )
    said = rollup.by_project(actor, indicator, own=own)
    rows: dict[int, dict[str, Any]] = {}
    for one in reported:
        row = rows.setdefault(
            one.project_id,
            {"project": one.project, "adapted": [], "rolled": said.get(one.project_id, NOTHING)},
        )
        if one.indicator_id != indicator.pk:
            row["adapted"].append(one.indicator)
    return list(rows.values())


# --- One project ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One published result as this reader may see it."""

    result: Result
    label: str
    figure: Figure
    words: str
    target: Decimal | None
    is_small_sample: bool
    revision: ResultRevision


def project_lines(actor: Actor, project: Project) -> list[dict[str, Any]]:
    """What a project reports: for each indicator its baseline, final target and published results by period."""
    sees_all = policies.reads_figures(actor, project)
    reported = list(
        ProjectIndicator.objects.visible_to(actor)
        .filter(project=project)
        .select_related("indicator__unit", "indicator__parent", "baseline")
        .order_by("indicator__position", "indicator__code", "pk")
    )
    results = (
        rollup.live_results(actor)
        .filter(project=project)
        .select_related("period", "district", "published_revision__figure")
        .prefetch_related("published_revision__cells")
        .order_by("period__starts_on", "district__name_en", "pk")
    )
    targets = {
        (row.project_indicator_id, row.period_id, row.district_id): row.value
        for row in Target.objects.visible_to(actor).filter(project_indicator__project=project)
    }
    of_indicator: dict[int, list[ResultLine]] = {}
    by_pk = {one.pk: one for one in reported}
    for result in results:
        one = by_pk.get(result.project_indicator_id)
        if one is not None:
            target = targets.get((one.pk, result.period_id, result.district_id))
            of_indicator.setdefault(one.pk, []).append(_result_line(result, one.indicator, target, sees_all))
    today = timezone.localdate()
    ended: dict[str, list[Period]] = {}
    for period in (
        Period.objects.visible_to(actor).filter(project=project, ends_on__lt=today).order_by("starts_on", "pk")
    ):
        ended.setdefault(period.frequency, []).append(period)
    return [
        {
            "one": one,
            "indicator": one.indicator,
            "baseline": baseline_words(one, sees_all),
            "target": targets.get((one.pk, None, None)),
            "lines": of_indicator.get(one.pk, []),
            "gaps": [
                period_words(period)
                for period in ended.get(one.indicator.frequency, [])
                if not any(line.result.period_id == period.pk for line in of_indicator.get(one.pk, []))
            ],
        }
        for one in reported
    ]


def baseline_words(one: ProjectIndicator, sees_all: bool) -> str:
    """Where the project started, or why nobody knows; as far as the reader may see it."""
    baseline: Baseline | None = getattr(one, "baseline", None)
    if baseline is None:
        return ""
    if baseline.missing_reason:
        return str(baseline.get_missing_reason_display())
    figure = leaf_figure(
        one.indicator,
        value=baseline.value,
        numerator=baseline.numerator,
        denominator=baseline.denominator,
        sees_all=sees_all,
    )
    assert baseline.measured_on is not None
    return f"{figure.short} ({date_format(baseline.measured_on)})"


def _result_line(result: Result, indicator: Indicator, target: Decimal | None, sees_all: bool) -> ResultLine:
    revision = result.published_revision
    assert revision is not None
    entry = entry_of(revision)
    figure = leaf_figure(
        indicator, value=entry.value, numerator=entry.numerator, denominator=entry.denominator, sees_all=sees_all
    )
    return ResultLine(
        result=result,
        label=period_words(result.period),
        figure=figure,
        words=print_entry(indicator, entry) if sees_all else figure.short,
        target=target,
        is_small_sample=entry.is_small_sample and figure.is_shown,
        revision=revision,
    )


# --- One result -----------------------------------------------------------------------------------------------------


def seen_result(actor: Actor, result: Result) -> dict[str, Any] | None:
    """One result as this reader may see it: its newest readable text, figure, and what the figure was before."""
    revisions = list(
        ResultRevision.objects.visible_to(actor)
        .filter(record=result)
        .select_related("figure")
        .prefetch_related("cells")
        .order_by("-number")
    )
    if not revisions:
        return None
    is_inside = actor.belongs_to(result.organization_id)
    shown = revisions[0]
    if not is_inside and result.published_revision_id:
        shown = next((row for row in revisions if row.pk == result.published_revision_id), shown)
    sees_all = policies.reads_figures(actor, result.project_indicator.project)
    indicator = result.project_indicator.indicator

    def words(revision: ResultRevision) -> str:
        entry = entry_of(revision)
        if sees_all:
            return print_entry(indicator, entry)
        return leaf_figure(
            indicator, value=entry.value, numerator=entry.numerator, denominator=entry.denominator, sees_all=False
        ).short

    entry = entry_of(shown)
    return {
        "revision": shown,
        "entry": entry if sees_all else None,
        "figure": leaf_figure(
            indicator, value=entry.value, numerator=entry.numerator, denominator=entry.denominator, sees_all=sees_all
        ),
        "shown": words(shown),
        "sees_all": sees_all,
        "earlier": [
            {"revision": row, "shown": words(row), "is_correction": is_correction(result, row)}
            for row in revisions
            if row.number != shown.number
        ],
    }


# --- What is due ----------------------------------------------------------------------------------------------------


def open_periods(actor: Actor, *, today: date) -> QuerySet:
    """Periods that have ended and for which something was not sent yet, the first due first, with `asked` and `sent`."""
    asked = (
        ProjectIndicator.objects.filter(project=OuterRef("project"), indicator__frequency=OuterRef("frequency"))
        .order_by()
        .values("project")
        .annotate(count=Count("pk"))
        .values("count")
    )
    sent = (
        Result.objects.filter(period=OuterRef("pk"), first_submitted_at__isnull=False)
        .exclude(state__in=[State.DRAFT, State.RETURNED], published_revision=None)
        .order_by()
        .values("period")
        .annotate(count=Count("project_indicator", distinct=True))
        .values("count")
    )
    return (
        Period.objects.visible_to(actor)
        .filter(ends_on__lt=today)
        .annotate(asked=Coalesce(Subquery(asked), 0), sent=Coalesce(Subquery(sent), 0))
        .filter(asked__gt=F("sent"))
        .select_related("project__organization")
        .order_by("due_on", "pk")
    )


def own_open_periods(actor: Actor, *, today: date) -> QuerySet:
    """The same, of the projects that the reader's organizations carry out."""
    return open_periods(actor, today=today).filter(project__organization_id__in=actor.organization_ids)


def can_watch_calendar(actor: Actor) -> bool:
    """CSOs see their own; reviewers and managers what is missing everywhere."""
    return bool(actor.organization_ids) or actor.has(Role.REVIEWER, Role.MANAGER)


def tasks_for(actor: Actor) -> list[Task]:
    """For a CSO each of the first periods that are due; for reviewers one line with what is overdue."""
    today = timezone.localdate()
    tasks = []
    if actor.organization_ids:
        for period in own_open_periods(actor, today=today)[:MOST_TASKS]:
            is_late = period.due_on < today
            due = date_format(period.due_on)
            tasks.append(
                Task(
                    title=_("Results of %(project)s: %(period)s")
                    % {"project": period.project, "period": period_words(period)},
                    detail=_("Overdue since %(day)s") % {"day": due} if is_late else _("Due on %(day)s") % {"day": due},
                    since=_midnight(period.ends_on),
                    url=reverse("evidence:period_entry", args=[period.project.code, period.pk]),
                    action=_("Enter results"),
                )
            )
    if actor.has(Role.REVIEWER):
        late = open_periods(actor, today=today).filter(due_on__lt=today)
        first = late.first()
        if first is not None:
            count = late.order_by().count()
            tasks.append(
                Task(
                    title=ngettext(
                        "%(count)d report of results is overdue", "%(count)d reports of results are overdue", count
                    )
                    % {"count": count},
                    detail="",
                    since=_midnight(first.due_on),
                    url=reverse("evidence:calendar"),
                    action=_("See whose"),
                )
            )
    return tasks


def _midnight(day: date) -> Any:
    return timezone.make_aware(datetime.combine(day, time.min))


def start_panel(actor: Actor) -> dict[str, Any]:
    """What is due, for the start page of a CSO."""
    today = timezone.localdate()
    rows = list(own_open_periods(actor, today=today)[: MOST_TASKS * 2 + 1])
    return {
        "rows": [
            {"period": row, "words": period_words(row), "is_late": row.due_on < today} for row in rows[: MOST_TASKS * 2]
        ],
        "is_more": len(rows) > MOST_TASKS * 2,
    }
