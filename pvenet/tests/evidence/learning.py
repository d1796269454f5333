"""The markers and exits of evidence.learning, for the walk."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from core.access import Sensitivity
from core.workflow import State
from evidence.learning.shapes import SHAPES
from evidence.models import Uptake

if TYPE_CHECKING:
    from pvenet.tests.exits import Arguments
    from pvenet.tests.world import World

NOW = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
OWN = {"focal_point", "editor"}
SENT = OWN | {"reviewer", "manager", "data_protection_officer"}
STAFF = {"reviewer", "manager", "nacta"}

#: Marker → who may hold it.
HOLDERS: dict[str, set[str]] = {
    "learning-draft": OWN,
    "learning-sent": SENT,
    "learning-checked": SENT | {"nacta"},
    "learning-withdrawn": SENT,
    "learning-as-submitted": SENT,
    "learning-next-draft": OWN,
    "learning-restricted": SENT | {"nacta"},
    "learning-held": {"data_protection_officer"},
    "learning-reason": SENT,
    "uptake-hidden": STAFF | {"administrator", "data_protection_officer"},
}
STATES = {
    "learning-draft": State.DRAFT,
    "learning-sent": State.SUBMITTED,
    "learning-checked": State.VERIFIED,
    "learning-withdrawn": State.WITHDRAWN,
    "learning-restricted": State.PUBLISHED,
    "learning-held": State.PUBLISHED,
    "Published learning": State.PUBLISHED,
}


def of_kind(kind: str) -> Arguments:
    return lambda world: [{"uuid": row.uuid} for row in world.rows[f"learning-{kind}"]]


def viewed(kind: str) -> Arguments:
    return lambda world: [
        one
        for row in world.rows[f"learning-{kind}"]
        for one in ({"uuid": row.uuid}, {"uuid": row.uuid, "?": "?as=others"})
    ]


def tabs(*queries: str) -> Arguments:
    return lambda world: [
        *({"tab": shape.tab, "?": query} for shape in SHAPES.values() for query in ("", *queries)),
        {"tab": "no-such-tab"},
    ]


QUERIES = ("?q=learning", "?q=learnign", "?q=held", "?organization=hidden-cso", "?level=E0&year=2026")
#: Route → the arguments with which the walk asks for it.
EXITS: dict[str, Arguments] = {
    "evidence:library": lambda world: [{}, *({"?": query} for query in QUERIES)],
    "evidence:library_tab": tabs(*QUERIES),
    "evidence:library_export": lambda world: [
        {"tab": shape.tab, "extension": extension, "?": query}
        for shape in SHAPES.values()
        for extension in ("csv", "xlsx", "pdf")
        for query in ("", "?q=learning")
    ],
    "evidence:own_learning": lambda world: [{}],
    "evidence:own_learning_tab": tabs(),
    **{f"api:{shape.kind}s-list": lambda world: [{}, {"?": "?page_size=1"}] for shape in SHAPES.values()},
    **{f"api:{shape.kind}s-detail": of_kind(shape.kind) for shape in SHAPES.values()},
}
for _kind in SHAPES:
    EXITS |= {
        f"evidence:{_kind}_list": lambda world: [{}],
        f"evidence:{_kind}_new": lambda world: [{}],
        f"evidence:{_kind}": viewed(_kind),
        f"evidence:{_kind}_edit": of_kind(_kind),
        f"evidence:{_kind}_validate": of_kind(_kind),
        f"evidence:{_kind}_uptake": of_kind(_kind),
    }


def plant(world: World) -> None:
    """Each kind in every audience, one worded anew by a reviewer and being changed, and uptake by a hidden organization."""
    records = world.rows.setdefault("records", [])
    for kind, shape in SHAPES.items():
        rows = [_record(world, shape, name, state) for name, state in STATES.items()]
        world.rows[f"learning-{kind}"] = rows
        records += [(kind.value, row.uuid) for row in rows]
        shape.transition.objects.create(
            subject=rows[1],
            verb="return",
            from_state=State.SUBMITTED,
            to_state=State.RETURNED,
            reason="⟦learning-reason⟧",
            version=1,
            actor=world.users["reviewer"],
            at=NOW,
        )
        if kind in {"lesson", "innovation"}:
            Uptake.objects.create(
                **{str(kind): rows[-1]},
                organization=world.organizations[2],
                note="⟦uptake-hidden⟧",
                used_on=date(2025, 12, 1),
                recorded_by=world.users["manager"],
                recorded_at=NOW,
            )


def _record(world: World, shape: Any, name: str, state: str) -> Any:
    sent = state != State.DRAFT
    row = shape.record.objects.create(
        organization=world.organizations[0],
        sensitivity=Sensitivity.RESTRICTED if name == "learning-restricted" else Sensitivity.PUBLIC,
        first_submitted_at=NOW if sent else None,
        created_at=NOW,
        saved_at=NOW,
    )
    times = {
        "submitted_at": NOW if sent else None,
        "verified_at": NOW if state in {State.VERIFIED, State.PUBLISHED} else None,
    }
    if name in HOLDERS:
        revision = _revision(world, shape, row, 1, f"⟦{name}⟧", **times)
    else:
        _revision(world, shape, row, 1, "⟦learning-as-submitted⟧", submitted_at=NOW)
        revision = _revision(world, shape, row, 2, name, is_validation=True, **times)
        _revision(world, shape, row, 3, "⟦learning-next-draft⟧")
    row.state = state
    row.is_held = name == "learning-held"
    if state == State.PUBLISHED:
        row.published_revision, row.published_at = revision, NOW
    row.save()
    return row


def _revision(world: World, shape: Any, row: Any, number: int, text: str, **fields: Any) -> Any:
    editor = world.users["editor"]
    own = {"type": "WORKED"} if shape.own_choices else {}
    return shape.revision.objects.create(
        record=row,
        number=number,
        title=text,
        title_ur=text,
        created_by=editor,
        created_at=NOW,
        saved_by=editor,
        saved_at=NOW,
        **own,
        **dict.fromkeys((*shape.texts, *shape.lines), text),
        **fields,
    )
