"""Reads for the pages of reports that are more than a queryset."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core.endorsement import asked
from core.waiting import Task
from organizations.models import Programme, Project
from reports.models import Report
from reports.policies import (
    can_build_reports,
    can_endorse,
    can_endorse_reports,
    can_read_reports,
    can_release,
    can_retry,
)
from reports.services import ENDORSEMENT

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from core.access import Actor

#: How many reports are looked at for what waits; older ones are on the list of reports.
TASK_LIMIT = 40


def usual_period(*, actor: Actor, programme: Programme, today: date) -> tuple[date, date]:
    """From the start of the programme, or of its first project where that is not recorded, until today."""
    first = Project.objects.visible_to(actor).filter(programme=programme).aggregate(day=Min("starts_on"))["day"]
    start = programme.starts_on or first or date(today.year, 1, 1)
    return min(start, today), today


def tasks_for(actor: Actor) -> list[Task]:
    """Drafts to release, one's own reports that could not be built, and for NACTA the reports it is asked to endorse."""
    if not can_read_reports(actor):
        return []
    tasks = _to_endorse(actor) if can_endorse_reports(actor) else []
    return tasks + [task for report in _looked_at(actor) if (task := _task(actor, report))]


def _looked_at(actor: Actor) -> QuerySet[Report]:
    """The newest reports that may ask something of this person, with `is_open`: nothing in them was withdrawn."""
    wanted = Q(status=Report.Status.FAILED) | Q(status=Report.Status.DONE, released_at=None, is_open=True)
    if can_build_reports(actor):
        wanted |= Q(status=Report.Status.DONE, replaced_by=None, is_open=False)
    return (
        Report.objects.visible_to(actor)
        .annotate(is_open=Exists(Report.objects.readable().filter(pk=OuterRef("pk"))))
        .filter(wanted)
        .select_related("programme")
        .defer("snapshot")
        .order_by("-requested_at", "-pk")[:TASK_LIMIT]
    )


def _task(actor: Actor, report: Any) -> Task | None:
    """What a report that `_looked_at` found asks of this person."""
    title = report.display_title
    report.is_outdated = report.is_done and not report.is_open  # asked of the database already
    if report.is_outdated:
        title = _("Build again: %(title)s") % {"title": title}
        detail = _("A story in it may no longer be read. Nobody can open it until it has been built again.")
        action = _("Look at it")
    elif can_release(actor, report):
        detail, action = _("A draft to read and release as final."), _("Read it")
    elif report.requested_by_id == actor.user_id and can_retry(actor, report):
        detail, action = report.get_failure_display(), _("Look at it")
    else:
        return None
    since = report.finished_at or report.requested_at
    return Task(
        title=title,
        detail=detail,
        since=(report.outdated_since or since) if report.is_outdated else since,
        url=reverse("reports:detail", args=[report.uuid]),
        action=action,
    )


def _to_endorse(actor: Actor) -> list[Task]:
    return [
        Task(
            title=_("Endorse: %(title)s") % {"title": record.subject.display_title},
            detail=_("The programme asks for the endorsement of NACTA."),
            since=record.at,
            url=reverse("reports:detail", args=[record.subject.uuid]) + "#endorsement",
            action=_("Read and endorse"),
        )
        for record in asked(ENDORSEMENT, actor).select_related("subject__programme").defer("subject__snapshot")
        if can_endorse(actor, record.subject)
    ]
