"""The endorsement of a final report by NACTA (`core.endorsement`). A report is printed from one snapshot: edition 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from core.access import VisibleQuerySet
from core.endorsement import Endorsement, EndorsementRecord
from reports.models.report import DRAFT_READERS, Report

if TYPE_CHECKING:
    from core.access import Actor


class ReportEndorsementQuerySet(VisibleQuerySet):
    """Whoever reads the report reads what holds; staff also read what was withdrawn."""

    def visible_to(self, actor: Actor) -> Self:
        rows = self.filter(subject__in=Report.objects.visible_to(actor))
        return rows if actor.has(*DRAFT_READERS) else rows.filter(withdrawn_at=None)


class ReportEndorsement(Endorsement):
    """NACTA stands behind a report."""

    subject = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="endorsements")

    objects = ReportEndorsementQuerySet.as_manager()


class ReportEndorsementRecord(EndorsementRecord):
    """What staff did about the endorsement of a report."""

    subject = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="endorsement_records")
