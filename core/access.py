"""Who is asking, and how secret a row is. The rules themselves stand in each app's querysets and policies.

`Actor` is what every queryset, policy and service takes; it is made in `organizations.actors` from a user and in
`accounts.api_keys` from an API client, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable


class Role(models.TextChoices):
    """What a person or machine is in the programme. CSO roles come from a membership, the others are granted."""

    EDITOR = "EDITOR", _("CSO editor")
    FOCAL_POINT = "FOCAL_POINT", _("CSO focal point")
    REVIEWER = "REVIEWER", _("Reviewer")
    MANAGER = "MANAGER", _("Programme manager")
    NACTA = "NACTA", _("NACTA staff")
    FUNDER = "FUNDER", _("Funder")
    NETWORK_COORDINATOR = "NETWORK_COORDINATOR", _("Network coordinator")
    DATA_PROTECTION_OFFICER = "DATA_PROTECTION_OFFICER", _("Data-protection officer")
    ADMINISTRATOR = "ADMINISTRATOR", _("Administrator")
    API_PARTNER = "API_PARTNER", _("API partner")


#: Roles an administrator grants to a user; the others follow from a membership or an API key.
GRANTED_ROLES = (
    Role.REVIEWER,
    Role.MANAGER,
    Role.NACTA,
    Role.FUNDER,
    Role.NETWORK_COORDINATOR,
    Role.DATA_PROTECTION_OFFICER,
    Role.ADMINISTRATOR,
)

#: Staff of the programme who work on what CSOs send.
PROGRAMME_STAFF = frozenset({Role.REVIEWER, Role.MANAGER, Role.NACTA})


class Sensitivity(models.TextChoices):
    """How far a record may travel once it is published (domain.md, vocabulary `sensitivity`)."""

    PUBLIC = "PUBLIC", _("Public")
    PARTNER = "PARTNER", _("Partners of the programme")
    RESTRICTED = "RESTRICTED", _("Named roles")
    CONFIDENTIAL = "CONFIDENTIAL", _("Data-protection officer and owner")


class Scope(StrEnum):
    """What an API key may read. One scope a resource family."""

    ORGANIZATIONS = "organizations"
    PROJECTS = "projects"
    WORKSHOPS = "workshops"
    SHOWCASES = "showcases"
    ROADMAP = "roadmap"
    ACTIVITIES = "activities"
    INDICATORS = "indicators"
    RESULTS = "results"
    STORIES = "stories"
    LEARNING = "learning"
    REACH = "reach"
    GEOGRAPHY = "geography"
    VOCABULARIES = "vocabularies"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking, as of now: never stored, built again whenever a task runs."""

    user_id: int | None = None
    client_id: int | None = None
    roles: frozenset[str] = frozenset()
    organization_ids: frozenset[int] = frozenset()
    focal_point_of: frozenset[int] = frozenset()
    scopes: frozenset[str] = frozenset()

    @classmethod
    def visitor(cls) -> Self:
        """Anyone, not signed in."""
        return cls()

    @classmethod
    def operator(cls) -> Self:
        """Somebody with a shell on the server, in management commands: an administrator without an account."""
        return cls(roles=frozenset({Role.ADMINISTRATOR}))

    @property
    def is_visitor(self) -> bool:
        return self.user_id is None and self.client_id is None

    @property
    def is_partner(self) -> bool:
        """Belongs to the programme: staff, funder, or a member of a CSO; may read what is shared with partners."""
        return self.user_id is not None and bool(self.roles)

    def has(self, *roles: str) -> bool:
        """Whether any of the roles is held."""
        return not self.roles.isdisjoint(roles)

    def belongs_to(self, organization_id: int | None) -> bool:
        return organization_id in self.organization_ids

    def speaks_for(self, organization_id: int | None) -> bool:
        """Whether the actor is a focal point of the organization."""
        return organization_id in self.focal_point_of

    def readable_sensitivities(self) -> list[str]:
        """Sensitivities of published records that this actor reads without being named on them."""
        if self.has(Role.MANAGER, Role.REVIEWER, Role.NACTA):
            return [Sensitivity.PUBLIC, Sensitivity.PARTNER, Sensitivity.RESTRICTED]
        if self.is_partner:
            return [Sensitivity.PUBLIC, Sensitivity.PARTNER]
        return [Sensitivity.PUBLIC]


def person_of(actor: Actor) -> int:
    """The id of the person who acts. Raises NotAllowed for visitors and machines, who write nothing."""
    if actor.user_id is None:
        raise NotAllowed(_("Sign in to do this."))
    return actor.user_id


def require(allowed: bool, message: object) -> None:
    """Raise NotAllowed with a sentence for the reader unless a policy said yes."""
    if not allowed:
        raise NotAllowed(message)


class VisibleQuerySet(models.QuerySet):
    """The one door of a table. A subclass says which rows an actor may read; everything else goes through it."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows this actor may read. Hidden and absent are the same."""
        raise NotImplementedError(f"{type(self).__name__} must say what an actor may see.")


class PublicQuerySet(VisibleQuerySet):
    """Rows that everyone reads."""

    def visible_to(self, actor: Actor) -> Self:
        return self


class FollowingQuerySet(VisibleQuerySet):
    """Rows that are read by whoever may read all that they belong to: name the foreign keys in `follows`."""

    follows: tuple[str, ...] = ()

    def visible_to(self, actor: Actor) -> Self:
        rows = self
        for name in self.follows:
            parents = self.model._meta.get_field(name).related_model._default_manager
            rows = rows.filter(**{f"{name}__in": parents.visible_to(actor)})
        return rows


class StaffOnlyQuerySet(VisibleQuerySet):
    """Rows that only the named roles read: set `readers` in the subclass."""

    readers: Iterable[str] = ()

    def visible_to(self, actor: Actor) -> Self:
        return self if actor.has(*self.readers) else self.none()
