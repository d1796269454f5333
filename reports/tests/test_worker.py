"""A real Celery worker is killed in the middle of a report, and the next one finishes the report once."""

from __future__ import annotations

import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from core.tests.worker import kill, wait_for
from reports import tasks
from reports.models import Report, ReportFile

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_report_of_a_killed_worker_is_finished_once_by_the_next(world, make_report, start_worker, broker):
    report = make_report()
    blocker = connections["default"].copy()
    blocker.set_autocommit(False)
    with blocker.cursor() as cursor:
        # The worker comes as far as reading the showcases and waits there, in the middle of its job.
        cursor.execute("LOCK TABLE workshops_showcase IN ACCESS EXCLUSIVE MODE")
    first = start_worker()
    tasks.build_report.delay(report_id=report.pk)
    wait_for(lambda: Report.objects.get(pk=report.pk).stage == "collecting")
    kill(first)
    blocker.rollback()
    blocker.close()
    report.refresh_from_db()
    assert (report.status, report.attempt, report.files.count()) == ("RUNNING", 1, 0)
    start_worker()
    wait_for(lambda: Report.objects.get(pk=report.pk).status == "DONE")
    # The message of the killed worker may be handed out again, and a late recovery may send another.
    tasks.build_report.delay(report_id=report.pk)
    tasks.recover_reports.delay()
    time.sleep(5)
    report.refresh_from_db()
    assert (report.status, report.attempt) == ("DONE", 2)
    assert sorted(ReportFile.objects.values_list("report_id", "format")) == [
        (report.pk, "html"),
        (report.pk, "pdf"),
    ]


def test_command_builds_through_the_worker_and_saves_the_file(world, manager, start_worker, broker, tmp_path, capsys):
    start_worker()
    wait_for(lambda: bool(broker.control.ping(timeout=0.5)))
    out = tmp_path / "roadmap.pdf"
    call_command("build_report", "roadmap", language="ur", format="pdf", out=out)
    assert out.read_bytes().startswith(b"%PDF-")
    assert "worker's peak memory" in capsys.readouterr().out


def test_command_says_when_no_worker_answers(world, manager, broker, tmp_path):
    with pytest.raises(CommandError, match="No worker answers"):
        call_command("build_report", "impact", out=tmp_path / "impact.pdf")
    assert not Report.objects.exists()


def test_command_says_when_the_file_has_no_place(world, manager, tmp_path):
    with pytest.raises(CommandError, match="There is no directory"):
        call_command("build_report", "impact", out=tmp_path / "nowhere" / "impact.pdf")
