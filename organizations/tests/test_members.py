"""Promises of members and invitations: who invites whom, what a link gives and when it is over, and the last focal point."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from core.access import Role
from core.errors import Conflict
from organizations.members import services
from organizations.models import Invitation, Membership

pytestmark = pytest.mark.django_db

NEW = {"name": "New Colleague", "email": "New@Example.org", "language": "en"}
ACCOUNT = {
    "name": "New Colleague",
    "password": "a long sentence of words",
    "language": "ur",
}


def url(name: str, *args) -> str:
    return reverse(f"organizations:{name}", args=args)


@pytest.fixture
def invite(organization, focal_point, actor_of, sent):
    """Invite somebody as the focal point and return the link of the e-mail: `invite(email=…)`."""

    def run(*, by=None, role=Role.EDITOR, email="new@example.org", at=None) -> str:
        messages = sent(
            lambda: services.invite_member(
                actor=actor_of(by or focal_point),
                organization_id=organization.pk,
                email=email,
                name="New Colleague",
                role=role,
                language="en",
                at=at or timezone.now(),
            )
        )
        return link_of(messages)

    return run


def link_of(messages) -> str:
    (message,) = messages
    return re.search(r"/invitations/[\w-]+/", message.body).group()


def test_a_focal_point_invites_a_colleague_who_opens_an_account(client, sign_in, focal_point, organization, sent):
    signed_in = sign_in(focal_point)
    messages = sent(lambda: signed_in.post(url("member_invite", organization.slug), {**NEW, "role": "EDITOR"}))
    assert messages[0].to == ["new@example.org"]
    assert organization.name in messages[0].subject
    client.logout()
    link = link_of(messages)
    page = client.get(link)
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    response = client.post(link, ACCOUNT)
    assert response.url == url("organization", organization.slug)
    user = User.objects.get(email="new@example.org")
    membership = user.memberships.get()
    assert (membership.organization, membership.role) == (organization, "EDITOR")
    assert user.check_password(ACCOUNT["password"])
    assert user.language == "ur"
    assert int(client.session["_auth_user_id"]) == user.pk


def test_only_the_hash_of_a_link_is_kept(invite):
    token = invite().split("/")[2]
    row = Invitation.objects.get()
    assert token not in str(Invitation.objects.values().get())
    assert len(row.token_hash) == 64
    assert row.expires_at - row.invited_at == timedelta(days=14)


def test_a_link_works_once(client, invite):
    link = invite()
    client.post(link, ACCOUNT)
    client.logout()
    for response in (client.get(link), client.post(link, ACCOUNT)):
        assert response.status_code == 410
        assert "This invitation has been used." in response.content.decode()
    assert User.objects.filter(email="new@example.org").count() == 1


def test_an_old_a_cancelled_and_an_unknown_link_say_so(client, sign_in, focal_point, invite):
    old = invite(at=timezone.now() - timedelta(days=14, minutes=-1))
    Invitation.objects.update(expires_at=timezone.now())
    response = client.post(old, ACCOUNT)
    assert response.status_code == 410
    assert "too old" in response.content.decode()
    cancelled = invite(email="second@example.org")
    row = Invitation.objects.get(email="second@example.org")
    sign_in(focal_point).post(url("invitation_cancel", row.pk))
    client.logout()
    response = client.post(cancelled, ACCOUNT)
    assert response.status_code == 410
    assert "withdrawn" in response.content.decode()
    response = client.get("/invitations/not-a-token/")
    assert response.status_code == 404
    assert "This link is not known." in response.content.decode()
    assert not User.objects.filter(name=ACCOUNT["name"]).exists()


def test_whoever_guesses_links_has_to_wait_and_a_good_link_still_counts_nothing(client, invite):
    link = invite()
    for _try in range(30):
        assert client.get(link).status_code == 200
    for _try in range(20):
        assert client.get("/invitations/guess/").status_code == 404
    assert client.get("/invitations/guess/").status_code == 429


def test_sending_again_replaces_the_link(client, sign_in, focal_point, invite, sent):
    old = invite()
    row = Invitation.objects.get()
    signed_in = sign_in(focal_point)
    messages = sent(lambda: signed_in.post(url("invitation_resend", row.pk)))
    new = link_of(messages)
    client.logout()
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_a_known_person_signs_in_and_accepts(client, sign_in, invite, other_focal_point, organization):
    link = invite(email=other_focal_point.email.upper())
    page = client.get(link).content.decode()
    assert "Sign in and accept" in page
    response = client.post(link, ACCOUNT)
    assert response.status_code == 200
    other_focal_point.refresh_from_db()
    assert not other_focal_point.check_password(ACCOUNT["password"])
    assert other_focal_point.memberships.count() == 1
    response = sign_in(other_focal_point).post(link)
    assert response.url == url("organization", organization.slug)
    assert other_focal_point.memberships.filter(organization=organization).exists()


def test_a_link_is_not_accepted_by_somebody_else(sign_in, invite, other_focal_point, focal_point):
    link = invite(email=other_focal_point.email)
    response = sign_in(focal_point).post(link)
    assert "another address" in response.content.decode()
    assert other_focal_point.memberships.count() == 1
    assert Invitation.objects.get().accepted_at is None


def test_an_invitation_never_tells_whether_an_address_has_an_account(
    sign_in, focal_point, other_focal_point, organization, sent
):
    signed_in = sign_in(focal_point)
    answers = []
    for email in (other_focal_point.email, "nobody@example.org"):
        messages = sent(
            lambda email=email: signed_in.post(
                url("member_invite", organization.slug),
                {**NEW, "email": email, "role": "EDITOR"},
            )
        )
        page = signed_in.get(url("members", organization.slug)).content.decode()
        answers.append((messages[0].subject, page.count("Waiting for an answer") > 0))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("person", "role", "status"),
    [
        ("focal_point", "EDITOR", 302),
        ("focal_point", "FOCAL_POINT", 302),
        ("focal_point", "ADMINISTRATOR", 422),
        ("manager", "FOCAL_POINT", 302),
        ("manager", "EDITOR", 422),
        ("administrator", "FOCAL_POINT", 302),
        ("editor", "EDITOR", 403),
        ("data_protection_officer", "EDITOR", 403),
        ("other_focal_point", "EDITOR", 404),
        ("reviewer", "EDITOR", 404),
        ("nacta", "EDITOR", 404),
        ("funder", "EDITOR", 404),
    ],
)
def test_who_may_invite_whom(request, sign_in, organization, person, role, status):
    response = sign_in(request.getfixturevalue(person)).post(
        url("member_invite", organization.slug), {**NEW, "role": role}
    )
    assert response.status_code == status
    assert Invitation.objects.count() == (1 if status == 302 else 0)


def test_an_administrator_invites_staff(client, sign_in, administrator, sent):
    signed_in = sign_in(administrator)
    messages = sent(lambda: signed_in.post(url("staff_invitations"), {**NEW, "role": "REVIEWER"}))
    client.logout()
    client.post(link_of(messages), ACCOUNT)
    grant = RoleGrant.objects.get(user__email="new@example.org")
    assert (grant.role, grant.granted_by) == ("REVIEWER", administrator)


@pytest.mark.parametrize("person", ["manager", "reviewer", "focal_point"])
def test_nobody_but_an_administrator_invites_staff(request, sign_in, person):
    client = sign_in(request.getfixturevalue(person))
    response = client.post(url("staff_invitations"), {**NEW, "role": "ADMINISTRATOR"})
    assert response.status_code == 403
    assert not Invitation.objects.exists()


def test_a_right_that_is_withdrawn_takes_open_invitations_along(client, invite, focal_point, organization, make_member):
    make_member("second@example.org", organization, Role.FOCAL_POINT)
    link = invite()
    Membership.objects.filter(user=focal_point).update(ended_on=timezone.now().date())
    response = client.post(link, ACCOUNT)
    assert response.status_code == 410
    assert "may no longer do so" in response.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "short"},
        {"password": "12345678901234"},
        {"password": "password1234"},
        {"name": ""},
        {"name": "a\x00b"},
        {"language": "xx"},
    ],
)
def test_an_account_that_cannot_be_opened_leaves_the_invitation_open(client, invite, wrong):
    link = invite()
    response = client.post(link, {**ACCOUNT, **wrong})
    assert response.status_code == 422
    assert not User.objects.filter(email="new@example.org").exists()
    assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody"},
        {"email": ""},
        {"name": "x" * 121},
        {"name": "a\x00b"},
        {"role": "KING"},
    ],
)
def test_an_invitation_that_cannot_be_sent_is_refused(sign_in, focal_point, organization, wrong):
    response = sign_in(focal_point).post(url("member_invite", organization.slug), {**NEW, "role": "EDITOR", **wrong})
    assert response.status_code == 422
    assert not Invitation.objects.exists()


def test_nobody_is_invited_twice_or_while_a_member(sign_in, focal_point, editor, organization):
    client = sign_in(focal_point)
    address = url("member_invite", organization.slug)
    client.post(address, {**NEW, "role": "EDITOR"})
    again = client.post(address, {**NEW, "email": "NEW@example.org", "role": "EDITOR"})
    assert "has been invited already" in again.content.decode()
    member = client.post(address, {**NEW, "email": editor.email, "role": "EDITOR"})
    assert "is a member already" in member.content.decode()
    assert (again.status_code, member.status_code) == (422, 422)
    assert Invitation.objects.count() == 1


def test_the_last_focal_point_is_not_removed_and_does_not_become_an_editor(
    sign_in, manager, focal_point, editor, organization
):
    membership = focal_point.memberships.get()
    for person in (focal_point, manager):
        client = sign_in(person)
        for address, data in (
            (url("member_end", membership.pk), {}),
            (url("member_role", membership.pk), {"role": "EDITOR"}),
        ):
            response = client.post(address, data)
            assert response.status_code == 409
            assert "This is the last focal point." in response.content.decode()
    membership.refresh_from_db()
    assert (membership.role, membership.ended_on) == ("FOCAL_POINT", None)
    # Once there is another, the first may go.
    client = sign_in(focal_point)
    client.post(url("member_role", editor.memberships.get().pk), {"role": "FOCAL_POINT"})
    client.post(url("member_end", membership.pk))
    membership.refresh_from_db()
    assert membership.ended_on is not None


@pytest.mark.django_db(transaction=True)
def test_two_focal_points_who_leave_at_once_leave_one(focal_point, make_member, organization, actor_of):
    second = make_member("second@example.org", organization, Role.FOCAL_POINT)
    people = [(actor_of(user), user.memberships.get().pk) for user in (focal_point, second)]
    start = Barrier(2)

    def leave(person) -> bool:
        actor, membership = person
        start.wait()
        try:
            services.end_membership(actor=actor, pk=membership, at=timezone.now())
        except Conflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, people)) == [False, True]
    assert Membership.objects.current().count() == 1


def test_an_ended_membership_opens_nothing_any_more(sign_in, focal_point, editor, organization):
    sign_in(focal_point).post(url("member_end", editor.memberships.get().pk))
    client = sign_in(editor)
    assert client.get(url("members", organization.slug)).status_code == 404
    assert client.get(url("private", organization.slug)).status_code == 404
    assert client.post(url("profile_start", organization.slug)).status_code == 403


def test_a_person_may_leave(sign_in, editor, focal_point, organization):
    response = sign_in(editor).post(url("member_end", editor.memberships.get().pk))
    assert response.url == url("organization", organization.slug)
    assert editor.memberships.get().ended_on is not None


@pytest.mark.parametrize(
    ("person", "status"),
    [("editor", 403), ("other_focal_point", 404), ("reviewer", 404), ("nacta", 404)],
)
def test_nobody_else_ends_or_changes_a_membership(request, sign_in, focal_point, organization, person, status):
    user = request.getfixturevalue(person)
    membership = focal_point.memberships.get()
    client = sign_in(user)
    assert client.post(url("member_end", membership.pk)).status_code == status
    assert client.post(url("member_role", membership.pk), {"role": "EDITOR"}).status_code == status
    membership.refresh_from_db()
    assert (membership.role, membership.ended_on) == ("FOCAL_POINT", None)


@pytest.mark.parametrize("person", ["other_focal_point", "editor", "reviewer"])
def test_nobody_else_handles_an_invitation(request, sign_in, invite, person):
    invite()
    row = Invitation.objects.get()
    client = sign_in(request.getfixturevalue(person))
    for name in ("invitation_cancel", "invitation_resend"):
        assert client.post(url(name, row.pk)).status_code == 404
    row.refresh_from_db()
    assert row.cancelled_at is None


def test_an_invitation_never_makes_a_focal_point_an_editor(sign_in, invite, organization, focal_point, make_member):
    link = invite(email="late@example.org", role=Role.EDITOR)
    user = make_member("late@example.org", organization, Role.FOCAL_POINT)
    sign_in(user).post(link)
    assert user.memberships.get().role == "FOCAL_POINT"


@pytest.mark.parametrize("count", [1, 3])
def test_the_members_page_costs_the_same_with_one_row_and_with_three(
    sign_in, focal_point, organization, make_member, django_assert_num_queries, count
):
    for number in range(count):
        make_member(f"m{number}@example.org", organization, Role.EDITOR)
    client = sign_in(focal_point)
    client.get(url("members", organization.slug))
    with django_assert_num_queries(7):
        client.get(url("members", organization.slug))


def test_nobody_invites_themselves(sign_in, administrator, manager, organization):
    client = sign_in(administrator)
    answer = client.post(url("staff_invitations"), {**NEW, "email": administrator.email.upper(), "role": Role.MANAGER})
    assert answer.status_code == 422
    assert "You cannot change your own access." in answer.content.decode()
    for person in (administrator, manager):
        sent_by = sign_in(person)
        form = {**NEW, "email": person.email, "role": Role.FOCAL_POINT}
        assert sent_by.post(url("member_invite", organization.slug), form).status_code == 422
    assert not Invitation.objects.exists()


def test_an_invitation_is_not_accepted_by_whoever_sent_it(client, sign_in, administrator, sent, actor_of):
    """An address that passes from one account to another takes no right along."""
    messages = sent(
        lambda: services.invite_staff(
            actor=actor_of(administrator),
            email="other@example.org",
            name="x",
            role=Role.REVIEWER,
            language="en",
            at=timezone.now(),
        )
    )
    User.objects.filter(pk=administrator.pk).update(email="other@example.org")
    administrator.refresh_from_db()
    answer = sign_in(administrator).post(link_of(messages))
    assert answer.status_code == 403
    assert not RoleGrant.objects.filter(user=administrator, role=Role.REVIEWER).exists()
