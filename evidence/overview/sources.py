"""Where a published figure comes from, as far as the reader may go.

Everybody reads which organizations and activities stand behind it, because each of these activities is published. The
counts themselves come through the door of `Participation`: all for reviewers and the data-protection officer, its own
for an organization, none for everybody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from evidence.models import Activity, ActivityRevision, Participation, Turnout
from evidence.overview import policies
from evidence.overview.labels import LEVELS, labels_of
from evidence.overview.snapshot import counted_revisions
from organizations.models import Organization

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from core.access import Actor
    from evidence.overview.forms import Place
    from evidence.overview.selectors import Reach

#: How many activities one page lists; the list of activities has the rest.
MOST = 50
CUTS = {"sex": "sex", "age": "age_band", "disability": "disability", "group": "group__code"}


@dataclass(frozen=True, slots=True)
class Behind:
    """Counts as they were entered: totals of each measure, and attendances by who they were."""

    activities: int
    attendances: int
    unique_persons: int
    media_reach: int
    cuts: list[tuple[str, list[tuple[str, int]]]]


def organizations_behind(actor: Actor, reach: Reach, place: Place) -> list[Organization]:
    """The organizations, each with how many of its activities are counted as `activity_count`, most first."""
    rows = _revisions(actor, reach, place).order_by()
    counts = dict(rows.values_list("record__organization").annotate(n=Count("pk")).order_by("-n")[:MOST])
    found = list(Organization.objects.visible_to(actor).filter(pk__in=counts))
    for row in found:
        row.activity_count = counts[row.pk]
    return sorted(found, key=lambda row: (-row.activity_count, row.display_name))


def activities_behind(actor: Actor, reach: Reach, place: Place) -> list[ActivityRevision]:
    """The newest activities, with the attendances that this reader may see as `seen_attendances`."""
    rows = _revisions(actor, reach, place).select_related("record__organization", "district", "type")
    found = list(rows.order_by("-starts_on", "-pk")[:MOST])
    if _reads_counts(actor):
        turnouts = Turnout.objects.visible_to(actor).filter(revision__in=[row.pk for row in found])
        counts = dict(turnouts.values_list("revision_id", "attendances"))
        for row in found:
            row.seen_attendances = counts.get(row.pk)
    return found


def counts_behind(actor: Actor, reach: Reach, place: Place) -> Behind | None:
    """Unsuppressed sums over what this reader may see; None for who may see no counts."""
    if not _reads_counts(actor):
        return None
    revisions = _revisions(actor, reach, place)
    if not policies.can_read_all_counts(actor):
        revisions = revisions.filter(record__organization_id__in=actor.organization_ids)
    cells = Participation.objects.visible_to(actor).filter(revision__in=revisions).order_by()
    sums = (
        Turnout.objects.visible_to(actor)
        .filter(revision__in=revisions)
        .aggregate(
            activities=Count("pk"),
            attendances=Sum("attendances", default=0),
            unique_persons=Sum("unique_persons", default=0),
            media_reach=Sum("media_reach", default=0),
        )
    )
    cuts = []
    for level, column in CUTS.items():
        counts = {code or "U": count for code, count in cells.values_list(column).annotate(n=Sum("count"))}
        labels = labels_of(level, counts)
        order = {code: index for index, code in enumerate(reach.codes(level))}
        lines = [(labels[code], counts[code]) for code in sorted(counts, key=lambda code: order.get(code, 99))]
        cuts.append((str(LEVELS[level]), lines))
    return Behind(**sums, cuts=cuts)


def _reads_counts(actor: Actor) -> bool:
    return policies.can_read_all_counts(actor) or policies.can_read_own_counts(actor)


def _revisions(actor: Actor, reach: Reach, place: Place) -> QuerySet:
    """What a release counts and is still there, through the reader's door."""
    seen = Activity.objects.visible_to(actor).values("pk")
    return counted_revisions(reach.starts_on, reach.ends_on).filter(record__in=seen, **place.lookup)
