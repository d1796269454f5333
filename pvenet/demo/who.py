"""Loads the programme, the organizations with what is private about them, and the projects."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from organizations.models import (
    Grant,
    Organization,
    PrivateContact,
    ProfileComment,
    ProfileRevision,
    ProfileTransition,
    Programme,
    Project,
    Registration,
)
from organizations.models.organization import PROFILE_FIELDS
from pvenet.demo.content import ENTERED_AT, day, moment, read

if TYPE_CHECKING:
    from accounts.models import User
    from pvenet.demo.content import Lookup

STATUS = {
    "ONGOING": Project.Status.IMPLEMENTATION,
    "CLOSING": Project.Status.FINALISATION,
    "COMPLETED": Project.Status.CLOSED,
}
MANY = ("districts", "themes", "target_groups")


def load_programme() -> Programme:
    """The programme as the public record has it. Texts that an operator changed are kept."""
    file = read("workshop")["programme"]
    return Programme.objects.get_or_create(
        code=file["code"],
        defaults={**file, "contact_email": "programme@pvenet.example", "is_demo": True},
    )[0]


def load_organizations(lookup: Lookup) -> dict[str, Organization]:
    """Bodies and HANDS are created when they are missing and never changed; demo organizations are made anew."""
    file = read("organizations")
    rows = sorted([*file["bodies"], *file["members"]], key=lambda row: bool(row["is_demo"]))
    organizations = {}
    for row in rows:
        known = Organization.objects.filter(slug=row["slug"]).first()
        organizations[row["slug"]] = known or _create_organization(row, lookup)
    return organizations


def _create_organization(row: dict[str, Any], lookup: Lookup) -> Organization:
    organization = Organization.objects.create(
        slug=row["slug"],
        name=row["name"],
        name_ur=row["name_ur"],
        acronym=row["acronym"],
        type=lookup.term("partner_type", row["type"]),
        is_member=row["is_member"],
        is_demo=row["is_demo"],
        mission=row["mission"],
        mission_ur=row["mission_ur"],
        founded_year=row.get("founded_year"),
        website=row.get("website", ""),
        public_email=row.get("public_email", ""),
        headquarters=lookup.district(row["hq_district"]) if row.get("hq_district") else None,
        languages=row.get("languages", []),
        is_women_led=bool(row.get("is_women_led")),
        is_youth_led=bool(row.get("is_youth_led")),
        is_disability_led=bool(row.get("is_disability_led")),
        women_staff_count=row.get("staff_female_count"),
        men_staff_count=row.get("staff_male_count"),
    )
    Organization.objects.filter(pk=organization.pk).update(created_at=ENTERED_AT, updated_at=ENTERED_AT)
    _set_focus(organization, row, lookup)
    if registration := row.get("registration"):
        Registration.objects.create(
            organization=organization,
            law=lookup.term("registration_law", registration["law"]),
            number=registration["number"],
            registered_on=day(registration["registered_on"]),
            is_demo=True,
        )
    if contact := row.get("private_contact"):
        PrivateContact.objects.create(
            organization=organization,
            name=contact["name"],
            position="Focal point",
            email=contact["email"],
            phone=contact["phone"],
            is_demo=True,
        )
    return organization


def _set_focus(target: Any, row: dict[str, Any], lookup: Lookup) -> None:
    """Districts, themes and target groups of an organization, a project or a revision."""
    target.districts.add(*lookup.districts(row.get("districts", [])))
    target.themes.add(*lookup.terms("pve_theme", row.get("themes", [])))
    target.target_groups.add(*lookup.terms("target_group", row.get("target_groups", [])))


def load_projects(programme: Programme, organizations: dict[str, Organization], lookup: Lookup) -> dict[str, Project]:
    """Projects with their fictional grants, by code."""
    projects = {}
    for row in read("projects")["projects"]:
        project = Project.objects.create(
            code=row["code"].lower(),
            programme=programme,
            organization=organizations[row["organization"]],
            title=row["title"],
            title_ur=row["title_ur"],
            summary=row["summary"],
            summary_ur=row["summary_ur"],
            objectives="\n".join(row["objectives"]),
            approach=row["approach"],
            starts_on=day(row["starts_on"]),
            ends_on=day(row["ends_on"]),
            status=STATUS[row["status"]],
            gender_marker=row["gender_marker"],
            disability_marker=row["disability_marker"],
            is_demo=True,
        )
        _set_focus(project, row, lookup)
        project.npve_pillars.add(*lookup.terms("npve_pillar", row["npve_pillars"]))
        project.sdg_targets.add(*lookup.terms("sdg_target", row["sdg_targets"]))
        grant = row["grant"]
        Grant.objects.create(
            project=project,
            reference=grant["reference"],
            funder=organizations["eu-delegation"],
            amount_eur=Decimal(grant["amount_eur"]),
            amount_pkr=Decimal(grant["amount_pkr"]),
            is_demo=True,
        )
        projects[row["code"]] = project
    Project.objects.filter(pk__in=[row.pk for row in projects.values()]).update(
        created_at=ENTERED_AT, updated_at=ENTERED_AT
    )
    return projects


def load_profile_changes(organizations: dict[str, Organization], users: dict[str, User], lookup: Lookup) -> None:
    """Changes to profiles that wait for somebody: each is the live profile with a few fields replaced."""
    for row in read("organizations")["profile_changes"]:
        organization = organizations[row["organization"]]
        steps = row["steps"]
        writer = users[row["by"]]
        revision = ProfileRevision(
            organization=organization,
            state=row["state"],
            version=1 + len(steps),
            created_by=writer,
            created_at=moment(row["created_at"]),
            saved_at=moment(steps[0]["at"]),
        )
        for name in PROFILE_FIELDS:
            if name not in MANY:
                setattr(revision, name, getattr(organization, name))
        for name, value in row["changes"].items():
            setattr(revision, name, value)
        revision.save()
        revision.authors.add(writer)
        for name in MANY:
            getattr(revision, name).add(*getattr(organization, name).order_by("pk"))
        revision.districts.add(*lookup.districts(row.get("added_districts", [])))
        state = "DRAFT"
        for version, step in enumerate(steps, start=2):
            ProfileTransition.objects.create(
                subject=revision,
                verb=step["verb"],
                from_state=state,
                to_state=step["to"],
                reason=step.get("reason", ""),
                version=version,
                actor=users[step["by"]],
                at=moment(step["at"]),
            )
            state = step["to"]
        for comment in row.get("comments", []):
            ProfileComment.objects.create(
                subject=revision,
                field=comment["field"],
                body=comment["body"],
                author=users[comment["by"]],
                created_at=moment(comment["at"]),
            )
