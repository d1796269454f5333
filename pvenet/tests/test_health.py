"""What /healthz says, asked of real services that come and go."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from core import processes
from pvenet import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> Iterator["subprocess.Popen[bytes]"]:
    """A Celery worker on the tests' broker."""
    options = [
        "--pool",
        "solo",
        "--without-mingle",
        "--without-gossip",
        "--loglevel",
        "ERROR",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "pvenet", "worker", *options],
        cwd=Path(settings.BASE_DIR),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert processes.wait_until(health.ask_worker, seconds=30)
    yield process
    process.kill()
    process.wait()


@pytest.fixture(autouse=True)
def forget_last_pong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_last_pong", -health.PONG_KEEPS)


def test_healthz_is_well_while_all_answer_and_names_the_worker_soon_after_it_was_killed(client, worker) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (
        200,
        {
            "status": "ok",
            "failing": [],
            "services": {"web": "ok", "database": "ok", "broker": "ok", "worker": "ok"},
        },
    )
    os.kill(worker.pid, signal.SIGKILL)
    killed_at = time.monotonic()
    assert processes.wait_until(lambda: client.get("/healthz").status_code == 503, seconds=15)
    assert time.monotonic() - killed_at < 15
    assert client.get("/healthz").json()["failing"] == ["worker"]


def test_healthz_takes_at_most_two_seconds_when_nothing_answers(client, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang() -> bool:
        time.sleep(4)
        return True

    def break_down() -> bool:
        raise OSError

    monkeypatch.setattr(health, "ask_database", hang)
    monkeypatch.setattr(health, "ask_broker", break_down)
    began = time.monotonic()
    response = client.get("/healthz")
    assert time.monotonic() - began < 2
    assert response.status_code == 503
    assert response.json()["failing"] == ["database", "broker", "worker"]


def test_healthz_needs_no_sign_in_and_changes_nothing(client) -> None:
    assert client.post("/healthz").status_code == 405
    assert "no-store" in client.get("/healthz")["Cache-Control"]
