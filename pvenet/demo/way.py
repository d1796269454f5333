"""Loads the roadmap with its pillars and actions, and the request that NACTA endorse it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.endorsement import Verb
from partnerships.models import Action, ActionPartner, Pillar, Roadmap, RoadmapEndorsementRecord
from pvenet.demo.content import ENTERED_AT, day, read

if TYPE_CHECKING:
    from accounts.models import User
    from organizations.models import Organization, Programme
    from pvenet.demo.content import Lookup


def load_roadmap(
    programme: Programme, organizations: dict[str, Organization], users: dict[str, User], lookup: Lookup
) -> Roadmap:
    file = read("roadmap")
    roadmap = Roadmap.objects.create(
        slug=file["slug"],
        programme=programme,
        title=file["title"],
        title_ur=file["title_ur"],
        vision=file["vision"],
        vision_ur=file["vision_ur"],
        starts_on=day(file["starts_on"]),
        is_published=True,
        is_demo=True,
    )
    for position, row in enumerate(file["pillars"], start=1):
        pillar = Pillar.objects.create(
            roadmap=roadmap,
            term=lookup.term("roadmap_pillar", row["code"]),
            objective=row["objective"],
            objective_ur=row["objective_ur"],
            position=position,
        )
        for action in row["actions"]:
            _load_action(pillar, action, organizations, lookup)
    RoadmapEndorsementRecord.objects.create(
        subject=roadmap,
        verb=Verb.ASK,
        edition=roadmap.edition,
        note="The workshop agreed on these actions. Two still wait for a lead and a target.",
        actor=users["manager"],
        at=ENTERED_AT,
    )
    Roadmap.objects.filter(pk=roadmap.pk).update(updated_at=ENTERED_AT)
    Action.objects.filter(pillar__roadmap=roadmap).update(updated_at=ENTERED_AT)
    return roadmap


def _load_action(
    pillar: Pillar,
    row: dict[str, Any],
    organizations: dict[str, Organization],
    lookup: Lookup,
) -> None:
    action = Action.objects.create(
        pillar=pillar,
        code=row["code"],
        title=row["title"],
        title_ur=row["title_ur"],
        description=row["description"],
        description_ur=row["description_ur"],
        horizon=lookup.term("roadmap_horizon", row["horizon"]),
        priority=lookup.term("priority", row["priority"]),
        status=lookup.term("action_status", row["status"]),
        lead=organizations[row["lead"]] if row["lead"] else None,
        npve_pillar=lookup.term("npve_pillar", row["npve_pillar"]),
        indicator=row["indicator"],
        target=row["target"],
        resources=row["resources"],
        due_on=day(row["due_on"]),
        is_demo=True,
    )
    ActionPartner.objects.bulk_create(
        ActionPartner(action=action, organization=organizations[slug]) for slug in row["partners"]
    )
