"""The services, the settings and the translations that tests run with. Imported by the root conftest before any model.

What DATABASE_URL and REDIS_URL do not name is started under `var/test`, apart from what `make run` uses.
"""

import atexit
import fcntl
import os
from contextlib import ExitStack
from pathlib import Path

import django

from core import embedded, processes
from core.messages import compile_messages

BASE_DIR = Path(__file__).resolve().parents[2]
HOME = BASE_DIR / "var" / "test"


def start() -> None:
    """Make the environment of the tests; what was started ends with this process."""
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "pvenet.settings",
            "PVENET_TESTING": "true",
            "PVENET_LAPTOP": "true",
            "SECRET_KEY": "the-tests-have-no-secrets",
            "DEBUG": "false",
            "SITE_URL": "http://localhost:8000",
            "PRIVATE_ROOT": str(HOME / "private"),
            # A playwright session keeps an event loop in this thread, which Django would take for asynchronous code.
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
    )
    processes.make_directory(HOME, 0o755)
    running = ExitStack()
    atexit.register(running.close)
    if not os.environ.get("DATABASE_URL"):
        lock = processes.open_lock(HOME / "run.lock")
        if not processes.has_lock(lock):
            print(
                "Another test run of this directory is under way; waiting for its end.",
                flush=True,
            )
            fcntl.flock(lock, fcntl.LOCK_EX)
    os.environ.update(running.enter_context(embedded.services(HOME / "services", durable=False)))
    compile_messages([BASE_DIR / "locale", BASE_DIR / "reports" / "locale"])
    django.setup()


start()
