"""The markers and exits of evidence.activities and evidence.records, for the walk."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from core.geography import District
from core.terms import term
from core.workflow import State
from evidence.activities.sections import KEYS
from evidence.models import (
    Activity,
    ActivityCost,
    ActivityRevision,
    ActivitySite,
    ActivityTransition,
    Participation,
    Turnout,
)
from pvenet.tests.evidence import items

if TYPE_CHECKING:
    from pvenet.tests.exits import Arguments
    from pvenet.tests.world import World

NOW = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
OWN = {"focal_point", "editor"}
COUNTING = OWN | {"reviewer", "data_protection_officer"}
SENT = OWN | {"reviewer", "manager", "data_protection_officer"}

#: Marker → who may hold it. Counts and costs cannot hold a text: evidence/tests/test_activities_doors.py looks at them.
HOLDERS: dict[str, set[str]] = {
    "activity-draft": OWN,
    "activity-submitted": SENT,
    "activity-returned": SENT,
    "activity-verified": SENT | {"nacta"},
    "activity-withdrawn": SENT,
    "activity-next-draft": OWN,
    "activity-reason": SENT,
    "activity-site": COUNTING,
}
STATES = {
    "activity-draft": State.DRAFT,
    "activity-submitted": State.SUBMITTED,
    "activity-returned": State.RETURNED,
    "activity-verified": State.VERIFIED,
    "activity-withdrawn": State.WITHDRAWN,
    "activity-published": State.PUBLISHED,
}
VERBS = ["submit", "return", "verify", "approve", "publish", "withdraw", "archive", "change", "no-such-verb"]


def activities(world: World) -> list[dict[str, Any]]:
    return [{"uuid": row.uuid} for row in world.rows["activities"]]


def each_record(**more: list[str]) -> Arguments:
    """Every record of evidence as (kind, uuid), the first with every value of one more argument."""

    def arguments(world: World) -> list[dict[str, Any]]:
        records = [{"kind": "activity", "uuid": row.uuid} for row in world.rows["activities"]]
        # Other features add theirs as (kind, uuid).
        records += [{"kind": kind, "uuid": uuid} for kind, uuid in world.rows.get("records", [])]
        if not more:
            return [*records, {"kind": "no-such-kind", "uuid": records[0]["uuid"]}]
        ((name, values),) = more.items()
        return [{**records[0], name: value} for value in values] + [{**one, name: values[0]} for one in records]

    return arguments


def with_queries(*queries: str) -> Arguments:
    return lambda world: [{}, *({"?": query} for query in queries)]


#: Route → the arguments with which the walk asks for it.
EXITS: dict[str, Arguments] = {
    "api:activities-list": with_queries("?page_size=1", "?theme=DIALOGUE"),
    "api:activities-detail": activities,
    "evidence:start": with_queries(),
    "evidence:queue": with_queries("?kind=activity", "?state=RETURNED", "?state=DRAFT", "?kind=nothing"),
    "evidence:queue_step": with_queries(),
    "evidence:review": each_record(),
    "evidence:step": each_record(verb=VERBS),
    "evidence:activity_list": with_queries("?q=activity", "?month=2025-05", "?after=2025-05-10.1", "?district=none"),
    "evidence:own_activities": with_queries("?state=DRAFT", "?q=activity"),
    "evidence:activity_new": with_queries("?project=restricted"),
    "evidence:activity": lambda world: [
        one for row in activities(world) for one in (row, {**row, "?": "?as=others"}, {**row, "?": "?revision=1"})
    ],
    "evidence:activity_copy": activities,
    "evidence:activity_edit": activities,
    "evidence:activity_section": lambda world: [
        {**one, "key": key} for one in activities(world) for key in (*KEYS, "no-such-section")
    ],
}


def plant(world: World) -> None:
    """An activity in every state, with a place and a cost; and one that is published and being changed."""
    world.rows["activities"] = [_activity(world, name, state) for name, state in STATES.items()]
    items.attach(world)
    published = world.rows["activities"][-1]
    _revision(world, published, 2, "⟦activity-next-draft⟧", submitted_at=None)
    published.state = State.DRAFT
    published.save()
    ActivityTransition.objects.create(
        subject=world.rows["activities"][2],
        verb="return",
        from_state=State.SUBMITTED,
        to_state=State.RETURNED,
        reason="⟦activity-reason⟧",
        version=1,
        actor=world.users["reviewer"],
        at=NOW,
    )


def _activity(world: World, name: str, state: str) -> Activity:
    sent = state != State.DRAFT
    project = world.projects[0]
    row = Activity.objects.create(
        organization=project.organization,
        project=project,
        code=name[-24:],
        first_submitted_at=NOW if sent else None,
        created_at=NOW,
        saved_at=NOW,
    )
    text = "Published activity" if state == State.PUBLISHED else f"⟦{name}⟧"
    revision = _revision(
        world,
        row,
        1,
        text,
        submitted_at=NOW if sent else None,
        verified_at=NOW if state in {State.VERIFIED, State.PUBLISHED} else None,
    )
    row.state = state
    if state == State.PUBLISHED:
        row.published_revision, row.published_at, row.live_on = revision, NOW, revision.starts_on
    row.save()
    return row


def _revision(world: World, activity: Activity, number: int, text: str, **fields: Any) -> ActivityRevision:
    editor = world.users["editor"]
    revision = ActivityRevision.objects.create(
        record=activity,
        number=number,
        type=term("activity_type", "DIALOGUE"),
        title=text,
        title_ur=text,
        description=text,
        methods=text,
        status_note=text,
        district_note=text,
        status="COMPLETED",
        starts_on=date(2025, 5, 10),
        ends_on=date(2025, 5, 11),
        district=District.objects.get(code="KP-PESHAWAR"),
        created_by=editor,
        created_at=NOW,
        saved_by=editor,
        saved_at=NOW,
        **fields,
    )
    Turnout.objects.create(revision=revision, attendances=9, unique_persons=7, media_reach=5)
    Participation.objects.create(revision=revision, sex="F", age_band="A18_24", count=9)
    ActivitySite.objects.create(revision=revision, place="⟦activity-site⟧")
    ActivityCost.objects.create(revision=revision, amount_pkr="123456.78")
    return revision
