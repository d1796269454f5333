"""What the demo projects report: indicators, baselines or the reason why not, targets, periods and results, with gaps."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Sum

from evidence.models import (
    ActivityRevision,
    Aggregation,
    Baseline,
    Indicator,
    Participation,
    Period,
    ProjectIndicator,
    Result,
    ResultCell,
    ResultRevision,
    ResultTransition,
    ResultValue,
    Target,
    Turnout,
)
from evidence.results.calendar import settle_calendar
from evidence.results.reference import load_framework
from organizations.models import Programme, Project
from pvenet.demo.content import stable_uuid
from pvenet.demo.field.frame import PRESENT, Field, Frame, at_noon, chance
from pvenet.demo.field.store import Entry, Text, store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

#: Every project reports these; of the others each reports four, so that all are reported by some.
BY_ALL = ("OP01", "OP02", "OP03", "OP13", "OC01")
FEW = 4
#: Half of the indicators have a baseline in every project that reports them; the others the reason why not.
WITH_BASELINE = frozenset(
    {"OC01", "OC02", "OC03", "OC04", "OC05", "OC06", "OC07", "IM01", "IM02", "SU01", "OP06", "OP11", "OP13"}
)
REASONS = ("NEW_ACTIVITY", "STARTED_BEFORE", "NOT_COMPARABLE", "NO_ACCESS", "PLANNED")
#: Projects that stay below 70 per cent of what they aimed at, on purpose.
BELOW_TARGET = {"PVE-DEMO-11": 0.58, "PVE-DEMO-19": 0.64, "PVE-DEMO-31": 0.67}
#: A percentage of eight people; a project that reports by district; figures that were corrected after publication.
OF_EIGHT, BY_DISTRICT = "PVE-DEMO-16", "PVE-DEMO-07"
CORRECTED = {("PVE-DEMO-05", "OP03", 2): "LATE_DATA", ("PVE-DEMO-12", "OP03", 5): "DOUBLE_COUNT"}
#: Projects with an indicator of their own below a standard one.
OWN = {
    "PVE-DEMO-03": ("OC01", "Players who can say what to do when a match turns into a quarrel (per cent)"),
    "PVE-DEMO-16": ("OC01", "Students who find the source of a claim after the course (per cent)"),
    "PVE-DEMO-25": ("OC01", "Spectators who remember another ending after a month (per cent)"),
}
#: In so many of a hundred periods that are over nothing was reported.
GAPS = 6
CHANGED = ("submit", "verify", "approve", "publish", "change", "submit", "verify", "approve", "publish")


@dataclass(frozen=True, slots=True)
class ResultTables:
    """The tables of a result, as `store` takes them."""

    record: Any = Result
    revision: Any = ResultRevision
    transition: Any = ResultTransition


@dataclass(slots=True)
class Facts:
    """What the activities say about a project in a month: the figures of four indicators are counted from them."""

    attendances: dict[Any, int]
    by_sex: dict[Any, dict[str, int]]
    persons: dict[Any, int]
    events: dict[Any, int]
    dialogues: dict[Any, int]
    trained: dict[Any, int]
    reach: dict[Any, int]


def load_results(frame: Frame) -> int:
    """Everything of the results framework; returns how many results there are."""
    load_framework(Programme.objects.get(code="CPTP"))
    standard = {row.standard_code: row for row in Indicator.objects.standard().select_related("unit")}
    facts = _facts()
    entries: list[Entry] = []
    targets: list[Target] = []
    for number, field in enumerate(frame.fields):
        rows = _report_on(field, number, standard)
        _load_baselines(field, rows)
        settle_calendar(field.project)
        periods: dict[str, list[Period]] = defaultdict(list)
        for period in Period.objects.filter(project=field.project).order_by("starts_on", "pk"):
            periods[period.frequency].append(period)
        for row in rows:
            found = list(_series(frame, field, row, periods[row.indicator.frequency], facts))
            entries += [entry for entry, _value in found]
            targets += _targets(field, row, periods[row.indicator.frequency], [value for _entry, value in found])
    Target.objects.bulk_create(targets)
    store(ResultTables(), entries)
    return len(entries)


def _facts() -> Facts:
    """Sums over published activities, by project, month and district."""
    live = {"revision__record__published_revision__isnull": False}
    keys = (
        "revision__record__project_id",
        "revision__starts_on__year",
        "revision__starts_on__month",
        "revision__district_id",
    )

    def summed(rows: Any, **what: Any) -> dict[Any, int]:
        found = rows.filter(**live).values(*keys).annotate(**what).values_list(*keys, *what)
        return {tuple(row[:4]): row[4] or 0 for row in found}

    by_sex: dict[Any, dict[str, int]] = defaultdict(dict)
    for *key, sex, count in (
        Participation.objects.filter(**live)
        .values(*keys, "sex")
        .annotate(all=Sum("count"))
        .values_list(*keys, "sex", "all")
    ):
        by_sex[tuple(key)][sex] = count
    events = Turnout.objects.all()
    dialogues = events.filter(revision__type__code__in=["DIALOGUE", "INTERFAITH", "INTERGEN"])
    training = events.filter(revision__type__code__in=["TRAINING", "TOT"])
    assert ActivityRevision.objects.exists(), "The activities are loaded before the results."
    return Facts(
        attendances=summed(events, count=Sum("attendances")),
        by_sex=by_sex,
        persons=summed(events, count=Sum("unique_persons")),
        events=summed(events, count=Count("pk")),
        dialogues=summed(dialogues, count=Count("pk")),
        trained=summed(training, count=Sum("unique_persons")),
        reach=summed(events, count=Max("media_reach")),
    )


def _report_on(field: Field, number: int, standard: dict[str, Indicator]) -> list[ProjectIndicator]:
    rest = [code for code in standard if code not in BY_ALL]
    codes = [*BY_ALL, *(rest[(number * FEW + step) % len(rest)] for step in range(FEW))]
    indicators = {code: standard[code] for code in codes}
    if field.key in OWN:
        code, name = OWN[field.key]
        parent = standard[code]
        copied = (
            "node",
            "unit",
            "aggregation",
            "frequency",
            "disaggregations",
            "higher_is_better",
            "means_of_verification",
        )
        indicators[code] = Indicator.objects.create(
            code=f"{field.key}-{code}".lower(),
            project=field.project,
            parent=parent,
            name=name,
            is_demo=True,
            **{column: getattr(parent, column) for column in copied},
        )
    return ProjectIndicator.objects.bulk_create(
        ProjectIndicator(project=field.project, indicator=row, is_demo=True) for row in indicators.values()
    )


def _standard_code(row: ProjectIndicator) -> str:
    indicator = row.indicator
    return (indicator.parent or indicator).standard_code


def _load_baselines(field: Field, rows: list[ProjectIndicator]) -> None:
    baselines = []
    for row in rows:
        code, toss = _standard_code(row), chance("baseline", field.key, row.indicator.code)
        if code not in WITH_BASELINE:
            baselines.append(Baseline(project_indicator=row, missing_reason=REASONS[toss.randrange(len(REASONS))]))
            continue
        whole = toss.randint(40, 110)
        part = round(whole * toss.uniform(0.22, 0.45))
        is_percent, is_score = row.indicator.unit.code == "PERCENT", row.indicator.unit.code == "SCORE"
        value = (
            Decimal(100 * part) / whole
            if is_percent
            else Decimal(toss.randint(38, 52) if is_score else toss.randint(0, 3))
        )
        baselines.append(
            Baseline(
                project_indicator=row,
                value=round(value, 2),
                numerator=part if is_percent else None,
                denominator=whole if is_percent else None,
                measured_on=field.starts_on + timedelta(days=12),
                source="Survey at the start of the project"
                if is_percent or is_score
                else "Register of the organization",
            )
        )
    Baseline.objects.bulk_create(baselines)


def _series(
    frame: Frame, field: Field, row: ProjectIndicator, periods: list[Period], facts: Facts
) -> Iterator[tuple[Entry, Decimal]]:
    """A result for each period that is over, but for the gaps."""
    code = _standard_code(row)
    places = [pk for pk, _code, _name in field.districts] if (field.key, code) == (BY_DISTRICT, "OP03") else [None]
    over = [period for period in periods if period.ends_on < PRESENT.date()]
    for number, period in enumerate(over, start=1):
        toss = chance("result", field.key, code, number)
        is_last = number == len(over) and field.project.status != Project.Status.CLOSED
        if toss.randrange(100) < GAPS and 1 < number < len(over):
            continue
        for place in places:
            value, parts = _figure(field, code, row, period, number, facts, toss, place)
            if value is None:
                continue
            verbs = ("submit",) if is_last else ("submit", "verify", "approve", "publish")
            reason = CORRECTED.get((field.key, code, number), "")
            yield _entry(frame, field, row, period, place, parts, CHANGED if reason else verbs, reason), value


def _figure(
    field: Field,
    code: str,
    row: ProjectIndicator,
    period: Period,
    number: int,
    facts: Facts,
    toss: Any,
    place: int | None,
) -> tuple[Decimal | None, list[Any]]:
    """The value of a period and the rows that hold it. Counted indicators say what the activities say."""
    unit = row.indicator.unit.code
    counted = {
        "OP01": facts.attendances,
        "OP02": facts.persons,
        "OP03": facts.events,
        "OP04": facts.trained,
        "OP05": facts.dialogues,
    }.get(code)
    if counted is not None or code == "OP10":
        months = _months(field, period, place)
        if code == "OP10":
            reached = max((facts.reach.get(key, 0) for key in months), default=0)
            return (Decimal(reached), [ResultValue(value=reached)]) if reached else (None, [])
        total = sum((counted or {}).get(key, 0) for key in months)
        parts: list[Any] = [ResultValue(value=total)]
        if code == "OP01":
            sexes: dict[str, int] = defaultdict(int)
            for key in months:
                for sex, count in facts.by_sex.get(key, {}).items():
                    sexes[sex] += count
            parts += [ResultCell(sex=sex, value=count) for sex, count in sorted(sexes.items()) if sex != "U" and count]
        return Decimal(total), parts
    if unit == "PERCENT":
        whole = 8 if field.key == OF_EIGHT and code == "OC01" and number == 2 else toss.randint(34, 120)
        part = 5 if whole == 8 else round(whole * toss.uniform(0.5, 0.82))
        women = part * 55 // 100
        cells = [] if whole == 8 else [
            ResultCell(sex="F", value=women, denominator=whole * 55 // 100 or 1),
            ResultCell(sex="M", value=part - women, denominator=whole - whole * 55 // 100),
        ]  # fmt: skip
        return Decimal(100 * part) / whole, [ResultValue(numerator=part, denominator=whole), *cells]
    if unit == "SCORE":
        value = Decimal(toss.randint(540, 760)) / 10
        return value, [ResultValue(value=value, denominator=toss.randint(60, 160))]
    if code == "OP13":
        figure = min(len(field.districts), number)
    elif row.indicator.aggregation == Aggregation.LATEST:
        figure = 2 * number + chance("level", field.key, code).randint(1, 5)
    elif unit == "PERSON":
        figure = toss.randint(8, 60)
    else:
        figure = toss.randint(1, 8)
    return Decimal(figure), [ResultValue(value=figure)]


def _months(field: Field, period: Period, place: int | None) -> list[Any]:
    """The keys of the facts that lie in the period."""
    places = [place] if place else [pk for pk, _code, _name in field.districts]
    day: date = period.starts_on.replace(day=1)
    months = []
    while day <= period.ends_on:
        months.append((day.year, day.month))
        day = (day + timedelta(days=32)).replace(day=1)
    return [(field.project.pk, year, month, where) for year, month in months for where in places]


def _entry(
    frame: Frame,
    field: Field,
    row: ProjectIndicator,
    period: Period,
    place: int | None,
    parts: list[Any],
    verbs: tuple[str, ...],
    reason: str,
) -> Entry:
    code = _standard_code(row)
    begins = at_noon(period.ends_on, after=8)
    texts = [Text(fields={}, writer_id=field.writer_id, parts=parts)]
    if reason:
        corrected = ResultValue(value=(parts[0].value or 0) + 1)
        note = {"change_reason": reason, "change_note": "One sheet had been filed under the next month."}
        texts.append(Text(fields=note, writer_id=field.writer_id, parts=[corrected]))
    return Entry(
        record=Result(
            uuid=stable_uuid("result", field.key, code, period.frequency, period.starts_on, place or ""),
            organization_id=field.organization_id,
            project=field.project,
            project_indicator=row,
            period=period,
            district_id=place,
            created_at=at_noon(period.ends_on, after=5),
            is_demo=True,
        ),
        texts=texts,
        steps=frame.steps(verbs, writer_id=field.writer_id, begins=begins),
    )


def _targets(field: Field, row: ProjectIndicator, periods: list[Period], values: list[Decimal]) -> list[Target]:
    """The target at the end, and for attendances those of each period; three projects stay far below theirs."""
    code = _standard_code(row)
    unit, rule = row.indicator.unit.code, row.indicator.aggregation
    if not values:
        return [Target(project_indicator=row, value=Decimal(60 if unit in {"PERCENT", "SCORE"} else 10))]
    reached = sum(values) if rule == Aggregation.SUM else max(values) if rule != Aggregation.MEAN else values[-1]
    ratio = Decimal(str(BELOW_TARGET.get(field.key) or round(chance("target", field.key, code).uniform(0.86, 1.18), 2)))
    value = reached / ratio
    if unit in {"PERCENT", "SCORE"}:
        value = min(value, Decimal(95))
    end = max(Decimal(1), Decimal(round(value)))
    found = [Target(project_indicator=row, value=end)]
    if code == "OP01" and periods:
        found += [
            Target(project_indicator=row, period=period, value=Decimal(round(end / len(periods)))) for period in periods
        ]
        if field.key == BY_DISTRICT:
            found += [
                Target(project_indicator=row, district_id=pk, value=Decimal(round(end / len(field.districts))))
                for pk, _code, _name in field.districts
            ]
    return found
