"""`GET /healthz`: whether web, database, broker, worker and beat answer, for load balancers and operators.

It needs no sign-in and tells no more than that. An answer takes at most two seconds, whatever has broken down.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import beat
from pvenet.celery import app

PATIENCE = 1.8  # seconds, for all questions together
WORKER_PATIENCE = 1.0
PONG_KEEPS = 3.0  # seconds in which a worker that has answered is not asked again

_last_pong = -PONG_KEEPS
_beat_age: int | None = None  # seconds since beat was heard of, as last asked


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all answer; 503 otherwise, with the names of those that do not under `failing`."""
    answers = {
        "web": True,
        **ask({"database": ask_database, "broker": ask_broker, "worker": ask_worker, "beat": ask_beat}),
    }
    failing = [name for name, is_well in answers.items() if not is_well]
    body = {
        "status": "failing" if failing else "ok",
        "failing": failing,
        "services": {name: "ok" if is_well else "no answer" for name, is_well in answers.items()},
        "beat_age_seconds": _beat_age,
    }
    return JsonResponse(body, status=503 if failing else 200)


def ask(questions: dict[str, Callable[[], bool]]) -> dict[str, bool]:
    """Ask all at once; an error and silence both count as no answer."""
    executor = ThreadPoolExecutor(len(questions))
    futures = {name: executor.submit(question) for name, question in questions.items()}
    wait(futures.values(), timeout=PATIENCE)
    executor.shutdown(wait=False, cancel_futures=True)
    return {name: future.done() and future.exception() is None and future.result() for name, future in futures.items()}


def ask_database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
            return bool(cursor.fetchone() == (1,))
    finally:
        connection.close()  # it belongs to this thread, which ends


def ask_broker() -> bool:
    with app.connection_for_read() as broker:
        return bool(broker.default_channel.client.ping())


def ask_worker() -> bool:
    """Whether any worker answers now; one that answered a moment ago is taken to be alive."""
    global _last_pong
    if time.monotonic() - _last_pong < PONG_KEEPS:
        return True
    is_alive = bool(app.control.ping(timeout=WORKER_PATIENCE, limit=1))
    if is_alive:
        _last_pong = time.monotonic()
    return is_alive


def ask_beat() -> bool:
    """Whether beat was heard of lately. It cannot be asked; its age is kept for the answer."""
    global _beat_age
    _beat_age = None
    heard = beat.age()
    _beat_age = None if heard is None else round(heard)
    return not beat.is_silent(heard)
