"""What a person may do is what they may do now: what was withdrawn, ended or closed counts for nothing."""

from datetime import date

import pytest

from accounts.models import RoleGrant, User
from conftest import NOW
from core.access import Actor, Role
from organizations.actors import actor_for_user_id
from organizations.models import Membership, Organization

pytestmark = pytest.mark.django_db


def test_a_person_has_the_roles_that_were_granted_and_those_of_the_memberships(
    make_member, organization, other_organization
):
    person = make_member("both@example.org", organization, Role.FOCAL_POINT)
    Membership.objects.create(
        user=person, organization=other_organization, role=Role.EDITOR, started_on=date(2025, 1, 1)
    )
    RoleGrant.objects.create(user=person, role=Role.NETWORK_COORDINATOR, granted_at=NOW)
    assert actor_for_user_id(person.pk) == Actor(
        user_id=person.pk,
        roles=frozenset({Role.FOCAL_POINT, Role.EDITOR, Role.NETWORK_COORDINATOR}),
        organization_ids=frozenset({organization.pk, other_organization.pk}),
        focal_point_of=frozenset({organization.pk}),
    )


def test_a_role_that_was_revoked_counts_for_nothing(manager):
    RoleGrant.objects.filter(user=manager).update(revoked_at=NOW)
    assert actor_for_user_id(manager.pk) == Actor(user_id=manager.pk)


def test_a_membership_that_has_ended_counts_for_nothing(focal_point):
    Membership.objects.filter(user=focal_point).update(ended_on=date(2026, 1, 1))
    assert actor_for_user_id(focal_point.pk) == Actor(user_id=focal_point.pk)


def test_nobody_acts_for_an_organization_that_has_left(focal_point, organization):
    Organization.objects.filter(pk=organization.pk).update(is_active=False)
    assert actor_for_user_id(focal_point.pk) == Actor(user_id=focal_point.pk)


def test_somebody_whose_account_is_closed_is_a_visitor(manager):
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert actor_for_user_id(manager.pk) == Actor.visitor()
