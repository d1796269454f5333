"""Reads of lessons, challenges and innovations: the library, one record, and an organization's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from evidence.learning.likeness import groups_of
from evidence.learning.shapes import SHAPES
from evidence.models import Activity, Kind, Uptake

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.access import Actor
    from evidence.learning.shapes import Shape


def library(actor: Actor, shape: Shape) -> QuerySet:
    """What is published and this reader may see, with what a row shows."""
    words = [f"published_revision__{name}" for name in shape.choices]
    rows = shape.record.objects.visible_to(actor).live()
    return rows.select_related("organization", "published_revision", *words).prefetch_related(
        "published_revision__districts"
    )


def narrow(
    rows: QuerySet,
    shape: Shape,
    *,
    sort: str = "",
    theme: str = "",
    province: str = "",
    district: str = "",
    level: str = "",
    organization: str = "",
    year: str = "",
) -> QuerySet:
    """The rows of a choice from the closed list of filters. A district counts once, however many it has."""
    if sort:
        column = shape.sort if shape.sort in shape.own_choices else f"{shape.sort}__code"
        rows = rows.filter(**{f"published_revision__{column}": sort})
    if theme:
        rows = rows.filter(published_revision__in=_of(shape, "themes", term__code=theme))
    if district:
        rows = rows.filter(published_revision__in=_of(shape, "districts", district__code=district))
    if province:
        rows = rows.filter(published_revision__in=_of(shape, "districts", district__province__code=province))
    if level:
        rows = rows.filter(evidence_level=level)
    if organization:
        rows = rows.filter(organization__slug=organization)
    if year:
        rows = rows.filter(published_at__year=int(year))
    return rows


def _of(shape: Shape, relation: str, **where: str) -> QuerySet:
    through = getattr(shape.revision, relation).through._default_manager
    return through.filter(**where).values(f"{shape.revision._meta.model_name}_id")


def in_order(rows: QuerySet, keys: Sequence[int]) -> list[Any]:
    """The rows of these primary keys, in their order; at most as many as a search ranks."""
    found = {row.pk: row for row in rows.filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]


def years_of(actor: Actor, shape: Shape) -> list[int]:
    """The years in which something was published, newest first."""
    days = shape.record.objects.visible_to(actor).live().values_list("published_at", flat=True)
    # Two looks at the ends of an index, where a minimum and a maximum together would read every row.
    last = days.order_by("-published_at", "-pk").first()
    first = days.order_by("published_at", "pk").first()
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def with_company(actor: Actor, shape: Shape, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """The rows of one page, each with its group and by how many organizations it was reused, in two queries."""
    rows = list(rows)
    groups = groups_of(actor, shape, rows)
    reused: dict[int, int] = {}
    if shape.kind in REUSED:
        counted = (
            Uptake.objects.visible_to(actor)
            .filter(**{f"{shape.kind}__in": [row.pk for row in rows]})
            .values_list(f"{shape.kind}_id")
            .annotate(count=Count("pk"))
        )
        reused = dict(counted.order_by())
    return [
        {
            "record": row,
            "revision": row.published_revision,
            "sort": sort_of(shape, row.published_revision),
            "districts": list(row.published_revision.districts.all()),
            "group": groups.get(row.repeats_id or row.pk),
            "reused": reused.get(row.pk, 0),
        }
        for row in rows
    ]


#: What can be taken up by others.
REUSED = frozenset({Kind.LESSON, Kind.INNOVATION})


def sort_of(shape: Shape, revision: Any) -> str:
    """Which sort of lesson, challenge or innovation it is, in the reader's words."""
    if shape.sort in shape.own_choices:
        return str(getattr(revision, f"get_{shape.sort}_display")())
    return str(getattr(revision, shape.sort) or "")


def latest_for(actor: Actor, shape: Shape, record: Any) -> Any:
    """The newest revision that this reader may see, with what its page shows; None if there is none."""
    rows = shape.revision.objects.visible_to(actor).filter(record=record)
    return _with_words(shape, rows).order_by("-number").first()


def published_of(shape: Shape, record: Any) -> Any:
    """What others read, with what its page shows."""
    return _with_words(shape, shape.revision.objects.filter(pk=record.published_revision_id)).first()


def _with_words(shape: Shape, rows: QuerySet) -> QuerySet:
    return rows.select_related(*shape.choices).prefetch_related("districts__province", "themes")


def activities_of(actor: Actor, revision: Any) -> list[dict[str, Any]]:
    """The activities it comes from that this reader may open, each with the title that is published."""
    rows = Activity.objects.visible_to(actor).filter(pk__in=revision.activities.values("pk"))
    newest = rows.model._meta.get_field("published_revision").related_model.objects.filter(record=OuterRef("pk"))
    titled = rows.select_related("published_revision", "project").annotate(
        latest_title=Subquery(newest.visible_to(actor).order_by("-number").values("title")[:1])
    )
    return [
        {
            "uuid": row.uuid,
            "title": row.published_revision.display_title if row.published_revision else row.latest_title,
            "project": row.project,
        }
        for row in titled.order_by("pk")
    ]


def uptakes_of(actor: Actor, shape: Shape, record: Any) -> list[Uptake]:
    """Who reused it, as far as this reader may know the organization."""
    if shape.kind not in REUSED:
        return []
    rows = Uptake.objects.visible_to(actor).filter(**{str(shape.kind): record})
    return list(rows.select_related("organization", "district").order_by("-used_on", "-pk"))


def own_learning(actor: Actor, shape: Shape) -> QuerySet:
    """The newest revision of each record of the reader's organizations, whatever its state, last saved first."""
    newest = shape.revision.objects.filter(record=OuterRef("record")).order_by("-number")
    rows = shape.revision.objects.visible_to(actor).filter(
        record__organization_id__in=actor.organization_ids, pk=Subquery(newest.values("pk")[:1])
    )
    return rows.select_related("record__organization", "record__project", *shape.choices).order_by(
        "-record__saved_at", "-pk"
    )


def own_counts(actor: Actor) -> dict[str, int]:
    """How many records of each kind the reader's organizations have."""
    return {
        shape.tab: shape.record.objects.visible_to(actor).filter(organization_id__in=actor.organization_ids).count()
        for shape in SHAPES.values()
    }
