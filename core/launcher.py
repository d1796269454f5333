"""`make run`: everything the portal needs on one computer, from nothing to the address and the demo accounts.

First, under the system's Python, what can be refused at once is refused and `.venv` is made; then, under the Python of
`.venv`, the services, the web server, the worker and the beat run as children that stop when this process stops.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import NoReturn

from core import embedded, installer, keeper, preflight, processes
from core.preflight import BASE_DIR, VAR

# Long enough to see in /healthz what is missing.
PAUSE_BEFORE_RESTART = float(os.environ.get("PVENET_RESTART_PAUSE", "15"))
STEPS_TO_STOP = ((signal.SIGTERM, 6.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 3.0))


# --- Before anything is installed ------------------------------------------------------------------------------------


def run() -> NoReturn:
    """Refuse what can be refused now, install what is missing, and go on as the Python of `.venv`."""
    preflight.read_env_file()
    preflight.check_port(preflight.read_port())
    preflight.check_var()
    preflight.check_address("DATABASE_URL", default_port=5432)
    preflight.check_address("REDIS_URL", default_port=6379)
    preflight.check_address("CACHE_URL", default_port=6379)
    installer.install("laptop")
    os.execv(installer.PYTHON, [str(installer.PYTHON), "-m", "core.launcher", "serve"])


# --- With everything installed ---------------------------------------------------------------------------------------


@contextmanager
def laptop_environment() -> Iterator[None]:
    """Set what the settings need and nobody has set, and run the embedded services while inside."""
    preflight.read_env_file()
    processes.make_directory(VAR, 0o755)
    os.environ["PVENET_LAPTOP"] = "true"
    os.environ["SECRET_KEY"] = os.environ.get("SECRET_KEY") or keep_secret_key()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pvenet.settings")
    with embedded.services(VAR / "services") as addresses:
        os.environ.update(addresses)
        yield


def keep_secret_key() -> str:
    """A key made at the first start, so that sessions survive a restart."""
    path = VAR / "secret_key"
    if not path.exists():
        new = path.with_suffix(f".{os.getpid()}")
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(50))
        with suppress(FileExistsError):
            os.link(new, path)
        new.unlink()
    return path.read_text()


def serve() -> None:
    """Run the portal until a signal asks it to stop."""
    began = time.monotonic()
    port = preflight.read_port()
    lock = processes.open_lock(VAR / "run.lock")
    if not processes.has_lock(lock):
        raise preflight.LaunchError("The portal of this directory is running already: stop it first.")
    os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    with laptop_environment(), children_stopped() as children:
        check_database()
        manage("prepare", "--demo")
        for child in (web(port), worker(), beat()):
            children.append(child)
            child.start()
        accounts = read_accounts()
        wait_until_healthy(port, children)
        print_banner(port, accounts, seconds=time.monotonic() - began)
        while True:
            for child in children:
                child.look_after()
            time.sleep(0.2)


class Child:
    """A process of the portal in a session of its own, with its log."""

    def __init__(self, name: str, *command: str) -> None:
        self.name = name
        self.command = command
        self.log = VAR / "log" / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.ended_at: float | None = None

    def start(self) -> None:
        processes.make_directory(self.log.parent, 0o755)
        if self.log.exists() and self.log.stat().st_size > 5_000_000:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.command],
                cwd=BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=partial(processes.die_with_parent, signal.SIGTERM),
            )
        self.ended_at = None

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def look_after(self) -> None:
        """Start the process again a while after it has ended by itself."""
        if not self.has_ended():
            return
        if self.ended_at is None:
            self.ended_at = time.monotonic()
            say(f"The {self.name} stopped and starts again in {PAUSE_BEFORE_RESTART:.0f} seconds. See {self.log}.")
            self.signal_group(signal.SIGTERM)
        elif time.monotonic() - self.ended_at > PAUSE_BEFORE_RESTART:
            self.signal_group(signal.SIGKILL)
            self.start()

    def signal_group(self, signum: signal.Signals) -> None:
        """Reach the processes that the child has started, also when the child itself is gone."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signum)


def web(port: int) -> Child:
    workers = min(2 * (os.cpu_count() or 1), 8)
    bind = f"{preflight.read_host()}:{port}"
    return Child(
        "web server",
        "gunicorn",
        "pvenet.wsgi",
        "--bind",
        bind,
        "--workers",
        str(workers),
        "--graceful-timeout",
        "5",
    )


def worker() -> Child:
    options = [
        "--concurrency",
        "2",
        "--loglevel",
        "INFO",
        "--without-mingle",
        "--without-gossip",
    ]
    return Child("worker", "celery", "-A", "pvenet", "worker", *options)


def beat() -> Child:
    return Child("beat", "celery", "-A", "pvenet", "beat", "--pidfile", "", "--loglevel", "INFO")


@contextmanager
def children_stopped() -> Iterator[list[Child]]:
    """Yield a list for children, all of which are stopped on the way out, politely at first."""
    children: list[Child] = []
    try:
        yield children
    finally:
        for signum, seconds in STEPS_TO_STOP:
            for child in children:
                if not child.has_ended() and child.process is not None:
                    child.process.send_signal(signum)
            if processes.wait_until(lambda: all(child.has_ended() for child in children), seconds=seconds):
                break
        for child in children:
            child.signal_group(signal.SIGKILL)


def check_database() -> None:
    """Ask the database and the broker something, so that a wrong password or name is one sentence too."""
    import psycopg2  # only .venv has the clients
    import redis

    try:
        psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=5).close()
    except psycopg2.Error as error:
        raise preflight.LaunchError(f"DATABASE_URL cannot be used: {first_line(error)}") from error
    for variable in ("REDIS_URL", "CACHE_URL"):
        if not os.environ.get(variable):
            continue
        try:
            redis.Redis.from_url(os.environ[variable], socket_connect_timeout=5).ping()
        except (redis.RedisError, ValueError) as error:
            raise preflight.LaunchError(f"{variable} cannot be used: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def manage(*arguments: str) -> None:
    """Run a management command that must succeed."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.Popen(
        command,
        cwd=BASE_DIR,
        preexec_fn=partial(processes.die_with_parent, signal.SIGTERM),
    )
    try:
        if done.wait():
            raise preflight.LaunchError(f"manage.py {' '.join(arguments)} failed: its message is above.")
    finally:
        processes.stop_process(done, signal.SIGTERM, seconds=5)


def read_accounts() -> list[dict[str, str]]:
    """The demo accounts, or none when this database holds no demo programme."""
    asked = [sys.executable, "manage.py", "demo_accounts", "--json"]
    answer = subprocess.run(asked, cwd=BASE_DIR, capture_output=True, text=True, check=False)
    accounts: list[dict[str, str]] = json.loads(answer.stdout) if answer.returncode == 0 else []
    return accounts


def wait_until_healthy(port: int, children: list[Child]) -> None:
    deadline = time.monotonic() + 60
    address = f"http://{'127.0.0.1' if preflight.read_host() == '0.0.0.0' else preflight.read_host()}:{port}/healthz"
    report = ""
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except urllib.error.HTTPError as error:
            report = error.read().decode()
        except OSError:
            report = "no answer"
        for child in children:
            if child.has_ended():
                tail = "\n".join(child.log.read_text(errors="replace").splitlines()[-15:])
                raise preflight.LaunchError(f"{tail}\nThe {child.name} did not start: the end of {child.log} is above.")
        time.sleep(0.1)
    say(f"Not everything answers yet: {report}")


def print_banner(port: int, accounts: list[dict[str, str]], *, seconds: float) -> None:
    lines = [
        "",
        f"PVENet is ready at http://localhost:{port}/ (in {seconds:.1f} seconds)",
        "",
    ]
    if accounts:
        width = max(len(account["email"]) for account in accounts)
        lines.append("Demo accounts, one for each role:")
        lines += [f"  {one['email']:<{width}}  {one['password']}  {one['role']}" for one in accounts]
        lines.append("")
    lines.append(f"Logs are in {VAR / 'log'}. Ctrl-C stops everything.")
    say("\n".join(lines))


def say(text: str) -> None:
    with suppress(BrokenPipeError):
        print(text, flush=True)


def stop_on_signals() -> None:
    """Turn the first signal into an orderly end and let it take its time; those that follow change nothing."""

    def stop(signum: int, frame: FrameType | None) -> None:
        for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(other, signal.SIG_IGN)
        raise SystemExit(0)

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, stop)


def main(step: str) -> None:
    if "MAKELEVEL" in os.environ:
        processes.die_with_parent(signal.SIGTERM)
    stop_on_signals()
    try:
        {"run": run, "serve": serve}[step]()
    except (
        preflight.LaunchError,
        installer.InstallationError,
        keeper.EmbeddedServiceError,
    ) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
