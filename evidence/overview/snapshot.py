"""What a release is decided on: the published activities of a period that everybody may read, added up in SQL.

An activity that only partners read is not in it, although its counts would be hidden as all others are: a figure tells
that there was something, and where. So one release is for everybody (docs/adr/0012).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, TruncMonth

from core.access import Actor
from core.suppression import single_count
from evidence.models import Activity, ActivityRevision, AgeBand, Participation, Sex, Turnout
from evidence.overview.families import NO_DISTRICT, NOT_RECORDED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

Cells = list[tuple[tuple[str, ...], int]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The counts of a period as they stood at one moment."""

    people: Cells
    kinds: Cells
    records: dict[str, Any]
    is_demo: bool


def counted_activities() -> QuerySet:
    """The activities that figures are made of: those that a visitor may read."""
    return Activity.objects.visible_to(Actor.visitor()).live()


def counted_revisions(starts_on: date, ends_on: date) -> QuerySet:
    """What is published of the activities of a period. An activity belongs to the month of its first day."""
    published = counted_activities().values("published_revision_id")
    return ActivityRevision.objects.filter(pk__in=published, starts_on__range=(starts_on, ends_on))


def take_snapshot(starts_on: date, ends_on: date) -> Snapshot:
    """Read everything at one moment."""
    with _one_moment():
        revisions = counted_revisions(starts_on, ends_on)
        return Snapshot(
            people=_people(revisions),
            kinds=_kinds(revisions),
            records=_records(revisions),
            is_demo=revisions.filter(record__is_demo=True).exists(),
        )


@contextmanager
def _one_moment() -> Iterator[None]:
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _people(revisions: QuerySet) -> Cells:
    """Rows of the people family. A row of zero says that somebody counted in that place and month."""
    cells = Participation.objects.filter(revision__in=revisions).annotate(month=TruncMonth("revision__starts_on"))
    rows = cells.order_by().values_list("revision__district__code", "sex", "age_band", "group__code", "month")
    found: Cells = [
        ((district or NO_DISTRICT, sex, age, group or NOT_RECORDED, f"{month:%Y-%m}"), count)
        for district, sex, age, group, month, count in rows.annotate(n=Sum("count")).iterator(chunk_size=10_000)
    ]
    # An activity whose attendances are known to be none has no cells.
    empty = revisions.filter(turnout__attendances=0).annotate(month=TruncMonth("starts_on"))
    for district, month in empty.order_by().values_list("district__code", "month").distinct():
        place = district or NO_DISTRICT
        found.append(((place, Sex.NOT_RECORDED, AgeBand.NOT_RECORDED, NOT_RECORDED, f"{month:%Y-%m}"), 0))
    return found


def _kinds(revisions: QuerySet) -> Cells:
    """Rows of the kinds family: the same attendances."""
    cells = Participation.objects.filter(revision__in=revisions).order_by()
    rows = cells.values_list("revision__type__code", "revision__setting__code", "disability")
    return [
        ((kind, setting or NOT_RECORDED, disability), count)
        for kind, setting, disability, count in rows.annotate(n=Sum("count"))
    ]


def _records(revisions: QuerySet) -> dict[str, Any]:
    """Counts of activities and organizations by what they are and where: records, not people.

    And the estimate of media reach, which is no count of people who came: one number, never divided.
    """
    sums = Turnout.objects.filter(revision__in=revisions).aggregate(
        attendances=Count("pk", filter=Q(attendances__isnull=False)),
        unique_persons=Count("pk", filter=Q(unique_persons__isnull=False)),
        disability=Count("pk", filter=Q(is_disability_asked=True)),
        media=Count("pk", filter=Q(media_reach__isnull=False)),
        media_reach=Coalesce(Sum("media_reach"), 0),
    )
    reached = sums.pop("media_reach")
    cells = Participation.objects.filter(revision=OuterRef("pk"))
    return {
        **revisions.aggregate(
            activities=Count("pk"),
            organizations=Count("record__organization", distinct=True),
            districts=Count("district", distinct=True),
        ),
        "with": {
            **sums,
            "sex": revisions.filter(Exists(cells.exclude(sex=Sex.NOT_RECORDED))).count(),
            "age": revisions.filter(Exists(cells.exclude(age_band=AgeBand.NOT_RECORDED))).count(),
            "evidence": revisions.filter(evidence__isnull=False).distinct().count(),
        },
        "media_reach": _stored(single_count(reached).value) if sums["media"] else None,
        "by": {
            "theme": _by(revisions, "themes__code"),
            "type": _by(revisions, "type__code"),
            "setting": _by(revisions, "setting__code", NOT_RECORDED),
            "district": _by(revisions, "district__code", NO_DISTRICT),
            "division": _by(revisions, "district__division__code", NO_DISTRICT),
            "province": _by(revisions, "district__province__code", NO_DISTRICT),
        },
    }


def _stored(value: float | None) -> float | str:
    return "below_5" if value is None else value


def _by(revisions: QuerySet, path: str, missing: str = "") -> dict[str, int]:
    rows = revisions.order_by().values_list(path).annotate(n=Count("pk", distinct=True))
    return {code or missing: n for code, n in rows if code or missing}
