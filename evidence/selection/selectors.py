"""Rounds as their readers find them, and the path that a story took through the panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from core.waiting import Task, Wait, tasks_of
from evidence.models import Candidate, Panel, PanelFeedback, SelectionRound, Story, StoryRevision

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor

TASK_LIMIT = 5
ORDER = [Panel.Level.CSO, Panel.Level.PROVINCE, Panel.Level.NATIONAL]


def rounds_for(actor: Actor) -> QuerySet:
    """Rounds that this reader may see, the newest first."""
    return SelectionRound.objects.visible_to(actor).order_by("-starts_on", "-pk")


def panels_of(actor: Actor, row: SelectionRound) -> list[dict[str, Any]]:
    """The panels of a round from the CSOs up to the nation, each with the candidates that this reader may see."""
    panels = list(
        Panel.objects.visible_to(actor).filter(round=row).select_related("organization", "province", "domain")
    )
    panels.sort(key=lambda panel: (ORDER.index(Panel.Level(panel.level)), panel.pk))
    rows = candidates_of(actor, panels)
    return [{"panel": panel, "candidates": [row for row in rows if row.panel_id == panel.pk]} for panel in panels]


def candidates_of(actor: Actor, panels: list[Panel]) -> list[Candidate]:
    """Stories before these panels, the chosen ones first; `title` is of a text that the reader may read.

    A story that was withdrawn, held or never published is not among them, except for its own organization and staff.
    """
    readable = StoryRevision.objects.visible_to(actor).filter(record=OuterRef("story_id")).order_by("-number")
    return list(
        Candidate.objects.visible_to(actor)
        .filter(panel__in=panels)
        .select_related("story__organization", "story__domain")
        .annotate(title=Subquery(readable.values("title")[:1]), title_ur=Subquery(readable.values("title_ur")[:1]))
        .order_by("-is_chosen", "pk")
    )


def feedback_of(actor: Actor, panel: Panel) -> dict[int, PanelFeedback]:
    """Feedback that this reader may read, by the candidate it is about; only of stories that the reader may see."""
    rows = PanelFeedback.objects.visible_to(actor).filter(candidate__panel=panel)
    rows = rows.filter(candidate__story__in=Story.objects.visible_to(actor))
    return {row.candidate_id: row for row in rows}


def path_of(actor: Actor, story: Any) -> list[Candidate]:
    """The panels that a story was before, in their order, as far as this reader may see them."""
    rows = (
        Candidate.objects.visible_to(actor)
        .filter(story=story)
        .select_related("panel__round", "panel__organization", "panel__province")
    )
    return sorted(
        rows,
        key=lambda row: (row.panel.round.starts_on, ORDER.index(Panel.Level(row.panel.level)), row.panel.pk),
    )


def tasks_for(actor: Actor) -> list[Task]:
    """Feedback that has not been passed on to the person."""
    return tasks_of(waits_for(actor))


def waits_for(actor: Actor) -> list[Wait]:
    """The same, to be read with what else waits."""
    if not actor.organization_ids:
        return []

    def task(since: datetime, words: dict[str, Any]) -> Task:
        return Task(
            title=_("A panel sent feedback for a teller"),
            detail=str(SelectionRound(title=words["title"], title_ur=words["title_ur"])),
            since=since,
            url=reverse("evidence:panel", args=[words["panel"]]),
            action=_("Read and pass it on"),
        )

    rows = (
        PanelFeedback.objects.visible_to(actor)
        .filter(passed_on_at=None, candidate__story__organization_id__in=actor.organization_ids)
        .filter(candidate__story__in=Story.objects.visible_to(actor))
        .order_by("given_at", "pk")
    )
    words = {
        "panel": "candidate__panel_id",
        "title": "candidate__panel__round__title",
        "title_ur": "candidate__panel__round__title_ur",
    }
    return [Wait(rows, since="given_at", words=words, task=task, limit=TASK_LIMIT)]
