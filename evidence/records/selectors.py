"""What waits for review, of every kind; and one record as its reviewer sees it, the evidence beside the claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Count, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Role
from core.waiting import Task, Wait, tasks_of
from core.workflow import STEPS, State
from evidence.records import policies
from evidence.records.kinds import all_kinds, kind_of
from evidence.records.revisions import verifier_id, writer_ids
from organizations.models import Project

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor
    from evidence.models.records import Record, Revision
    from evidence.records.kinds import RecordKind

#: What the queue shows unless a state is chosen: what waits for the programme.
WAITING = (State.SUBMITTED, State.VERIFIED, State.APPROVED)
#: Returned records of one kind that the home page lists one by one.
TASKS_OF_A_KIND = 5


def with_since(of: RecordKind, rows: QuerySet) -> QuerySet:
    """Add `since`, when the present state began."""
    return rows.annotate(since=_since(of))


def _since(of: RecordKind) -> Coalesce:
    last = of.transition._default_manager.filter(subject=OuterRef("pk")).order_by("-at", "-pk")
    return Coalesce(Subquery(last.values("at")[:1]), F("saved_at"))


def review_queue(
    actor: Actor, *, kind: str = "", state: str = "", organization: str = "", province: str = ""
) -> QuerySet:
    """Records that were sent, longest waiting first, as dicts: kind, uuid, version, state, since, organization, project.

    One query over all kinds; titles are added by `with_titles` to the rows of a page.
    """
    parts = [_part(of, actor, state, organization, province) for of in all_kinds() if not kind or of.kind == kind]
    first, *others = parts
    return first.union(*others, all=True).order_by("since", "uuid") if others else first.order_by("since", "uuid")


def _part(of: RecordKind, actor: Actor, state: str, organization: str, province: str) -> QuerySet:
    rows = of.record._default_manager.visible_to(actor).filter(first_submitted_at__isnull=False)
    rows = rows.filter(state=state) if state else rows.filter(state__in=WAITING)
    if organization:
        rows = rows.filter(organization__slug=organization)
    if province:
        rows = rows.filter(
            Q(project__districts__province__code=province) | Q(organization__districts__province__code=province)
        ).distinct()
    return (
        with_since(of, rows)
        .annotate(kind=Value(str(of.kind), CharField()))
        .values("kind", "uuid", "version", "state", "since", "organization_id", "project_id", "pk")
    )


def with_titles(actor: Actor, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add the title, the names of organization and project and the label of the state to the rows of one page."""
    for name in {row["kind"] for row in rows}:
        of = kind_of(name)
        mine = [row for row in rows if row["kind"] == name]
        records = (
            of.record._default_manager.visible_to(actor)
            .filter(pk__in=[row["pk"] for row in mine])
            .select_related("organization", "project")
        )
        by_pk = {record.pk: record for record in records}
        newest = (
            of.revision._default_manager.visible_to(actor)
            .filter(record__in=by_pk, submitted_at__isnull=False)
            .select_related("record")
            .order_by("record_id", "-number")
            .distinct("record_id")
        )
        revisions = {revision.record_id: revision for revision in newest}
        for row in mine:
            record, revision = by_pk[row["pk"]], revisions.get(row["pk"])
            row.update(
                record=record,
                of=of,
                title=of.title(record, revision) if revision else "",
                number=revision.number if revision else None,
            )
    return rows


def states_for(actor: Actor) -> list[str]:
    """The states whose rows wait for this actor."""
    states: list[str] = []
    if actor.has(Role.REVIEWER):
        states.append(State.SUBMITTED)
    if actor.has(Role.MANAGER):
        states += [State.VERIFIED, State.APPROVED]
    return states


@dataclass(frozen=True, slots=True)
class Desk:
    """One record and what this actor may do with it now."""

    of: RecordKind
    record: Record
    revision: Revision
    can: dict[str, bool]

    @property
    def has_steps(self) -> bool:
        return any(self.can.values())


def desk_for(actor: Actor, of: RecordKind, record: Any, revision: Any) -> Desk:
    """The steps that are open: the state allows them, and so do the policies."""
    writers, verifier = writer_ids(revision), verifier_id(record)
    state = record.state
    return Desk(
        of=of,
        record=record,
        revision=revision,
        can={
            "submit": state in {State.DRAFT, State.RETURNED} and policies.can_write(actor, record),
            "return": state in WAITING and policies.can_review(actor, record),
            "verify": state == State.SUBMITTED and policies.can_verify(actor, record, writer_ids=writers),
            "approve": state == State.VERIFIED
            and policies.can_approve(actor, record, writer_ids=writers, verifier_id=verifier),
            "publish": state == State.APPROVED and policies.can_publish(actor, record),
            "withdraw": record.published_revision_id is not None and policies.can_withdraw(actor, record),
            "archive": state == State.PUBLISHED and policies.can_archive(actor, record),
            "change": state in {State.VERIFIED, State.APPROVED, State.PUBLISHED, State.WITHDRAWN}
            and policies.can_write(actor, record),
        },
    )


def history_of(actor: Actor, of: RecordKind, record: Any) -> list[dict[str, Any]]:
    """The log for this reader, newest first: what was done, as what, when, and the reason. Names of staff stay inside."""
    rows = of.transition._default_manager.visible_to(actor).filter(subject=record).order_by("-at", "-pk")
    return [
        {
            "at": row.at,
            "what": STEPS[row.verb].label,
            "who": Role(row.as_role).label if row.as_role else "",
            "text": row.reason,
            "reason": row.reason,
            "state_code": row.to_state,
        }
        for row in rows
    ]


def tasks_for(actor: Actor) -> list[Task]:
    """For a CSO what came back; for staff what waits, one line a kind."""
    return tasks_of(waits_for(actor))


def tasks_of_writers(actor: Actor) -> list[Task]:
    """What came back to the actor's organizations, the longest waiting first."""
    return tasks_of(_returned(actor, of) for of in all_kinds())


def waits_for(actor: Actor) -> list[Wait]:
    """Every kind at once, for those to whom something may have come back and for those who work through the queue."""
    waits = []
    if actor.organization_ids:
        waits += [_returned(actor, of) for of in all_kinds()]
    if policies.can_open_queue(actor):
        waits += [_queued(actor, of) for of in all_kinds()]
    return waits


def _returned(actor: Actor, of: RecordKind) -> Wait:
    def task(since: datetime, words: dict[str, Any]) -> Task:
        project = Project(title=words["title"] or "", title_ur=words["title_ur"] or "")
        return Task(
            title=_("Returned to you: %(kind)s") % {"kind": of.label},
            detail=str(project),
            since=since,
            url=reverse(of.edit_page, args=of.page_arguments(of.record(uuid=words["uuid"]))),
            action=_("Read and answer"),
        )

    mine = of.record._default_manager.visible_to(actor).filter(
        organization_id__in=actor.organization_ids, state=State.RETURNED
    )
    return Wait(
        with_since(of, mine).order_by("since", "pk"),
        since="since",
        words={"uuid": "uuid", "title": "project__title", "title_ur": "project__title_ur"},
        task=task,
        limit=TASKS_OF_A_KIND,
    )


def _queued(actor: Actor, of: RecordKind) -> Wait:
    def task(since: datetime, words: dict[str, Any]) -> Task:
        return Task(
            title=_("%(kind)s to review: %(count)s") % {"kind": of.label_plural, "count": words["count"]},
            detail="",
            since=since,
            url=f"{reverse('evidence:queue')}?kind={of.kind}",
            action=_("Review"),
        )

    queue = of.record._default_manager.visible_to(actor).filter(state__in=states_for(actor))
    return Wait(
        queue.exclude(organization_id__in=actor.organization_ids),
        since=Min(_since(of)),
        words={"count": Count("pk")},
        task=task,
        is_counted=True,
    )
