"""The markers and exits of evidence.selection, for the walk."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from evidence.models import Candidate, Panel, PanelFeedback, SelectionRound
from organizations.models import Programme
from pvenet.tests.evidence.consents import OWN

if TYPE_CHECKING:
    from pvenet.tests.exits import Arguments
    from pvenet.tests.world import World

#: Marker → who may hold it.
HOLDERS: dict[str, set[str]] = {
    "feedback": OWN | {"reviewer", "manager"},
    # The choice of a CSO's panel about a story that is not published.
    "panel-reason": OWN | {"reviewer", "manager", "data_protection_officer"},
    "panel-undecided": OWN | {"reviewer", "manager"},
    "round-open": OWN | {"other_focal_point", "reviewer", "manager"},
}


def rounds(world: World) -> list[dict[str, Any]]:
    return [{"pk": row.pk} for row in world.rows["rounds"]]


def panels(world: World) -> list[dict[str, Any]]:
    return [{"pk": row.pk} for row in world.rows["panels"]]


def candidates(world: World) -> list[dict[str, Any]]:
    return [{"pk": row.panel_id, "candidate": row.pk} for row in world.rows["candidates"]]


#: Route → the arguments with which the walk asks for it.
EXITS: dict[str, Arguments] = {
    "evidence:round_list": lambda world: [{}],
    "evidence:round_new": lambda world: [{}],
    "evidence:round": rounds,
    "evidence:round_close": rounds,
    "evidence:panel_new": rounds,
    "evidence:panel": panels,
    "evidence:panel_candidate": panels,
    "evidence:panel_choose": panels,
    "evidence:panel_feedback": candidates,
    "evidence:feedback_passed_on": candidates,
}


def plant(world: World) -> None:
    """Add rows with markers to the world; keep in `world.rows` what the exits need."""
    from pvenet.tests.world import NOW

    home = world.organizations[0]
    common = {"programme": Programme.objects.get(), "starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31)}
    closed = SelectionRound.objects.create(title="A closed round", question="Which?", is_closed=True, **common)
    opened = SelectionRound.objects.create(title="⟦round-open⟧", question="⟦round-open⟧", **common)
    decided = Panel.objects.create(round=closed, level="CSO", organization=home, decided_at=NOW)
    undecided = Panel.objects.create(round=opened, level="CSO", organization=home, composition="⟦panel-undecided⟧")
    rows = []
    for story in world.rows["stories"]:
        is_kept = story.published_revision_id is None and story.first_submitted_at is not None
        row = Candidate.objects.create(
            panel=decided,
            story=story,
            is_chosen=True,
            reason="⟦panel-reason⟧" if is_kept else "A reason.",
        )
        PanelFeedback.objects.create(candidate=row, text="⟦feedback⟧", given_at=NOW)
        rows.append(row)
    rows.append(Candidate.objects.create(panel=undecided, story=world.rows["stories"][1]))
    world.rows |= {"rounds": [closed, opened], "panels": [decided, undecided], "candidates": rows}
