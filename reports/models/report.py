"""A report as a job and as a result: what was asked, how far it is, the frozen data set, and the files."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.access import FollowingQuerySet, Role, VisibleQuerySet
from core.uploads import StoredFile
from evidence.models import Story
from organizations.models import Programme

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor

#: Roles that read every report, drafts included. What a report holds is fit for all partners of the programme.
DRAFT_READERS = (Role.MANAGER, Role.REVIEWER, Role.NACTA)


class ReportQuerySet(VisibleQuerySet):
    """Programme staff read drafts and finals; the funder reads what was released."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(*DRAFT_READERS):
            return self
        if actor.has(Role.FUNDER):
            return self.filter(released_at__isnull=False, status=Report.Status.DONE)
        return self.none()

    def verifiable(self) -> Self:
        """Finished reports, for the public page that confirms a fingerprint and shows nothing of the content."""
        return self.filter(status=Report.Status.DONE)

    def readable(self) -> Self:
        """Reports whose content may be read now: every story they quote is still published and may be printed.

        Asked of the database at the moment of reading, so that an expired consent needs no nightly job.
        """
        quoted = Report.stories.through.objects.filter(report=OuterRef("pk"))
        return self.filter(~Exists(quoted.exclude(story__in=Story.objects.printable())), outdated_since=None)

    def under_way(self) -> Self:
        return self.filter(status__in=[Report.Status.QUEUED, Report.Status.RUNNING])


class Report(models.Model):
    """One request for a report. `snapshot` is the whole data set that was painted, `snapshot_sha256` its fingerprint.

    `stories` are those that the snapshot quotes; `outdated_since` is when one of them left the public. `attempt` grows
    each time a worker starts on it, so that a worker that was thought dead cannot store its result.
    """

    class Kind(models.TextChoices):
        IMPACT = "impact", _("Impact report")
        ROADMAP = "roadmap", _("Roadmap report")

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("Waiting for its turn")
        RUNNING = "RUNNING", _("Being built")
        DONE = "DONE", _("Ready")
        FAILED = "FAILED", _("Could not be built")
        CANCELLED = "CANCELLED", _("Cancelled")

    class Stage(models.TextChoices):
        COLLECTING = "collecting", _("Reading the records")
        COMPUTING = "computing", _("Computing tables and figures")
        PDF = "pdf", _("Setting the PDF")
        HTML = "html", _("Writing the web edition")
        STORING = "storing", _("Storing the files")

    class Failure(models.TextChoices):
        NO_RIGHT = "no_right", _("The person who asked may no longer build reports.")
        NO_ROADMAP = (
            "no_roadmap",
            _("The programme has no published roadmap. Publish it, then try again."),
        )
        NO_DATA = (
            "no_data",
            _("The portal holds nothing for this programme and period. Choose another period."),
        )
        DATA = (
            "data",
            _("The tables could not be computed from the records. The error is in the log of the worker."),
        )
        FONT = (
            "font",
            _("A typeface of the documents is missing on the server. Tell the operator, then try again."),
        )
        TYPESETTING = (
            "typesetting",
            _("The document could not be set. The error is in the log of the worker."),
        )
        STORAGE = (
            "storage",
            _("The files could not be stored. Tell the operator, then try again."),
        )
        TOO_LONG = (
            "too_long",
            _("Building took too long and was stopped. Try a shorter period."),
        )
        WORKER_LOST = (
            "worker_lost",
            _("The worker stopped in the middle several times. Tell the operator."),
        )
        UNEXPECTED = (
            "unexpected",
            _("Something went wrong on the server. The error is in the log of the worker."),
        )

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
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    stage = models.CharField(max_length=20, blank=True, choices=Stage)
    progress = models.PositiveSmallIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=40, blank=True, choices=Failure)
    queued_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    build_seconds = models.FloatField(null=True, blank=True)
    peak_memory_kib = models.PositiveIntegerField(null=True, blank=True)
    snapshot = models.JSONField(null=True, blank=True)
    stories = models.ManyToManyField(Story, related_name="+")
    outdated_since = models.DateTimeField(null=True, blank=True)
    replaced_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces"
    )
    snapshot_sha256 = models.CharField(max_length=64, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="progress_is_a_percentage"),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="report_period_is_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(status="DONE") | (Q(snapshot__isnull=False) & ~Q(snapshot_sha256="")),
                name="ready_report_keeps_its_snapshot",
            ),
            models.CheckConstraint(
                condition=~Q(status="FAILED") | ~Q(failure=""),
                name="failed_report_says_why",
            ),
            models.UniqueConstraint(
                fields=[
                    "kind",
                    "programme",
                    "period_start",
                    "period_end",
                    "language",
                    "requested_by",
                ],
                condition=Q(status__in=["QUEUED", "RUNNING"]),
                name="same_report_is_built_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} report {self.uuid}"

    @property
    def is_under_way(self) -> bool:
        return self.status in {self.Status.QUEUED, self.Status.RUNNING}

    @property
    def is_done(self) -> bool:
        return self.status == self.Status.DONE

    @property
    def is_final(self) -> bool:
        return self.released_at is not None

    @property
    def display_title(self) -> str:
        """Kind and programme, in the reader's language."""
        return f"{self.get_kind_display()}, {self.programme}"

    @cached_property
    def is_outdated(self) -> bool:
        """Whether it quotes a story that may no longer be read. Nobody reads it then, whatever their role (ADR 13)."""
        return self.is_done and not Report.objects.readable().filter(pk=self.pk).exists()

    @property
    def document_id(self) -> str:
        """The number printed on the document; empty until it was computed."""
        return self.snapshot["stamp"]["document_id"] if self.snapshot else ""

    @property
    def happening(self) -> Any:
        """One line on where the job stands: its stage while it is being built, else its status."""
        if self.status == self.Status.RUNNING and self.stage:
            return self.Stage(self.stage).label
        return self.Status(self.status).label

    def queue(self, *, at: datetime) -> None:
        """Put it back in front of the workers; the caller saves and sends the message."""
        self.status = self.Status.QUEUED
        self.stage, self.progress, self.failure = "", 0, ""
        self.queued_at, self.finished_at, self.cancel_requested_at = at, None, None


class ReportFileQuerySet(FollowingQuerySet):
    """Follows the report, once it is ready and as long as its content may be read."""

    follows = ("report",)

    def visible_to(self, actor: Actor) -> Self:
        readable = Report.objects.readable().values("pk")
        return super().visible_to(actor).filter(report__status=Report.Status.DONE, report__in=readable)


class ReportFile(StoredFile):
    """A finished file, one a format."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="files")
    format = models.CharField(max_length=8)

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "format"], name="one_file_a_format")]
