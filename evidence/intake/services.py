"""Giving out workbooks, receiving files, and deciding about what was found in them. The worker's part is `work.py`."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import audit
from core.access import person_of, require
from core.errors import Conflict, InvalidInput, WrongState
from core.terms import Term
from core.text import clean_text
from core.workflow import check_version
from evidence.intake import policies, tasks
from evidence.intake.layout import HIDDEN, INSTRUCTIONS, LAYOUT, LINES, MOST_BLOCKS
from evidence.intake.lines import first_lines
from evidence.intake.mapping import lacking, questions_of, targets
from evidence.intake.reading import CSV_TYPE, Refused, clean_table, open_workbook
from evidence.models import FormMapping, Intake, Period, Workbook
from organizations.models import Project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor

#: Files that came in are kept this long, and then deleted by the nightly purge.
KEPT = timedelta(days=180)


@transaction.atomic
def give_workbook(
    *,
    actor: Actor,
    project_code: str,
    period_id: int | None = None,
    language: str = "en",
    lines: int = LINES[0],
    disability: bool = False,
    groups: Sequence[str] = (),
    at: datetime,
) -> Workbook:
    """Note that a workbook was given out, so that it is known when it comes back. `write_workbook` makes the file."""
    project = _project(actor, project_code)
    period = Period.objects.visible_to(actor).filter(project=project, pk=period_id).first() if period_id else None
    if period_id and period is None:
        raise InvalidInput(_("Choose a period of the project."), field="period")
    if lines not in LINES:
        raise InvalidInput(_("Choose how many lines the workbook has."), field="lines")
    known = set(Term.objects.of("target_group").values_list("code", flat=True))
    if len(set(groups)) > MOST_BLOCKS or not set(groups) <= known:
        raise InvalidInput(_("Choose at most %(most)s target groups.") % {"most": MOST_BLOCKS}, field="groups")
    row = Workbook.objects.create(
        organization_id=project.organization_id,
        project=project,
        period=period,
        language=language if language in {"en", "ur"} else "en",
        layout=LAYOUT,
        options={"lines": lines, "disability": disability, "groups": list(dict.fromkeys(groups))},
        given_to_id=person_of(actor),
        given_at=at,
    )
    audit.record(actor=actor, action="workbook.give", row=row, at=at)
    return row


@transaction.atomic
def receive_file(*, actor: Actor, project_code: str, upload: Any, name: str, at: datetime) -> Intake:
    """Keep a file that was sent, and have it checked. The same file again while it waits is the same intake."""
    project = _project(actor, project_code)
    clean = clean_table(upload)
    again = Intake.objects.visible_to(actor).filter(
        project=project,
        sha256=clean.sha256,
        uploaded_by_id=person_of(actor),
        status__in=[Intake.Status.WAITING, Intake.Status.CHECKED],
    )
    if found := again.order_by("-uploaded_at", "-pk").first():
        return found
    intake = Intake(
        organization_id=project.organization_id,
        project=project,
        source=Intake.Source.KOBO if clean.content_type == CSV_TYPE else Intake.Source.WORKBOOK,
        language="ur" if get_language() == "ur" else "en",
        uploaded_by_id=person_of(actor),
        uploaded_at=at,
        purge_on=timezone.localdate(at) + KEPT,
    )
    intake.keep(clean, name=name)
    intake.save()
    if intake.source == Intake.Source.WORKBOOK and not _is_ours(intake):
        intake.source = Intake.Source.KOBO
        intake.save(update_fields=["source"])
    if intake.source == Intake.Source.KOBO:
        _find_mapping(intake, actor)
    audit.record(actor=actor, action="intake.receive", row=intake, at=at, source=intake.source)
    if not intake.needs_mapping:
        _queue("check", intake)
    return intake


def _is_ours(intake: Intake) -> bool:
    """Whether it has the hidden sheet of a workbook. What is wrong with it is the worker's to say."""
    try:
        with intake.file.open("rb") as file, open_workbook(file) as book:
            return HIDDEN in book.sheetnames or INSTRUCTIONS in book.sheetnames
    except Refused:
        return True


def _find_mapping(intake: Intake, actor: Actor) -> None:
    """Read it as the same form was read before, unless a needed column is gone."""
    try:
        headers, _rows, form = first_lines(intake, most=1)
    except Refused as refused:
        intake.status = Intake.Status.REFUSED
        intake.findings = [{"row": None, "column": "", "message": str(refused)}]
        intake.save(update_fields=["status", "findings"])
        return
    found = FormMapping.objects.visible_to(actor).filter(project=intake.project, form_id=form).first()
    questions = set(questions_of(headers))
    if found and not lacking({name: key for name, key in found.columns.items() if name in questions}):
        intake.mapping = found
        intake.save(update_fields=["mapping"])


@transaction.atomic
def save_mapping(
    *,
    actor: Actor,
    uuid: UUID | None = None,
    pk: int | None = None,
    columns: Mapping[str, str],
    choices: Mapping[str, Mapping[str, str]],
    title: str = "",
    version: int | None = None,
    at: datetime,
) -> FormMapping:
    """Say how a form is read: for the export `uuid` that waits, or the stored mapping `pk`. Then it is remembered."""
    intake = None
    if uuid is not None:
        intake = Intake.objects.visible_to(actor).select_for_update(of=("self",)).get(uuid=uuid)
        headers, _rows, form = first_lines(intake, most=1)
        found = FormMapping.objects.visible_to(actor).filter(project=intake.project, form_id=form).first()
        mapping = found or FormMapping(organization_id=intake.organization_id, project=intake.project, form_id=form)
        mapping.headers = questions_of(headers)
    else:
        mapping = FormMapping.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)
    require(
        policies.can_map(actor, mapping.organization_id),
        _("A form is mapped by the organization's focal point, or by the programme's operators."),
    )
    if mapping.pk and version is not None:
        check_version(mapping, version)
    known = targets()
    kept = {name: key for name, key in columns.items() if name in mapping.headers and key in known}
    if missing := lacking(kept):
        raise InvalidInput(_("Say which column holds: %(fields)s.") % {"fields": ", ".join(missing)}, field="columns")
    twice = {key for key in kept.values() if list(kept.values()).count(key) > 1}
    if twice:
        raise InvalidInput(
            _("Two columns cannot both be “%(name)s”.") % {"name": known[min(twice)].label}, field="columns"
        )
    mapping.columns = kept
    mapping.choices = {
        field: {clean_text(answer)[:80]: code for answer, code in answers.items() if code}
        for field, answers in choices.items()
        if field in known
    }
    mapping.title = clean_text(title)[:160] or mapping.title or mapping.form_id
    mapping.saved_by_id, mapping.saved_at = person_of(actor), at
    mapping.version = (mapping.version + 1) if mapping.pk else 1
    mapping.save()
    audit.record(actor=actor, action="form.map", row=mapping, at=at, version=mapping.version)
    if intake is not None and intake.status in {Intake.Status.WAITING, Intake.Status.CHECKED} and not intake.decided_at:
        intake.mapping, intake.status, intake.attempts = mapping, Intake.Status.WAITING, 0
        intake.save(update_fields=["mapping", "status", "attempts"])
        _queue("check", intake)
    return mapping


@transaction.atomic
def decide_intake(*, actor: Actor, uuid: UUID, accepts_valid: bool, at: datetime) -> Intake:
    """Have the rows taken over: all of them, or the valid ones where others are wrong and the person accepts that."""
    intake = _lock(actor, uuid)
    if intake.status == Intake.Status.TAKEN or intake.decided_at:
        return intake
    if intake.status != Intake.Status.CHECKED:
        raise WrongState(_("The file is not checked yet, or was refused or discarded."))
    if intake.invalid_count and not accepts_valid:
        raise Conflict(
            _("Some lines are wrong. Correct them and send the file again, or accept the valid lines alone.")
        )
    if not intake.valid_count:
        raise WrongState(_("There is no line to take over."))
    intake.accepts_valid = accepts_valid
    intake.decided_at, intake.decided_by_id, intake.attempts = at, person_of(actor), 0
    intake.save(update_fields=["accepts_valid", "decided_at", "decided_by", "attempts"])
    audit.record(actor=actor, action="intake.decide", row=intake, at=at, accepts_valid=accepts_valid)
    _queue("take", intake)
    return intake


@transaction.atomic
def discard_intake(*, actor: Actor, uuid: UUID, at: datetime) -> Intake:
    """Put a file away without taking anything from it."""
    intake = _lock(actor, uuid)
    if intake.status == Intake.Status.DISCARDED:
        return intake
    if intake.status == Intake.Status.TAKEN or intake.decided_at:
        raise WrongState(_("The lines have been taken over. Change or withdraw the activities instead."))
    intake.status = Intake.Status.DISCARDED
    intake.save(update_fields=["status"])
    audit.record(actor=actor, action="intake.discard", row=intake, at=at)
    return intake


def _project(actor: Actor, code: str) -> Project:
    project = Project.objects.visible_to(actor).get(code=code)
    require(
        policies.can_send_for(actor, project.organization_id),
        _("Files are sent by the organization that carries out the project."),
    )
    return project


def _lock(actor: Actor, uuid: UUID) -> Intake:
    intake = Intake.objects.visible_to(actor).select_for_update(of=("self",)).get(uuid=uuid)
    require(
        policies.can_send_for(actor, intake.organization_id),
        _("Files are sent by the organization that carries out the project."),
    )
    return intake


def _queue(task: str, intake: Intake) -> None:
    job = {"check": tasks.check_intake, "take": tasks.take_intake}[task]
    transaction.on_commit(partial(job.delay, intake_id=intake.pk))
