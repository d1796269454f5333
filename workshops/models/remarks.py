"""What NACTA remarks on a showcase. Read by NACTA and by those who review, not by the organization (docs/adr/0008)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.access import Role, VisibleQuerySet
from workshops.models.showcase import Showcase

if TYPE_CHECKING:
    from core.access import Actor


class RemarkQuerySet(VisibleQuerySet):
    """NACTA where it reads the showcase, reviewers and managers; never somebody of the organization that wrote it."""

    def visible_to(self, actor: Actor) -> Self:
        if not actor.has(Role.MANAGER, Role.REVIEWER, Role.NACTA):
            return self.none()
        return self.filter(subject__in=Showcase.objects.visible_to(actor)).exclude(
            subject__organization_id__in=actor.organization_ids
        )


class Remark(models.Model):
    """A remark of NACTA on a section, or on the whole where `section` is empty; settled by whoever dealt with it."""

    subject = models.ForeignKey(Showcase, on_delete=models.CASCADE, related_name="remarks")
    revision_number = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=24, blank=True)
    body = models.TextField(_("Remark"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="settled_remark_says_by_whom",
            )
        ]
