"""The laptop's services: started, shared, stopped, and none left behind however a user of them ends."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from core import embedded, keeper, processes
from core.tests.guards import NOT_ROOT

BASE_DIR = Path(__file__).resolve().parents[2]
USE_AND_WAIT = """
import pathlib, sys, time
from core import embedded
with embedded.services(pathlib.Path(sys.argv[1]), durable=False, environ={}) as addresses:
    print(addresses["DATABASE_URL"], flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A directory of services. pytest's directories are closed to others, so that root's data goes to /var/lib."""
    yield tmp_path / "services"
    for place in tmp_path.glob("**/place"):
        if place.is_symlink():
            shutil.rmtree(place.resolve())


@pytest.fixture
def start_user(home: Path):
    """Start another process that uses the services: `start_user(seconds=60)`; it prints the database's address."""
    started: list[subprocess.Popen[str]] = []

    def start(*, seconds: float) -> "subprocess.Popen[str]":
        user = subprocess.Popen(
            [sys.executable, "-c", USE_AND_WAIT, str(home), str(seconds)],
            cwd=BASE_DIR,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(user)
        return user

    yield start
    for user in started:
        user.kill()
        user.communicate()


def processes_of(home: Path) -> list[int]:
    """Every process whose command line or working directory speaks of this home, or of the place it links to."""
    places = [str(home), *(str(place.resolve()) for place in home.glob("*/place"))]
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace")
                where = os.readlink(entry / "cwd")
            except OSError:
                continue
            if any(place in words or where.startswith(place) for place in places):
                found.append(int(entry.name))
    return found


def wait_for(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    assert processes.wait_until(condition, seconds=seconds)


def query(url: str, text: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(text)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def test_services_answer_and_keep_their_data_over_a_restart(home: Path) -> None:
    with embedded.services(home, environ={}) as addresses:
        query(
            addresses["DATABASE_URL"],
            "create table kept (word text); insert into kept values ('باقی')",
        )
        with redis.Redis.from_url(addresses["REDIS_URL"]) as broker:
            broker.set("kept", "yes")
    assert processes_of(home) == []
    with embedded.services(home, environ={}) as addresses:
        assert query(addresses["DATABASE_URL"], "select word from kept") == [("باقی",)]
        with redis.Redis.from_url(addresses["REDIS_URL"]) as broker:
            assert broker.get("kept") == b"yes"
    assert processes_of(home) == []


def test_a_service_that_the_environment_names_is_not_started(home: Path) -> None:
    with embedded.services(home, durable=False, environ={"DATABASE_URL": "postgres://elsewhere/db"}) as addresses:
        assert list(addresses) == ["REDIS_URL"]
    assert not (home / "postgresql").exists()


def test_urdu_words_have_trigrams_and_letters_one_order_everywhere(home: Path) -> None:
    with embedded.services(home, durable=False, environ={"REDIS_URL": "redis://elsewhere"}) as addresses:
        query(addresses["DATABASE_URL"], "create extension pg_trgm")
        assert query(
            addresses["DATABASE_URL"],
            "select cardinality(show_trgm('لاہور')), lower('ÉCOLE')",
        ) == [(6, "école")]


def test_nobody_else_can_open_the_sockets(home: Path) -> None:
    with embedded.services(home, durable=False, environ={}):
        for kind in embedded.KINDS:
            directory = kind(home, durable=False).socket_directory
            assert directory.stat().st_mode & 0o077 == 0


def test_two_starts_at_once_share_one_server_and_the_last_to_leave_stops_it(home: Path, start_user) -> None:
    first, second = start_user(seconds=60), start_user(seconds=60)
    addresses = {first.stdout.readline(), second.stdout.readline()}
    assert len(addresses) == 1
    address = addresses.pop().strip()
    first.terminate()
    first.wait()
    time.sleep(0.5)
    assert query(address, "select 1") == [(1,)]
    second.terminate()
    wait_for(lambda: processes_of(home) == [])


def test_nothing_is_left_when_the_user_is_killed(home: Path, start_user) -> None:
    user = start_user(seconds=60)
    user.stdout.readline()
    assert len(processes_of(home)) > 2
    user.kill()
    wait_for(lambda: processes_of(home) == [])


def test_nothing_is_left_when_the_keeper_is_killed(home: Path, start_user) -> None:
    user = start_user(seconds=60)
    user.stdout.readline()
    for pid in processes_of(home):
        if b"core.embedded" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    user.kill()
    wait_for(lambda: processes_of(home) == [])


def test_a_killed_database_comes_back_with_what_was_committed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PVENET_RESTART_PAUSE", "0")
    with embedded.services(home, environ={"REDIS_URL": "redis://elsewhere"}) as addresses:
        address = addresses["DATABASE_URL"]
        query(address, "create table kept (n int); insert into kept values (1)")
        place = embedded.PostgreSQL(home, durable=True).place
        os.kill(
            int((place / "data" / "postmaster.pid").read_text().split()[0]),
            signal.SIGKILL,
        )

        def is_back() -> bool:
            try:
                return query(address, "select n from kept") == [(1,)]
            except psycopg2.OperationalError:
                return False

        wait_for(is_back, seconds=40)
    assert processes_of(home) == []


def test_a_path_too_long_for_a_socket_is_no_obstacle(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper.Service, "can_reach", lambda self, path: True)
    deep = home / ("a-directory-with-a-long-name-" * 4)
    service = embedded.Valkey(deep, durable=False)
    processes.make_directory(service.home, 0o755)
    service.settle()
    assert deep not in service.socket_directory.parents
    assert len(bytes(service.socket_directory / service.socket_name)) <= keeper.SOCKET_PATH_LIMIT
    shutil.rmtree(service.socket_directory.parent)


@pytest.mark.skipif(os.geteuid() != 0, reason=NOT_ROOT)
def test_as_root_the_servers_run_as_nobody_and_closed_directories_stay_closed(
    home: Path,
) -> None:
    home.parent.chmod(0o700)
    with embedded.services(home, durable=False, environ={}) as addresses:
        assert query(addresses["DATABASE_URL"], "select 1") == [(1,)]
        service = embedded.PostgreSQL(home, durable=False)
        nobody = pwd.getpwnam("nobody").pw_uid
        postmaster = (service.place / "data" / "postmaster.pid").read_text().split()[0]
        assert Path(f"/proc/{postmaster}").stat().st_uid == nobody
        assert home not in service.place.parents
    assert home.parent.stat().st_mode & 0o777 == 0o700


def test_a_missing_wheel_is_one_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded.PostgreSQL, "package", "no_such_wheel")
    with (
        pytest.raises(
            keeper.EmbeddedServiceError,
            match="The package no_such_wheel is not installed: run make run",
        ),
        embedded.services(home, environ={"REDIS_URL": "redis://elsewhere"}),
    ):
        pass


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://pvenet@/pvenet?host=/srv/var/services/postgresql/place/pvenet-embedded",
            True,
        ),
        ("unix:///tmp/pv-1/pvenet-embedded/valkey.sock", True),
        ("postgres://pvenet@db.example/pvenet", False),
    ],
)
def test_embedded_addresses_are_recognised(url: str, expected: bool) -> None:
    assert embedded.is_embedded(url) is expected
