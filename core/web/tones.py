"""How a state looks: its tone and its shape. A state is always also said in words, so neither carries it alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """A tone (a class in components.css) and an icon of `core.web.icons`."""

    tone: str
    icon: str


PLAIN = Look("quiet", "circle")

#: By the code of the state: of records, of roadmap actions, of activities, of report jobs, of sections, of sessions.
LOOKS = {
    "DRAFT": Look("quiet", "circle"),
    "SUBMITTED": Look("note", "circle-half"),
    "RETURNED": Look("waiting", "return"),
    "VERIFIED": Look("note", "circle-check"),
    "APPROVED": Look("positive", "circle-check"),
    "PUBLISHED": Look("positive", "circle-full"),
    "ARCHIVED": Look("quiet", "box"),
    "WITHDRAWN": Look("harm", "cross"),
    "PROPOSED": Look("quiet", "circle"),
    "AGREED": Look("note", "circle-dot"),
    "INPROGRESS": Look("note", "circle-half"),
    "BLOCKED": Look("harm", "warning"),
    "DROPPED": Look("quiet", "cross"),
    "PLANNED": Look("quiet", "circle"),
    "ONGOING": Look("note", "circle-half"),
    "COMPLETED": Look("positive", "circle-full"),
    "POSTPONED": Look("waiting", "pause"),
    "CANCELLED": Look("quiet", "cross"),
    "QUEUED": Look("quiet", "clock"),
    "RUNNING": Look("note", "circle-half"),
    "DONE": Look("positive", "circle-full"),
    "FAILED": Look("harm", "warning"),
    "EMPTY": Look("quiet", "circle"),
    "STARTED": Look("note", "circle-half"),
    "COMPLETE": Look("positive", "circle-check"),
    "MISSING": Look("waiting", "warning"),
    "COMMENTED": Look("waiting", "comment"),
    "WAITING": Look("waiting", "clock"),
    "ACTIVE": Look("positive", "circle-full"),
    "EXPIRED": Look("quiet", "clock"),
    "REVOKED": Look("harm", "cross"),
}


def look_of(code: object) -> Look:
    """The look of a state; a code that is not listed is drawn plainly, and its word still says it."""
    return LOOKS.get(str(code).upper(), PLAIN)
