"""A real Celery worker is killed in the middle of a report, and the next one finishes the report once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections

from reports import tasks
from reports.models import Report, ReportFile

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def database_url() -> str:
    """The address of the test database, for another process."""
    told = connection.settings_dict
    host = told["HOST"]
    address = (
        f"{host}:{told['PORT']}"
        if host and not host.startswith("/")
        else host.replace("/", "%2F")
    )
    return f"postgres://{told['USER']}:{told['PASSWORD']}@{address}/{told['NAME']}"


@pytest.fixture
def broker():
    """A queue of this test's own, empty before and after."""
    from pvenet.celery import app  # the wiring; only this test talks to a broker itself

    with app.connection_for_write() as link:
        link.default_channel.client.flushdb()
    yield app
    with app.connection_for_write() as link:
        link.default_channel.client.flushdb()


@pytest.fixture
def start_worker(tmp_path):
    """Start a worker in a process group of its own; whatever still lives at the end is killed."""
    workers: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        log = (tmp_path / f"worker{len(workers)}.log").open("wb")
        worker = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "celery",
                "-A",
                "pvenet",
                "worker",
                "-c",
                "1",
                "-l",
                "info",
            ],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DATABASE_URL": database_url(),
                "PRIVATE_ROOT": str(settings.PRIVATE_ROOT),
            },
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        kill(worker)


def kill(worker: subprocess.Popen[bytes]) -> None:
    """kill -9 of the worker and its children at one moment."""
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(timeout=10)


def wait_for(claim: Callable[[], bool], *, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


def test_report_of_a_killed_worker_is_finished_once_by_the_next(
    world, make_report, start_worker, broker
):
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


def test_command_builds_through_the_worker_and_saves_the_file(
    world, manager, start_worker, broker, tmp_path, capsys
):
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
