"""A report as a job and as a result: what was asked, how far it is, the frozen data set, and the files."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.access import Role, VisibleQuerySet
from core.uploads import StoredFile
from organizations.models import Programme

if TYPE_CHECKING:
    from core.access import Actor


class ReportQuerySet(VisibleQuerySet):
    """A report was computed with the rights of the person who asked: that person, managers, and readers of reports."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER):
            return self
        if actor.user_id is None:
            return self.none()
        return self.filter(requested_by_id=actor.user_id)


class Report(models.Model):
    """One request for a report. `snapshot` is the data set that was painted, `snapshot_sha256` its fingerprint."""

    class Kind(models.TextChoices):
        IMPACT = "impact", _("Impact report")
        ROADMAP = "roadmap", _("Roadmap report")

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("Waiting for its turn")
        RUNNING = "RUNNING", _("Being built")
        DONE = "DONE", _("Ready")
        FAILED = "FAILED", _("Could not be built")
        CANCELLED = "CANCELLED", _("Cancelled")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("Report"), max_length=12, choices=Kind)
    programme = models.ForeignKey(
        Programme,
        verbose_name=_("Programme"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    period_start = models.DateField(_("From"))
    period_end = models.DateField(_("Until"))
    language = models.CharField(_("Language"), max_length=2, choices=settings.LANGUAGES)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    stage = models.CharField(max_length=20, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    snapshot = models.JSONField(null=True, blank=True)
    snapshot_sha256 = models.CharField(max_length=64, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(progress__lte=100), name="progress_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="report_period_is_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} report {self.uuid}"


class ReportFileQuerySet(VisibleQuerySet):
    """Follows the report."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(report__in=Report.objects.visible_to(actor))


class ReportFile(StoredFile):
    """A finished file, one a format."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="files")
    format = models.CharField(max_length=8)

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "format"], name="one_file_a_format"
            )
        ]
