"""Sessions: added, changed and removed. A session lies within its day, and the database keeps rooms and presenters apart."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit
from core.errors import Conflict, InvalidInput
from core.workflow import check_version
from workshops.agenda.exports import ZONE
from workshops.agenda.services.locks import lock_workshop, require_runner, save_changes
from workshops.agenda.services.overlaps import named_overlaps
from workshops.models import Session, Workshop, WorkshopDay

if TYPE_CHECKING:
    from uuid import UUID

    from core.access import Actor


@transaction.atomic
def add_session(*, actor: Actor, slug: str, uuid: UUID, values: dict[str, Any], at: datetime) -> Session:
    """Add a session. `uuid` comes with the form: the same form sent twice adds one session, and gets it both times.

    Raises Conflict with the session that is in the way, InvalidInput for times that cannot be.
    """
    workshop = lock_workshop(actor, slug=slug)
    require_runner(actor)
    there = workshop.sessions.filter(uuid=uuid).first()
    if there:
        return there
    values = _complete(workshop, values)
    session = Session(workshop=workshop, uuid=uuid, **values)
    _check_times(session)
    try:
        with named_overlaps(session):
            session.save(force_insert=True)
    except IntegrityError:
        raise Conflict(_("This form was used for another session. Open it again.")) from None
    audit.record(actor=actor, action="session.add", row=session, at=at)
    return session


@transaction.atomic
def change_session(*, actor: Actor, pk: int, version: int | None, values: dict[str, Any], at: datetime) -> Session:
    """Change a session; the slots of its presenters follow its times.

    Raises StaleWrite, Conflict with the session that is in the way, InvalidInput for times that cannot be.
    """
    workshop = lock_workshop(actor, sessions__pk=pk)
    session = (
        Session.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("day", "room", "type")
        .get(pk=pk)
    )
    require_runner(actor)
    check_version(session, version)
    values = _complete(workshop, values)
    if values.get("is_break") and session.placements.exists():
        raise InvalidInput(
            _("Showcases are placed in this session. Move them before it becomes a break."),
            field="is_break",
        )
    planned = Session(
        **{
            name: values.get(name, getattr(session, name))
            for name in ("workshop", "day", "room", "starts_at", "ends_at")
        },
        pk=session.pk,
    )
    _check_times(planned)
    with named_overlaps(planned):
        save_changes(actor=actor, row=session, values=values, action="session.change", at=at)
    return session


@transaction.atomic
def remove_session(*, actor: Actor, pk: int, version: int | None, at: datetime) -> None:
    """Remove a session in which no showcase is placed."""
    workshop = lock_workshop(actor, sessions__pk=pk)
    session = Session.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)
    require_runner(actor)
    check_version(session, version)
    placed = session.placements.count()
    if placed:
        raise Conflict(
            ngettext(
                "%(count)d showcase is placed in this session. Move or remove it first.",
                "%(count)d showcases are placed in this session. Move or remove them first.",
                placed,
            )
            % {"count": placed},
            blocking=session,
        )
    audit.record(actor=actor, action="session.remove", row=session, at=at)
    session.delete()
    # What is gone has no date of its own; apps see by the workshop's that the agenda changed.
    workshop.save(update_fields=["updated_at"])


def moments(day: WorkshopDay, starts: time, ends: time) -> tuple[datetime, datetime]:
    """Start and end on the day's own clock. An end at 00:00 is the midnight that closes the day."""
    starts_at = datetime.combine(day.held_on, starts, tzinfo=ZONE)
    ends_at = datetime.combine(day.held_on, ends, tzinfo=ZONE)
    return starts_at, ends_at + timedelta(days=1) if ends == time.min else ends_at


def _complete(workshop: Workshop, values: dict[str, Any]) -> dict[str, Any]:
    """The values with what follows from them: a break has no type, everything else has one."""
    if values.get("is_break"):
        values = {**values, "type": None}
    elif "is_break" in values and not values.get("type"):
        raise InvalidInput(
            _("Choose the type of the session, or say that it is a break."),
            field="type",
        )
    for name in ("day", "room"):
        row = values.get(name)
        if row is not None and row.workshop_id != workshop.pk:
            raise InvalidInput(
                _("This belongs to another workshop. Choose one of the list."),
                field=name,
            )
    return values


def _check_times(session: Session) -> None:
    if session.ends_at <= session.starts_at:
        raise InvalidInput(
            _("The session ends before it starts. Change one of the times."),
            field="ends",
        )
    opens = datetime.combine(session.day.held_on, time.min, tzinfo=ZONE)
    if session.starts_at < opens or session.ends_at > opens + timedelta(days=1):
        raise InvalidInput(_("The session must start and end on its day."), field="starts")
