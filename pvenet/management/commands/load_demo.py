"""`manage.py load_demo`: loads the demo programme, or brings it back to its initial state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from core.access import Actor
from core.audit import AuditEntry, record
from core.terms import Term
from evidence.overview.services import renew_reach
from organizations.models import Organization, Project
from partnerships.models import Roadmap
from pvenet.demo.content import Lookup, read
from pvenet.demo.event import load_agenda, load_workshop
from pvenet.demo.field.load import load_field
from pvenet.demo.people import load_people
from pvenet.demo.reset import remove_demo_rows
from pvenet.demo.story import ShowcaseLoader, audit_steps
from pvenet.demo.way import load_roadmap
from pvenet.demo.who import (
    load_organizations,
    load_profile_changes,
    load_programme,
    load_projects,
)
from workshops.models import Workshop

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """The same files give the same rows. Whatever was changed in demo rows since the last load is undone."""

    help = "Load the demo programme, or bring it back to its initial state."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--force",
            action="store_true",
            help="load it although there are records that are not demo data",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not Term.objects.exists():
            raise CommandError("The vocabularies are missing. Run manage.py load_reference first.")
        if not options["force"] and (kind := real_data()):
            raise CommandError(
                f"There are {kind} that are not demo data. Use --force to load the demo programme beside them."
            )
        counts = load()
        if options["verbosity"]:
            self.stdout.write(
                "Demo programme: " + ", ".join(f"{number} {name}" for name, number in counts.items()) + "."
            )


def real_data() -> str:
    """What the database holds that is not demo data, in a word; empty when there is nothing."""
    file = read("organizations")
    public = {row["slug"] for row in [*file["bodies"], *file["members"]] if not row["is_demo"]}
    found = {
        "organizations": Organization.objects.filter(is_demo=False).exclude(slug__in=public),
        "projects": Project.objects.filter(is_demo=False),
        "workshops": Workshop.objects.filter(is_demo=False),
        "roadmaps": Roadmap.objects.filter(is_demo=False),
    }
    return next((name for name, rows in found.items() if rows.exists()), "")


def load() -> dict[str, int]:
    """Replace every demo row; returns how many there are of each kind."""
    remove_demo_rows()
    lookup = Lookup()
    programme = load_programme()
    organizations = load_organizations(lookup)
    users = load_people(organizations)
    projects = load_projects(programme, organizations, lookup)
    load_profile_changes(organizations, users, lookup)
    workshop = load_workshop(programme)
    showcases = ShowcaseLoader(
        workshop=workshop,
        organizations=organizations,
        projects=projects,
        users=users,
        lookup=lookup,
    ).load_all()
    if not AuditEntry.objects.exists():
        audit_steps(showcases.values())
    load_agenda(workshop, showcases, lookup)
    roadmap = load_roadmap(programme, organizations, users, lookup)
    field = load_field(projects=projects, users=users, lookup=lookup)
    record(actor=Actor.visitor(), action="demo.load", row=programme, at=timezone.now())
    renew_reach(at=timezone.now())
    with connection.cursor() as cursor:
        # Rows that came all at once are unknown to the planner until it looks: the roll-up takes minutes instead of a blink.
        cursor.execute("ANALYZE")
    return {
        "organizations": sum(row.is_member for row in organizations.values()),
        "projects": len(projects),
        **field,
        "showcases": len(showcases),
        "sessions": workshop.sessions.count(),
        "actions": sum(pillar.actions.count() for pillar in roadmap.pillars.all()),
    }
