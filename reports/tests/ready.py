"""A report that is ready without a worker, for tests that only look at it."""

from datetime import datetime

from django.core.files.base import ContentFile

from core.uploads import CleanFile
from organizations.actors import actor_for_user_id
from reports import renderers
from reports.jobs import CONTENT_TYPES, DATASETS
from reports.models import Report, ReportFile
from reports.tables import sha256_of


def finish(report: Report, *, at: datetime) -> Report:
    """Compute and paint a report as its requester, in the caller's transaction, and store its files."""
    snapshot = (
        DATASETS[report.kind]
        .build_dataset(
            actor=actor_for_user_id(report.requested_by_id),
            programme_id=report.programme_id,
            period_start=report.period_start,
            period_end=report.period_end,
            language=report.language,
            at=at,
            number=report.pk,
            identity=str(report.uuid),
        )
        .as_json()
    )
    report.snapshot, report.snapshot_sha256 = snapshot, sha256_of(snapshot)
    report.status, report.progress, report.finished_at = Report.Status.DONE, 100, at
    report.build_seconds = 1.0
    report.save()
    painted = {"sha256": report.snapshot_sha256, "is_final": report.is_final}
    for suffix, paint in (
        ("pdf", renderers.render_pdf),
        ("html", renderers.render_html),
    ):
        content = paint(snapshot=snapshot, **painted)
        file = ReportFile(
            report=report,
            format=suffix,
            uploaded_by=report.requested_by,
            uploaded_at=at,
        )
        file.keep(CleanFile(content, CONTENT_TYPES[suffix], suffix), name="report")
        file.file = ContentFile(content, name="report")
        file.save()
    return report
