"""`manage.py build_report`: asks the worker for a report, waits for it with progress, and saves one of its files."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celery import current_app
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from core.access import Actor, Role
from core.errors import DomainError
from organizations.actors import actor_for_user_id
from organizations.models import Programme
from reports import policies, services
from reports.jobs import CONTENT_TYPES
from reports.models import Report, ReportFile
from reports.selectors import usual_period

if TYPE_CHECKING:
    from argparse import ArgumentParser

POLL_SECONDS = 0.3
#: How often, and for how long each time, a worker is asked whether it lives; a busy machine answers late.
PINGS, PING_SECONDS = 3, 3


class Command(BaseCommand):
    """Exit status 0 with the file written, else not 0 and one sentence."""

    help = "Ask the worker for a report, wait for it, and save it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=Report.Kind.values)
        parser.add_argument("--language", choices=[code for code, _ in settings.LANGUAGES], default="en")
        parser.add_argument("--format", choices=sorted(CONTENT_TYPES), default="pdf")
        parser.add_argument("--out", type=Path, required=True, help="the file to write")
        parser.add_argument(
            "--from",
            dest="start",
            type=date.fromisoformat,
            help="first day, such as 2025-01-01",
        )
        parser.add_argument(
            "--until",
            dest="end",
            type=date.fromisoformat,
            help="last day; today when left out",
        )
        parser.add_argument("--programme", help="the programme's code; the first one when left out")
        parser.add_argument(
            "--as",
            dest="email",
            help="the manager in whose name; the first one when left out",
        )
        parser.add_argument("--wait", type=int, default=600, help="seconds to wait at most")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        if not out.parent.is_dir():
            raise CommandError(f"There is no directory {out.parent}. Make it or choose another file.")
        _check_database()
        actor = _manager(options["email"])
        programme = _programme(actor, options["programme"])
        now = timezone.now()
        start, end = usual_period(actor=actor, programme=programme, today=timezone.localdate(now))
        start, end = options["start"] or start, options["end"] or end
        if not any(current_app.control.ping(timeout=PING_SECONDS) for _ in range(PINGS)):
            raise CommandError("No worker answers. Start one with: celery -A pvenet worker")
        try:
            report = services.request_report(
                actor=actor,
                kind=options["kind"],
                programme_id=programme.pk,
                period_start=start,
                period_end=end,
                language=options["language"],
                at=now,
            )
            self._wait(report, deadline=time.monotonic() + options["wait"])
            report.refresh_from_db(fields=["status", "failure", "build_seconds", "peak_memory_kib"])
            if report.status != Report.Status.DONE:
                raise CommandError(str(report.get_failure_display() or report.happening))
        except TimeoutError:
            services.cancel_report(actor=actor, uuid=report.uuid, at=timezone.now())
            raise CommandError(f"The report was not ready after {options['wait']} seconds and was cancelled.") from None
        except DomainError as refusal:
            raise CommandError(str(refusal.message)) from refusal
        file = ReportFile.objects.visible_to(actor).get(report=report, format=options["format"])
        with file.file.open("rb") as source:
            out.write_bytes(source.read())
        self.stdout.write(
            f"{out}: {file.size / 1024:.0f} KiB, built in {report.build_seconds:.1f} s, "
            f"worker's peak memory {(report.peak_memory_kib or 0) / 1024:.0f} MiB"
        )

    def _wait(self, report: Report, *, deadline: float) -> None:
        """Print each stage once, until the job has ended."""
        said = None
        while report.is_under_way:
            if time.monotonic() > deadline:
                raise TimeoutError
            step = f"{report.progress:3d} %  {report.happening}"
            if step != said:
                self.stderr.write(step)
                said = step
            time.sleep(POLL_SECONDS)
            report.refresh_from_db(fields=["status", "stage", "progress", "failure"])
        self.stderr.write(f"{report.progress:3d} %  {report.happening}")


def _check_database() -> None:
    """Refuse at once what no worker could build on: a database that does not answer or was not migrated."""
    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise CommandError(f"The database does not answer: {str(error).strip().splitlines()[0]}") from error
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("The database has not been migrated to this version. Run: manage.py prepare")


def _manager(email: str | None) -> Actor:
    people = get_user_model().objects.filter(is_active=True).order_by("pk")
    if email:
        person = people.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(f"Nobody signs in as {email}.")
    else:
        person = people.filter(role_grants__role=Role.MANAGER, role_grants__revoked_at=None).first()
        if person is None:
            raise CommandError("There is no programme manager. Grant somebody that role first.")
    actor = actor_for_user_id(person.pk)
    if not policies.can_build_reports(actor):
        raise CommandError(f"{person.email} is not a programme manager and may not build reports.")
    return actor


def _programme(actor: Actor, code: str | None) -> Programme:
    programmes = Programme.objects.visible_to(actor).order_by("pk")
    programme = (programmes.filter(code=code) if code else programmes).first()
    if programme is None:
        raise CommandError(f"There is no programme {code}." if code else "There is no programme yet.")
    return programme
