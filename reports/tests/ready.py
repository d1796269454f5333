"""A data set, and a report that is ready, without a worker: for tests that only look at them."""

from datetime import date, datetime
from typing import Any

from django.core.files.base import ContentFile

from core.access import Actor
from core.uploads import CleanFile
from organizations.actors import actor_for_user_id
from reports import renderers
from reports.datasets.frame import Order
from reports.jobs import CONTENT_TYPES, DATASETS
from reports.models import Report, ReportFile
from reports.tables import sha256_of


def build_dataset(
    kind: str,
    *,
    actor: Actor,
    programme_id: int,
    period_start: date,
    period_end: date,
    at: datetime,
    language: str = "en",
    number: int = 7,
    identity: str = "8c2e77aa-1111-4222-8333-444455556666",
) -> dict[str, Any]:
    """Collect and compose, as a worker does: the data set as JSON."""
    facts = DATASETS[kind].collect(
        actor=actor, programme_id=programme_id, period_start=period_start, period_end=period_end
    )
    order = Order(
        kind=kind,
        language=language,
        period_start=period_start,
        period_end=period_end,
        taken_at=at,
        number=number,
        identity=identity,
    )
    return DATASETS[kind].compose(facts=facts, order=order).as_json()


def finish(report: Report, *, at: datetime) -> Report:
    """Compute and paint a report as its requester, in the caller's transaction, and store its files."""
    snapshot = build_dataset(
        report.kind,
        actor=actor_for_user_id(report.requested_by_id),
        programme_id=report.programme_id,
        period_start=report.period_start,
        period_end=report.period_end,
        language=report.language,
        at=at,
        number=report.pk,
        identity=str(report.uuid),
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
