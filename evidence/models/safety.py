"""Safety: what is held because it could harm somebody, what was purged or erased, and what is doubtful."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.access import Role, StaffOnlyQuerySet, VisibleQuerySet
from organizations.models import Organization

if TYPE_CHECKING:
    from core.access import Actor


class Kind(models.TextChoices):
    """The kinds of records."""

    ACTIVITY = "activity", _("Activity")
    RESULT = "result", _("Result")
    STORY = "story", _("Story")
    LESSON = "lesson", _("Lesson")
    CHALLENGE = "challenge", _("Challenge")
    INNOVATION = "innovation", _("Innovation")
    ITEM = "item", _("Evidence")


class HoldQuerySet(VisibleQuerySet):
    """The officer and managers, the organization whose record it is, and whoever placed the hold."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.DATA_PROTECTION_OFFICER, Role.MANAGER):
            return self
        own = Q(organization_id__in=actor.organization_ids)
        return self.filter(own | Q(placed_by_id=actor.user_id) if actor.user_id else own)


class Hold(models.Model):
    """The risk-of-harm switch: a record is out of everything until a second person releases it."""

    kind = models.CharField(max_length=10, choices=Kind)
    record_uuid = models.UUIDField()
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="holds")
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    release_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    release_asked_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_uuid"], condition=Q(released_at=None), name="one_hold_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | (~Q(released_by=F("placed_by")) & Q(released_at__isnull=False)),
                name="hold_is_released_by_a_second_person",
            ),
        ]


class HoldReasonQuerySet(VisibleQuerySet):
    """Why a record is held: the officer, and whoever placed the hold."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.DATA_PROTECTION_OFFICER):
            return self
        return self.filter(hold__placed_by_id=actor.user_id) if actor.user_id else self.none()


class HoldReason(models.Model):
    """What could happen, in words, for the officer; and why it was released."""

    hold = models.OneToOneField(Hold, on_delete=models.CASCADE, related_name="reason")
    text = models.TextField(_("What could happen"))
    release_text = models.TextField(_("Why it may be shown again"), blank=True)

    objects = HoldReasonQuerySet.as_manager()


class PurgeLogQuerySet(StaffOnlyQuerySet):
    """Only the data-protection officer."""

    readers = (Role.DATA_PROTECTION_OFFICER,)


class PurgeEntry(models.Model):
    """What the nightly purge or an erasure removed: the table, how many rows, by which rule. Never what it said."""

    class Rule(models.TextChoices):
        """Why it was removed."""

        RETENTION = "RETENTION", _("The retention date had passed")
        ERASURE = "ERASURE", _("The person asked for it")

    at = models.DateTimeField()
    rule = models.CharField(max_length=9, choices=Rule)
    table = models.CharField(max_length=60)
    row_count = models.PositiveIntegerField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reference = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = PurgeLogQuerySet.as_manager()


class DoubtQuerySet(VisibleQuerySet):
    """What is doubtful: whose it is, reviewers and managers."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.REVIEWER):
            return self.filter(is_submitted=True) | self.filter(organization_id__in=actor.organization_ids)
        return self.filter(organization_id__in=actor.organization_ids)


class Doubt(models.Model):
    """A rule of data quality that a record breaks (domain.md, section 4), since when, and how it was settled.

    `rule` is a code of `evidence.quality.rules`; `values` holds the numbers and codes that its sentence names. Settled
    by nobody means that its cause is gone. An explanation is accepted for the `values` it was given for.
    """

    kind = models.CharField(max_length=10, choices=Kind)
    record_uuid = models.UUIDField()
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="doubts")
    is_submitted = models.BooleanField(default=False)
    rule = models.CharField(max_length=32)
    values = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    explanation = models.CharField(_("Explanation"), max_length=300, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    explained_at = models.DateTimeField(null=True, blank=True)

    objects = DoubtQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_uuid", "rule"], condition=Q(settled_at=None), name="doubt_once"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "settled_at"], name="doubt_of_organization"),
            models.Index(fields=["found_at", "id"], condition=Q(settled_at=None), name="doubt_open"),
        ]
