"""Promises of registry management: only managers write, nobody's save is lost, and names are cleaned."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.audit import AuditEntry
from core.terms import term
from organizations.models import Organization

pytestmark = pytest.mark.django_db

NEW = reverse("organizations:organization_new")


@pytest.fixture
def entry(db):
    return {
        "name": "Dir Chitral Women Leaders",
        "name_ur": "دیر چترال ویمن لیڈرز",
        "acronym": "DCWL",
        "type": term("partner_type", "WOMEN").pk,
        "is_member": "on",
        "is_active": "on",
        "sensitivity": "PUBLIC",
    }


def test_a_manager_adds_an_organization(sign_in, manager, entry):
    response = sign_in(manager).post(NEW, entry)
    row = Organization.objects.get()
    assert response.status_code == 302
    assert (row.slug, row.name, row.acronym) == (
        "dir-chitral-women-leaders",
        "Dir Chitral Women Leaders",
        "DCWL",
    )
    assert AuditEntry.objects.get().action == "organization.created"


def test_two_organizations_of_one_name_get_addresses_of_their_own(sign_in, manager, entry):
    client = sign_in(manager)
    for name in ("Mine", "Mine", "امن"):
        client.post(NEW, {**entry, "name": name, "acronym": ""})
    assert list(Organization.objects.order_by("pk").values_list("slug", flat=True)) == [
        "mine-2",
        "mine-3",
        "organization",
    ]


@pytest.mark.parametrize("person", ["focal_point", "reviewer", "nacta", "funder", "administrator"])
def test_nobody_but_a_manager_writes_the_registry(request, sign_in, organization, entry, person):
    client = sign_in(request.getfixturevalue(person))
    before = Organization.objects.values().get()
    url = reverse("organizations:organization_entry", args=[organization.slug])
    assert client.post(NEW, entry).status_code == 403
    assert client.get(NEW).status_code == 403
    assert client.post(url, entry).status_code == 403
    assert Organization.objects.values().get() == before


def test_a_visitor_is_asked_to_sign_in(client, organization, entry):
    assert client.post(NEW, entry).status_code == 302
    assert Organization.objects.count() == 1


def test_hostile_names_are_cleaned_or_refused(sign_in, manager, entry):
    client = sign_in(manager)
    assert client.post(NEW, {**entry, "name": "a\x00b"}).status_code == 422
    assert client.post(NEW, {**entry, "name": "x" * 161}).status_code == 422
    assert client.post(NEW, {**entry, "type": "drop table"}).status_code == 422
    assert Organization.objects.count() == 0
    client.post(NEW, {**entry, "name": "\u202eevil <b>name</b> 🕊️"})
    row = Organization.objects.get()
    assert row.name == "evil <b>name</b> 🕊️"
    page = client.get(reverse("organizations:registry")).content.decode()
    assert "<b>name</b>" not in page


def test_a_stale_save_shows_both_and_loses_neither(sign_in, manager, organization, entry):
    client = sign_in(manager)
    url = reverse("organizations:organization_entry", args=[organization.slug])
    seen = client.get(url).context["form"].initial["seen"]
    organization.name = "Saved by somebody else"
    organization.save()
    response = client.post(url, {**entry, "name": "Mine", "seen": seen})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Saved by somebody else" in page
    assert 'value="Mine"' in page
    organization.refresh_from_db()
    assert organization.name == "Saved by somebody else"
    again = response.context["form"].data["seen"]
    assert client.post(url, {**entry, "name": "Mine", "seen": again}).status_code == 302
    organization.refresh_from_db()
    assert organization.name == "Mine"


def test_an_inactive_organization_leaves_the_public(client, sign_in, manager, organization, entry):
    url = reverse("organizations:organization_entry", args=[organization.slug])
    del entry["is_active"]
    sign_in(manager).post(url, entry)
    client.logout()
    page = reverse("organizations:organization", args=[organization.slug])
    assert client.get(page).status_code == 404
