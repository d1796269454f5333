"""Small counts that several chapters share: terms ranked by the projects that name them, and bars."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.text import listed
from organizations.models import Project
from reports.tables import Bar, Figure


def ranked(projects: list[Project], relation: str) -> list[tuple[str, int, int]]:
    """Terms by the number of projects that name them, then by the vocabulary: (label, projects, organizations)."""
    named: dict[int, tuple[str, int, set[int], set[int]]] = {}
    for project in projects:
        for term in getattr(project, relation).all():
            entry = named.setdefault(term.pk, (term.label, term.position, set(), set()))
            entry[2].add(project.pk)
            entry[3].add(project.organization_id)
    rows = sorted(named.values(), key=lambda entry: (-len(entry[2]), entry[1]))
    return [(label, len(by), len(organizations)) for label, _position, by, organizations in rows]


def bars_figure(
    key: str,
    title: str,
    finding: str,
    rows: list[tuple[str, int]],
    *,
    n: str,
    source: str,
    note: str = "",
) -> Figure:
    return Figure(
        key=key,
        kind="bars",
        title=title,
        finding=finding,
        alt=finding + " " + listed([f"{label}: {count}" for label, count in rows]) + ".",
        n=n,
        note=note,
        source=source,
        bars=tuple(Bar(label=label, value=count) for label, count in rows),
    )


def counted_projects(count: int) -> str:
    return ngettext("n = %(count)d project", "n = %(count)d projects", count) % {"count": count}


def counted_organizations(count: int) -> str:
    return ngettext("n = %(count)d organization", "n = %(count)d organizations", count) % {"count": count}


def counted_actions(count: int) -> str:
    return ngettext("n = %(count)d action", "n = %(count)d actions", count) % {"count": count}


def register_source() -> str:
    return _("Source: organization register")
