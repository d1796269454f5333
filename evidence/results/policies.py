"""Who may do what with results and their framework, beyond what holds for every record. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role

if TYPE_CHECKING:
    from core.access import Actor
    from organizations.models import Project


def can_report(actor: Actor, project: Project) -> bool:
    """Editors and focal points of the organization that carries the project out."""
    return actor.belongs_to(project.organization_id)


def can_keep_framework(actor: Actor) -> bool:
    """Managers write result nodes, indicators, assumptions, baselines and targets."""
    return actor.has(Role.MANAGER)


def reads_figures(actor: Actor, project: Project) -> bool:
    """Who reads the results of a project as they were entered; as `ResultFiguresQuerySet`."""
    return actor.belongs_to(project.organization_id) or actor.has(Role.REVIEWER, Role.DATA_PROTECTION_OFFICER)
