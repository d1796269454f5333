"""`make run` as a newcomer meets it: a copy of the project, one command, and nothing left when it ends."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import installer, processes

BASE_DIR = Path(__file__).resolve().parents[2]
SETTINGS = (
    "DATABASE_URL",
    "REDIS_URL",
    "CACHE_URL",
    "SECRET_KEY",
    "DEBUG",
    "SITE_URL",
    "PRIVATE_ROOT",
    "MAKELEVEL",
    "MAKEFLAGS",
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the project without data, with the virtual environment that the tests run in."""
    copy = tmp_path_factory.mktemp("laptop") / "pvenet"
    shutil.copytree(
        BASE_DIR,
        copy,
        ignore=shutil.ignore_patterns("var", ".venv", ".git", ".*_cache", "__pycache__"),
    )
    (copy / ".venv").symlink_to(installer.VENV.resolve())
    yield copy
    for place in copy.glob("var/services/*/place"):
        if place.is_symlink():
            shutil.rmtree(place.resolve())


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def newcomers_environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS and "PVENET" not in name}
    return {**kept, **more}


@pytest.fixture
def start(checkout: Path, port: int) -> Iterator[Callable[[], "subprocess.Popen[str]"]]:
    """Run `make run` in a session of its own."""
    runs: list[subprocess.Popen[str]] = []

    def run() -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=checkout,
            env=newcomers_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        runs.append(process)
        return process

    yield run
    for process in runs:
        process.kill()
        process.communicate()


def read_until_ready(run: "subprocess.Popen[str]") -> str:
    """What `make run` prints up to its last line, which says how to stop."""
    lines = []
    assert run.stdout is not None
    for line in run.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


def left_behind(checkout: Path) -> list[str]:
    """The command lines of all processes that belong to this checkout."""
    places = [
        str(checkout),
        *(str(place.resolve()) for place in checkout.glob("var/services/*/place")),
    ]
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
                where = os.readlink(entry / "cwd")
            except OSError:
                continue
            if any(place in words or where.startswith(place) for place in places):
                found.append(words)
    return found


def refusal(checkout: Path, *arguments: str, **environ: str) -> tuple[bool, list[str]]:
    """Whether `make run` failed, and the lines it said, without make's own."""
    run = subprocess.run(
        ["make", "--silent", "run", *arguments],
        cwd=checkout,
        env=newcomers_environment(**environ),
        capture_output=True,
        text=True,
        timeout=60,
    )
    lines = (run.stdout + run.stderr).splitlines()
    return run.returncode != 0, [line for line in lines if not line.startswith("make: ***")]


@pytest.mark.slow
def test_make_run_starts_everything_and_stops_it_whoever_asks(checkout: Path, port: int, start) -> None:
    run = start()
    said = read_until_ready(run)
    assert f"http://localhost:{port}/" in said
    assert re.search(r"Demo accounts, one for each role:\n(  \S+@\S+ +\S+ +\S+\n){8,}", said)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
        assert json.load(answer)["status"] == "ok"
    os.kill(run.pid, signal.SIGTERM)
    run.communicate(timeout=30)
    assert left_behind(checkout) == []

    # Ctrl-C reaches the whole group of the terminal; the data is kept and this start is quick.
    run = start()
    said = read_until_ready(run)
    assert "Loading the demo programme" not in said
    seconds = re.search(r"in (\d+\.\d) seconds", said)
    assert seconds is not None
    # Eight seconds on a machine that does nothing else.
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    assert float(seconds[1]) < 8 * max(1, load)
    os.killpg(run.pid, signal.SIGINT)
    run.communicate(timeout=30)
    assert left_behind(checkout) == []

    # Even when make has no chance to pass anything on.
    run = start()
    read_until_ready(run)
    run.kill()
    run.communicate(timeout=30)
    assert processes.wait_until(lambda: left_behind(checkout) == [], seconds=30)


def test_a_port_in_use_is_one_sentence(checkout: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        expected = f"Port {number} is in use: choose another, for example make run PORT={number + 80}."
        assert refusal(checkout, f"PORT={number}") == (True, [expected])


def test_a_port_that_is_no_number_is_one_sentence(checkout: Path) -> None:
    assert refusal(checkout, "PORT=http") == (
        True,
        ["PORT=http: use a number from 1 to 65535."],
    )


def test_an_unreachable_database_is_one_sentence(checkout: Path, port: int) -> None:
    failed, lines = refusal(
        checkout,
        f"PORT={port}",
        DATABASE_URL=f"postgres://pvenet@127.0.0.1:{port}/pvenet",
    )
    assert (failed, lines) == (
        True,
        [f"DATABASE_URL: nothing answers at 127.0.0.1:{port} (Connection refused)."],
    )


def test_a_python_that_is_too_old_is_one_sentence(checkout: Path, tmp_path: Path) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        (tmp_path / name).write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
        (tmp_path / name).chmod(0o755)
    assert refusal(checkout, PATH=f"{tmp_path}:{os.environ['PATH']}") == (
        True,
        ["PVENet needs Python 3.11 or newer, and this computer has Python 3.9.2: install a newer python3."],
    )


def test_make_alone_prints_its_commands(checkout: Path) -> None:
    said = subprocess.run(["make"], cwd=checkout, capture_output=True, text=True, check=True).stdout
    commands = re.findall(r"^  make (\w+) ", said, re.MULTILINE)
    assert set(commands) >= {
        "run",
        "test",
        "check",
        "fmt",
        "seed",
        "openapi",
        "messages",
        "bench",
    }
