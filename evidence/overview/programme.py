"""The programme for who answers for it: where nothing happens, how good the data are, and what was learned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from core.access import Role
from core.geography import District
from core.terms import Term
from evidence.models import Activity, ActivityRevision, Challenge, Doubt, Innovation, Lesson, Story
from organizations.models import Project

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from core.access import Actor
    from evidence.overview.selectors import Reach

#: How long a place or theme may be silent before it stands on the page.
SILENCE = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Districts in which projects work and themes that they name, without an activity since a day; and silent groups."""

    since: date
    districts: list[District]
    themes: list[Term]
    groups: list[Term]
    district_count: int


def coverage(actor: Actor, reach: Reach, *, today: date) -> Coverage:
    """Where the programme is at work on paper, and nothing was published in the last six months."""
    since = today - SILENCE
    live = Activity.objects.visible_to(actor).live().values("published_revision_id")
    recent = ActivityRevision.objects.filter(pk__in=live, starts_on__gte=since)
    projects = Project.objects.visible_to(actor)
    places = District.objects.filter(pk__in=projects.values("districts"))
    return Coverage(
        since=since,
        districts=list(
            places.exclude(pk__in=recent.filter(district__isnull=False).values("district"))
            .select_related("province")
            .order_by("province__position", "name_en", "pk")
        ),
        district_count=places.count(),
        themes=list(
            Term.objects.of("pve_theme")
            .filter(pk__in=projects.filter(themes__isnull=False).values("themes"))
            .exclude(pk__in=recent.filter(themes__isnull=False).values("themes"))
        ),
        groups=_groups_without_people(projects, reach),
    )


def _groups_without_people(projects: QuerySet, reach: Reach) -> list[Term]:
    """Groups that projects name and nobody of whom is in the published figures: a printed zero, never a hidden count."""
    if reach.is_empty:
        return []
    named = Term.objects.of("target_group").filter(pk__in=projects.exclude(target_groups=None).values("target_groups"))
    nobody = {row.codes["group"] for row in reach.table(("group",)) if row.figure.value == 0}
    return [term for term in named if term.code in nobody]


def quality(actor: Actor, reach: Reach) -> list[dict[str, Any]]:
    """How complete the records behind the figures are: shares of activities, which are no people."""
    rows: list[dict[str, Any]] = []
    if not reach.is_empty:
        total = reach.records().get("activities", 0)
        having = reach.records("with")
        rows = [{"key": key, "value": having.get(key, 0), "total": total} for key in QUALITY]
    if actor.has(Role.MANAGER, Role.REVIEWER):
        open_doubts = Doubt.objects.visible_to(actor).filter(settled_at=None).count()
        rows.append({"key": "doubts", "value": open_doubts, "total": None})
    return rows


#: What the page says of each stands in its template.
QUALITY = ("evidence", "sex", "age", "disability", "unique_persons")


def knowledge(actor: Actor) -> dict[str, int]:
    """How many stories, lessons, challenges and innovations this reader finds."""
    kinds: dict[str, Any] = {"stories": Story, "lessons": Lesson, "challenges": Challenge, "innovations": Innovation}
    return {name: model.objects.visible_to(actor).live().aggregate(n=Count("pk"))["n"] for name, model in kinds.items()}
