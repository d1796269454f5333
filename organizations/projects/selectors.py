"""Reads of projects: the rows of the list, and what a project's page shows to this reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from organizations.models import Grant, Organization, Project, ProjectPartner

if TYPE_CHECKING:
    from core.access import Actor
    from organizations.models.project import ProjectQuerySet


def project_rows(rows: ProjectQuerySet) -> ProjectQuerySet:
    """Annotate what the list shows, so that a page of it is one query."""
    districts = Project.districts.through.objects.filter(project_id=OuterRef("pk"))
    return rows.select_related("organization").annotate(district_ids=ArraySubquery(districts.values("district_id")))


def organizations_with_projects(actor: Actor) -> list[Organization]:
    """Organizations that implement a project or take part in one, for the filter."""
    projects = Project.objects.visible_to(actor)
    partners = ProjectPartner.objects.filter(project__in=projects)
    return list(
        Organization.objects.visible_to(actor)
        .filter(Q(pk__in=projects.values("organization_id")) | Q(pk__in=partners.values("organization_id")))
        .order_by("name", "pk")
    )


def partners_of(project: Project, *, actor: Actor) -> list[ProjectPartner]:
    return list(
        ProjectPartner.objects.visible_to(actor)
        .filter(project=project)
        .select_related("organization", "role")
        .order_by("role__position", "organization__name")
    )


def grants_of(project: Project, *, actor: Actor) -> list[Grant]:
    return list(Grant.objects.visible_to(actor).filter(project=project).select_related("funder").order_by("reference"))
