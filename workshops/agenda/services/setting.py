"""The setting of an agenda: the workshop itself, its days and its rooms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit
from core.errors import Conflict, InvalidInput
from core.workflow import check_version
from workshops.agenda.services.locks import lock_workshop, require_runner, save_changes
from workshops.agenda.services.overlaps import named_overlaps
from workshops.models import Room, Workshop, WorkshopDay

if TYPE_CHECKING:
    from datetime import date, datetime

    from core.access import Actor

#: A workshop is days, not months; a wrong year is caught here.
MOST_DAYS = 31


@transaction.atomic
def create_workshop(*, actor: Actor, values: dict[str, Any], at: datetime) -> Workshop:
    """Plan a workshop with its days, one for each date. Sent twice with the same address, it is created once."""
    require_runner(actor)
    _check_dates(values["starts_on"], values["ends_on"])
    try:
        with transaction.atomic():
            workshop = Workshop.objects.create(**values)
    except IntegrityError:
        workshop = Workshop.objects.visible_to(actor).get(slug=values["slug"])
        if workshop.title != values["title"] or workshop.version != 1:
            raise InvalidInput(
                _("Another workshop has this address. Choose a different one."),
                field="slug",
            ) from None
        return workshop
    for offset in range((workshop.ends_on - workshop.starts_on).days + 1):
        WorkshopDay.objects.create(workshop=workshop, held_on=workshop.starts_on + timedelta(days=offset))
    audit.record(actor=actor, action="workshop.create", row=workshop, at=at)
    return workshop


@transaction.atomic
def change_workshop(
    *,
    actor: Actor,
    slug: str,
    version: int | None,
    values: dict[str, Any],
    at: datetime,
) -> Workshop:
    """Change a workshop's own fields, all but its address. Its dates must keep the days that are planned."""
    workshop = lock_workshop(actor, slug=slug)
    require_runner(actor)
    check_version(workshop, version)
    starts_on = values.get("starts_on", workshop.starts_on)
    ends_on = values.get("ends_on", workshop.ends_on)
    _check_dates(starts_on, ends_on)
    outside = workshop.days.exclude(held_on__range=(starts_on, ends_on)).order_by("held_on").first()
    if outside:
        raise InvalidInput(
            _("%(day)s would fall outside the workshop. Move or remove that day first.")
            % {"day": date_format(outside.held_on)},
            field="starts_on" if outside.held_on < starts_on else "ends_on",
        )
    save_changes(actor=actor, row=workshop, values=values, action="workshop.change", at=at)
    return workshop


@transaction.atomic
def add_day(*, actor: Actor, slug: str, values: dict[str, Any], at: datetime) -> WorkshopDay:
    """Add a day. A date that is there already is returned as it is."""
    workshop = lock_workshop(actor, slug=slug)
    require_runner(actor)
    _check_within(workshop, values["held_on"])
    day, is_new = WorkshopDay.objects.get_or_create(workshop=workshop, held_on=values["held_on"], defaults=values)
    if is_new:
        audit.record(actor=actor, action="day.add", row=day, at=at)
    return day


@transaction.atomic
def change_day(*, actor: Actor, pk: int, version: int | None, values: dict[str, Any], at: datetime) -> WorkshopDay:
    """Change a day. When its date moves, its sessions move with it, and their presenters with them."""
    workshop = lock_workshop(actor, days__pk=pk)
    day = WorkshopDay.objects.visible_to(actor).get(pk=pk)
    require_runner(actor)
    check_version(day, version)
    held_on = values.get("held_on", day.held_on)
    _check_within(workshop, held_on)
    if workshop.days.filter(held_on=held_on).exclude(pk=pk).exists():
        raise InvalidInput(_("The workshop has a day on this date already."), field="held_on")
    shift = held_on - day.held_on
    save_changes(actor=actor, row=day, values=values, action="day.change", at=at)
    if shift:
        for session in day.sessions.select_related("room", "day").order_by("pk"):
            session.starts_at += shift
            session.ends_at += shift
            with named_overlaps(session):
                session.version += 1
                session.save(update_fields=["starts_at", "ends_at", "version", "updated_at"])
    return day


@transaction.atomic
def remove_day(*, actor: Actor, pk: int, version: int | None, at: datetime) -> None:
    """Remove a day on which nothing is planned."""
    lock_workshop(actor, days__pk=pk)
    day = WorkshopDay.objects.visible_to(actor).get(pk=pk)
    require_runner(actor)
    check_version(day, version)
    _refuse_while_used(
        day.sessions.count(),
        ngettext(
            "%(count)d session is planned for this day. Move or remove it first.",
            "%(count)d sessions are planned for this day. Move or remove them first.",
            day.sessions.count(),
        ),
    )
    audit.record(actor=actor, action="day.remove", row=day, at=at)
    day.delete()


@transaction.atomic
def add_room(*, actor: Actor, slug: str, values: dict[str, Any], at: datetime) -> Room:
    """Add a room. A name that is there already is returned as it is."""
    workshop = lock_workshop(actor, slug=slug)
    require_runner(actor)
    room, is_new = Room.objects.get_or_create(workshop=workshop, name=values["name"], defaults=values)
    if is_new:
        audit.record(actor=actor, action="room.add", row=room, at=at)
    return room


@transaction.atomic
def change_room(*, actor: Actor, pk: int, version: int | None, values: dict[str, Any], at: datetime) -> Room:
    """Rename a room or change its seats."""
    workshop = lock_workshop(actor, rooms__pk=pk)
    room = Room.objects.visible_to(actor).get(pk=pk)
    require_runner(actor)
    check_version(room, version)
    if workshop.rooms.filter(name=values.get("name", room.name)).exclude(pk=pk).exists():
        raise InvalidInput(_("Another room has this name."), field="name")
    save_changes(actor=actor, row=room, values=values, action="room.change", at=at)
    return room


@transaction.atomic
def remove_room(*, actor: Actor, pk: int, version: int | None, at: datetime) -> None:
    """Remove a room in which nothing is planned."""
    lock_workshop(actor, rooms__pk=pk)
    room = Room.objects.visible_to(actor).get(pk=pk)
    require_runner(actor)
    check_version(room, version)
    _refuse_while_used(
        room.sessions.count(),
        ngettext(
            "%(count)d session is planned in this room. Move it first.",
            "%(count)d sessions are planned in this room. Move them first.",
            room.sessions.count(),
        ),
    )
    audit.record(actor=actor, action="room.remove", row=room, at=at)
    room.delete()


def _refuse_while_used(count: int, message: str) -> None:
    if count:
        raise Conflict(message % {"count": count})


def _check_dates(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise InvalidInput(_("The last day is before the first day."), field="ends_on")
    if (ends_on - starts_on).days >= MOST_DAYS:
        raise InvalidInput(
            _("A workshop has at most %(count)d days. Look at the dates again.") % {"count": MOST_DAYS},
            field="ends_on",
        )


def _check_within(workshop: Workshop, held_on: date) -> None:
    if not workshop.starts_on <= held_on <= workshop.ends_on:
        raise InvalidInput(
            _("The workshop lasts from %(first)s to %(last)s. Choose a date in between.")
            % {
                "first": date_format(workshop.starts_on),
                "last": date_format(workshop.ends_on),
            },
            field="held_on",
        )
