"""What must hold for an activity, as one list for the form, the workbook and the import (domain.md, section 4).

`refusals` is what not even a draft may say; `gaps` is what stands between a draft and its submission. Neither reads a
table: what has to be looked up is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.text import find_personal_data
from evidence.models import ActivityRevision
from evidence.records.kinds import Gap

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Status = ActivityRevision.Status

#: Days before its start and after its end on which a project may still have an activity.
MARGIN = timedelta(days=30)
#: States of an event in which nobody took part.
WITHOUT_PEOPLE = frozenset({Status.CANCELLED, Status.POSTPONED})
#: Texts that become public, in which no personal number or address may stand.
PUBLIC_TEXTS = ("title", "title_ur", "status_note", "description", "methods")


@dataclass(frozen=True, slots=True)
class Frame:
    """What the project allows: its dates, which may be unknown, and its districts by primary key."""

    starts_on: date | None
    ends_on: date | None
    district_ids: Collection[int]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at. `attendances` is None while nobody said how many came."""

    status: str
    starts_on: date | None
    ends_on: date | None
    status_note: str = ""
    district_id: int | None = None
    district_note: str = ""
    is_online: bool = False
    attendances: int | None = None
    media_reach: int | None = None
    evidence_count: int = 0
    theme_count: int = 0
    texts: Mapping[str, str] = field(default_factory=dict)


def refusals(facts: Facts, frame: Frame, *, today: date) -> list[Gap]:
    """What is refused at once, also in a draft: dates that cannot be, a district without its reason."""
    return [*_dates(facts, frame, today), *_district(facts, frame), *_status(facts)]


def gaps(facts: Facts, frame: Frame, *, today: date) -> list[Gap]:
    """What is missing or wrong before the programme can look at it, in the order of the form."""
    found = refusals(facts, frame, today=today)
    if not facts.texts.get("title", "").strip():
        found.append(Gap("title", _("Give the activity a title.")))
    if facts.district_id is None and not facts.is_online:
        found.append(Gap("district", _("Choose the district, or the setting “Online”.")))
    if not facts.theme_count:
        found.append(Gap("themes", _("Choose at least one theme.")))
    if facts.status == Status.COMPLETED:
        if not facts.texts.get("description", "").strip():
            found.append(Gap("description", _("Say what happened.")))
        if not facts.evidence_count:
            found.append(Gap("evidence", _("A completed activity needs at least one piece of evidence.")))
    found += _people(facts)
    for name in PUBLIC_TEXTS:
        sentences = dict.fromkeys(one.sentence for one in find_personal_data(facts.texts.get(name, "")))
        found += [Gap(name, sentence) for sentence in sentences]
    return found


def _dates(facts: Facts, frame: Frame, today: date) -> list[Gap]:
    if facts.starts_on is None or facts.ends_on is None:
        return [Gap("starts_on", _("Give the first and the last day."))]
    if facts.ends_on < facts.starts_on:
        return [Gap("ends_on", _("The last day is before the first."))]
    found = []
    if frame.starts_on and facts.starts_on < frame.starts_on - MARGIN:
        found.append(
            Gap(
                "starts_on",
                _("The project began on %(day)s. An activity can be at most 30 days earlier.")
                % {"day": date_format(frame.starts_on, "DATE_FORMAT")},
            )
        )
    if frame.ends_on and facts.ends_on > frame.ends_on + MARGIN:
        found.append(
            Gap(
                "ends_on",
                _("The project ended or ends on %(day)s. An activity can be at most 30 days later.")
                % {"day": date_format(frame.ends_on, "DATE_FORMAT")},
            )
        )
    if facts.status == Status.COMPLETED and facts.ends_on > today:
        found.append(Gap("ends_on", _("A completed activity cannot end in the future.")))
    return found


def _district(facts: Facts, frame: Frame) -> list[Gap]:
    is_outside = facts.district_id is not None and facts.district_id not in frame.district_ids
    if is_outside and frame.district_ids and not facts.district_note.strip():
        return [
            Gap("district_note", _("This district is not one of the project's. Say why the activity was held there."))
        ]
    return []


def _status(facts: Facts) -> list[Gap]:
    if facts.status in WITHOUT_PEOPLE and not facts.status_note.strip():
        return [Gap("status_note", _("Say why it was postponed or cancelled."))]
    return []


def _people(facts: Facts) -> list[Gap]:
    if facts.status in WITHOUT_PEOPLE:
        if facts.attendances:
            return [
                Gap(
                    "attendances",
                    _("The activity did not take place, and people are counted. Correct the status or the counts."),
                )
            ]
        return []
    if facts.status != Status.COMPLETED or facts.media_reach:
        return []
    if facts.attendances is None:
        return [Gap("attendances", _("Say how many people came, or how many a campaign reached."))]
    if facts.attendances == 0:
        return [
            Gap("attendances", _("A completed activity without participants: was it cancelled or postponed?")),
        ]
    return []
