"""Makes `.venv` and installs the pinned requirements, once for each state of the requirement files.

Runs under the system's Python before anything is installed: standard library only. Debian ships Python without
`ensurepip` unless python3-venv is installed; the same pip is then fetched from the package index.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import ssl
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path
from urllib.parse import urljoin

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = {
    "laptop": ["requirements.txt", "requirements-laptop.txt"],
    "dev": ["requirements.txt", "requirements-laptop.txt", "requirements-dev.txt"],
}
PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


class InstallationError(Exception):
    """The virtual environment cannot be made; the text is one sentence."""


def install(level: str) -> None:
    """Bring `.venv` to the state that the requirement files of `level` ("laptop" or "dev") describe."""
    wanted = fingerprint(level)
    stamp = VENV / f".installed-{level}"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    (BASE_DIR / "var").mkdir(exist_ok=True)
    with (BASE_DIR / "var" / "installer.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
            return
        say("Installing the requirements into .venv. This takes a minute or two, once.")
        pip = make_environment()
        files = [part for name in REQUIREMENTS[level] for part in ("-r", str(BASE_DIR / name))]
        command = [
            *pip,
            "install",
            "--quiet",
            "--prefer-binary",
            "--disable-pip-version-check",
        ]
        if os.geteuid() == 0:
            command.append("--root-user-action=ignore")
        done = subprocess.run([*command, "-c", str(BASE_DIR / "constraints.txt"), *files], check=False)
        if done.returncode:
            raise InstallationError("The requirements could not be installed: pip's own message is above.")
        # What tests need includes what the portal needs.
        for satisfied in list(REQUIREMENTS)[: list(REQUIREMENTS).index(level) + 1]:
            (VENV / f".installed-{satisfied}").write_text(fingerprint(satisfied))


def fingerprint(level: str) -> str:
    """Changes when a requirement file, or the Python that runs them, changes."""
    digest = hashlib.sha256(sys.version.encode())
    for name in [*REQUIREMENTS[level], "constraints.txt"]:
        digest.update((BASE_DIR / name).read_bytes())
    return digest.hexdigest()


def make_environment() -> list[str]:
    """Make `.venv` if it is missing or broken; returns the command that runs pip for it."""
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    if not is_usable():
        try:
            venv.create(VENV, clear=not VENV.is_symlink(), with_pip=has_ensurepip, symlinks=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise InstallationError(f"The virtual environment .venv could not be made: {error}.") from error
    if subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0:
        return [str(PYTHON), "-m", "pip"]
    return [str(PYTHON), str(fetch_pip() / "pip")]


def is_usable() -> bool:
    """Whether `.venv` has the Python that runs us; a system upgrade leaves one that does not start."""
    if not PYTHON.exists():
        return False
    asked = [str(PYTHON), "-c", "import sys; print(sys.version)"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    return answer.returncode == 0 and (VENV.is_symlink() or answer.stdout.strip() == sys.version)


def fetch_pip() -> Path:
    """The pip of `PIP_SHA256` from the package index, for a Python without `ensurepip`. A wheel runs as it is."""
    wheel = BASE_DIR / "var" / PIP_WHEEL
    if not wheel.exists() or hashlib.sha256(wheel.read_bytes()).hexdigest() != PIP_SHA256:
        index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"
        # What arrives is held against a known hash, so a new machine without certificates may fetch it as well.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        try:
            with urllib.request.urlopen(index, timeout=60, context=context) as page:
                link = re.search(rf'href="([^"]*{re.escape(PIP_WHEEL)}[^"]*)"', page.read().decode())
            if link is None:
                raise InstallationError(f"{index} does not offer {PIP_WHEEL}: install the package python3-venv.")
            with urllib.request.urlopen(urljoin(index, link[1]), timeout=60, context=context) as file:
                content = file.read()
        except OSError as error:
            raise InstallationError(
                f"This Python has no pip, and it could not be fetched ({error}): install the package python3-venv."
            ) from error
        if hashlib.sha256(content).hexdigest() != PIP_SHA256:
            raise InstallationError(
                f"The {PIP_WHEEL} of {index} is not the expected one: install the package python3-venv."
            )
        wheel.write_bytes(content)
    return wheel


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    try:
        install(sys.argv[1])
    except InstallationError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
