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

from core import beat, processes
from core.tasks import note_beat
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
            "services": {"web": "ok", "database": "ok", "broker": "ok", "worker": "ok", "beat": "ok"},
            "beat_age_seconds": None,
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


class TestBeat:
    """Beat cannot be asked: a task that it sends notes when it was heard of last."""

    @pytest.fixture(autouse=True)
    def others_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("database", "broker", "worker"):
            monkeypatch.setattr(health, f"ask_{name}", lambda: True)

    @pytest.fixture
    def long_after_the_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(beat, "_started_at", time.monotonic() - beat.SILENT_AFTER - 1)

    def test_the_task_that_beat_sends_is_scheduled_and_notes_the_moment(self, client, long_after_the_start) -> None:
        (entry,) = [row for row in settings.CELERY_BEAT_SCHEDULE.values() if row["task"] == note_beat.name]
        assert entry["schedule"] * 4 < beat.SILENT_AFTER
        note_beat()
        body = client.get("/healthz").json()
        assert (body["status"], body["services"]["beat"], body["beat_age_seconds"]) == ("ok", "ok", 0)

    def test_a_beat_that_was_silent_for_long_is_named_with_its_age(
        self, client, long_after_the_start, time_machine
    ) -> None:
        time_machine.move_to("2026-01-10T09:00:00Z", tick=False)
        note_beat()
        time_machine.shift(beat.SILENT_AFTER)
        assert client.get("/healthz").status_code == 200
        time_machine.shift(60)
        response = client.get("/healthz")
        assert response.status_code == 503
        assert response.json()["failing"] == ["beat"]
        assert response.json()["services"]["beat"] == "no answer"
        assert response.json()["beat_age_seconds"] == beat.SILENT_AFTER + 60
        note_beat()
        assert client.get("/healthz").status_code == 200

    def test_the_first_minutes_after_a_start_are_tolerated(self, client, monkeypatch, time_machine) -> None:
        time_machine.move_to("2026-01-10T09:00:00Z", tick=False)
        note_beat()
        time_machine.shift(8 * 3600)  # the portal was off for a night
        monkeypatch.setattr(beat, "_started_at", time.monotonic())
        assert client.get("/healthz").status_code == 200

    def test_an_emptied_cache_is_no_silence_but_a_beat_that_never_comes_is(
        self, client, long_after_the_start, time_machine
    ) -> None:
        time_machine.move_to("2026-01-10T09:00:00Z", tick=False)
        response = client.get("/healthz")
        assert (response.status_code, response.json()["beat_age_seconds"]) == (200, None)
        time_machine.shift(beat.SILENT_AFTER + 1)
        assert client.get("/healthz").json()["failing"] == ["beat"]
