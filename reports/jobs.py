"""How a worker builds a report: once, in stages, stoppable between them, and finished by another if it dies.

While a worker builds, its database session holds an advisory lock on the report. The lock goes when the session
goes, however the worker died; so a report that says RUNNING while its lock is free was abandoned. `attempt` fences:
only the worker that started the latest attempt may change the row. (Sessions must not be pooled by transaction.)
"""

from __future__ import annotations

import resource
import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.base import ContentFile
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone

from core.access import require
from core.uploads import CleanFile
from evidence.models import Story
from organizations.actors import actor_for_user_id
from reports import policies, renderers
from reports.datasets import impact, roadmap
from reports.datasets.frame import NothingToReport, Order
from reports.models import Report, ReportFile
from reports.tables import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = structlog.get_logger(__name__)

#: The first key of the advisory lock; the second is the report's primary key.
LOCK_SPACE = 7_412_027
#: A report that killed its worker this often is given up.
MAX_ATTEMPTS = 3
#: A queued report whose message was lost is sent again after this long. A second message does no harm.
LOST_MESSAGE_AFTER = timedelta(minutes=3)

DATASETS: dict[str, Any] = {Report.Kind.IMPACT: impact, Report.Kind.ROADMAP: roadmap}
CONTENT_TYPES = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
PROGRESS = {
    Report.Stage.COLLECTING: 10,
    Report.Stage.COMPUTING: 30,
    Report.Stage.PDF: 50,
    Report.Stage.HTML: 80,
    Report.Stage.STORING: 90,
}


class Stopped(Exception):
    """This attempt may not go on."""


class Outdated(Exception):
    """A story that was quoted left the public while the report was being built."""


def build(*, report_id: int) -> None:
    """Build the report, unless it is built, cancelled, or in the hands of another worker."""
    with _lock(report_id) as is_held:
        report = _claim(report_id) if is_held else None
        if report is None:
            return
        log = logger.bind(report=str(report.uuid), kind=report.kind, attempt=report.attempt)
        started = time.perf_counter()
        try:
            _build(report, started=started)
        except Stopped:
            _end(report, status=Report.Status.CANCELLED)
            log.info("report_stopped")
        except Exception as error:
            failure = _failure_of(error)
            _end(report, status=Report.Status.FAILED, failure=failure)
            if failure in {
                Report.Failure.NO_RIGHT,
                Report.Failure.NO_ROADMAP,
                Report.Failure.NO_DATA,
            }:
                log.warning("report_refused", failure=failure)
                return
            log.exception("report_failed", failure=failure)
            raise
        else:
            log.info("report_built", seconds=round(time.perf_counter() - started, 2))


def _build(report: Report, *, started: float) -> None:
    """Read, paint and store; once more from the start where a story was withdrawn meanwhile."""
    for is_last in (False, False, True):
        snapshot = _snapshot(report)
        files = _paint(report, snapshot)
        try:
            _store(report, snapshot, files, seconds=time.perf_counter() - started)
        except Outdated:
            if is_last:
                raise
            # A text that was read as a draft and is released now says something else: it is a draft again.
            report.released_at = report.released_by = None
            Report.objects.filter(pk=report.pk, attempt=report.attempt).update(released_at=None, released_by=None)
        else:
            return


def recover() -> list[int]:
    """Take back what lost workers left behind, and return the reports to send to the workers again."""
    now = timezone.now()
    ready: list[int] = []
    for report_id in Report.objects.filter(status=Report.Status.RUNNING).order_by("pk").values_list("pk", flat=True):
        with _lock(report_id) as is_held:
            if is_held and _take_back(report_id):
                ready.append(report_id)
    lost = Report.objects.filter(status=Report.Status.QUEUED, queued_at__lt=now - LOST_MESSAGE_AFTER)
    for report_id in lost.order_by("pk").values_list("pk", flat=True):
        if Report.objects.filter(pk=report_id, status=Report.Status.QUEUED).update(queued_at=now):
            ready.append(report_id)
    return ready


@contextmanager
def _lock(report_id: int) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, report_id])
        is_held = cursor.fetchone()[0]
    try:
        yield is_held
    finally:
        # A lost connection has given the lock back already.
        with suppress(DatabaseError, InterfaceError):
            if is_held:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, report_id])


@transaction.atomic
def _claim(report_id: int) -> Report | None:
    """Start an attempt. Returns None when there is nothing to do."""
    report = Report.objects.select_for_update().filter(pk=report_id).first()
    if report is None or not report.is_under_way:
        return None
    report.attempt += 1
    report.status, report.started_at = Report.Status.RUNNING, timezone.now()
    report.stage, report.progress, report.failure = "", 0, ""
    if report.cancel_requested_at:
        report.status, report.finished_at = Report.Status.CANCELLED, timezone.now()
    report.save(
        update_fields=[
            "attempt",
            "status",
            "stage",
            "progress",
            "failure",
            "started_at",
            "finished_at",
        ]
    )
    return report if report.status == Report.Status.RUNNING else None


@transaction.atomic
def _take_back(report_id: int) -> bool:
    report = Report.objects.select_for_update().get(pk=report_id)
    if report.status != Report.Status.RUNNING:
        return False
    now = timezone.now()
    if report.cancel_requested_at:
        report.status, report.finished_at = Report.Status.CANCELLED, now
    elif report.attempt >= MAX_ATTEMPTS:
        report.status, report.finished_at, report.failure = (
            Report.Status.FAILED,
            now,
            Report.Failure.WORKER_LOST,
        )
    else:
        report.queue(at=now)
    report.save(
        update_fields=[
            "status",
            "stage",
            "progress",
            "failure",
            "queued_at",
            "finished_at",
        ]
    )
    return report.status == Report.Status.QUEUED


def _step(report: Report, stage: Report.Stage) -> None:
    """Say which stage begins. Raises Stopped when the report was cancelled or a later attempt took over."""
    is_mine = Report.objects.filter(
        pk=report.pk,
        attempt=report.attempt,
        status=Report.Status.RUNNING,
        cancel_requested_at=None,
    ).update(stage=stage, progress=PROGRESS[stage])
    if not is_mine:
        raise Stopped


def _snapshot(report: Report) -> dict[str, Any]:
    """The data set as JSON. A released report keeps the one it was released with."""
    if report.is_final and report.snapshot:
        return report.snapshot
    actor = actor_for_user_id(report.requested_by_id)
    require(policies.can_build_reports(actor), Report.Failure.NO_RIGHT.label)
    dataset = DATASETS[report.kind]
    _step(report, Report.Stage.COLLECTING)
    taken_at = timezone.now()
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        facts = dataset.collect(
            actor=actor,
            programme_id=report.programme_id,
            period_start=report.period_start,
            period_end=report.period_end,
        )
    _step(report, Report.Stage.COMPUTING)
    order = Order(
        kind=report.kind,
        language=report.language,
        period_start=report.period_start,
        period_end=report.period_end,
        taken_at=taken_at,
        number=report.pk,
        identity=str(report.uuid),
    )
    return dataset.compose(facts=facts, order=order).as_json()


def _paint(report: Report, snapshot: dict[str, Any]) -> dict[str, bytes]:
    sha256 = sha256_of(snapshot)
    _step(report, Report.Stage.PDF)
    pdf = renderers.render_pdf(snapshot=snapshot, sha256=sha256, is_final=report.is_final)
    _step(report, Report.Stage.HTML)
    html = renderers.render_html(snapshot=snapshot, sha256=sha256, is_final=report.is_final)
    return {"pdf": pdf, "html": html}


def _store(report: Report, snapshot: dict[str, Any], files: dict[str, bytes], *, seconds: float) -> None:
    _step(report, Report.Stage.STORING)
    now = timezone.now()
    with transaction.atomic():
        # Stories first, then the report: a withdrawal locks in the same order, so it comes before this check or marks
        # the report after it.
        quoted = _quoted(snapshot)
        row = Report.objects.select_for_update().get(pk=report.pk)
        if row.attempt != report.attempt or row.status != Report.Status.RUNNING or row.cancel_requested_at:
            raise Stopped
        for earlier in row.files.all():
            transaction.on_commit(partial(earlier.file.storage.delete, earlier.file.name))
            earlier.delete()
        for suffix, content in files.items():
            file = ReportFile(
                report=row,
                format=suffix,
                uploaded_by_id=row.requested_by_id,
                uploaded_at=now,
            )
            file.keep(
                CleanFile(content, CONTENT_TYPES[suffix], suffix),
                name=snapshot["stamp"]["document_id"],
            )
            file.file = ContentFile(content, name="report")
            file.save()
        row.status, row.stage, row.progress, row.finished_at = (
            Report.Status.DONE,
            "",
            100,
            now,
        )
        row.snapshot, row.snapshot_sha256 = snapshot, sha256_of(snapshot)
        row.is_demo = snapshot["is_demo"]
        row.outdated_since = None
        row.stories.set(quoted)
        row.build_seconds = round(seconds, 3)
        row.peak_memory_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        row.save()


def _quoted(snapshot: dict[str, Any]) -> list[Story]:
    """The stories that the data set quotes, locked. Raises Outdated unless each may still be printed."""
    uuids = snapshot.get("stories", [])
    rows = list(Story.objects.filter(uuid__in=uuids).select_for_update(of=("self",)).order_by("pk"))
    if Story.objects.printable().filter(uuid__in=uuids).count() != len(uuids):
        raise Outdated
    return rows


def _end(report: Report, *, status: str, failure: str = "") -> None:
    """Close this attempt, unless a later one took over."""
    Report.objects.filter(pk=report.pk, attempt=report.attempt, status=Report.Status.RUNNING).update(
        status=status, failure=failure, stage="", finished_at=timezone.now()
    )


def _failure_of(error: Exception) -> str:
    for kind, failure in (
        (NothingToReport, None),
        (renderers.FontMissing, Report.Failure.FONT),
        (renderers.TypesettingFailed, Report.Failure.TYPESETTING),
        (SoftTimeLimitExceeded, Report.Failure.TOO_LONG),
        (OSError, Report.Failure.STORAGE),
        (
            (KeyError, ValueError, TypeError, AttributeError, LookupError),
            Report.Failure.DATA,
        ),
    ):
        if isinstance(error, kind):
            return failure or cast(NothingToReport, error).failure
    return Report.Failure.NO_RIGHT if getattr(error, "code", "") == "not_allowed" else Report.Failure.UNEXPECTED
