"""Evidence: a file or a link that shows what a record says, of a kind (vocabulary `evidence_type`) and with a date."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.access import FollowingQuerySet, Role, VisibleQuerySet
from core.geography import District
from core.terms import Term
from core.uploads import StoredFile
from organizations.models import Organization, Project

if TYPE_CHECKING:
    from core.access import Actor


class EvidenceItemQuerySet(VisibleQuerySet):
    """Between the CSO, its reviewers and managers, unless the CSO released it and it was published with a record.

    An item that shows a person never leaves the CSO and the reviewers: a picture with a consent is a `StoryPhoto`.
    """

    def visible_to(self, actor: Actor) -> Self:
        rows = Q(organization_id__in=actor.organization_ids)
        if actor.has(Role.REVIEWER):
            rows |= Q(first_submitted_at__isnull=False)
        if actor.has(Role.MANAGER):
            rows |= Q(first_submitted_at__isnull=False, shows_person=False)
        released = Q(
            is_released=True,
            shows_person=False,
            live_since__isnull=False,
            organization__in=Organization.objects.visible_to(actor),
        )
        return self.filter((rows | released), is_held=False)


class EvidenceItem(models.Model):
    """What supports a claim. Records point to it; the same sheet may support an activity and a result.

    `has_method` says that a study or evaluation states its method and limitations (evidence level E4).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="evidence_items")
    project = models.ForeignKey(
        Project,
        verbose_name=_("Project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evidence_items",
    )
    type = models.ForeignKey(Term, verbose_name=_("Kind of evidence"), on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("Title"), max_length=160)
    happened_on = models.DateField(_("Date"), null=True, blank=True)
    district = models.ForeignKey(
        District,
        verbose_name=_("District"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    url = models.URLField(_("Link"), blank=True)
    alt_text = models.CharField(_("Description of the picture"), max_length=300, blank=True)
    has_method = models.BooleanField(_("States its method and its limitations"), default=False)
    shows_person = models.BooleanField(_("Shows or names a person"), default=False)
    is_released = models.BooleanField(_("Show with what is published"), default=False)
    is_held = models.BooleanField(default=False)
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    live_since = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    objects = EvidenceItemQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class EvidenceDocumentQuerySet(FollowingQuerySet):
    """Follows the item."""

    follows = ("item",)


class EvidenceDocument(StoredFile):
    """The file of an item, if it is not a link."""

    item = models.OneToOneField(EvidenceItem, on_delete=models.CASCADE, related_name="document")

    objects = EvidenceDocumentQuerySet.as_manager()
