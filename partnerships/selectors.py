"""The roadmap as one actor may read it: pillars with their actions, the board by horizon, and what is incomplete."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import endorsement
from core.terms import Term
from core.waiting import Task, Wait, tasks_of
from organizations.models import Organization
from partnerships.models import Action, ActionPartner, Pillar, Roadmap
from partnerships.policies import can_edit_roadmaps, can_endorse_roadmaps
from partnerships.services import ENDORSEMENT

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from core.access import Actor

#: Statuses after which an action is no longer due.
CLOSED = frozenset({"DONE", "DROPPED"})


@dataclass(frozen=True, slots=True)
class RoadmapAction:
    """An action with what the actor may read about it. `missing` names in words what would make it complete."""

    row: Action
    lead: Organization | None
    partners: tuple[Organization, ...]
    missing: tuple[str, ...]
    is_overdue: bool

    @property
    def is_lead_withheld(self) -> bool:
        """There is a lead, and this reader may not see which."""
        return self.row.lead_id is not None and self.lead is None

    @property
    def is_dropped(self) -> bool:
        return self.row.status.code == "DROPPED"


@dataclass(frozen=True, slots=True)
class PillarActions:
    """A pillar and its actions in the order of their codes."""

    row: Pillar
    actions: list[RoadmapAction] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HorizonRow:
    """A pillar in the board by horizon: a horizon's label and its actions, and at the end those without one."""

    pillar: Pillar
    cells: list[tuple[str, list[RoadmapAction]]]


def roadmaps_with_counts(*, actor: Actor) -> list[Roadmap]:
    """The roadmaps that the actor may see, each with `action_count` and `incomplete_count`."""
    actions = Action.objects.visible_to(actor)
    return list(
        Roadmap.objects.visible_to(actor)
        .annotate(
            action_count=Count(
                "pillars__actions",
                filter=Q(pillars__actions__in=actions),
                distinct=True,
            ),
            incomplete_count=Count(
                "pillars__actions",
                filter=Q(pillars__actions__in=actions.incomplete()),
                distinct=True,
            ),
        )
        .order_by("-starts_on", "pk")
    )


def pillars_of(*, actor: Actor, roadmap: Roadmap, today: date) -> list[PillarActions]:
    """Every pillar of a roadmap that the actor fetched with `visible_to`, with its actions. Three queries."""
    rows = Pillar.objects.visible_to(actor).filter(roadmap=roadmap).select_related("term").order_by("position", "pk")
    pillars = {row.pk: PillarActions(row) for row in rows}
    for action in actions_of(actor=actor).filter(pillar__in=pillars).order_by("code", "pk"):
        pillars[action.pillar_id].actions.append(as_read(action, today=today))
    for pillar in pillars.values():
        pillar.actions.sort(key=lambda action: _natural(action.row.code))
    return list(pillars.values())


def actions_of(*, actor: Actor) -> QuerySet[Action]:
    """Actions with what a line about one needs, read through every door on the way."""
    organizations = Organization.objects.visible_to(actor)
    partners = (
        ActionPartner.objects.visible_to(actor).select_related("organization").order_by("organization__name", "pk")
    )
    return (
        Action.objects.visible_to(actor)
        .select_related("horizon", "status", "lead")
        .annotate(is_lead_named=Exists(organizations.filter(pk=OuterRef("lead_id"))))
        .prefetch_related(Prefetch("action_partners", queryset=partners))
    )


def as_read(action: Action, *, today: date) -> RoadmapAction:
    """One action of `actions_of`, as its reader sees it on that day."""
    return RoadmapAction(
        row=action,
        lead=action.lead if action.is_lead_named else None,
        partners=tuple(link.organization for link in action.action_partners.all()),
        missing=missing_parts(action),
        is_overdue=bool(action.due_on and action.due_on < today and action.status.code not in CLOSED),
    )


def missing_parts(action: Action) -> tuple[str, ...]:
    """What an action lacks to be one that can be followed up, in words."""
    missing = []
    if not action.lead_id:
        missing.append(_("no lead"))
    if not action.horizon_id:
        missing.append(_("no horizon"))
    if not action.indicator:
        missing.append(_("no indicator"))
    if not action.target:
        missing.append(_("no target"))
    return tuple(missing)


def board_by_horizon(pillars: list[PillarActions], horizons: list[Term]) -> list[HorizonRow]:
    """The actions of each pillar, one cell a horizon. The last cell is there only when an action has no horizon."""
    places = {term.pk: place for place, term in enumerate(horizons)}
    labels = [term.label for term in horizons]
    if any(action.row.horizon_id not in places for pillar in pillars for action in pillar.actions):
        labels.append(_("No horizon yet"))
    board = []
    for pillar in pillars:
        cells: list[tuple[str, list[RoadmapAction]]] = [(label, []) for label in labels]
        for action in pillar.actions:
            place = places.get(action.row.horizon_id, -1)
            cells[place][1].append(action)
        board.append(HorizonRow(pillar.row, cells))
    return board


def tasks_for(actor: Actor) -> list[Task]:
    """For those who edit roadmaps the incomplete actions, one task a roadmap; for NACTA what it is asked to endorse."""
    return tasks_to_endorse(actor) + tasks_of(waits_for(actor))


def waits_for(actor: Actor) -> list[Wait]:
    """The incomplete actions, to be read with what else waits."""
    if can_endorse_roadmaps(actor) or not can_edit_roadmaps(actor):
        return []

    def task(since: datetime, words: dict[str, Any]) -> Task:
        return Task(
            title=str(Roadmap(title=words["title"], title_ur=words["title_ur"])),
            detail=ngettext(
                "%(count)d action is incomplete: it lacks a lead, a horizon, an indicator or a target.",
                "%(count)d actions are incomplete: they lack a lead, a horizon, an indicator or a target.",
                words["count"],
            )
            % {"count": words["count"]},
            since=since,
            url=reverse("partnerships:roadmap", args=[words["slug"]]) + "?incomplete=on",
            action=_("Complete them"),
        )

    words = {
        "slug": "pillar__roadmap__slug",
        "title": "pillar__roadmap__title",
        "title_ur": "pillar__roadmap__title_ur",
    }
    return [
        Wait(
            Action.objects.visible_to(actor).incomplete().exclude(status__code__in=CLOSED),
            since=Min("updated_at"),
            words={**words, "count": Count("pk")},
            task=task,
            is_counted=True,
            per=tuple(words.values()),
        )
    ]


def tasks_to_endorse(actor: Actor) -> list[Task]:
    """What NACTA is asked to endorse."""
    if not can_endorse_roadmaps(actor):
        return []
    return [
        Task(
            title=_("Endorse: %(title)s") % {"title": record.subject},
            detail=_("The programme asks for the endorsement of NACTA."),
            since=record.at,
            url=reverse("partnerships:roadmap", args=[record.subject.slug]) + "#endorsement",
            action=_("Read and endorse"),
        )
        for record in endorsement.asked(ENDORSEMENT, actor)
    ]


def _natural(code: str) -> list[tuple[int, int, str]]:
    """P1.10 after P1.9."""
    parts = "".join(char if char.isdecimal() else f" {char} " for char in code).split()
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]
