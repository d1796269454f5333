"""Reads for the pages of reports that are more than a queryset."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Min

from organizations.models import Programme, Project

if TYPE_CHECKING:
    from core.access import Actor


def usual_period(
    *, actor: Actor, programme: Programme, today: date
) -> tuple[date, date]:
    """From the start of the programme, or of its first project where that is not recorded, until today."""
    first = (
        Project.objects.visible_to(actor)
        .filter(programme=programme)
        .aggregate(day=Min("starts_on"))["day"]
    )
    start = programme.starts_on or first or date(today.year, 1, 1)
    return min(start, today), today
