"""Reads of activities: the lists, one activity as this reader may see it, and what a reviewer compares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.terms import Term
from core.workflow import State
from evidence.activities.grid import Counts, Grid, lay_out
from evidence.activities.sections import counts_of
from evidence.items.levels import evidence_level
from evidence.models import (
    Activity,
    ActivityCost,
    ActivityRevision,
    ActivitySite,
    EvidenceItem,
    Participation,
    Turnout,
)
from evidence.records.paging import KeysetPage, keyset_page
from organizations.models import Project

if TYPE_CHECKING:
    from core.access import Actor
    from evidence.models import EvidenceLevel


@dataclass(frozen=True, slots=True)
class Seen:
    """One revision of an activity as one reader sees it. What the reader may not see is empty."""

    activity: Activity
    revision: ActivityRevision
    counts: Counts | None
    grid: Grid | None
    place: str
    cost: str
    items: list[EvidenceItem]
    level: EvidenceLevel

    @property
    def facts(self) -> list[tuple[Any, Any]]:
        """What stands in the definition list."""
        field: Any = ActivityRevision._meta.get_field
        revision = self.revision
        return [
            (field("type").verbose_name, revision.type),
            (field("status").verbose_name, revision.get_status_display()),
            (field("status_note").verbose_name, revision.status_note),
            (field("district").verbose_name, revision.district),
            (field("setting").verbose_name, revision.setting),
            (_("Place"), self.place),
            (field("feedback_score").verbose_name, revision.feedback_score),
            (ActivityCost._meta.get_field("amount_pkr").verbose_name, self.cost),
        ]


def seen_by(actor: Actor, activity: Activity, revision: ActivityRevision) -> Seen:
    """The revision with the parts that this reader may see, each through its own door."""
    counts = counts_for(actor, revision)
    site = ActivitySite.objects.visible_to(actor).filter(revision=revision).first()
    cost = ActivityCost.objects.visible_to(actor).filter(revision=revision).first()
    items = items_of(actor, revision)
    return Seen(
        activity=activity,
        revision=revision,
        counts=counts,
        grid=lay_out(counts, groups=groups_of(counts), to_read=True) if counts else None,
        place=site.place if site else "",
        cost=f"{cost.amount_pkr:,}".removesuffix(".00") if cost else "",
        items=items,
        level=evidence_level(items),
    )


def counts_for(actor: Actor, revision: ActivityRevision) -> Counts | None:
    """The counts as they were entered, for those who may read them; None for everybody else."""
    if not Turnout.objects.visible_to(actor).filter(revision=revision).exists():
        return None
    # The door of the cells is the door of the turnout; asked here so that they can never drift apart.
    rows = Participation.objects.visible_to(actor).filter(revision=revision)
    return counts_of(revision) if rows.count() == revision.participation.count() else None


def groups_of(counts: Counts) -> list[tuple[str, str]]:
    """The groups that have a block of their own, in the order of the vocabulary."""
    rows = Term.objects.filter(vocabulary="target_group", code__in=counts.groups).order_by("position", "pk")
    return [(row.code, row.label) for row in rows]


def items_of(actor: Actor, revision: ActivityRevision) -> list[EvidenceItem]:
    """The evidence of a revision that this reader may see, with kind and file."""
    rows = EvidenceItem.objects.visible_to(actor).filter(activities=revision)
    return list(rows.select_related("type", "document").order_by("happened_on", "pk"))


def latest_for(actor: Actor, activity: Activity) -> ActivityRevision | None:
    """The newest revision that this reader may see, with what a page of it shows."""
    return _with_words(ActivityRevision.objects.visible_to(actor).filter(record=activity)).order_by("-number").first()


def published_of(activity: Activity) -> ActivityRevision | None:
    """What others read, with what a page of it shows."""
    return _with_words(ActivityRevision.objects.filter(pk=activity.published_revision_id)).first()


def _with_words(rows: QuerySet) -> QuerySet:
    return rows.select_related("type", "setting", "district__province").prefetch_related(
        "themes", "drivers", "partners"
    )


# --- Review ---------------------------------------------------------------------------------------------------------


def claim_of(actor: Actor, record: Any, revision: Any) -> dict[str, Any]:
    """The context of the claim: the activity as the reviewer sees it, and its numbers beside those reviewed before."""
    revision = _with_words(ActivityRevision.objects.visible_to(actor).filter(pk=revision.pk)).get()
    seen = seen_by(actor, record, revision)
    before = (
        ActivityRevision.objects.visible_to(actor)
        .filter(record=record, number__lt=revision.number, submitted_at__isnull=False)
        .order_by("-number")
        .first()
    )
    earlier = counts_for(actor, before) if before else None
    return {
        "seen": seen,
        "items": seen.items,
        "measures": measures(seen.counts, earlier),
        "earlier_number": before.number if earlier and before else None,
    }


def measures(now: Counts | None, before: Counts | None) -> list[dict[str, Any]]:
    """The three measures, which are never added, and what each was before."""
    if now is None:
        return []
    field: Any = Turnout._meta.get_field
    return [
        {
            "label": field(name).verbose_name,
            "value": getattr(now, name),
            "before": getattr(before, name) if before else None,
            "is_changed": before is not None and getattr(before, name) != getattr(now, name),
        }
        for name in ("attendances", "unique_persons", "media_reach")
    ]


# --- Lists ----------------------------------------------------------------------------------------------------------


def live_page(actor: Actor, *, after: str = "", **chosen: Any) -> KeysetPage:
    """A page of what is published and this reader may see, newest event first; the rows are the published revisions.

    Found in the order of an index and read in a second query, so that nothing is sorted or joined for rows not shown.
    """
    found = keyset_page(live_activities(actor, **chosen), on="live_on", after=after)
    rows = (
        Activity.objects.visible_to(actor)
        .filter(pk__in=[row.pk for row in found.rows])
        .select_related("organization", "project", "published_revision__type", "published_revision__district")
        .order_by("-live_on", "-pk")
    )
    revisions = []
    for row in rows:
        # The page reads the record through the revision: the row is here already.
        row.published_revision.record = row
        revisions.append(row.published_revision)
    return replace(found, rows=revisions)


def live_activities(actor: Actor, **chosen: Any) -> QuerySet:
    """The activities that are published and this reader may see, narrowed by what was chosen."""
    rows = Activity.objects.visible_to(actor).live().filter(live_on__isnull=False)
    if not any(chosen.values()):
        return rows
    revisions = _narrow(ActivityRevision.objects.all(), **chosen)
    return rows.filter(published_revision__in=revisions)


def own_activities(actor: Actor, *, state: str = "", **chosen: Any) -> QuerySet:
    """The newest revision of each activity of the reader's organizations, whatever its state."""
    newest = ActivityRevision.objects.filter(record=OuterRef("record")).order_by("-number")
    rows = ActivityRevision.objects.visible_to(actor).filter(
        record__organization_id__in=actor.organization_ids, pk=Subquery(newest.values("pk")[:1])
    )
    if state:
        rows = rows.filter(record__state=state)
    return _narrow(rows, **chosen).select_related("record__organization", "record__project", "type", "district")


def _narrow(
    rows: QuerySet,
    *,
    search: str = "",
    project: str = "",
    organization: str = "",
    district: str = "",
    province: str = "",
    type: str = "",
    theme: str = "",
    month: str = "",
) -> QuerySet:
    if search:
        rows = rows.filter(Q(title__icontains=search) | Q(title_ur__icontains=search))
    if project:
        rows = rows.filter(record__project__code=project)
    if organization:
        rows = rows.filter(record__organization__slug=organization)
    if district:
        rows = rows.filter(district__code=district)
    if province:
        rows = rows.filter(district__province__code=province)
    if type:
        rows = rows.filter(type__code=type, type__vocabulary="activity_type")
    if theme:
        through = ActivityRevision.themes.through._default_manager.filter(term__code=theme)
        rows = rows.filter(pk__in=through.values("activityrevision_id"))
    if month:
        year, _hyphen, number = month.partition("-")
        rows = rows.filter(starts_on__year=int(year), starts_on__month=int(number))
    return rows


def projects_of(actor: Actor) -> list[dict[str, Any]]:
    """The reader's own projects with how many of their activities stand in each state, in two queries."""
    projects = (
        Project.objects.visible_to(actor)
        .filter(organization_id__in=actor.organization_ids)
        .select_related("organization")
        .order_by("-starts_on", "pk")
    )
    counts: dict[int, dict[str, int]] = {}
    rows = Activity.objects.visible_to(actor).filter(organization_id__in=actor.organization_ids)
    for project_id, state in rows.values_list("project_id", "state"):
        of_project = counts.setdefault(project_id, {})
        of_project[state] = of_project.get(state, 0) + 1
    return [{"project": row, "by_state": _states(counts.get(row.pk, {}))} for row in projects]


def _states(counts: dict[str, int]) -> list[dict[str, Any]]:
    words = {
        State.DRAFT: lambda n: ngettext("%(count)d draft", "%(count)d drafts", n),
        State.SUBMITTED: lambda n: ngettext("%(count)d sent", "%(count)d sent", n),
        State.RETURNED: lambda n: ngettext("%(count)d returned to you", "%(count)d returned to you", n),
        State.VERIFIED: lambda n: ngettext("%(count)d checked", "%(count)d checked", n),
        State.APPROVED: lambda n: ngettext("%(count)d accepted", "%(count)d accepted", n),
        State.PUBLISHED: lambda n: ngettext("%(count)d published", "%(count)d published", n),
        State.ARCHIVED: lambda n: ngettext("%(count)d archived", "%(count)d archived", n),
        State.WITHDRAWN: lambda n: ngettext("%(count)d withdrawn", "%(count)d withdrawn", n),
    }
    return [
        {"code": state.value, "label": words[state](counts[state]) % {"count": counts[state]}}
        for state in State
        if counts.get(state)
    ]
