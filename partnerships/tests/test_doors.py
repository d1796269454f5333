"""Who reads what of a roadmap, row by row and person by person: the doors themselves."""

import pytest

from conftest import CAST
from partnerships.models import ActionPartner, Roadmap

pytestmark = pytest.mark.django_db

EVERYONE = set(CAST)
PARTNERS = EVERYONE - {"visitor", "api_partner"}
STAFF = {"reviewer", "manager", "nacta"}


@pytest.mark.parametrize(
    ("fields", "readers"),
    [
        ({}, EVERYONE),
        ({"sensitivity": "PARTNER"}, PARTNERS),
        ({"sensitivity": "RESTRICTED"}, STAFF),
        ({"is_published": False}, STAFF),
    ],
)
def test_all_of_a_roadmap_is_read_as_far_as_it_is_published(
    roadmap, pillar, make_action, organization, readers_of, fields, readers
):
    action = make_action("P2.1", partners=[organization])
    Roadmap.objects.filter(pk=roadmap.pk).update(**fields)
    rows = [roadmap, pillar, action, ActionPartner.objects.get()]
    assert [readers_of(row) for row in rows] == [readers] * 4


def test_a_partner_that_is_not_public_is_not_named(make_action, other_organization, readers_of):
    other_organization.sensitivity = "RESTRICTED"
    other_organization.save()
    make_action("P2.1", partners=[other_organization])
    assert readers_of(ActionPartner.objects.get()) == STAFF | {
        "other_focal_point",
        "data_protection_officer",
        "administrator",
    }
