"""People who act for an organization, and invitations to join one or to take a role in the programme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.access import Role, VisibleQuerySet
from organizations.models.organization import Organization

if TYPE_CHECKING:
    from core.access import Actor

MEMBER_ROLES = [
    (Role.EDITOR.value, Role.EDITOR.label),
    (Role.FOCAL_POINT.value, Role.FOCAL_POINT.label),
]


class MembershipQuerySet(VisibleQuerySet):
    """Members are seen by their colleagues and by those who keep accounts."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER):
            return self
        return self.filter(organization_id__in=actor.organization_ids)

    def current(self) -> Self:
        return self.filter(ended_on=None)

    def since(self, day: Any) -> Self:
        """Memberships that lasted until that day or longer: for four eyes, which a change of employer does not open."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=day))


class Membership(models.Model):
    """A user acting for an organization, from a day and until a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("Role"), max_length=12, choices=MEMBER_ROLES)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization"],
                condition=Q(ended_on=None),
                name="one_current_membership",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of organization {self.organization_id}"


class InvitationQuerySet(VisibleQuerySet):
    """A focal point sees those of the organization, an administrator all."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.ADMINISTRATOR, Role.MANAGER):
            return self
        return self.filter(organization_id__in=actor.focal_point_of)


class Invitation(models.Model):
    """An invitation by e-mail: the link's token is stored hashed, works once, and expires."""

    email = models.EmailField(_("E-mail address"))
    name = models.CharField(_("Name"), max_length=120)
    role = models.CharField(_("Role"), max_length=24, choices=Role)
    organization = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="invitations",
    )
    language = models.CharField(_("Language"), max_length=2, choices=settings.LANGUAGES, default="en")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[Role.EDITOR, Role.FOCAL_POINT], organization__isnull=False)
                | (~Q(role__in=[Role.EDITOR, Role.FOCAL_POINT]) & Q(organization=None)),
                name="cso_role_is_for_an_organization",
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
