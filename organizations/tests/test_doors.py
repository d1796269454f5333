"""Who reads what of an organization and its projects, row by row and person by person: the doors themselves."""

from datetime import date, timedelta

import pytest

from conftest import CAST, NOW
from core.access import Role
from core.terms import term
from organizations.models import (
    Grant,
    Invitation,
    Membership,
    Organization,
    PrivateContact,
    ProfileComment,
    ProfileRevision,
    Project,
    ProjectPartner,
    Registration,
    RegistrationPaper,
)

pytestmark = pytest.mark.django_db

OWN = {"focal_point", "editor"}
EVERYONE = set(CAST)
PARTNERS = EVERYONE - {"visitor", "api_partner"}
KEEPERS = {"reviewer", "manager", "nacta", "data_protection_officer"}


@pytest.mark.parametrize(
    ("fields", "readers"),
    [
        ({}, EVERYONE),
        ({"sensitivity": "PARTNER"}, PARTNERS),
        ({"sensitivity": "RESTRICTED"}, OWN | KEEPERS | {"administrator"}),
        ({"sensitivity": "CONFIDENTIAL"}, OWN | KEEPERS | {"administrator"}),
        # Nobody acts for an organization that has left, so its own people are no longer among its readers.
        ({"is_active": False}, KEEPERS | {"administrator"}),
    ],
)
def test_an_organization_is_read_as_far_as_its_sensitivity_says(organization, readers_of, fields, readers):
    Organization.objects.filter(pk=organization.pk).update(**fields)
    assert readers_of(organization) == readers


@pytest.mark.parametrize(
    ("fields", "readers"),
    [
        ({}, EVERYONE),
        ({"sensitivity": "PARTNER"}, PARTNERS),
        ({"sensitivity": "RESTRICTED"}, OWN | KEEPERS),
        ({"is_listed": False}, OWN | KEEPERS),
    ],
)
def test_a_project_is_read_as_far_as_its_sensitivity_says(project, readers_of, fields, readers):
    Project.objects.filter(pk=project.pk).update(**fields)
    assert readers_of(project) == readers


def test_a_project_travels_no_further_than_its_organization(project, organization, readers_of):
    Organization.objects.filter(pk=organization.pk).update(sensitivity="PARTNER")
    assert readers_of(project) == PARTNERS
    Organization.objects.filter(pk=organization.pk).update(sensitivity="PUBLIC", is_active=False)
    assert "visitor" not in readers_of(project)


def test_a_partner_reads_the_project_it_takes_part_in(project, other_organization, readers_of):
    Project.objects.filter(pk=project.pk).update(is_listed=False)
    assert "other_focal_point" not in readers_of(project)
    link = ProjectPartner.objects.create(
        project=project, organization=other_organization, role=term("project_role", "EXTENDING")
    )
    assert readers_of(project) == readers_of(link) == OWN | KEEPERS | {"other_focal_point"}
    Organization.objects.filter(pk=other_organization.pk).update(sensitivity="RESTRICTED")
    assert readers_of(link) == KEEPERS | {"other_focal_point"}


def test_a_grant_is_read_by_its_organization_the_managers_and_the_funder(project, organization, readers_of):
    grant = Grant.objects.create(project=project, reference="⟦grant⟧", funder=organization, amount_eur=1)
    assert readers_of(grant) == OWN | {"manager", "funder"}


@pytest.mark.parametrize(
    ("state", "readers"),
    [
        ("DRAFT", OWN),
        *((state, OWN | {"reviewer", "manager"}) for state in ("SUBMITTED", "RETURNED", "VERIFIED", "APPROVED")),
    ],
)
def test_a_proposed_profile_is_between_the_organization_and_its_reviewers(
    organization, manager, reviewer, readers_of, state, readers
):
    revision = ProfileRevision.objects.create(
        organization=organization, state=state, created_by=manager, created_at=NOW, saved_at=NOW
    )
    comment = ProfileComment.objects.create(subject=revision, body="Why?", author=reviewer, created_at=NOW)
    assert readers_of(revision) == readers_of(comment) == readers


def test_what_is_private_is_for_the_organization_the_managers_and_the_data_protection_officer(
    organization, manager, readers_of
):
    rows = [
        Registration.objects.create(organization=organization, law=term("registration_law", "SRA1860"), number="1"),
        PrivateContact.objects.create(organization=organization, name="⟦contact⟧"),
        RegistrationPaper.objects.create(
            organization=organization,
            title="Certificate",
            name="paper.pdf",
            content_type="application/pdf",
            size=9,
            sha256="0" * 64,
            uploaded_by=manager,
            uploaded_at=NOW,
        ),
    ]
    assert [readers_of(row) for row in rows] == [OWN | {"manager", "data_protection_officer"}] * 3


def test_a_membership_is_read_by_colleagues_and_by_those_who_keep_accounts(organization, focal_point, readers_of):
    membership = Membership.objects.get(user=focal_point)
    assert readers_of(membership) == OWN | {"manager", "administrator", "data_protection_officer"}


def test_a_membership_that_has_ended_opens_nothing(organization, focal_point, editor, readers_of):
    contact = PrivateContact.objects.create(organization=organization, name="⟦contact⟧")
    Membership.objects.filter(user=editor).update(ended_on=date(2026, 1, 1))
    assert readers_of(contact) == {"focal_point", "manager", "data_protection_officer"}


def test_an_invitation_is_read_by_the_focal_point_and_by_those_who_keep_accounts(organization, manager, readers_of):
    def invite(role, organization=None):
        return Invitation.objects.create(
            email="new@example.org",
            name="⟦invited⟧",
            role=role,
            organization=organization,
            token_hash=role,
            invited_by=manager,
            invited_at=NOW,
            expires_at=NOW + timedelta(days=14),
        )

    assert readers_of(invite(Role.EDITOR, organization)) == {"focal_point", "manager", "administrator"}
    assert readers_of(invite(Role.REVIEWER)) == {"manager", "administrator"}
