"""Reads of the registry: the rows of the list, the tile grid, and what an organization's page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from organizations.models import Organization, Project

if TYPE_CHECKING:
    from core.access import Actor
    from core.geography import District, Province
    from core.terms import Term
    from organizations.filters import Places
    from organizations.models.organization import OrganizationQuerySet
    from organizations.registry.filters import RegistryFilter

CHIPS_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """One line of the list, ready to be read."""

    organization: Organization
    provinces: list[Province]
    districts: list[District]
    themes: list[Term]
    more_districts: int
    more_themes: int


def registry_rows(rows: OrganizationQuerySet, *, actor: Actor) -> OrganizationQuerySet:
    """Annotate what the list shows, so that a page of it is one query."""
    districts = Organization.districts.through.objects.filter(organization_id=OuterRef("pk"))
    themes = Organization.themes.through.objects.filter(organization_id=OuterRef("pk"))
    projects = Project.objects.visible_to(actor).filter(organization_id=OuterRef("pk"))
    return rows.select_related("type").annotate(
        district_ids=ArraySubquery(districts.values("district_id")),
        theme_ids=ArraySubquery(themes.order_by("term__position").values("term_id")),
        district_count=_count(districts, "organization_id"),
        project_count=_count(projects, "organization_id"),
    )


def read_rows(organizations: list[Organization], *, places: Places, themes: list[Term]) -> list[RegistryRow]:
    """Join page rows with the places and terms that the filters have loaded already."""
    theme_by_id = {row.pk: row for row in themes}
    read = []
    for row in organizations:
        chosen = {places.by_id[pk].pk: places.by_id[pk] for pk in row.district_ids}
        groups = places.grouped(chosen.values())
        ordered = [district for _, districts in groups for district in districts]
        known = [theme_by_id[pk] for pk in row.theme_ids if pk in theme_by_id]
        read.append(
            RegistryRow(
                organization=row,
                provinces=[province for province, _ in groups],
                districts=ordered[:CHIPS_IN_A_ROW],
                themes=known[:CHIPS_IN_A_ROW],
                more_districts=max(0, len(ordered) - CHIPS_IN_A_ROW),
                more_themes=max(0, len(known) - CHIPS_IN_A_ROW),
            )
        )
    return read


def division_tiles(rows: OrganizationQuerySet, *, form: RegistryFilter) -> list[dict[str, Any]]:
    """How many of the rows name a district in each division, as tiles that lead to their list.

    An organization counts once in each division where its published profile names a district.
    """
    counts = dict(
        rows.order_by()
        .values("districts__division_id")
        .annotate(count=Count("pk", distinct=True))
        .values_list("districts__division_id", "count")
    )
    kept = {
        name: value
        for name, value in form.values.items()
        if value and name not in {"province", "division", "district", "sort"}
    }
    return [
        {
            "code": division.code,
            "label": division.name,
            "province": form.places.province_of[division.code].short,
            "column": division.tile_column,
            "row": division.tile_row,
            "value": counts.get(division.pk, 0),
            "url": f"{reverse('organizations:registry')}?{urlencode({**kept, 'division': division.code})}",
            "is_chosen": division.code == form.values["division"],
        }
        for division in form.places.divisions
    ]


def projects_of(organization: Organization, *, actor: Actor) -> list[Project]:
    """Projects it implements or takes part in, the latest first."""
    own = Project.objects.visible_to(actor).filter(organization=organization)
    joined = Project.objects.visible_to(actor).filter(partners=organization)
    return list((own | joined).distinct().select_related("organization").order_by("-starts_on", "code"))


def _count(rows: Any, column: str) -> Coalesce:
    counted = rows.order_by().values(column).annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
