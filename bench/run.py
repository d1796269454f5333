"""`make bench`: measures pages, the API and a report on this machine, prints a table, writes `bench/results.json`.

Everything runs for real: PostgreSQL, Valkey, two gunicorn workers and a Celery worker, on a database of its own with the
demo programme and as many projects more as make a page of 50. Ratios compare figures of the same run.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.load import burst, fetch, first_load  # noqa: E402 - the project's root comes first
from bench.scale import measure_scale  # noqa: E402
from core import embedded, processes  # noqa: E402

HOME = ROOT / "var" / "bench"
RESULTS = ROOT / "bench" / "results.json"
WORKSHOP = "/workshops/national-workshop-2026"

#: Page, address, and who looks at it. `{…}` is filled from the demo programme.
PAGES = (
    ("home, visitor", "/", ""),
    ("home, CSO", "/", "FOCAL_POINT"),
    ("home, reviewer", "/", "REVIEWER"),
    ("home, manager", "/", "MANAGER"),
    ("organizations", "/organizations/", ""),
    ("organization", "/organizations/{organization}/", ""),
    ("projects", "/projects/", ""),
    ("project", "/projects/{project}/", ""),
    ("workshops", "/workshops/", ""),
    ("workshop", f"{WORKSHOP}/", ""),
    ("agenda", f"{WORKSHOP}/agenda/", ""),
    ("agenda, staff", f"{WORKSHOP}/board/", "MANAGER"),
    ("showcases", f"{WORKSHOP}/showcases/", ""),
    ("showcase", "/showcases/{showcase}/", ""),
    ("review queue", "/review/", "REVIEWER"),
    ("roadmaps", "/roadmaps/", ""),
    ("roadmap", "/roadmaps/{roadmap}/", ""),
    ("action", "/roadmaps/{roadmap}/actions/{action}/", ""),
    ("reports", "/reports/", "MANAGER"),
)


class Table:
    """The figures, as they come."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def add(
        self,
        name: str,
        figure: float,
        unit: str,
        *,
        against: str = "",
        ratio: float | None = None,
    ) -> None:
        self.rows.append(
            {
                "name": name,
                "figure": round(figure, 2),
                "unit": unit,
                "compared_with": against,
                "ratio": None if ratio is None else round(ratio, 3),
            }
        )
        row = self.rows[-1]
        tail = f"   {row['ratio']} of {against}" if ratio is not None else f"   {against}"
        print(f"{name:<44}{row['figure']:>12} {unit:<12}{tail}".rstrip(), flush=True)


def main() -> None:
    """Measure and write; exits with 1 when a page costs more than twelve queries or a request fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one burst")
    parser.add_argument(
        "--rounds",
        type=int,
        default=5,
        help="rounds of the comparison; medians are printed",
    )
    parser.add_argument(
        "--times", type=int, default=100, help="how many times the demo programme; 1 leaves this part out"
    )
    options = parser.parse_args()
    table = Table()
    shutil.rmtree(HOME / "private", ignore_errors=True)
    with ExitStack() as stack:
        prepare(stack)
        port = free_port()
        stack.enter_context(
            process(
                "gunicorn",
                "bench.wsgi",
                "-b",
                f"127.0.0.1:{port}",
                "-w",
                "2",
                name="web",
            )
        )
        wait_for(port)
        failed = measure_pages(table, port, options.seconds)
        failed += measure_api(table, port, options.seconds, options.rounds)
        measure_report(table, stack)
        if options.times > 1:
            failed += measure_scale(table, user_with, requests=20, times=options.times)
    RESULTS.write_text(json.dumps(table.rows, indent=1) + "\n")
    print(f"Written to {RESULTS.relative_to(ROOT)}.")
    if failed:
        sys.exit("Over a limit:\n" + "\n".join(failed))


def prepare(stack: ExitStack) -> None:
    """Services, an empty database with the demo programme in it, static files, and Django in this process."""
    processes.make_directory(HOME, 0o755)
    for variable in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(variable, None)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="bench.settings",
        SECRET_KEY="a bench has no secrets",
        DEBUG="false",
        PVENET_LAPTOP="true",
        ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
        PRIVATE_ROOT=str(HOME / "private"),
        LOG_LEVEL="ERROR",
        EMAIL_URL="dummymail://",
    )
    os.environ.update(stack.enter_context(embedded.services(HOME / "services", durable=True)))
    import django  # the environment is complete only now

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    call_command("prepare", "--demo", verbosity=0)
    add_projects()


def add_projects() -> None:
    """As many listed projects as make a full page of 50."""
    from organizations.models import Project

    originals = list(Project.objects.order_by("code")[:32])
    for number in range(max(0, 60 - len(originals))):
        original = originals[number % len(originals)]
        copy = Project.objects.get(pk=original.pk)
        copy.pk, copy.code = None, f"{original.code[:32]}-{number}"
        copy.save()
        for relation in (
            "districts",
            "themes",
            "target_groups",
            "npve_pillars",
            "sdg_targets",
        ):
            getattr(copy, relation).set(getattr(original, relation).all())


def measure_pages(table: Table, port: int, seconds: float) -> list[str]:
    """Queries, bytes on the first load, and times under eight connections."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    failed = []
    names = examples()
    for name, address, role in PAGES:
        path = address.format(**names)
        client = Client(HTTP_HOST="localhost")
        if role:
            client.force_login(
                user_with(role),
                backend="allauth.account.auth_backends.AuthenticationBackend",
            )
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            status = client.get(path).status_code
        cookie = "; ".join(f"{key}={morsel.value}" for key, morsel in client.cookies.items())
        headers = {"Cookie": cookie} if cookie else {}
        bytes_sent = first_load(port, path, headers)
        load = burst(port, path, seconds=seconds, headers=headers)
        table.add(f"{name}: queries", len(queries), "queries")
        table.add(f"{name}: first load, compressed", bytes_sent / 1000, "kB")
        table.add(f"{name}: p50, 8 connections", load.p50, "ms")
        table.add(f"{name}: p99, 8 connections", load.p99, "ms")
        if status != 200 or load.failures:
            failed.append(f"{name}: {path} answers {status}, {load.failures} failures under load")
        if len(queries) > 12:
            failed.append(f"{name}: {len(queries)} queries, at most 12")
        if bytes_sent > 100_000:
            failed.append(f"{name}: {bytes_sent / 1000:.0f} kB on first load, at most 100")
    return failed


def examples() -> dict[str, str]:
    """One record of each kind that has much to show."""
    from organizations.models import Project
    from partnerships.models import Action
    from workshops.models import Showcase

    showcase = Showcase.objects.live().select_related("organization").order_by("pk")[0]
    project = Project.objects.filter(organization=showcase.organization).order_by("pk")[0]
    action = Action.objects.select_related("pillar__roadmap").order_by("pk")[0]
    return {
        "organization": showcase.organization.slug,
        "project": project.code,
        "showcase": str(showcase.uuid),
        "roadmap": action.pillar.roadmap.slug,
        "action": action.code,
    }


def user_with(role: str) -> Any:
    """A demo person who holds the role."""
    from accounts.models import User

    by_grant = User.objects.filter(role_grants__role=role, role_grants__revoked_at=None)
    by_membership = User.objects.filter(memberships__role=role, memberships__ended_on=None)
    return (by_grant | by_membership).order_by("pk").distinct()[0]


def measure_api(table: Table, port: int, seconds: float, rounds: int) -> list[str]:
    """`/api/v1/projects/` with 50 rows beside its two rivals, interleaved."""
    from django.core.management import call_command

    printed = io.StringIO()
    call_command(
        "create_api_key",
        name=f"bench {time.time_ns()}",
        scope=["projects"],
        stdout=printed,
    )
    key = printed.getvalue().strip()
    rivals = {
        "ours": ("/api/v1/projects/?page_size=50", {"Authorization": f"Api-Key {key}"}),
        "json_agg": ("/bench/json-agg/", {}),
        "untuned": ("/bench/untuned/", {}),
    }
    bodies = {name: json.loads(fetch(port, path, headers)[0])["results"] for name, (path, headers) in rivals.items()}
    assert len(bodies["ours"]) == 50
    comparable = [[{**row, "updated_at": ""} for row in sorted_lists(body)] for body in bodies.values()]
    assert comparable[0] == comparable[1] == comparable[2], "The rivals do not return the same rows."
    speeds: dict[str, list[float]] = {name: [] for name in rivals}
    failures = 0
    for _ in range(rounds):
        for name, (path, headers) in rivals.items():
            load = burst(port, path, seconds=seconds, headers=headers)
            speeds[name].append(load.requests_per_second)
            failures += load.failures
    median = {name: statistics.median(values) for name, values in speeds.items()}
    table.add(
        "/api/v1/projects/, 50 rows",
        median["ours"],
        "requests/s",
        against=f"median of {rounds} rounds",
    )
    for name, words in (
        ("json_agg", "json_agg from a bare view"),
        ("untuned", "an untuned ModelViewSet"),
    ):
        table.add(
            f"the same rows, {name}",
            median[name],
            "requests/s",
            against=f"ours / {words}",
            ratio=median["ours"] / median[name],
        )
    return [f"API: {failures} requests failed"] if failures else []


def sorted_lists(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows whose lists of codes are in one order: the rivals promise none."""
    return [
        {
            name: sorted(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value
            for name, value in row.items()
        }
        for row in rows
    ]


def measure_report(table: Table, stack: ExitStack) -> None:
    """Seconds from asking to done, and the highest memory of the worker's child, for the impact report."""
    worker = stack.enter_context(process("celery", "-A", "pvenet", "worker", "--concurrency", "1", name="worker"))
    resting = 0.0
    for language in ("en", "ur"):
        out = HOME / f"impact-{language}.pdf"
        build = [
            "manage.py",
            "build_report",
            "impact",
            "--language",
            language,
            "--format",
            "pdf",
            "--out",
            str(out),
        ]
        if not resting:
            time.sleep(5)
            resting = peak_memory(worker.pid)
        began = time.monotonic()
        subprocess.run([sys.executable, *build], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        table.add(
            f"impact report, {language}: asked to done",
            time.monotonic() - began,
            "s",
            against="one run",
        )
        table.add(f"impact report, {language}: PDF", out.stat().st_size / 1000, "kB")
        table.add(
            f"impact report, {language}: worker's peak memory",
            peak_memory(worker.pid),
            "MB",
            against=f"resting {resting:.0f} MB",
        )


def peak_memory(pid: int) -> float:
    """The largest resident set, in MB, that the worker's child ever had (VmHWM)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    peaks = [re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{child}/status").read_text()) for child in children]
    return max((int(peak[1]) for peak in peaks if peak), default=0) / 1000


@contextmanager
def process(module: str, *arguments: str, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the portal that ends with this one; its words go to a log."""
    with (HOME / f"{name}.log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield child
        finally:
            processes.stop_process(child, 15, seconds=15)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Until the web server answers at all."""
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://localhost:{port}/api/v1/openapi.json", timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"The web server did not start; see {HOME / 'web.log'}.")


if __name__ == "__main__":
    main()
