"""Who may keep the registry, and which parts of an organization's pages a person is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core.access import Role, require

if TYPE_CHECKING:
    from core.access import Actor
    from organizations.models import Organization


def can_manage_registry(actor: Actor) -> bool:
    """Create organizations and projects; set names, type, membership and who may see them."""
    return actor.has(Role.MANAGER)


def can_read_private(actor: Actor, organization: Organization) -> bool:
    """Registration, papers and contacts. The rows themselves come from their own `visible_to`."""
    return actor.has(Role.MANAGER, Role.DATA_PROTECTION_OFFICER) or actor.belongs_to(organization.pk)


def can_change_private(actor: Actor, organization: Organization) -> bool:
    return actor.has(Role.MANAGER) or actor.belongs_to(organization.pk)


def require_change_private(actor: Actor, organization: Organization) -> None:
    """Refuse with the sentence for who may read these details and not write them."""
    require(
        can_change_private(actor, organization),
        _("Only people of this organization and programme managers change its private details."),
    )


def is_watched_reader(actor: Actor, organization: Organization) -> bool:
    """Whether a read of private rows is itself logged: every read by the data-protection officer."""
    return actor.has(Role.DATA_PROTECTION_OFFICER) and not actor.belongs_to(organization.pk)


def can_read_members(actor: Actor, organization: Organization) -> bool:
    return actor.has(Role.MANAGER, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER) or actor.belongs_to(
        organization.pk
    )


def can_follow_profile(actor: Actor, organization: Organization) -> bool:
    """See the proposed change to a profile and its history."""
    return actor.has(Role.MANAGER, Role.REVIEWER) or actor.belongs_to(organization.pk)
