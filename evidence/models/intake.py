"""Data that comes in as files: workbooks filled in offline, and exports of KoboToolbox and ODK."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.access import Role, VisibleQuerySet
from core.uploads import StoredFile
from evidence.models.results import Period
from organizations.models import Organization, Project

if TYPE_CHECKING:
    from core.access import Actor


class OwnIntakeQuerySet(VisibleQuerySet):
    """The organization that sent it."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(organization_id__in=actor.organization_ids)


class Workbook(models.Model):
    """A workbook that the portal gave out for a project and a period. Its identifier stands in the file."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="workbooks")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="workbooks")
    period = models.ForeignKey(Period, null=True, blank=True, on_delete=models.SET_NULL, related_name="workbooks")
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    layout = models.PositiveSmallIntegerField()
    options = models.JSONField(default=dict)
    given_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    objects = OwnIntakeQuerySet.as_manager()


class FormMappingQuerySet(VisibleQuerySet):
    """Operators map forms; the organization sees how its own is read."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.ADMINISTRATOR):
            return self
        return self.filter(organization_id__in=actor.organization_ids)


class FormMapping(models.Model):
    """How the questions of an XLSForm become fields of an activity. Mapped once, then remembered.

    `headers` are the columns of the export as they were found; `columns` says by header what each holds, `choices` by
    field and answer which code that is.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="form_mappings")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="form_mappings")
    form_id = models.CharField(_("Form"), max_length=120)
    title = models.CharField(_("Name of the form"), max_length=160, blank=True)
    headers = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    choices = models.JSONField(default=dict)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = FormMappingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "form_id"], name="form_mapped_once")]


def returned_name(instance: Intake, filename: str) -> str:
    """Beside the file that was sent, under its own identifier."""
    return f"evidence.intake/returned/{instance.uuid.hex}"


class Intake(StoredFile):
    """A file that was sent: what it was, what was found in it, and whether its rows were taken.

    `findings` are the first sentences for the person who sent it, in `language`; `returned` is the file with all of
    them in its cells. Once somebody decided (`decided_at`), the worker takes the rows over in one transaction.
    """

    class Source(models.TextChoices):
        """Where it comes from."""

        WORKBOOK = "WORKBOOK", _("Workbook of the portal")
        KOBO = "KOBO", _("KoboToolbox or ODK")

    class Status(models.TextChoices):
        """Where it stands."""

        WAITING = "WAITING", _("Waiting")
        CHECKED = "CHECKED", _("Checked, to be decided")
        REFUSED = "REFUSED", _("Refused")
        TAKEN = "TAKEN", _("Taken over")
        DISCARDED = "DISCARDED", _("Discarded")

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="intakes")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="intakes")
    workbook = models.ForeignKey(Workbook, null=True, blank=True, on_delete=models.SET_NULL, related_name="intakes")
    mapping = models.ForeignKey(FormMapping, null=True, blank=True, on_delete=models.SET_NULL, related_name="intakes")
    source = models.CharField(max_length=8, choices=Source)
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    findings = models.JSONField(default=list)
    valid_count = models.PositiveIntegerField(default=0)
    invalid_count = models.PositiveIntegerField(default=0)
    repeated_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="en")
    returned = models.FileField(upload_to=returned_name, max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepts_valid = models.BooleanField(_("The valid rows are taken, the others are left"), default=False)
    taken_at = models.DateTimeField(null=True, blank=True)
    purge_on = models.DateField(null=True, blank=True)

    objects = OwnIntakeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "-uploaded_at"], name="intake_recent")]

    @property
    def needs_mapping(self) -> bool:
        """An export whose form nobody has mapped yet."""
        return self.status == self.Status.WAITING and self.source == self.Source.KOBO and self.mapping_id is None

    @property
    def is_under_way(self) -> bool:
        """The worker has it, or is about to."""
        checking = self.status == self.Status.WAITING and not self.needs_mapping
        return checking or (self.status == self.Status.CHECKED and self.decided_at is not None)


class IntakeRow(models.Model):
    """A row that was taken over, by the key it had in its file: sent twice, it is not counted twice.

    `content` is a digest of what it said, so that a changed row is told from a repeated one; `version` is that of the
    record after the row was taken, so that a later change on the web is not overwritten.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="intake_rows")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="intake_rows")
    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="rows")
    key = models.CharField(max_length=80)
    record_uuid = models.UUIDField()
    content = models.CharField(max_length=64, default="")
    version = models.PositiveIntegerField(default=1)

    objects = OwnIntakeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="row_taken_once")]
