"""Turns the refusal of an exclusion constraint into a sentence that names the session in the way."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from psycopg2 import Error, errorcodes

from core.errors import Conflict
from workshops.models import PresenterSlot, Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOM = "room_holds_one_session_at_a_time"
PRESENTER = "presenter_is_in_one_place_at_a_time"


@contextmanager
def named_overlaps(session: Session, presenter_ids: Iterable[int] = ()) -> Iterator[None]:
    """Run a change of the agenda; raise Conflict with the blocking session when the database refuses an overlap.

    `presenter_ids` are those on stage in `session` once the change is made, beside those who already are.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        refusal = cast(Error, error.__cause__)
        constraint = refusal.diag.constraint_name
        if constraint == ROOM:
            raise _room_conflict(session) from error
        if constraint == PRESENTER:
            raise _presenter_conflict(session, presenter_ids) from error
        raise
    except OperationalError as error:
        # Two changes that wait for each other: the database ends one of them, and nothing of it is kept.
        if getattr(error.__cause__, "pgcode", "") != errorcodes.DEADLOCK_DETECTED:
            raise
        raise Conflict(_moment_conflict()) from error


def in_words(session: Session) -> str:
    """A session as a person looks for it: name, day, time and room."""
    words = {
        "title": session.display_title,
        "day": date_format(session.day.held_on, "j F"),
        "starts": date_format(timezone.localtime(session.starts_at), "H:i"),
        "ends": date_format(timezone.localtime(session.ends_at), "H:i"),
        "room": str(session.room or ""),
    }
    if words["room"]:
        return _("“%(title)s” on %(day)s, %(starts)s to %(ends)s, in %(room)s") % words
    return _("“%(title)s” on %(day)s, %(starts)s to %(ends)s") % words


def _room_conflict(session: Session) -> Conflict:
    blocking = _overlapping(session).filter(room_id=session.room_id).first()
    if blocking is None:
        return Conflict(_moment_conflict())
    message = _("%(session)s is in the way. Choose another room or time, or move that session first.")
    return Conflict(message % {"session": in_words(blocking)}, blocking=blocking)


def _presenter_conflict(session: Session, presenter_ids: Iterable[int]) -> Conflict:
    present = Q(presenter_id__in=list(presenter_ids)) | Q(presenter__in=session.presenter_slots.values("presenter_id"))
    slot = (
        PresenterSlot.objects.filter(present, starts_at__lt=session.ends_at, ends_at__gt=session.starts_at)
        .exclude(session=session)
        .select_related("presenter__organization", "session__room", "session__day")
        .order_by("starts_at", "pk")
        .first()
    )
    if slot is None:
        return Conflict(_moment_conflict())
    message = _(
        "A presenter of %(organization)s is already on stage at that time: %(session)s is in the way. "
        "Choose another time, or move that session first."
    )
    words = {
        "organization": slot.presenter.organization.display_name,
        "session": in_words(slot.session),
    }
    return Conflict(message % words, blocking=slot.session)


def _overlapping(session: Session):
    return (
        Session.objects.filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at)
        .exclude(pk=session.pk)
        .select_related("room", "day", "workshop")
        .order_by("starts_at", "pk")
    )


def _moment_conflict() -> str:
    return _("Somebody else changed the agenda at the same moment. Look at it and try again.")
