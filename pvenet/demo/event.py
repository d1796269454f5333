"""Loads the workshop with its days, rooms and sessions, and places the showcases."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pvenet.demo.content import ENTERED_AT, day, moment, read, stable_uuid
from workshops.models import (
    Placement,
    PresenterSlot,
    Room,
    Session,
    Workshop,
    WorkshopDay,
)

if TYPE_CHECKING:
    from organizations.models import Programme
    from pvenet.demo.content import Lookup
    from workshops.models import Showcase

KARACHI = ZoneInfo("Asia/Karachi")


def load_workshop(programme: Programme) -> Workshop:
    """The workshop with its days and rooms."""
    file = read("workshop")["workshop"]
    workshop = Workshop.objects.create(
        slug=file["slug"],
        programme=programme,
        title=file["title"],
        title_ur=file["title_ur"],
        summary=file["summary"],
        summary_ur=file["summary_ur"],
        venue=file["venue"],
        venue_ur=file["venue_ur"],
        starts_on=day(file["starts_on"]),
        ends_on=day(file["ends_on"]),
        submission_deadline=moment(file["submission_deadline"]),
        is_open_for_showcases=True,
        is_published=True,
        is_demo=True,
    )
    for row in file["days"]:
        WorkshopDay.objects.create(
            workshop=workshop,
            held_on=day(row["held_on"]),
            title=row["title"],
            title_ur=row["title_ur"],
        )
    for row in file["rooms"]:
        Room.objects.create(workshop=workshop, **row)
    Workshop.objects.filter(pk=workshop.pk).update(updated_at=ENTERED_AT)
    return workshop


def load_agenda(workshop: Workshop, showcases: dict[str, Showcase], lookup: Lookup) -> None:
    """Sessions in the order of the file; each showcase with its minutes, each presenter with the session's times."""
    days = list(workshop.days.order_by("held_on"))
    rooms = {room.name: room for room in workshop.rooms.all()}
    for row in read("workshop")["workshop"]["sessions"]:
        held = days[row["day"] - 1]
        starts_at, ends_at = (
            datetime.combine(
                held.held_on,
                datetime.strptime(row[key], "%H:%M").time(),  # noqa: DTZ007
                tzinfo=KARACHI,
            )
            for key in ("starts", "ends")
        )
        session = Session.objects.create(
            uuid=stable_uuid("session", row["day"], row["starts"], row["room"]),
            workshop=workshop,
            day=held,
            room=rooms[row["room"]],
            type=lookup.term("session_type", row["type"]) if row["type"] else None,
            title=row["title"],
            title_ur=row["title_ur"],
            description=row["description"],
            description_ur=row["description_ur"],
            starts_at=starts_at,
            ends_at=ends_at,
            is_break=row["is_break"],
        )
        for position, placed in enumerate(row.get("showcases", []), start=1):
            showcase = showcases[placed["organization"]]
            Placement.objects.create(
                session=session,
                showcase=showcase,
                position=position,
                minutes=placed["minutes"],
            )
            PresenterSlot.objects.bulk_create(
                PresenterSlot(
                    session=session,
                    presenter_id=link.presenter_id,
                    starts_at=starts_at,
                    ends_at=ends_at,
                )
                for link in showcase.showcase_presenters.order_by("position")
            )
    Session.objects.filter(workshop=workshop).update(updated_at=ENTERED_AT)
