"""The agenda for machines: iCalendar (RFC 5545) and `schedule.json` in the shape that frab gave conference apps."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from core.text import listed

if TYPE_CHECKING:
    from datetime import datetime

    from workshops.agenda.selectors import AgendaDay, AgendaSession, PlacedShowcase
    from workshops.models import Workshop

#: Workshops of the programme are held in Pakistan.
ZONE = ZoneInfo("Asia/Karachi")
REFRESH = timedelta(hours=1)
DEMO = gettext_lazy("This is a demonstration. The organizations, people and figures in it are made up.")


def calendar_of(*, workshop: Workshop, days: list[AgendaDay], at: datetime) -> bytes:
    """The agenda as a calendar in the active language: one event a session, breaks as free time.

    A session keeps its UID for ever and its SEQUENCE grows with every change, so that calendars move the entry. Its
    DTSTAMP is when this calendar was made (RFC 5545, 3.8.7.2): a showcase that is withdrawn or a consent that ends
    changes no session, and a calendar that compares dates must drop the old text all the same.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//PVENet//agenda//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", str(workshop))
    calendar.add("x-wr-calname", str(workshop))
    calendar.add("x-wr-timezone", ZONE.key)
    if workshop.is_demo:
        calendar.add("x-wr-caldesc", DEMO)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add(
        "source",
        settings.SITE_URL + reverse("workshops:agenda_ics", args=[workshop.slug]),
    )
    for day in days:
        for item in day.sessions:
            calendar.add_component(_event(workshop, item, at))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def schedule_of(*, workshop: Workshop, days: list[AgendaDay]) -> dict[str, Any]:
    """The agenda in frab's shape. Breaks are events of the type `break`; showcases stand inside their session."""
    rooms = _rooms(workshop, days)
    return {
        "schedule": {
            "version": _last_change(workshop, days).isoformat(),
            "base_url": f"{settings.SITE_URL}/",
            "conference": {
                "acronym": workshop.slug,
                "title": str(workshop),
                "start": workshop.starts_on.isoformat(),
                "end": workshop.ends_on.isoformat(),
                "daysCount": len(days),
                "timeslot_duration": "00:05",
                "time_zone_name": ZONE.key,
                "url": settings.SITE_URL + reverse("workshops:workshop", args=[workshop.slug]),
                "is_demo": workshop.is_demo,
                "rooms": rooms,
                "days": [_day(workshop, day) for day in days],
            },
        }
    }


def without_stamp(calendar: bytes) -> bytes:
    """What a calendar says, apart from when it was made."""
    return re.sub(rb"(?m)^DTSTAMP:.*$", b"", calendar)


def _event(workshop: Workshop, item: AgendaSession, at: datetime) -> Event:
    session = item.row
    event = Event()
    event.add("uid", f"{session.uuid}@pvenet")
    event.add("sequence", session.version)
    event.add("dtstamp", at)
    event.add("last-modified", session.updated_at)
    event.add("dtstart", session.starts_at.astimezone(ZONE))
    event.add("dtend", session.ends_at.astimezone(ZONE))
    event.add("summary", session.display_title, parameters={"LANGUAGE": get_language()})
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT" if session.is_break else "OPAQUE")
    event.add("categories", [_type(item)])
    event.add("url", _session_url(workshop, item))
    place = listed(filter(None, [session.room, workshop.display_venue]))
    if place:
        event.add("location", place)
    if text := _text(item):
        event.add("description", text)
    return event


def _text(item: AgendaSession) -> str:
    """What is said about a session, and a line for each showcase."""
    lines = [item.row.display_description]
    lines += [f"{_clock(showcase.starts_at)} {headline(showcase)}" for showcase in item.showcases]
    return "\n".join(filter(None, lines))


def headline(showcase: PlacedShowcase) -> str:
    """A showcase in one line: who, and what it is called once that is published."""
    organization = showcase.organization or _("An organization of the programme")
    if not showcase.is_live:
        return organization
    line = _("%(organization)s: %(title)s") % {
        "organization": organization,
        "title": showcase.title,
    }
    return f"{line} ({listed(showcase.presenters)})" if showcase.presenters else line


def _rooms(workshop: Workshop, days: list[AgendaDay]) -> list[dict[str, Any]]:
    found = {}
    for day in days:
        for item in day.sessions:
            room = item.row.room
            found[_room_name(workshop, item)] = room.capacity if room else None
    return [{"name": name, "capacity": capacity} for name, capacity in found.items()]


def _room_name(workshop: Workshop, item: AgendaSession) -> str:
    """frab files every event under a room; what has none is at the venue."""
    return str(item.row.room or "") or workshop.display_venue or _("Venue")


def _day(workshop: Workshop, day: AgendaDay) -> dict[str, Any]:
    by_room: dict[str, list[dict[str, Any]]] = {}
    for item in day.sessions:
        by_room.setdefault(_room_name(workshop, item), []).append(_frab_event(workshop, item))
    starts = [item.row.starts_at for item in day.sessions]
    ends = [item.row.ends_at for item in day.sessions]
    return {
        "index": day.number,
        "date": day.row.held_on.isoformat(),
        "day_start": _moment(min(starts)) if starts else None,
        "day_end": _moment(max(ends)) if ends else None,
        "rooms": by_room,
    }


def _frab_event(workshop: Workshop, item: AgendaSession) -> dict[str, Any]:
    session = item.row
    persons = {name: None for showcase in item.showcases for name in showcase.presenters}
    return {
        "id": session.pk,
        "guid": str(session.uuid),
        "code": f"S{session.pk}",
        "logo": None,
        "date": _moment(session.starts_at),
        "start": _clock(session.starts_at),
        "duration": f"{item.minutes // 60:02d}:{item.minutes % 60:02d}",
        "room": _room_name(workshop, item),
        "slug": f"{workshop.slug}-{session.pk}",
        "url": _session_url(workshop, item),
        "title": session.display_title,
        "subtitle": "",
        "track": None,
        "type": "break" if session.is_break else _type(item),
        "language": get_language(),
        "abstract": session.display_description,
        "description": _text(item),
        "recording_license": "",
        "do_not_record": True,
        "persons": [{"id": number, "public_name": name} for number, name in enumerate(persons, start=1)],
        "showcases": [_frab_showcase(showcase) for showcase in item.showcases],
        "links": [],
        "attachments": [],
        "answers": [],
    }


def _frab_showcase(showcase: PlacedShowcase) -> dict[str, Any]:
    url = settings.SITE_URL + reverse("workshops:showcase", args=[showcase.uuid])
    return {
        "guid": str(showcase.uuid) if showcase.is_live else None,
        "start": _clock(showcase.starts_at),
        "minutes": showcase.minutes,
        "organization": showcase.organization or None,
        "title": showcase.title or None,
        "presenters": list(showcase.presenters),
        "url": url if showcase.is_live else None,
    }


def _last_change(workshop: Workshop, days: list[AgendaDay]) -> datetime:
    changes = [item.row.updated_at for day in days for item in day.sessions]
    return max([workshop.updated_at, *changes]).astimezone(ZONE)


def _type(item: AgendaSession) -> str:
    return _("Break") if item.row.is_break or not item.row.type else item.row.type.label


def _session_url(workshop: Workshop, item: AgendaSession) -> str:
    agenda = reverse("workshops:agenda", args=[workshop.slug])
    return f"{settings.SITE_URL}{agenda}#session-{item.row.pk}"


def _clock(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime("%H:%M")


def _moment(moment: datetime) -> str:
    return moment.astimezone(ZONE).isoformat()
