"""NACTA remarks to the programme on what was verified; the organization never reads it."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import RoleGrant
from core.access import Role
from organizations.models import Membership
from workshops.models import Remark
from workshops.showcases import services

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before_deadline")]
BODY = "⟦remark⟧ Which district is meant?"


@pytest.fixture
def verified(showcase, step, editor, reviewer):
    step("submit", showcase, editor)
    return step("verify", showcase, reviewer)


@pytest.fixture
def remark(enter):
    def post(user, showcase, body=BODY, section="background"):
        address = reverse("workshops:showcase_remark", args=[showcase.uuid])
        return enter(user).post(address, {"section": section, "body": body})

    return post


@pytest.fixture
def settle(enter):
    def post(user, row, verb="settle"):
        address = reverse("workshops:showcase_settle_remark", args=[row.subject.uuid, row.pk, verb])
        return enter(user).post(address)

    return post


def page(enter, user, showcase, name="showcase") -> str:
    return enter(user).get(reverse(f"workshops:{name}", args=[showcase.uuid])).content.decode()


def test_nacta_remarks_on_a_verified_showcase_and_the_programme_reads_it(
    enter, remark, nacta, reviewer, manager, verified, django_capture_on_commit_callbacks
):
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        answer = remark(nacta, verified)
    assert answer["Location"] == f"/showcases/{verified.uuid}/#remarks"
    row = Remark.objects.get()
    assert (row.section, row.revision_number, row.author) == ("background", 1, nacta)
    assert BODY in page(enter, nacta, verified)
    for user in (reviewer, manager):
        assert BODY in page(enter, user, verified, "showcase_review")
    assert nacta.name not in page(enter, reviewer, verified, "showcase_review")


def test_a_double_click_makes_one_remark(remark, nacta, verified):
    remark(nacta, verified)
    remark(nacta, verified)
    assert Remark.objects.count() == 1


def test_a_published_showcase_with_a_change_under_way_is_remarked_on_as_it_is_published(
    remark, nacta, published, step, save, editor
):
    step("change", published, editor)
    save(published, editor, "background", background="A newer text.")
    assert remark(nacta, published, section="").status_code == 302
    assert list(Remark.objects.values_list("section", "revision_number")) == [("", 1)]


def test_the_organization_reads_no_remark_not_even_a_colleague_with_a_role(
    enter, remark, nacta, verified, editor, focal_point, organization, now
):
    remark(nacta, verified)
    RoleGrant.objects.create(user=editor, role=Role.REVIEWER, granted_at=now)
    for user in (editor, focal_point):
        for name in ("showcase", "showcase_edit"):
            assert "⟦remark⟧" not in page(enter, user, verified, name)


def test_the_public_reads_no_remark(client, remark, nacta, published, funder, enter):
    remark(nacta, published)
    address = reverse("workshops:showcase", args=[published.uuid])
    assert "⟦remark⟧" not in client.get(address).content.decode()
    assert "⟦remark⟧" not in enter(funder).get(address).content.decode()


@pytest.mark.parametrize("role", ["reviewer", "manager", "editor", "data_protection_officer"])
def test_nobody_else_remarks(request, remark, role, published):
    assert remark(request.getfixturevalue(role), published).status_code == 403
    assert Remark.objects.count() == 0


def test_nacta_does_not_remark_on_what_it_does_not_read_yet(remark, nacta, showcase, step, editor):
    assert remark(nacta, showcase).status_code == 404
    step("submit", showcase, editor)
    assert remark(nacta, showcase).status_code == 404
    assert Remark.objects.count() == 0


def test_a_person_of_the_organization_with_the_role_does_not_remark_on_their_own(
    remark, nacta, verified, organization, now
):
    Membership.objects.create(user=nacta, organization=organization, role=Role.EDITOR, started_on=now.date())
    assert remark(nacta, verified).status_code == 403
    assert Remark.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "section"), [("", ""), ("\u202e", ""), ("word " * 501, ""), ("Fine.", "no-such-section")]
)
def test_what_cannot_be_kept_comes_back_with_a_sentence(remark, nacta, verified, body, section):
    assert remark(nacta, verified, body, section).status_code == 422
    assert Remark.objects.count() == 0


def test_a_remark_is_settled_and_opened_again(remark, settle, nacta, reviewer, manager, verified):
    remark(nacta, verified)
    row = Remark.objects.get()
    assert settle(reviewer, row)["Location"] == f"/review/{verified.uuid}/#remarks"
    row.refresh_from_db()
    assert row.settled_by == reviewer
    settle(nacta, row, "reopen")
    row.refresh_from_db()
    assert row.settled_at is None


@pytest.mark.parametrize(("role", "status"), [("editor", 404), ("funder", 404), ("data_protection_officer", 404)])
def test_who_does_not_read_a_remark_does_not_settle_it(request, remark, settle, nacta, published, role, status):
    remark(nacta, published)
    row = Remark.objects.get()
    assert settle(request.getfixturevalue(role), row).status_code == status
    row.refresh_from_db()
    assert row.settled_at is None


def test_a_colleague_of_nacta_reads_a_remark_and_does_not_settle_it(
    remark, settle, nacta, make_user, verified, actor_of
):
    remark(nacta, verified)
    row = Remark.objects.get()
    assert settle(make_user("second@example.org", Role.NACTA), row).status_code == 403
    row.refresh_from_db()
    assert row.settled_at is None


def test_a_withdrawn_showcase_takes_its_remarks_from_nacta(remark, nacta, published, step, manager, actor_of):
    remark(nacta, published)
    step("withdraw", published, manager)
    assert not Remark.objects.visible_to(actor_of(nacta)).exists()
    assert Remark.objects.visible_to(actor_of(manager)).exists()
    assert services.remarks.is_open_for_remarks(published) is False
