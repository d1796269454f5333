"""What people do with reports: ask for one, cancel it, try again, release it as final. Workers build in `jobs`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.selectors import holders_of
from core import audit, endorsement
from core.access import Role, person_of, require
from core.errors import InvalidInput, WrongState
from core.mail import send_later
from organizations.models import Programme
from reports import policies, tasks
from reports.models import Report, ReportEndorsement, ReportEndorsementRecord

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from core.access import Actor

ENDORSEMENT = endorsement.Tables(ReportEndorsement, ReportEndorsementRecord)
#: A final report never changes.
EDITION = 1


@transaction.atomic
def request_report(
    *,
    actor: Actor,
    kind: str,
    programme_id: int,
    period_start: date,
    period_end: date,
    language: str,
    at: datetime,
) -> Report:
    """Ask for a report. Asking twice for the same one while it is under way gives the one that is under way."""
    require(policies.can_build_reports(actor), _("Only programme managers build reports."))
    if period_end < period_start:
        raise InvalidInput(
            _("The period ends before it starts. Correct one of the two dates."),
            field="period_end",
        )
    programme = Programme.objects.visible_to(actor).get(pk=programme_id)
    report, is_new = Report.objects.under_way().get_or_create(
        kind=kind,
        programme=programme,
        period_start=period_start,
        period_end=period_end,
        language=language,
        requested_by_id=actor.user_id,
        defaults={"requested_at": at, "queued_at": at, "is_demo": programme.is_demo},
    )
    if is_new:
        audit.record(
            actor=actor,
            action="report.request",
            row=report,
            at=at,
            kind=kind,
            language=language,
        )
        _send(report)
    return report


@transaction.atomic
def cancel_report(*, actor: Actor, uuid: UUID, at: datetime) -> Report:
    """Cancel at once what waits; ask the worker to stop at its next stage where one has started."""
    report = _locked(actor, uuid)
    require(policies.can_build_reports(actor), _("Only programme managers cancel reports."))
    if not report.is_under_way:
        raise WrongState(_("This report is no longer being built, so it cannot be cancelled."))
    if report.cancel_requested_at is None:
        report.cancel_requested_at = at
        if report.status == Report.Status.QUEUED:
            report.status, report.finished_at = Report.Status.CANCELLED, at
        report.save(update_fields=["cancel_requested_at", "status", "finished_at"])
        audit.record(actor=actor, action="report.cancel", row=report, at=at)
    return report


@transaction.atomic
def retry_report(*, actor: Actor, uuid: UUID, at: datetime) -> Report:
    """Queue again what failed or was cancelled."""
    report = _locked(actor, uuid)
    require(policies.can_build_reports(actor), _("Only programme managers build reports."))
    if report.is_under_way:
        return report
    if not policies.can_retry(actor, report):
        raise WrongState(_("This report is ready. Ask for a new one to build it from today's records."))
    _requeue(report, at=at)
    audit.record(actor=actor, action="report.retry", row=report, at=at)
    return report


@transaction.atomic
def rebuild_report(*, actor: Actor, uuid: UUID, at: datetime) -> Report:
    """Ask for a new report in place of one that quotes what may no longer be read. The old one stays closed.

    It is a new document: what was released or endorsed was the old text.
    """
    report = _locked(actor, uuid)
    require(policies.can_build_reports(actor), _("Only programme managers build reports."))
    if report.replaced_by is not None:
        return report.replaced_by
    if not report.is_outdated:
        raise WrongState(_("This report is as it should be. Ask for a new one to build it from today's records."))
    fresh = request_report(
        actor=actor,
        kind=report.kind,
        programme_id=report.programme_id,
        period_start=report.period_start,
        period_end=report.period_end,
        language=report.language,
        at=at,
    )
    report.replaced_by = fresh
    report.outdated_since = report.outdated_since or at
    report.save(update_fields=["replaced_by", "outdated_since"])
    for file in report.files.all():
        transaction.on_commit(partial(file.file.storage.delete, file.file.name))
        file.delete()
    audit.record(actor=actor, action="report.rebuild", row=report, at=at, replaced_by=str(fresh.uuid))
    return fresh


def close_reports_with(*, kind: str, uuid: UUID, at: datetime) -> None:
    """A record has left the public: mark the reports that quote it, in the transaction of whoever took it away."""
    if kind == "story":
        quoting = Report.objects.filter(stories__uuid=uuid, outdated_since=None)
        Report.objects.filter(pk__in=list(quoting.values_list("pk", flat=True))).update(outdated_since=at)


@transaction.atomic
def release_report(*, actor: Actor, uuid: UUID, at: datetime) -> Report:
    """Make a draft final: the same snapshot is painted again with the word Final, and the funder may read it."""
    report = _locked(actor, uuid)
    require(
        actor.user_id != report.requested_by_id,
        _("A report is released by somebody else than the person who asked for it."),
    )
    if report.is_final:
        return report
    require(
        policies.can_release(actor, report),
        _("Only a ready draft can be released, by a manager or by NACTA."),
    )
    report.released_at, report.released_by_id = at, actor.user_id
    _requeue(report, at=at)
    audit.record(
        actor=actor,
        action="report.release",
        row=report,
        at=at,
        sha256=report.snapshot_sha256,
    )
    return report


@transaction.atomic
def ask_for_endorsement(*, actor: Actor, uuid: UUID, note: str, at: datetime) -> Report:
    """Ask NACTA to endorse a final report. Asking twice asks once."""
    report = _locked(actor, uuid)
    require(
        policies.can_ask_for_endorsement(actor, report),
        _("Programme managers ask NACTA to endorse a report once it is final."),
    )
    if endorsement.ask(ENDORSEMENT, actor=actor, subject=report, edition=EDITION, note=note, at=at):
        _tell("endorsement_asked", Role.NACTA, report, actor=actor)
    return report


@transaction.atomic
def endorse_report(*, actor: Actor, uuid: UUID, edition: int, office: str, note: str, at: datetime) -> Report:
    """Endorse a final report."""
    report = _locked(actor, uuid)
    require(policies.can_endorse(actor, report), _("NACTA staff endorse final reports that they did not ask for."))
    is_new = endorsement.endorse(
        ENDORSEMENT,
        actor=actor,
        subject=report,
        edition=EDITION,
        read_edition=edition,
        office=office,
        note=note,
        at=at,
    )
    if is_new:
        _tell("endorsement_given", Role.MANAGER, report, actor=actor)
    return report


@transaction.atomic
def withdraw_endorsement(*, actor: Actor, uuid: UUID, note: str, at: datetime) -> Report:
    """Take NACTA's endorsement back, with a reason."""
    report = _locked(actor, uuid)
    require(policies.can_endorse(actor, report), _("NACTA staff withdraw an endorsement."))
    endorsement.withdraw(ENDORSEMENT, actor=actor, subject=report, edition=EDITION, reason=note, at=at)
    _tell("endorsement_withdrawn", Role.MANAGER, report, actor=actor)
    return report


def _tell(template: str, role: str, report: Report, *, actor: Actor) -> None:
    """Tell the holders of a role. Notes and reasons are read in the portal."""
    names: dict[str, str | int] = {}
    for field, language in (("title", "en"), ("title_ur", "ur")):
        with override(language):
            names[field] = report.display_title
    send_later(
        template=template,
        user_ids=holders_of(role) - {person_of(actor)},
        path=reverse("reports:detail", args=[report.uuid]) + "#endorsement",
        context=names,
    )


def _locked(actor: Actor, uuid: UUID) -> Report:
    return Report.objects.visible_to(actor).select_for_update(of=("self",)).get(uuid=uuid)


def _requeue(report: Report, *, at: datetime) -> None:
    report.queue(at=at)
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError:
        raise WrongState(_("The same report is being built right now. Wait until it is ready.")) from None
    _send(report)


def _send(report: Report) -> None:
    transaction.on_commit(partial(tasks.build_report.delay, report_id=report.pk))
