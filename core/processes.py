"""Processes that end with their parent, and the file locks by which processes agree.

Standard library only: this runs before anything is installed.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def die_with_parent(signum: signal.Signals) -> None:
    """Ask the kernel (Linux) to send this process `signum` when its parent ends, however it ends."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, int(signum), 0, 0, 0)


def stop_process(process: "subprocess.Popen[bytes]", signum: signal.Signals, *, seconds: float) -> None:
    """Ask a process to stop, and end it when it has not stopped in time."""
    with suppress(ProcessLookupError):
        process.send_signal(signum)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(is_true: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (answer := is_true()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return answer


def make_directory(path: Path, mode: int) -> None:
    """Make a directory with this mode whatever the umask; those above it that exist keep theirs."""
    if path.exists():
        return
    if not path.parent.exists():
        make_directory(path.parent, 0o755)
    with suppress(FileExistsError):
        path.mkdir()
        path.chmod(mode)


def open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def has_lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Take a lock if that needs no waiting."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_free(path: Path) -> bool:
    descriptor = open_lock(path)
    try:
        return has_lock(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
