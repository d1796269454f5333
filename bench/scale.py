"""The same pages with the demo programme and with a hundred times as much: queries, p95, growth, and the roll-up.

One request at a time in this process, so that the figures are the page's own and not the waiting line's.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

#: Page, address, who looks at it, and the most milliseconds its p95 may take with a hundred times the demo.
PAGES: tuple[tuple[str, str, str, int | None], ...] = (
    ("activity list", "/activities/", "", 300),
    ("activity list, reviewer", "/activities/", "REVIEWER", 300),
    ("activities of a CSO", "/activities/own/", "FOCAL_POINT", 300),
    ("lesson search", "/library/?q=attendance+women", "", 300),
    ("lesson search, Urdu", "/library/?q=خواتین", "", 300),
    ("library", "/library/", "", None),
    ("results", "/results/", "", 300),
    ("results, reviewer", "/results/", "REVIEWER", 300),
    ("calendar of a CSO", "/results/calendar/", "FOCAL_POINT", None),
    ("stories", "/stories/", "", None),
    ("programme", "/programme/", "NACTA", None),
    ("reach", "/reach/", "", None),
    ("review queue of evidence", "/review/evidence/", "REVIEWER", None),
    ("home, reviewer", "/", "REVIEWER", None),
)
#: Seconds that the roll-up of all indicators may take.
ROLL_UP_LIMIT = 2.0

Figures = dict[str, tuple[int, float]]


def measure(user_with: Callable[[str], Any], *, requests: int) -> Figures:
    """Queries and p95 in milliseconds of each page, with the data that is there now."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    found: Figures = {}
    for name, path, role, _limit in PAGES:
        client = Client(HTTP_HOST="localhost")
        if role:
            client.force_login(user_with(role), backend="allauth.account.auth_backends.AuthenticationBackend")
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            status = client.get(path).status_code
        # Now: the next request empties the list.
        count = len(queries)
        if status != 200:
            raise SystemExit(f"{path} answers {status}.")
        times = []
        for _request in range(requests):
            began = time.perf_counter()
            client.get(path)
            times.append((time.perf_counter() - began) * 1000)
        found[name] = count, statistics.quantiles(times, n=20)[18]
    return found


def roll_up() -> float:
    """Seconds for the programme's figures of all indicators, by period and to date, for a visitor."""
    from core.access import Actor
    from evidence.models import Indicator
    from evidence.results import rollup

    indicators = list(Indicator.objects.standard().select_related("unit", "parent"))
    began = time.perf_counter()
    rollup.to_date(Actor.visitor(), indicators, rollup.by_bucket(Actor.visitor(), indicators))
    return time.perf_counter() - began


def measure_scale(table: Any, user_with: Callable[[str], Any], *, requests: int, times: int) -> list[str]:
    """Measure, multiply the demo programme, measure again; returns what is over its limit."""
    from django.core.management import call_command

    small = measure(user_with, requests=requests)
    began = time.monotonic()
    call_command("seed_scale", times=times, yes=True)
    table.add(f"seed_scale, {times} times the demo", time.monotonic() - began, "s")
    large = measure(user_with, requests=requests)
    failed = []
    for name, _path, _role, limit in PAGES:
        (queries, before), (queries_after, after) = small[name], large[name]
        table.add(
            f"{name}: p95 at {times} times", after, "ms", against=f"1 time: {before:.0f} ms", ratio=after / before
        )
        if queries != queries_after:
            failed.append(f"{name}: {queries} queries with the demo, {queries_after} with {times} times as much")
        if limit and after > limit:
            failed.append(f"{name}: p95 {after:.0f} ms, at most {limit}")
    seconds = roll_up()
    table.add(f"roll-up of all indicators at {times} times", seconds, "s")
    if seconds > ROLL_UP_LIMIT:
        failed.append(f"roll-up: {seconds:.1f} s, at most {ROLL_UP_LIMIT:.0f}")
    return failed
