"""Who may do what with a report. Who may read one is `Report.objects.visible_to`."""

from core.access import Actor, Role
from reports.models import Report


def can_build_reports(actor: Actor) -> bool:
    """Programme managers ask for reports."""
    return actor.has(Role.MANAGER)


def can_read_reports(actor: Actor) -> bool:
    """Whether the list of reports is of any use to the actor."""
    return actor.has(Role.MANAGER, Role.REVIEWER, Role.NACTA, Role.FUNDER)


def can_cancel(actor: Actor, report: Report) -> bool:
    return can_build_reports(actor) and report.is_under_way and report.cancel_requested_at is None


def can_retry(actor: Actor, report: Report) -> bool:
    return can_build_reports(actor) and report.status in {
        Report.Status.FAILED,
        Report.Status.CANCELLED,
    }


def can_release(actor: Actor, report: Report) -> bool:
    """Four eyes: a manager or NACTA releases a draft as final, never the person who asked for it."""
    return (
        actor.has(Role.MANAGER, Role.NACTA)
        and report.is_done
        and not report.is_final
        and not report.is_outdated
        and actor.user_id != report.requested_by_id
    )


def can_ask_for_endorsement(actor: Actor, report: Report) -> bool:
    """A manager asks once the report is final."""
    return can_build_reports(actor) and report.is_done and report.is_final and not report.is_outdated


def can_endorse_reports(actor: Actor) -> bool:
    """NACTA staff, unless they may build reports themselves (docs/adr/0007)."""
    return actor.has(Role.NACTA) and not can_build_reports(actor)


def can_endorse(actor: Actor, report: Report) -> bool:
    """A final report that the actor did not ask for."""
    return (
        can_endorse_reports(actor)
        and report.is_done
        and report.is_final
        and not report.is_outdated
        and actor.user_id != report.requested_by_id
    )


def can_rebuild(actor: Actor, report: Report) -> bool:
    """A manager, where it quotes what may no longer be read and nobody has asked for a new one."""
    return can_build_reports(actor) and report.is_outdated and report.replaced_by_id is None
