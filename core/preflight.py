"""What `make run` can refuse at once, in one sentence, before it installs or starts anything. Standard library only."""

import os
import socket
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from core import processes

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"


class LaunchError(Exception):
    """The portal cannot start; the text is one sentence for the person at the keyboard."""


def read_env_file() -> None:
    """Take from `.env` what the environment does not set; the settings do the same."""
    path = BASE_DIR / ".env"
    lines = path.read_text().splitlines() if path.exists() else []
    for line in lines:
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        if separator and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("'\""))


def read_port() -> int:
    value = os.environ.get("PORT") or "8000"
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise LaunchError(f"PORT={value}: use a number from 1 to 65535.")
    return int(value)


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((read_host(), port))
        except PermissionError as error:
            raise LaunchError(
                f"Port {port} needs root: choose one above 1023, for example make run PORT=8080."
            ) from error
        except OSError as error:
            raise LaunchError(
                f"Port {port} is in use: choose another, for example make run PORT={port + 80}."
            ) from error


def read_host() -> str:
    """The address that the web server listens on: this computer only, unless BIND says otherwise."""
    return os.environ.get("BIND") or "127.0.0.1"


def check_var() -> None:
    """Make var/ for data, logs and services; another account's directory is refused."""
    for path in (BASE_DIR, VAR):
        if path.exists() and not os.access(path, os.W_OK | os.X_OK):
            raise LaunchError(f"{path} belongs to {path.owner()} and cannot be written: run make as {path.owner()}.")
    processes.make_directory(VAR, 0o755)


def check_address(variable: str, *, default_port: int) -> None:
    """Refuse an address that nobody listens at. What lies behind it is asked later, when there is a client."""
    url = os.environ.get(variable, "")
    if not url:
        return
    try:
        parts = urlsplit(url)
        host = unquote(parse_qs(parts.query).get("host", [parts.hostname or ""])[0])
        port = parts.port or default_port
    except ValueError as error:
        raise LaunchError(f"{variable} cannot be read: {error}.") from error
    if parts.scheme == "unix" or not host or host.startswith("/"):
        return  # a socket file; the client's own message names it
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError as error:
        raise LaunchError(f"{variable}: nothing answers at {host}:{port} ({error.strerror or error}).") from error
