"""Changes to projects, their partners and their grants. Each is one transaction and one entry in the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import require
from core.errors import Conflict, StaleWrite
from organizations.models import Grant, Project, ProjectPartner
from organizations.projects import policies
from organizations.projects.changes import tell_of_project

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor

LISTS = ("districts", "themes", "target_groups", "npve_pillars", "sdg_targets")


@transaction.atomic
def create_project(*, actor: Actor, values: dict[str, Any], at: datetime) -> Project:
    """Add a project; `values` are cleaned field values, lists included."""
    _require(actor)
    row = Project.objects.create(**{name: value for name, value in values.items() if name not in LISTS})
    for name in LISTS:
        getattr(row, name).set(values[name])
    audit.record(actor=actor, action="project.created", row=row, at=at)
    tell_of_project(row)
    return row


@transaction.atomic
def update_project(
    *,
    actor: Actor,
    code: str,
    values: dict[str, Any],
    version: int | None,
    at: datetime,
) -> Project:
    """Save a project that was opened at `version`. Raises StaleWrite when somebody saved it since."""
    row = _locked(actor, code)
    if version is not None and row.version != version:
        raise StaleWrite(_("Somebody else saved this after you opened it."), current=row)
    for name, value in values.items():
        if name in LISTS:
            getattr(row, name).set(value)
        else:
            setattr(row, name, value)
    row.version += 1
    plain = [name for name in values if name not in LISTS]
    row.save(update_fields=[*plain, "version", "updated_at"])
    audit.record(actor=actor, action="project.updated", row=row, at=at, version=row.version)
    tell_of_project(row)
    return row


@transaction.atomic
def add_partner(*, actor: Actor, code: str, organization_id: int, role_id: int, at: datetime) -> ProjectPartner:
    """Name another organization in the project, once."""
    row = _locked(actor, code)
    if organization_id == row.organization_id:
        raise Conflict(_("This organization implements the project already."))
    partner, is_new = ProjectPartner.objects.get_or_create(
        project=row, organization_id=organization_id, defaults={"role_id": role_id}
    )
    if not is_new:
        partner.role_id = role_id
        partner.save(update_fields=["role"])
    audit.record(
        actor=actor,
        action="project.partner_set",
        row=row,
        at=at,
        organization=organization_id,
        role=role_id,
    )
    return partner


@transaction.atomic
def remove_partner(*, actor: Actor, code: str, pk: int, at: datetime) -> None:
    row = _locked(actor, code)
    partner = ProjectPartner.objects.visible_to(actor).get(project=row, pk=pk)
    organization_id = partner.organization_id
    partner.delete()
    audit.record(
        actor=actor,
        action="project.partner_removed",
        row=row,
        at=at,
        organization=organization_id,
    )


@transaction.atomic
def add_grant(*, actor: Actor, code: str, values: dict[str, Any], at: datetime) -> Grant:
    """Record what pays for the project. A reference stands once in a project."""
    row = _locked(actor, code)
    try:
        with transaction.atomic():
            grant = Grant.objects.create(project=row, **values)
    except IntegrityError:
        raise Conflict(
            _("This project already has a grant with the reference “%(reference)s”.")
            % {"reference": values["reference"]}
        ) from None
    audit.record(actor=actor, action="project.grant_added", row=grant, at=at)
    return grant


@transaction.atomic
def remove_grant(*, actor: Actor, code: str, pk: int, at: datetime) -> None:
    row = _locked(actor, code)
    grant = Grant.objects.visible_to(actor).get(project=row, pk=pk)
    audit.record(actor=actor, action="project.grant_removed", row=grant, at=at)
    grant.delete()


def _locked(actor: Actor, code: str) -> Project:
    row = Project.objects.visible_to(actor).select_for_update(of=("self",)).get(code=code)
    _require(actor)
    return row


def _require(actor: Actor) -> None:
    require(
        policies.can_write_projects(actor),
        _("Only programme managers change projects. Write to them to correct one."),
    )
