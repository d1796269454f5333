"""Who reads what of the kernel, row by row and person by person: the doors themselves."""

import pytest

from conftest import CAST, NOW
from core import audit
from core.geography import District, Division, Province
from core.terms import Term

pytestmark = pytest.mark.django_db


def test_the_audit_log_is_read_by_the_data_protection_officer_alone(manager, actor_of, readers_of):
    entry = audit.record(actor=actor_of(manager), action="showcase.submit", row=manager, at=NOW)
    assert readers_of(entry) == {"data_protection_officer"}


@pytest.mark.parametrize("table", [Term, Province, Division, District])
def test_vocabularies_and_places_are_read_by_everyone(table, readers_of):
    assert readers_of(table.objects.order_by("pk")[0]) == set(CAST)
