"""The audit log: who reads it, what reading leaves behind, and whether it is whole."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from conftest import NOW
from core import audit
from core.access import Actor
from core.audit import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_entry(manager):
    def make(action: str = "showcase.submit") -> AuditEntry:
        return audit.record(actor=Actor(user_id=manager.pk), action=action, row=manager, at=NOW, count=1)

    return make


def tamper(statement: str) -> None:
    """Change the log as somebody with the database would who switched the trigger off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER audit_is_append_only")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE core_auditentry ENABLE TRIGGER audit_is_append_only")


@pytest.mark.parametrize("person", ["administrator", "manager", "reviewer", "nacta", "funder", "focal_point"])
def test_only_the_data_protection_officer_finds_the_log(request, sign_in, make_entry, person):
    make_entry()
    assert sign_in(request.getfixturevalue(person)).get("/audit/").status_code == 404
    assert AuditEntry.objects.count() == 1


def test_visitors_are_asked_to_sign_in(client, db):
    assert client.get("/audit/")["Location"] == "/account/login/?next=/audit/"


def test_reading_the_log_is_an_entry(sign_in, data_protection_officer, make_entry):
    make_entry()
    page = sign_in(data_protection_officer).get("/audit/?action=showcase.submit")
    assert "⟦user:manager@example.org⟧" in page.content.decode()
    entry = AuditEntry.objects.order_by("pk").last()
    assert (entry.action, entry.user_id, entry.details) == (
        "audit.read",
        data_protection_officer.pk,
        {"filters": ["action"], "page": 1},
    )


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("?action=showcase.submit", 2),
        ("?q=manager@", 3),
        ("?q=nobody", 0),
        ("?subject=accounts.user", 3),
        ("?subject=workshops", 0),
        ("?since=2026-01-10&until=2026-01-10", 3),
        ("?until=2026-01-09", 0),
        ("?since=nonsense", 3),
        ("?page=999", 3),
    ],
)
def test_the_log_is_filtered(sign_in, data_protection_officer, make_entry, query, count):
    for action in ("showcase.submit", "showcase.submit", "showcase.verify"):
        make_entry(action)
    page = sign_in(data_protection_officer).get("/audit/" + query)
    assert page.status_code == 200
    assert page.context["page"].paginator.count == count


def test_the_log_costs_the_same_with_one_and_three_entries(
    sign_in, data_protection_officer, make_entry, django_assert_num_queries
):
    client = sign_in(data_protection_officer)
    make_entry()
    client.get("/audit/")
    with django_assert_num_queries(12):
        client.get("/audit/")
    make_entry()
    make_entry()
    with django_assert_num_queries(12):
        client.get("/audit/")


def test_a_changed_entry_is_found(sign_in, data_protection_officer, make_entry, settings):
    rows = [make_entry() for _ in range(4)]
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue() == "4 entries; each follows from the one before it.\n"
    client = sign_in(data_protection_officer)
    assert "are unbroken" in client.get("/audit/").content.decode()
    assert "whole log is unbroken" in client.get("/audit/?check=all").content.decode()

    tamper(f"UPDATE core_auditentry SET action = 'nothing' WHERE id = {rows[1].pk}")
    with pytest.raises(CommandError, match=f"broken at entry {rows[1].pk}"):
        call_command("verify_audit")
    assert "The log is broken" in client.get("/audit/").content.decode()
    # The newest entries alone still follow from one another.
    assert audit.verify_chain(newest=2) is None


def test_a_removed_entry_is_found(make_entry):
    rows = [make_entry() for _ in range(3)]
    tamper(f"DELETE FROM core_auditentry WHERE id = {rows[1].pk}")
    assert audit.verify_chain() == rows[2].pk
    assert audit.verify_chain(newest=1) == rows[2].pk
