"""A real Celery worker, for tests that need what it does: a process of its own, on the tests' database and broker."""

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
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable


def database_url() -> str:
    """The address of the test database, for another process."""
    told = connection.settings_dict
    host = told["HOST"]
    address = f"{host}:{told['PORT']}" if host and not host.startswith("/") else host.replace("/", "%2F")
    return f"postgres://{told['USER']}:{told['PASSWORD']}@{address}/{told['NAME']}"


@pytest.fixture
def broker():
    """A queue of this test's own, empty before and after."""
    from pvenet.celery import app  # the wiring; only such tests talk to a broker itself

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
