"""The people who present: who they are, how to reach them, and whether the public may read their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import require
from core.errors import InvalidInput
from core.text import clean_text
from workshops.agenda.services import sync_presenter_slots
from workshops.models import Presenter, PresenterContact, Showcase, ShowcasePresenter
from workshops.showcases import policies
from workshops.showcases.revisions import personal_data_in
from workshops.showcases.sections import PRESENTER_LIMIT
from workshops.showcases.services.locked import lock_showcase

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor


@transaction.atomic
def save_presenter(
    *,
    actor: Actor,
    uuid: UUID,
    presenter_id: int | None,
    name: str,
    name_ur: str,
    position: str,
    may_be_named: bool,
    email: str,
    phone: str,
    access_needs: str,
    at: datetime,
) -> Presenter:
    """Add a person to the showcase, or change what is known of one. Contacts go to a table of their own.

    A person falls ill on the eve of a workshop, so this is possible in every state. Consent to be named is dated on
    the day it is given; taking it back hides the name at once.
    """
    showcase = _lock_for_people(actor, uuid)
    name, name_ur, position = (
        clean_text(name),
        clean_text(name_ur),
        clean_text(position),
    )
    if not name:
        raise InvalidInput(_("Give the name of the person."), field="name")
    for field, text in (("name", name), ("name_ur", name_ur), ("position", position)):
        for message in personal_data_in(text):
            raise InvalidInput(message, field=field)
    presenter = _presenter_for(showcase, actor, presenter_id, name)
    presenter.name, presenter.name_ur, presenter.position = name, name_ur, position
    consent = _consent_date(presenter, may_be_named=may_be_named, at=at)
    consent_changed = consent != presenter.named_publicly_since
    presenter.named_publicly_since = consent
    presenter.save()
    PresenterContact.objects.update_or_create(
        presenter=presenter,
        defaults={
            "email": email,
            "phone": clean_text(phone),
            "access_needs": clean_text(access_needs),
        },
    )
    _link(showcase, presenter)
    sync_presenter_slots(showcase)
    if consent_changed:
        audit.record(
            actor=actor,
            action="presenter.consent_given" if may_be_named else "presenter.consent_withdrawn",
            row=presenter,
            at=at,
        )
    return presenter


@transaction.atomic
def add_known_presenter(*, actor: Actor, uuid: UUID, presenter_id: int, at: datetime) -> Presenter:
    """Add somebody whom the organization named before. Their contacts and their consent are as they were; twice is once."""
    showcase = _lock_for_people(actor, uuid)
    presenter = Presenter.objects.visible_to(actor).get(pk=presenter_id, organization_id=showcase.organization_id)
    if not showcase.showcase_presenters.filter(presenter=presenter).exists():
        _link(showcase, presenter, field="presenter")
        sync_presenter_slots(showcase)
        audit.record(actor=actor, action="presenter.add", row=presenter, at=at, showcase=showcase.pk)
    return presenter


def _presenter_for(showcase: Showcase, actor: Actor, presenter_id: int | None, name: str) -> Presenter:
    if presenter_id is not None:
        return (
            Presenter.objects.visible_to(actor)
            .select_for_update(of=("self",))
            .get(
                pk=presenter_id,
                organization_id=showcase.organization_id,
            )
        )
    # The second click of a double click finds the person whom the first one added.
    same = Presenter.objects.visible_to(actor).filter(showcase_presenters__showcase=showcase, name__iexact=name)
    return same.first() or Presenter(
        organization_id=showcase.organization_id,
        name=name,
        is_demo=showcase.is_demo,
    )


def _consent_date(presenter: Presenter, *, may_be_named: bool, at: datetime):
    if not may_be_named:
        return None
    return presenter.named_publicly_since or timezone.localdate(at)


def _link(showcase: Showcase, presenter: Presenter, *, field: str = "name") -> None:
    links = showcase.showcase_presenters
    if links.filter(presenter=presenter).exists():
        return
    if links.count() >= PRESENTER_LIMIT:
        raise InvalidInput(
            _("A showcase has at most %(limit)s presenters.") % {"limit": PRESENTER_LIMIT},
            field=field,
        )
    last = links.aggregate(last=Max("position"))["last"]
    ShowcasePresenter.objects.create(
        showcase=showcase,
        presenter=presenter,
        position=0 if last is None else last + 1,
    )


@transaction.atomic
def remove_presenter(*, actor: Actor, uuid: UUID, presenter_id: int, at: datetime) -> None:
    """Take a person off the showcase, and forget them unless the agenda or another showcase still needs them."""
    showcase = _lock_for_people(actor, uuid)
    presenter = Presenter.objects.visible_to(actor).get(pk=presenter_id, showcase_presenters__showcase=showcase)
    showcase.showcase_presenters.filter(presenter=presenter).delete()
    sync_presenter_slots(showcase)
    audit.record(actor=actor, action="presenter.remove", row=presenter, at=at)
    if not presenter.showcase_presenters.exists() and not presenter.slots.exists():
        presenter.delete()


def _lock_for_people(actor: Actor, uuid: UUID) -> Showcase:
    showcase = lock_showcase(actor, uuid)
    require(
        policies.can_write(actor, showcase),
        _("Only the organization names its presenters."),
    )
    return showcase
