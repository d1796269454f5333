"""The agenda as one actor may read it. The page, the calendar, `schedule.json` and the staff's board all read this."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.waiting import Task, Wait, tasks_of
from core.workflow import State
from organizations.models import Organization
from workshops.agenda.policies import GONE, can_run_workshops
from workshops.models import (
    Placement,
    Room,
    Session,
    Showcase,
    ShowcasePresenter,
    Workshop,
    WorkshopDay,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor

ACCEPTED = (State.APPROVED, State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class PlacedShowcase:
    """A showcase in its session. `title` and `presenters` are empty until it is live; `organization` may be withheld."""

    placement_id: int
    uuid: UUID
    starts_at: datetime
    minutes: int
    position: int
    organization: str
    organization_slug: str
    title: str
    presenters: tuple[str, ...]

    @property
    def is_live(self) -> bool:
        return bool(self.title)


@dataclass(frozen=True, slots=True)
class AgendaSession:
    """A session with what is placed in it, in the order of speaking."""

    row: Session
    showcases: tuple[PlacedShowcase, ...]

    @property
    def minutes(self) -> int:
        return int((self.row.ends_at - self.row.starts_at).total_seconds() // 60)

    @property
    def placed_minutes(self) -> int:
        return sum(showcase.minutes for showcase in self.showcases)

    @property
    def is_overfull(self) -> bool:
        """Whether the showcases need more time than the session has."""
        return self.placed_minutes > self.minutes


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """A day and its sessions in the order of the clock. `number` counts from one."""

    number: int
    row: WorkshopDay
    sessions: list[AgendaSession] = field(default_factory=list)

    @property
    def slots(self) -> list[list[AgendaSession]]:
        """The sessions by their times: those that run side by side stand in one list."""
        times = itertools.groupby(self.sessions, key=lambda item: (item.row.starts_at, item.row.ends_at))
        return [list(items) for _times, items in times]


def agenda_of(*, actor: Actor, workshop: Workshop) -> list[AgendaDay]:
    """The days of a workshop that the actor fetched with `visible_to`. Six queries, however long the agenda is."""
    rows = WorkshopDay.objects.visible_to(actor).filter(workshop=workshop).order_by("held_on", "pk")
    days = {row.pk: AgendaDay(number=number, row=row) for number, row in enumerate(rows, start=1)}
    placed = _placed(actor, workshop)
    sessions = (
        Session.objects.visible_to(actor)
        .filter(workshop=workshop)
        .select_related("room", "type")
        .order_by("starts_at", "ends_at", "room__name", "pk")
    )
    for session in sessions:
        if day := days.get(session.day_id):
            day.sessions.append(AgendaSession(session, _in_order(session, placed.get(session.pk, []))))
    return list(days.values())


def placed_in(*, actor: Actor, session: Session) -> list[tuple[Placement, PlacedShowcase]]:
    """What is placed in one session, each placement with its showcase as the actor may read it."""
    placements = _placed(actor, session.workshop).get(session.pk, [])
    return list(zip(placements, _in_order(session, placements), strict=True))


def minutes_of(session: Session) -> tuple[int, int]:
    """How long a session is, and how much of it its showcases take."""
    length = int((session.ends_at - session.starts_at).total_seconds() // 60)
    return length, session.placements.aggregate(total=Sum("minutes"))["total"] or 0


def days_with_counts(*, actor: Actor, workshop: Workshop) -> list[WorkshopDay]:
    """The days of a workshop, each with `session_count`."""
    return list(
        WorkshopDay.objects.visible_to(actor)
        .filter(workshop=workshop)
        .annotate(session_count=Count("sessions"))
        .order_by("held_on", "pk")
    )


def rooms_with_counts(*, actor: Actor, workshop: Workshop) -> list[Room]:
    """The rooms of a workshop, each with `session_count`."""
    return list(
        Room.objects.visible_to(actor)
        .filter(workshop=workshop)
        .annotate(session_count=Count("sessions"))
        .order_by("name", "pk")
    )


def unplaced_showcases(*, actor: Actor, workshop: Workshop) -> list[Showcase]:
    """Showcases that were sent in and have no place yet, as far as the actor may see them, accepted ones first."""
    rows = (
        Showcase.objects.visible_to(actor)
        .filter(workshop=workshop, placement=None, first_submitted_at__isnull=False)
        .exclude(state__in=GONE)
        .select_related("organization")
        .order_by("organization__name", "pk")
    )
    return sorted(rows, key=lambda showcase: showcase.state not in ACCEPTED)


def workshops_with_counts(*, actor: Actor) -> list[Workshop]:
    """The workshops that the actor may see, each with `session_count` (without breaks) and `showcase_count` (live)."""
    sessions = Session.objects.visible_to(actor).filter(is_break=False)
    showcases = Showcase.objects.visible_to(actor).live()
    return list(
        Workshop.objects.visible_to(actor)
        .annotate(
            session_count=Count("sessions", filter=Q(sessions__in=sessions), distinct=True),
            showcase_count=Count("showcases", filter=Q(showcases__in=showcases), distinct=True),
        )
        .order_by("-starts_on", "pk")
    )


@dataclass(frozen=True, slots=True)
class CoverFacts:
    """The figures on the cover of a workshop, each a count of rows that the actor may read."""

    day_count: int
    session_count: int
    showcase_count: int
    organization_count: int


def cover_facts(*, actor: Actor, workshop: Workshop, days: list[AgendaDay]) -> CoverFacts:
    """What the cover counts: sessions without breaks, showcases that are live, and the organizations behind them."""
    live = (
        Showcase.objects.visible_to(actor)
        .live()
        .filter(workshop=workshop)
        .aggregate(
            showcases=Count("pk", distinct=True),
            organizations=Count("organization_id", distinct=True),
        )
    )
    return CoverFacts(
        day_count=len(days),
        session_count=sum(not item.row.is_break for day in days for item in day.sessions),
        showcase_count=live["showcases"],
        organization_count=live["organizations"],
    )


def tasks_for(actor: Actor) -> list[Task]:
    """For those who run workshops: accepted showcases without a place, one task a workshop."""
    return tasks_of(waits_for(actor))


def waits_for(actor: Actor) -> list[Wait]:
    """The same, to be read with what else waits."""
    if not can_run_workshops(actor):
        return []

    def task(since: datetime, words: dict[str, Any]) -> Task:
        return Task(
            title=str(Workshop(title=words["title"], title_ur=words["title_ur"])),
            detail=ngettext(
                "%(count)d accepted showcase has no place in the agenda.",
                "%(count)d accepted showcases have no place in the agenda.",
                words["count"],
            )
            % {"count": words["count"]},
            since=since,
            url=reverse("workshops:agenda_board", args=[words["slug"]]),
            action=_("Place them"),
        )

    words = {"slug": "workshop__slug", "title": "workshop__title", "title_ur": "workshop__title_ur"}
    return [
        Wait(
            Showcase.objects.visible_to(actor).filter(state__in=ACCEPTED, placement=None),
            since=Min("saved_at"),
            words={**words, "count": Count("pk")},
            task=task,
            is_counted=True,
            per=tuple(words.values()),
        )
    ]


def _placed(actor: Actor, workshop: Workshop) -> dict[int, list[Placement]]:
    """Placements by session, each with `is_live` and `is_named` for this actor and the presenters who may be named.

    The names are those of people who agreed to be named in public, whoever asks: an agenda is printed and passed on.
    """
    live = Showcase.objects.visible_to(actor).live()
    named = Organization.objects.visible_to(actor)
    presenters = (
        ShowcasePresenter.objects.visible_to(actor)
        .filter(presenter__named_publicly_since__isnull=False, showcase__in=live)
        .select_related("presenter")
        .order_by("position", "pk")
    )
    placements = (
        Placement.objects.visible_to(actor)
        .filter(session__workshop=workshop)
        .annotate(
            is_live=Exists(live.filter(pk=OuterRef("showcase_id"))),
            is_named=Exists(named.filter(pk=OuterRef("showcase__organization_id"))),
        )
        .select_related("showcase__organization", "showcase__published_revision")
        .prefetch_related(Prefetch("showcase__showcase_presenters", queryset=presenters))
        .order_by("position", "pk")
    )
    by_session = defaultdict(list)
    for placement in placements:
        by_session[placement.session_id].append(placement)
    return by_session


def _in_order(session: Session, placements: list[Placement]) -> tuple[PlacedShowcase, ...]:
    starts_at = session.starts_at
    placed = []
    for placement in placements:
        showcase, revision = placement.showcase, placement.showcase.published_revision
        organization = showcase.organization
        placed.append(
            PlacedShowcase(
                placement_id=placement.pk,
                uuid=showcase.uuid,
                starts_at=starts_at,
                minutes=placement.minutes,
                position=placement.position,
                organization=organization.display_name if placement.is_named else "",
                organization_slug=organization.slug if placement.is_named else "",
                title=revision.display_title if placement.is_live else "",
                presenters=tuple(str(link.presenter) for link in showcase.showcase_presenters.all()),
            )
        )
        starts_at += timedelta(minutes=placement.minutes)
    return tuple(placed)
