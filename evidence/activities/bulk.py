"""Many activities at once, for the demo programme and for measurements: rows are made without the services' checks.

What a person or a file enters goes through `services`. Here the caller answers for the content; the database's
constraints still hold, and the log and the audit are not written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import OuterRef, Subquery

from core.terms import Term
from core.workflow import State
from evidence.activities.grid import Counts, add_up
from evidence.models import Activity, ActivityCost, ActivityRevision, ActivitySite, Participation, Turnout

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from organizations.models import Project

BATCH = 2_000
SENT = frozenset(State) - {State.DRAFT}
VERIFIED = frozenset({State.VERIFIED, State.APPROVED, State.PUBLISHED, State.ARCHIVED, State.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class NewActivity:
    """One activity with its first revision. `fields` are columns of the revision; `theme_ids` of `pve_theme`."""

    project: Project
    code: str
    state: str
    fields: dict[str, Any]
    at: datetime
    counts: Counts | None = None
    theme_ids: Sequence[int] = ()
    place: str = ""
    amount_pkr: Any = None
    item_ids: Sequence[int] = field(default=())


def bulk_create_activities(rows: Iterable[NewActivity], *, writer_id: int) -> list[Activity]:
    """Store activities in their state, each with one revision, its counts, themes, place, cost and evidence.

    A published activity is live. Thirteen statements a batch of 2,000, whatever is in it.
    """
    groups = {row.code: row.pk for row in Term.objects.filter(vocabulary="target_group")}
    batch: list[NewActivity] = []
    made: list[Activity] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            made += _store(batch, writer_id, groups)
            batch = []
    return made + _store(batch, writer_id, groups) if batch else made


@transaction.atomic
def _store(batch: list[NewActivity], writer_id: int, groups: dict[str, int]) -> list[Activity]:
    # Constraints tie the state to the published revision, which does not exist yet: drafts first.
    activities = Activity.objects.bulk_create(
        Activity(
            organization_id=row.project.organization_id,
            project=row.project,
            code=row.code,
            first_submitted_at=row.at if row.state in SENT else None,
            created_at=row.at,
            saved_at=row.at,
            is_demo=row.project.is_demo,
            live_on=row.fields["starts_on"] if row.state == State.PUBLISHED else None,
        )
        for row in batch
    )
    revisions = ActivityRevision.objects.bulk_create(
        ActivityRevision(
            record=activity,
            number=1,
            created_by_id=writer_id,
            created_at=row.at,
            saved_by_id=writer_id,
            saved_at=row.at,
            submitted_at=row.at if row.state in SENT else None,
            verified_at=row.at if row.state in VERIFIED else None,
            **row.fields,
        )
        for row, activity in zip(batch, activities, strict=True)
    )
    _store_parts(list(zip(batch, revisions, strict=True)), writer_id, groups)
    _set_states(batch, activities)
    return activities


def _store_parts(rows: list[tuple[NewActivity, ActivityRevision]], writer_id: int, groups: dict[str, int]) -> None:
    counted = [(add_up(row.counts), revision) for row, revision in rows if row.counts]
    Turnout.objects.bulk_create(
        Turnout(
            revision=revision,
            attendances=counts.attendances,
            unique_persons=counts.unique_persons,
            media_reach=counts.media_reach,
            is_disability_asked=counts.is_disability_asked,
        )
        for counts, revision in counted
    )
    Participation.objects.bulk_create(
        (
            Participation(
                revision=revision,
                sex=sex,
                age_band=age,
                disability=disability,
                group_id=groups[group] if group else None,
                count=count,
            )
            for counts, revision in counted
            for (sex, age, disability, group), count in counts.cells.items()
        ),
        batch_size=BATCH * 5,
    )
    ActivitySite.objects.bulk_create(
        ActivitySite(revision=revision, place=row.place) for row, revision in rows if row.place
    )
    ActivityCost.objects.bulk_create(
        ActivityCost(revision=revision, amount_pkr=row.amount_pkr)
        for row, revision in rows
        if row.amount_pkr is not None
    )
    links: tuple[tuple[Any, str, Any], ...] = (
        (ActivityRevision.themes.through, "term_id", lambda row: row.theme_ids),
        (ActivityRevision.evidence.through, "evidenceitem_id", lambda row: row.item_ids),
        (ActivityRevision.writers.through, "user_id", lambda row: (writer_id,)),
    )
    for through, column, values in links:
        through._default_manager.bulk_create(
            through(activityrevision_id=revision.pk, **{column: value})
            for row, revision in rows
            for value in values(row)
        )


def _set_states(batch: list[NewActivity], activities: list[Activity]) -> None:
    first = ActivityRevision.objects.filter(record=OuterRef("pk"), number=1).values("pk")[:1]
    by_state: dict[str, list[Activity]] = {}
    for row, activity in zip(batch, activities, strict=True):
        activity.state = row.state
        by_state.setdefault(row.state, []).append(activity)
    for state, rows in by_state.items():
        keys = Activity.objects.filter(pk__in=[row.pk for row in rows])
        if state == State.PUBLISHED:
            keys.update(state=state, published_revision=Subquery(first), published_at=rows[0].saved_at)
        elif state != State.DRAFT:
            keys.update(state=state)
