"""What all evidence has in common: a record with a state, numbered revisions of its content, and the log of its steps.

A record is an activity, a result, a story, a lesson, a challenge or an innovation. Others read `published_revision`, so
what is published stays live while a change to it is reviewed. A held record is out of everything (docs/evidence.md).
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.access import Role, Sensitivity, VisibleQuerySet
from core.workflow import State, Stateful, TransitionRecord
from organizations.models import Organization, Project

if TYPE_CHECKING:
    from core.access import Actor


class RecordQuerySet(VisibleQuerySet):
    """The owner sees its own, reviewers and managers what was ever sent, NACTA what was verified, others what is live.

    Only the data-protection officer sees a held record.
    """

    def visible_to(self, actor: Actor) -> Self:
        rows = Q(organization_id__in=actor.organization_ids) | self.live_for(actor)
        if actor.has(Role.MANAGER, Role.REVIEWER):
            rows |= Q(first_submitted_at__isnull=False)
        if actor.has(Role.NACTA):
            rows |= self.checked()
        rows &= Q(is_held=False)
        if actor.has(Role.DATA_PROTECTION_OFFICER):
            rows |= Q(first_submitted_at__isnull=False) | Q(is_held=True)
        return self.filter(rows)

    def live_for(self, actor: Actor) -> Q:
        """What is published and travels as far as this actor."""
        return Q(
            self.publishable(),
            sensitivity__in=actor.readable_sensitivities(),
            organization__in=Organization.objects.visible_to(actor),
        ) & (Q(project=None) | Q(project__in=Project.objects.visible_to(actor)))

    def checked(self) -> Q:
        """What NACTA reads before publication: programme data that a reviewer has verified."""
        return Q(state__in=[State.VERIFIED, State.APPROVED])

    def publishable(self) -> Q:
        """What makes a row live, whoever asks. Stories add their consents."""
        return Q(published_revision__isnull=False, is_held=False)

    def live(self) -> Self:
        """What is published now, whoever asks."""
        return self.filter(self.publishable())


class Record(Stateful):
    """A record of evidence. `state` is that of the latest revision; `version` grows with every save.

    A concrete subclass adds `published_revision`. `is_held` is the risk-of-harm switch: its log is `Hold`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="%(class)s_records")
    project = models.ForeignKey(
        Project,
        verbose_name=_("Project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(class)s_records",
    )
    sensitivity = models.CharField(max_length=12, choices=Sensitivity, default=Sensitivity.PUBLIC)
    is_held = models.BooleanField(default=False)
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"


def record_constraints(name: str) -> list[models.BaseConstraint]:
    """What the database refuses for every kind of record; `name` makes the names of the constraints unique."""
    return [
        models.CheckConstraint(
            condition=Q(published_revision=None) | ~Q(state__in=[State.WITHDRAWN, State.ARCHIVED]),
            name=f"withdrawn_{name}_is_not_live",
        ),
        models.CheckConstraint(
            condition=~Q(state=State.PUBLISHED) | Q(published_revision__isnull=False),
            name=f"published_{name}_is_live",
        ),
    ]


def published_revision(to: str) -> Any:
    """The pointer of a record to the revision that others read."""
    return models.OneToOneField(to, null=True, blank=True, on_delete=models.PROTECT, related_name="+")


class RevisionQuerySet(VisibleQuerySet):
    """The owner reads all of its revisions, reviewers those that were sent, NACTA those verified, others the live one."""

    def visible_to(self, actor: Actor) -> Self:
        records = self.model._meta.get_field("record").related_model
        seen = Q(record__in=records.objects.visible_to(actor))
        rows = Q(record__organization_id__in=actor.organization_ids) | Q(pk=F("record__published_revision_id"))
        if actor.has(Role.MANAGER, Role.REVIEWER, Role.DATA_PROTECTION_OFFICER):
            rows |= Q(submitted_at__isnull=False)
        if actor.has(Role.DATA_PROTECTION_OFFICER):
            rows |= Q(record__is_held=True)
        if actor.has(Role.NACTA):
            rows |= Q(verified_at__isnull=False)
        return self.filter(seen & rows)


class Revision(models.Model):
    """One numbered state of a record's content, frozen when it is submitted.

    A concrete subclass adds `record`. `writers` are all who saved it or a revision it was copied from: none of them may
    verify or approve it.
    """

    number = models.PositiveSmallIntegerField()
    language = models.CharField(
        _("Language of the text"),
        max_length=2,
        choices=settings.LANGUAGES,
        default="en",
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"revision {self.number} of {self.record_id}"  # type: ignore[attr-defined]


class TransitionQuerySet(VisibleQuerySet):
    """The review is between the owner and the programme's reviewers and managers; the officer may look back."""

    def visible_to(self, actor: Actor) -> Self:
        records = self.model._meta.get_field("subject").related_model
        rows = Q(subject__organization_id__in=actor.organization_ids)
        if actor.has(Role.MANAGER, Role.REVIEWER, Role.DATA_PROTECTION_OFFICER):
            rows |= Q(subject__first_submitted_at__isnull=False)
        return self.filter(rows, subject__in=records.objects.visible_to(actor))


class Transition(TransitionRecord):
    """One step of a record, the revision it was about, and as what the person acted."""

    revision_number = models.PositiveSmallIntegerField(default=1)
    as_role = models.CharField(max_length=24, choices=Role, blank=True)

    objects = TransitionQuerySet.as_manager()

    class Meta:
        abstract = True
