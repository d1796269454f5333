"""Who reads what of people and keys, row by row and person by person: the doors themselves."""

from datetime import date

import pytest

from accounts.models import ApiClient, ApiKey, RoleGrant
from organizations.models import Membership

pytestmark = pytest.mark.django_db

KEEPERS = {"manager", "administrator", "data_protection_officer"}


def test_a_person_is_seen_by_colleagues_and_by_those_who_keep_accounts(focal_point, reviewer, editor, readers_of):
    assert readers_of(focal_point) == KEEPERS | {"focal_point", "editor"}
    assert readers_of(reviewer) == KEEPERS | {"reviewer"}
    Membership.objects.filter(user=editor).update(ended_on=date(2026, 1, 1))
    assert readers_of(editor) == KEEPERS | {"editor"}
    assert readers_of(focal_point) == KEEPERS | {"focal_point"}


def test_who_holds_which_role_is_the_administrators_business(reviewer, readers_of):
    assert readers_of(RoleGrant.objects.get(user=reviewer)) == {"administrator", "data_protection_officer"}


def test_clients_and_keys_are_seen_by_those_who_make_them(api_key, readers_of):
    assert readers_of(ApiClient.objects.get()) == readers_of(ApiKey.objects.get()) == {"manager", "administrator"}
