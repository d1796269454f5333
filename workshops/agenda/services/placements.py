"""Showcases in sessions, and when their presenters are on stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, InvalidInput, WrongState
from core.workflow import check_version
from workshops.agenda import policies
from workshops.agenda.services.locks import lock_workshop, require_runner
from workshops.agenda.services.overlaps import in_words, named_overlaps
from workshops.models import (
    Placement,
    PresenterSlot,
    Session,
    Showcase,
    ShowcasePresenter,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor

#: Longer than a day cannot be a place in a session.
MOST_MINUTES = 600


@transaction.atomic
def place_showcase(*, actor: Actor, session_pk: int, showcase_uuid: UUID, minutes: int, at: datetime) -> Placement:
    """Place a showcase at the end of a session; its presenters are on stage then. Placed there already: nothing changes.

    Raises Conflict when it has its place in another session, or when a presenter is elsewhere at that time.
    """
    showcase = Showcase.objects.visible_to(actor).select_for_update(of=("self",)).get(uuid=showcase_uuid)
    lock_workshop(actor, pk=showcase.workshop_id)
    session = _session(actor, session_pk)
    require_runner(actor)
    _check_fits(session, showcase, minutes)
    if not policies.can_be_placed(showcase):
        raise WrongState(_("This showcase has not been sent in, or it was withdrawn. It cannot be placed."))
    there = Placement.objects.filter(showcase=showcase).select_related("session__room", "session__day").first()
    if there and there.session_id == session.pk:
        return there
    if there:
        raise Conflict(
            _("This showcase has its place already: %(session)s. Move it from there.")
            % {"session": in_words(there.session)},
            blocking=there.session,
        )
    placement = Placement.objects.create(
        session=session,
        showcase=showcase,
        minutes=minutes,
        position=session.placements.count() + 1,
    )
    _renumber(session)
    _sync_session(session)
    audit.record(
        actor=actor,
        action="placement.add",
        row=placement,
        at=at,
        session=session.pk,
        showcase=showcase.pk,
    )
    return placement


@transaction.atomic
def change_placement(
    *,
    actor: Actor,
    pk: int,
    version: int | None,
    session_pk: int,
    position: int,
    minutes: int,
    at: datetime,
) -> Placement:
    """Move a showcase to another session or place, or give it more or less time.

    Raises StaleWrite when somebody has moved it since, or pushed it along with another one.
    """
    require_runner(actor)
    placement = Placement.objects.visible_to(actor).select_related("showcase").get(pk=pk)
    # Whoever plans the agenda moves what stands in it, also where they may not read the text yet.
    showcase = Showcase.objects.select_for_update(of=("self",)).get(pk=placement.showcase_id)
    lock_workshop(actor, pk=showcase.workshop_id)
    placement = Placement.objects.visible_to(actor).select_related("session").get(pk=pk)
    check_version(placement, version)
    session, former = _session(actor, session_pk), placement.session
    _check_fits(session, showcase, minutes)
    placement.session, placement.minutes = session, minutes
    placement.position = _free_position(session)
    placement.version += 1
    placement.save(update_fields=["session", "minutes", "position", "version"])
    _renumber(session, moved=placement, to=position)
    if former.pk != session.pk:
        _renumber(former)
        _sync_session(former)
    _sync_session(session)
    audit.record(
        actor=actor,
        action="placement.change",
        row=placement,
        at=at,
        session=session.pk,
        former=former.pk,
    )
    return placement


@transaction.atomic
def remove_placement(*, actor: Actor, pk: int, version: int | None, at: datetime) -> None:
    """Take a showcase out of the agenda. The showcase itself stays as it is."""
    require_runner(actor)
    lock_workshop(actor, sessions__placements__pk=pk)
    placement = Placement.objects.visible_to(actor).select_related("session").get(pk=pk)
    check_version(placement, version)
    session = placement.session
    audit.record(
        actor=actor,
        action="placement.remove",
        row=placement,
        at=at,
        session=session.pk,
        showcase=placement.showcase_id,
    )
    placement.delete()
    _renumber(session)
    _sync_session(session)


def sync_presenter_slots(showcase: Showcase) -> None:
    """Make the slots follow the presenters of a showcase that is placed. Call it in the transaction that changed them.

    The caller holds the lock of the showcase. Raises Conflict when a new presenter is elsewhere at that time.
    """
    placement = Placement.objects.filter(showcase=showcase).select_related("session__room", "session__day").first()
    if placement is None:
        return
    try:
        _sync_session(placement.session)
    except Conflict as refused:
        if refused.blocking is None:
            raise
        raise Conflict(
            _(
                "This person is on stage at that time already: %(session)s. "
                "Name somebody else, or ask the programme to move one of the two."
            )
            % {"session": in_words(refused.blocking)},
            blocking=refused.blocking,
        ) from refused


def _sync_session(session: Session) -> None:
    """One slot for each person who presents in the session, however many showcases of theirs are in it."""
    wanted = set(
        ShowcasePresenter.objects.filter(showcase__placement__session=session).values_list("presenter_id", flat=True)
    )
    session.presenter_slots.exclude(presenter_id__in=wanted).delete()
    present = set(session.presenter_slots.values_list("presenter_id", flat=True))
    with named_overlaps(session, wanted):
        for presenter_id in sorted(wanted - present):
            PresenterSlot.objects.create(
                session=session,
                presenter_id=presenter_id,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
            )
    # Calendars see that the entry changed; the version is that of the session's own fields and stays.
    session.save(update_fields=["updated_at"])


def _session(actor: Actor, pk: int) -> Session:
    return Session.objects.visible_to(actor).select_for_update(of=("self",)).select_related("room", "day").get(pk=pk)


def _check_fits(session: Session, showcase: Showcase, minutes: int) -> None:
    if session.workshop_id != showcase.workshop_id:
        raise InvalidInput(_("This session belongs to another workshop."), field="session")
    if session.is_break:
        raise InvalidInput(
            _("Nothing is presented in a break. Choose another session."),
            field="session",
        )
    if not 1 <= minutes <= MOST_MINUTES:
        raise InvalidInput(
            _("Give a time between 1 and %(most)d minutes.") % {"most": MOST_MINUTES},
            field="minutes",
        )


def _free_position(session: Session) -> int:
    last = session.placements.order_by("-position").values_list("position", flat=True).first()
    return (last or 0) + 1


def _renumber(session: Session, *, moved: Placement | None = None, to: int = 0) -> None:
    """Count the places of a session from one, with the moved one where it is wanted."""
    placements = [row for row in session.placements.order_by("position", "pk") if moved is None or row.pk != moved.pk]
    if moved is not None:
        placements.insert(max(0, min(to - 1, len(placements))), moved)
    for position, placement in enumerate(placements, start=1):
        if placement.position != position:
            placement.position = position
            placement.version += 1
            placement.save(update_fields=["position", "version"])
