"""The reporting calendar of a project: its periods, generated from its dates and from what it reports.

Periods are those of the calendar (a quarter is a quarter of the year), cut at the project's first and last day, so that
those of several projects can be put together. Running it twice changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef

from evidence.models import Frequency, Period, ProjectIndicator, Result
from organizations.models import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Months of one period, and how many days after its end a report is due.
MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.SIX_MONTHLY: 6, Frequency.YEARLY: 12}
DAYS_TO_REPORT = {Frequency.MONTHLY: 15, Frequency.ENDLINE: 60}
USUAL_DAYS_TO_REPORT = 30
#: A project longer than this has a wrong date; no calendar of hundreds of periods is made of it.
LONGEST = timedelta(days=366 * 12)


@dataclass(frozen=True, slots=True)
class Span:
    """A period as it should be. `bucket` is the first day of its place in the calendar."""

    bucket: date
    starts_on: date
    ends_on: date
    due_on: date


def bucket_of(frequency: str, day: date) -> date:
    """The first day of the month, quarter, half-year or year that a day lies in; of an endline, always the same."""
    if frequency == Frequency.ENDLINE:
        return date.min
    months = MONTHS[Frequency(frequency)]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def spans(frequency: str, first: date, last: date) -> list[Span]:
    """The periods of a project from its first to its last day."""
    if last < first or last - first > LONGEST:
        return []
    if frequency == Frequency.ENDLINE:
        return [Span(date.min, first, last, last + timedelta(days=DAYS_TO_REPORT[Frequency.ENDLINE]))]
    return list(_spans(Frequency(frequency), first, last))


def _spans(frequency: Frequency, first: date, last: date) -> Iterator[Span]:
    months = MONTHS[frequency]
    late = timedelta(days=DAYS_TO_REPORT.get(frequency, USUAL_DAYS_TO_REPORT))
    bucket = bucket_of(frequency, first)
    while bucket <= last:
        month = bucket.month - 1 + months
        following = date(bucket.year + month // 12, month % 12 + 1, 1)
        ends_on = min(following - timedelta(days=1), last)
        yield Span(bucket, max(bucket, first), ends_on, ends_on + late)
        bucket = following


@transaction.atomic
def settle_calendar(project: Project) -> int:
    """Bring the periods to the project's dates; returns how many there are.

    A period nobody needs any more goes, unless something was reported for it. A locked one stays as it is.
    """
    project = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    rows = ProjectIndicator.objects.filter(project=project)
    frequencies = sorted(set(rows.values_list("indicator__frequency", flat=True)))
    wanted: dict[tuple[str, date], Span] = {}
    if project.starts_on and project.ends_on:
        for frequency in frequencies:
            for span in spans(frequency, project.starts_on, project.ends_on):
                wanted[frequency, span.bucket] = span
    reported = Result.objects.filter(period=OuterRef("pk"))
    periods = Period.objects.filter(project=project).annotate(is_reported=Exists(reported)).order_by("starts_on", "pk")
    there: set[tuple[str, date]] = set()
    for period in periods:
        key = (period.frequency, bucket_of(period.frequency, period.starts_on))
        found = wanted.get(key)
        if found is None or key in there:
            if not period.is_reported and period.locked_at is None:
                period.delete()
            continue
        there.add(key)
        as_wanted = (found.starts_on, found.ends_on, found.due_on)
        if period.locked_at is None and (period.starts_on, period.ends_on, period.due_on) != as_wanted:
            period.starts_on, period.ends_on, period.due_on = as_wanted
            period.save(update_fields=["starts_on", "ends_on", "due_on"])
    Period.objects.bulk_create(
        Period(
            project=project,
            frequency=frequency,
            starts_on=span.starts_on,
            ends_on=span.ends_on,
            due_on=span.due_on,
            is_demo=project.is_demo,
        )
        for (frequency, bucket), span in wanted.items()
        if (frequency, bucket) not in there
    )
    return Period.objects.filter(project=project).count()


def settle_all() -> int:
    """Every project that reports anything; for the nightly task."""
    projects = Project.objects.filter(pk__in=ProjectIndicator.objects.values("project_id")).order_by("pk")
    return sum(settle_calendar(row) for row in projects.iterator())
