"""What the worker does with a file: check it, and take its rows over, once, however often it is asked.

A check writes nothing but what it found. Taking reads the file again and stores everything in one transaction, with the
project locked: a worker that dies leaves nothing behind, and the next one starts from the beginning.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import audit
from core.access import require
from core.errors import DomainError, InvalidInput
from core.workflow import State
from evidence.activities import services as activities
from evidence.activities.bulk import NewActivity, bulk_create_activities
from evidence.activities.sections import BY_KEY, values_of
from evidence.intake import policies
from evidence.intake.choices import lists_of
from evidence.intake.layout import FIXED
from evidence.intake.lines import CHANGED, NEW, REPEATED, batches, require_ours
from evidence.intake.results import LABELS, result_lines, store_results
from evidence.intake.returning import write_returned
from evidence.models import Activity, Intake, IntakeRow
from evidence.models.safety import Kind
from evidence.quality.services import look_later
from evidence.records.revisions import latest_revision
from organizations.actors import actor_for_user_id
from organizations.models import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from core.access import Actor
    from evidence.intake.lines import Sorted
    from evidence.intake.results import ResultLine

#: Sentences that the page shows; the returned file has all of them.
SHOWN = 50
MOST_ATTEMPTS = 3
#: What nobody worked on for this long is queued again.
LOST_AFTER = timedelta(minutes=2)


class _Invalid(Exception):
    """A line became wrong between the check and the taking over; nothing is stored."""


def check(*, intake_id: int, at: datetime) -> None:
    """Read the whole file and say what is in it. Does nothing to an intake that is checked already."""
    intake = _claim(intake_id, Intake.Status.WAITING)
    if intake is None:
        return
    with transaction.atomic(), override(intake.language):
        intake = _locked(intake_id, Intake.Status.WAITING)
        if intake is None or intake.needs_mapping:
            return
        try:
            actor = _sender(intake.uploaded_by_id, intake)
            if intake.source == Intake.Source.WORKBOOK:
                require_ours(intake)
            _count(intake, actor, at)
            if intake.invalid_count or intake.findings:
                content = write_returned(intake, actor=actor, at=at)
                intake.returned.save("returned", ContentFile(content), save=False)
        except DomainError as refused:
            _refuse(intake, str(refused))
            return
        intake.status, intake.checked_at = Intake.Status.CHECKED, at
        intake.save()


def _count(intake: Intake, actor: Actor, at: datetime) -> None:
    counted = {NEW: 0, CHANGED: 0, REPEATED: 0, "wrong": 0}
    findings: list[dict[str, Any]] = []
    for batch in batches(intake, actor=actor, at=at):
        for line in batch:
            counted[line.is_ if line.parsed.is_valid else "wrong"] += 1
            # What is wrong stands before what only remains to be done.
            if len(findings) < SHOWN or line.parsed.wrong:
                findings += _findings(line)
        findings = sorted(findings, key=lambda one: (one["is_hint"], one["row"]))[:SHOWN]
        _tell(intake, sum(counted.values()))
    for result in result_lines(intake, lists_of(intake.project)):
        counted["wrong" if result.wrong else result.is_] += 1
        findings += _findings_of_result(result)
    if not sum(counted.values()):
        raise InvalidInput(_("There is no line in the file. Fill in at least one and send it again."))
    intake.findings = findings[: 2 * SHOWN]
    intake.valid_count = counted[NEW] + counted[CHANGED]
    intake.changed_count, intake.repeated_count = counted[CHANGED], counted[REPEATED]
    intake.invalid_count = counted["wrong"]


def _findings(line: Sorted) -> Iterator[dict[str, Any]]:
    parsed = line.parsed
    for is_hint, sentences in ((False, parsed.wrong), (True, parsed.unsure)):
        for key, message in sentences.items():
            label = line.origin.get(key) or (str(FIXED[key].label) if key in FIXED else "")
            yield {"row": parsed.number, "column": label, "message": message, "is_hint": is_hint}


def _findings_of_result(line: ResultLine) -> Iterator[dict[str, Any]]:
    for key, message in line.wrong.items():
        column = _("Results: %(column)s") % {"column": LABELS.get(key, "")}
        yield {"row": line.number, "column": column, "message": message, "is_hint": False}


def take(*, intake_id: int, at: datetime) -> None:
    """Store the rows that somebody decided to take over, all in one transaction. The second call finds nothing to do."""
    intake = _claim(intake_id, Intake.Status.CHECKED)
    if intake is None:
        return
    try:
        with transaction.atomic(), override(intake.language):
            # The project first, as everything that gives numbers to activities: two files of one project take turns.
            Project.objects.select_for_update(of=("self",)).get(pk=intake.project_id)
            intake = _locked(intake_id, Intake.Status.CHECKED)
            if intake is None or intake.decided_at is None or intake.decided_by_id is None:
                return
            actor = _sender(intake.decided_by_id, intake)
            made, changed = _store(intake, actor, at)
            intake.status, intake.taken_at = Intake.Status.TAKEN, at
            intake.valid_count, intake.changed_count = made + changed, changed
            intake.save(update_fields=["status", "taken_at", "valid_count", "changed_count"])
            audit.record(actor=actor, action="intake.take", row=intake, at=at, new=made, changed=changed)
    except _Invalid:
        # Checked anew, with what holds now: the person decides again.
        Intake.objects.filter(pk=intake_id, status=Intake.Status.CHECKED).update(
            status=Intake.Status.WAITING, decided_at=None, decided_by=None, attempts=0
        )
        check(intake_id=intake_id, at=at)
    except DomainError as refused:
        row = Intake.objects.get(pk=intake_id)
        if row.status == Intake.Status.CHECKED:
            _refuse(row, str(refused))


def _store(intake: Intake, actor: Actor, at: datetime) -> tuple[int, int]:
    codes = _Numbers(intake)
    made = changed = 0
    for batch in batches(intake, actor=actor, at=at):
        if not intake.accepts_valid and any(not line.parsed.is_valid for line in batch):
            raise _Invalid
        valid = [line for line in batch if line.parsed.is_valid]
        made += _store_new(intake, [line for line in valid if line.is_ == NEW], codes, actor, at)
        for line in valid:
            if line.is_ == CHANGED:
                _change(line, actor, at)
                changed += 1
        _tell(intake, made + changed)
    results = result_lines(intake, lists_of(intake.project))
    if not intake.accepts_valid and any(line.wrong for line in results):
        raise _Invalid
    stored, corrected = store_results(intake, results, actor=actor, at=at)
    # `made` is what is new in the portal, `changed` what corrects what was there.
    return made + stored - corrected, changed + corrected


class _Numbers:
    """The next free numbers of a project's activities: the caller holds its lock."""

    def __init__(self, intake: Intake) -> None:
        self.taken = set(Activity.objects.filter(project=intake.project_id).values_list("code", flat=True))
        self.last = len(self.taken)

    def give(self, asked: str) -> str:
        if not asked:
            self.last += 1
            while f"A{self.last:03d}" in self.taken:
                self.last += 1
            asked = f"A{self.last:03d}"
        self.taken.add(asked)
        return asked


def _store_new(intake: Intake, lines: list[Sorted], codes: _Numbers, actor: Actor, at: datetime) -> int:
    if not lines:
        return 0
    # Numbers that people chose come first, so that none of ours takes one of theirs.
    given = {id(line): codes.give(line.parsed.values["code"]) for line in lines if line.parsed.values["code"]}
    made = bulk_create_activities(
        (_new(line, intake, given.get(id(line)) or codes.give(""), at) for line in lines),
        writer_id=actor.user_id or 0,
    )
    IntakeRow.objects.bulk_create(
        IntakeRow(
            organization_id=intake.organization_id,
            project_id=intake.project_id,
            intake=intake,
            key=line.parsed.key,
            record_uuid=activity.uuid,
            content=line.parsed.content,
            version=activity.version,
        )
        for line, activity in zip(lines, made, strict=True)
    )
    look_later(Kind.ACTIVITY, [activity.pk for activity in made])
    return len(made)


def _new(line: Sorted, intake: Intake, code: str, at: datetime) -> NewActivity:
    values = line.parsed.values
    columns = (*BY_KEY["about"].columns, *BY_KEY["place"].columns, *BY_KEY["content"].columns)
    counts = line.parsed.counts
    return NewActivity(
        project=intake.project,
        code=code,
        state=State.DRAFT,
        fields={name: values.get(name, intake.language) for name in columns},
        at=at,
        counts=counts if counts.plain() != type(counts)().plain() else None,
        theme_ids=values["themes"],
        place=values["place"],
        amount_pkr=values["amount_pkr"],
    )


def _change(line: Sorted, actor: Actor, at: datetime) -> None:
    """Correct the draft that an earlier version of the line made. `lines.py` made sure that nobody changed it since."""
    assert line.row is not None
    activity = Activity.objects.visible_to(actor).get(uuid=line.row.record_uuid)
    latest, values = latest_revision(activity), line.parsed.values
    for section in ("about", "place", "content", "cost"):
        form = BY_KEY[section]
        stored = values_of(latest, form)
        activities.save_section(
            actor=actor,
            uuid=activity.uuid,
            section=section,
            values={name: values.get(name, stored[name]) for name in stored},
            base=None,
            at=at,
        )
    activities.save_counts(actor=actor, uuid=activity.uuid, counts=line.parsed.counts, base=None, at=at)
    activity.refresh_from_db()
    line.row.content, line.row.version = line.parsed.content, activity.version
    line.row.save(update_fields=["content", "version"])


# --- Once, however often ---------------------------------------------------------------------------------------------


def recover(*, at: datetime) -> list[tuple[str, int]]:
    """What a lost worker or a lost message left: (task, id) of each, to be queued again."""
    waiting = Intake.objects.filter(status=Intake.Status.WAITING, uploaded_at__lt=at - LOST_AFTER)
    decided = Intake.objects.filter(status=Intake.Status.CHECKED, decided_at__lt=at - LOST_AFTER)
    return [
        *(("check", row.pk) for row in waiting.order_by("pk")[:100] if not row.needs_mapping),
        *(("take", pk) for pk in decided.order_by("pk").values_list("pk", flat=True)[:100]),
    ]


def _claim(intake_id: int, status: str) -> Intake | None:
    """Count an attempt, so that a file that kills its worker is given up. None where there is nothing to do."""
    intake = Intake.objects.filter(pk=intake_id, status=status).first()
    if intake is None:
        return None
    if intake.attempts >= MOST_ATTEMPTS and _locked_now(intake_id):
        with override(intake.language):
            _refuse(intake, _("The file could not be read in several attempts. Send it in smaller parts."))
        return None
    Intake.objects.filter(pk=intake_id).update(attempts=F("attempts") + 1)
    return intake


def _locked_now(intake_id: int) -> bool:
    """Whether no other worker has it in hand."""
    with transaction.atomic():
        return Intake.objects.select_for_update(skip_locked=True).filter(pk=intake_id).exists()


def _locked(intake_id: int, status: str) -> Intake | None:
    """The row, locked; None while another worker has it, or when it is done."""
    rows = Intake.objects.select_for_update(skip_locked=True, of=("self",))
    return (
        rows.select_related("project", "organization", "workbook__project", "workbook__period__project", "mapping")
        .filter(pk=intake_id, status=status)
        .first()
    )


def _sender(user_id: int, intake: Intake) -> Actor:
    """Who acts, with the rights of now."""
    actor = actor_for_user_id(user_id)
    require(
        policies.can_send_for(actor, intake.organization_id),
        _("Files are sent by the organization that carries out the project."),
    )
    return actor


def _refuse(intake: Intake, sentence: str) -> None:
    intake.status = Intake.Status.REFUSED
    intake.findings = [{"row": None, "column": "", "message": sentence, "is_hint": False}]
    intake.save(update_fields=["status", "findings", "workbook"])


def _tell(intake: Intake, lines: int) -> None:
    cache.set(f"intake-lines:{intake.pk}", lines, 600)


def lines_read(intake: Intake) -> int:
    """How many lines the worker has gone through, for the page that waits."""
    return cache.get(f"intake-lines:{intake.pk}") or 0
