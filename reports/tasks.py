"""What the worker does for reports. Tasks take ids, may run twice with the same effect, and call one function."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready

from reports import jobs


@shared_task
def build_report(*, report_id: int) -> None:
    """Build one report, unless it is built already or another worker is on it."""
    jobs.build(report_id=report_id)


@shared_task
def recover_reports() -> int:
    """Queue again what a lost worker left behind. Beat calls it each minute, and each worker when it starts."""
    report_ids = jobs.recover()
    for report_id in report_ids:
        build_report.delay(report_id=report_id)
    return len(report_ids)


@worker_ready.connect
def recover_when_a_worker_starts(**_signal: Any) -> None:
    recover_reports.delay()
