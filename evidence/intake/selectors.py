"""What the pages of files read: an organization's files, one of them, and how a form is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from core.waiting import Task, Wait, tasks_of
from evidence.intake.choices import lists_of
from evidence.intake.lines import first_lines
from evidence.intake.mapping import guess, part_lists, plain_name, questions_of, targets, unknown_answers
from evidence.models import Activity, FormMapping, Intake, IntakeRow

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor
    from organizations.models import Project

#: Activities that the page of an intake lists.
LISTED = 50
#: Files that the home page lists one by one.
TASK_LIMIT = 5


def own_intakes(actor: Actor) -> Any:
    """Files that the actor's organizations sent, newest first."""
    rows = Intake.objects.visible_to(actor).select_related("project", "uploaded_by")
    return rows.order_by("-uploaded_at", "-pk")


def made_by(actor: Actor, intake: Intake) -> list[Activity]:
    """The first activities that the file made."""
    rows = IntakeRow.objects.visible_to(actor).filter(intake=intake).order_by("pk")
    uuids = list(rows.values_list("record_uuid", flat=True)[:LISTED])
    return list(Activity.objects.visible_to(actor).filter(uuid__in=uuids).order_by("code", "pk"))


def mappings(actor: Actor) -> Any:
    """How forms are read, as far as the actor may see them."""
    return (
        FormMapping.objects.visible_to(actor)
        .select_related("project", "organization", "saved_by")
        .order_by("-saved_at", "-pk")
    )


def mapping_choices(
    project: Project, mapping: FormMapping | None, intake: Intake | None, posted: dict[str, str] | None = None
) -> dict[str, Any]:
    """The arguments of MappingForm: from the file that waits, or from what is stored alone."""
    lists = {**lists_of(project), **part_lists()}
    headers, rows, _form = first_lines(intake) if intake else (mapping.headers if mapping else [], [], "")
    questions = questions_of(headers)
    samples: dict[str, str] = {}
    for cells in rows[:20]:
        for header, value in cells.items():
            samples.setdefault(plain_name(header), str(getattr(value, "text", value))[:60])
    chosen = {name: key for name, key in (mapping.columns if mapping else {}).items() if name in questions}
    chosen = posted if posted is not None else chosen or guess(questions)
    known = {field: dict.fromkeys(answers) for field, answers in (mapping.choices if mapping else {}).items()}
    trial = FormMapping(columns=chosen, choices={})
    for field, answers in unknown_answers(trial, rows, lists).items():
        known.setdefault(field, {}).update(dict.fromkeys(answers))
    return {
        "questions": questions,
        "samples": samples,
        "targets": targets(),
        "chosen": chosen,
        "answers": {field: list(answers) for field, answers in known.items()},
        "choices": mapping.choices if mapping else {},
        "lists": lists,
    }


def tasks_for(actor: Actor) -> list[Task]:
    """Files of the actor that wait for a decision."""
    return tasks_of(waits_for(actor))


def waits_for(actor: Actor) -> list[Wait]:
    """The same, to be read with what else waits."""
    if actor.user_id is None or not actor.organization_ids:
        return []

    def task(since: datetime, words: dict[str, Any]) -> Task:
        return Task(
            title=_("Your file is checked: %(name)s") % {"name": words["name"]},
            detail=_("Look at what was found, and take the lines over or send it corrected."),
            since=since,
            url=reverse("evidence:intake", args=[words["uuid"]]),
            action=_("Decide"),
        )

    rows = (
        Intake.objects.visible_to(actor)
        .filter(status=Intake.Status.CHECKED, decided_at=None, uploaded_by_id=actor.user_id)
        .order_by("uploaded_at", "pk")
    )
    since = Coalesce("checked_at", "uploaded_at")
    return [Wait(rows, since=since, words={"uuid": "uuid", "name": "name"}, task=task, limit=TASK_LIMIT)]


def start_panel(actor: Actor) -> dict[str, Any]:
    """Files on the start page of a CSO that are not done with."""
    open_states = [Intake.Status.WAITING, Intake.Status.CHECKED]
    return {"intakes": own_intakes(actor).filter(status__in=open_states)[:5]}
