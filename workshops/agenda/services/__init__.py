"""The only code that changes a workshop and its agenda.

Everything that touches the agenda takes its locks in one order, so that nothing waits in a ring: the showcase, then
its workshop, then the rows of the agenda. Overlaps are refused by constraints of the database (`overlaps.py`).
"""

from workshops.agenda.services.placements import (
    change_placement,
    place_showcase,
    remove_placement,
    sync_presenter_slots,
)
from workshops.agenda.services.sessions import (
    add_session,
    change_session,
    remove_session,
)
from workshops.agenda.services.setting import (
    add_day,
    add_room,
    change_day,
    change_room,
    change_workshop,
    create_workshop,
    remove_day,
    remove_room,
)

__all__ = [
    "add_day",
    "add_room",
    "add_session",
    "change_day",
    "change_placement",
    "change_room",
    "change_session",
    "change_workshop",
    "create_workshop",
    "place_showcase",
    "remove_day",
    "remove_placement",
    "remove_room",
    "remove_session",
    "sync_presenter_slots",
]
