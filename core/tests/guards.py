"""What holds for every test: no connection leaves this machine, and a skipped test has one of the reasons below."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

NO_CHROMIUM = "No Chromium was found: install chromium, or set CHROMIUM to the path of one."
NOT_ROOT = "Only root can start a server under another account."
REASONS = {NO_CHROMIUM, NOT_ROOT}

SERVICES = {urlsplit(os.environ.get(name, "")).hostname for name in ("DATABASE_URL", "REDIS_URL", "CACHE_URL")}


class OutsideConnectionError(OSError):
    """A test tried to reach another machine."""


def is_inside(host: object) -> bool:
    if host in {"", None, "localhost"} or host in SERVICES:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def closed_sockets() -> Iterator[None]:
    """Refuse every connection and every look-up of a name beyond this machine and the services of the tests."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not is_inside(address[0]):
            raise OutsideConnectionError(f"A test may not reach {address[0]}.")
        connect(self, address)

    def guarded_look_up(host: Any, *args: Any, **options: Any) -> Any:
        if not is_inside(host.decode() if isinstance(host, bytes) else host):
            raise OutsideConnectionError(f"A test may not look up {host}.")
        return look_up(host, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


class SkipReasons:
    """Collects the tests that were skipped for a reason nobody agreed to, and fails the run because of them."""

    def __init__(self) -> None:
        self.unknown: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
            if reason.removeprefix("Skipped: ") not in REASONS:
                self.unknown.append(f"{report.nodeid}: {reason}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.unknown:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.unknown:
            terminalreporter.section("skipped for a reason that is not in core/tests/guards.py")
            for line in self.unknown:
                terminalreporter.line(line)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(SkipReasons(), "skip-reasons")
