"""Values that can be counted from the activities of a project, proposed beside the field with where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery, Sum

from core.workflow import State
from evidence.models import ActivityRevision

if TYPE_CHECKING:
    from core.access import Actor
    from evidence.models import Indicator, Period

#: What each standard indicator is counted from. Distinct persons are not here: those of several activities overlap.
DERIVED = {
    "OP01": Sum("turnout__attendances"),
    "OP03": Count("pk"),
    "OP05": Count("pk"),
    "OP10": Max("turnout__media_reach"),
    "OP13": Count("district", distinct=True),
}
DIALOGUES = ("DIALOGUE", "INTERFAITH", "INTERGEN")


def can_derive(indicator: Indicator) -> bool:
    return indicator.project_id is None and indicator.standard_code in DERIVED


def sources(actor: Actor, indicator: Indicator, period: Period) -> QuerySet:
    """The activities of the period that a value is counted from: the newest text of each that took place."""
    newest = ActivityRevision.objects.filter(record=OuterRef("record")).order_by("-number")
    rows = (
        ActivityRevision.objects.visible_to(actor)
        .filter(
            record__project_id=period.project_id,
            pk=Subquery(newest.values("pk")[:1]),
            starts_on__range=(period.starts_on, period.ends_on),
            status__in=[ActivityRevision.Status.COMPLETED, ActivityRevision.Status.ONGOING],
        )
        .exclude(record__state__in=[State.WITHDRAWN, State.ARCHIVED])
    )
    if indicator.standard_code == "OP05":
        rows = rows.filter(type__code__in=DIALOGUES)
    return rows


def propose(actor: Actor, indicators: list[Indicator], period: Period) -> dict[int, int]:
    """For each indicator that can be counted, the value; one query each, and none for the others.

    Only for members of the project's organization, who entered the activities.
    """
    found = {}
    for indicator in indicators:
        if not can_derive(indicator):
            continue
        value = sources(actor, indicator, period).order_by().aggregate(value=DERIVED[indicator.standard_code])["value"]
        if value:
            found[indicator.pk] = value
    return found


def source_rows(actor: Actor, indicator: Indicator, period: Period) -> QuerySet:
    """The same activities, to be listed with what each adds."""
    return (
        sources(actor, indicator, period)
        .select_related("record", "type", "district")
        .annotate(attendances=F("turnout__attendances"), reach=F("turnout__media_reach"))
        .order_by("starts_on", "pk")
    )
