"""Who records, withdraws and erases. Who reads stands in the querysets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role

if TYPE_CHECKING:
    from core.access import Actor
    from evidence.models import Consent


def can_record(actor: Actor, organization_id: int) -> bool:
    """Editors and focal points of the organization that spoke with the person."""
    return actor.belongs_to(organization_id)


def can_withdraw(actor: Actor, consent: Consent) -> bool:
    """At the wish of the person: anybody of the organization who hears of it, and the data-protection officer."""
    return actor.belongs_to(consent.organization_id) or actor.has(Role.DATA_PROTECTION_OFFICER)


def can_read_person(actor: Actor, consent: Consent) -> bool:
    """Whose consent it is."""
    return actor.belongs_to(consent.organization_id) or actor.has(Role.DATA_PROTECTION_OFFICER)


def can_erase(actor: Actor) -> bool:
    """Remove what is kept of a person."""
    return actor.has(Role.DATA_PROTECTION_OFFICER)


def can_read_all(actor: Actor) -> bool:
    """The officer reads the consents of every organization."""
    return actor.has(Role.DATA_PROTECTION_OFFICER)


def can_list(actor: Actor) -> bool:
    """Whether the list of consents is of any use: to those who record them, and to the officer."""
    return bool(actor.organization_ids) or can_read_all(actor)


def can_renew(actor: Actor, consent: Consent) -> bool:
    """The organization, unless the person took it back: then a new consent is a new beginning."""
    return actor.belongs_to(consent.organization_id) and consent.withdrawn_at is None and not consent.is_erased
