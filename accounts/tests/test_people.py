"""The administrators' pages of people: roles, closing accounts, addresses, the last administrator."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import services
from accounts.models import RoleGrant, User
from conftest import NOW
from core.access import Actor, Role
from core.audit import AuditEntry
from core.errors import InvalidInput, NotAllowed, WrongState
from organizations.actors import actor_for_user_id

pytestmark = pytest.mark.django_db


def roles_of(user: User) -> set[str]:
    return set(RoleGrant.objects.filter(user=user, revoked_at=None).values_list("role", flat=True))


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


@pytest.fixture
def other_administrator(make_user) -> User:
    return make_user("second@example.org", Role.ADMINISTRATOR)


@pytest.mark.parametrize(
    "person",
    [
        "manager",
        "reviewer",
        "nacta",
        "funder",
        "focal_point",
        "data_protection_officer",
    ],
)
def test_people_are_the_administrators_business(request, confirmed, person):
    client = confirmed(request.getfixturevalue(person))
    other = request.getfixturevalue("editor")
    assert client.get("/account/users/").status_code == 404
    assert client.get(f"/account/users/{other.pk}/").status_code == 404
    for verb in ("grant", "revoke", "close", "open", "email"):
        response = client.post(f"/account/users/{other.pk}/{verb}/", {"role": "MANAGER"})
        assert response.status_code == 404
    assert (roles_of(other), other.is_active, actions()) == (set(), True, [])


def test_an_administrator_finds_people_and_their_roles(sign_in, administrator, manager, focal_point):
    client = sign_in(administrator)
    page = client.get("/account/users/").content.decode()
    assert "manager@example.org" in page
    assert "Khyber Bridges Foundation" in page
    page = client.get("/account/users/?q=focal").content.decode()
    assert "focal@example.org" in page
    assert "manager@example.org" not in page
    page = client.get("/account/users/?role=MANAGER").content.decode()
    assert "manager@example.org" in page
    assert "focal@example.org" not in page
    assert client.get("/account/users/?role=NOBODY").status_code == 200
    assert client.get("/account/users/?q=%00").status_code == 200


def test_people_found_by_one_role_are_shown_with_all_their_roles(sign_in, administrator, make_user):
    both = make_user("both@example.org", Role.MANAGER, Role.REVIEWER)
    page = sign_in(administrator).get("/account/users/?role=MANAGER").context["page"]
    assert [(row.pk, row.role_labels) for row in page] == [(both.pk, ["Programme manager", "Reviewer"])]


def test_the_list_of_people_costs_the_same_with_one_and_four(sign_in, administrator, make_user):
    client = sign_in(administrator)
    client.get("/account/users/")
    with CaptureQueriesContext(
        connection,
    ) as with_one:
        client.get("/account/users/")
    for number in range(3):
        make_user(f"more{number}@example.org", Role.REVIEWER)
    with CaptureQueriesContext(connection) as with_four:
        client.get("/account/users/")
    assert len(with_one) == len(with_four) <= 12


def test_a_role_is_given_and_taken_and_both_are_audited(confirmed, administrator, editor):
    client = confirmed(administrator)
    path = f"/account/users/{editor.pk}/"
    assert client.post(path + "grant/", {"role": "REVIEWER"})["Location"] == path
    assert roles_of(editor) == {"REVIEWER"}
    assert "Reviewer" in client.get(path).content.decode()
    again = client.post(path + "grant/", {"role": "REVIEWER"}, follow=True)
    assert "holds that role already" in again.content.decode()
    client.post(path + "revoke/", {"role": "REVIEWER"})
    assert roles_of(editor) == set()
    assert actions() == ["account.role_granted", "account.role_revoked"]
    assert AuditEntry.objects.first().details == {"role": "REVIEWER"}


@pytest.mark.parametrize("role", ["EDITOR", "API_PARTNER", "ROOT", ""])
def test_a_role_that_is_not_given_by_hand_is_refused(confirmed, administrator, editor, role):
    response = confirmed(administrator).post(f"/account/users/{editor.pk}/grant/", {"role": role})
    assert response.status_code == 422
    with pytest.raises(InvalidInput):
        services.grant_role(
            actor=actor_for_user_id(administrator.pk),
            user_id=editor.pk,
            role=role,
            at=NOW,
        )
    assert roles_of(editor) == set()


def test_a_risky_step_asks_for_the_password_and_then_goes_on(sign_in, administrator, editor):
    client = sign_in(administrator)
    path = f"/account/users/{editor.pk}/grant/"
    asked = client.post(path, {"role": "REVIEWER"})
    assert asked["Location"].startswith("/account/reauthenticate/")
    assert roles_of(editor) == set()
    wrong = client.post(asked["Location"], {"password": "wrong", "next": path})
    assert wrong.status_code == 200
    done = client.post(asked["Location"], {"password": "correct horse battery staple", "next": path})
    assert done.status_code == 302
    assert roles_of(editor) == {"REVIEWER"}


def test_nobody_changes_their_own_access(confirmed, administrator):
    client = confirmed(administrator)
    path = f"/account/users/{administrator.pk}/"
    for verb, form in (
        ("grant", {"role": "MANAGER"}),
        ("revoke", {"role": "ADMINISTRATOR"}),
        ("close", {}),
    ):
        client.post(path + verb + "/", form)
    administrator.refresh_from_db()
    assert (roles_of(administrator), administrator.is_active) == (
        {"ADMINISTRATOR"},
        True,
    )
    with pytest.raises(NotAllowed):
        services.grant_role(
            actor=actor_for_user_id(administrator.pk),
            user_id=administrator.pk,
            role="MANAGER",
            at=NOW,
        )
    assert actions() == []


def test_the_last_administrator_stays(administrator, other_administrator):
    first, second = (actor_for_user_id(user.pk) for user in (administrator, other_administrator))
    services.revoke_role(actor=first, user_id=other_administrator.pk, role=Role.ADMINISTRATOR, at=NOW)
    # The other one acts on what they could still do when they opened the page, and operations on the server likewise.
    for actor in (second, Actor.operator()):
        with pytest.raises(WrongState):
            services.revoke_role(actor=actor, user_id=administrator.pk, role=Role.ADMINISTRATOR, at=NOW)
        with pytest.raises(WrongState):
            services.deactivate_user(actor=actor, user_id=administrator.pk, at=NOW)
    administrator.refresh_from_db()
    assert (roles_of(administrator), administrator.is_active) == (
        {"ADMINISTRATOR"},
        True,
    )


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_close_each_other_at_once_leave_one(administrator, other_administrator):
    pairs = [
        (administrator, other_administrator),
        (other_administrator, administrator),
    ]
    actors = {user.pk: actor_for_user_id(user.pk) for user, _ in pairs}
    start = Barrier(2)

    def close(pair: tuple[User, User]) -> bool:
        actor, target = pair
        start.wait()
        try:
            services.deactivate_user(actor=actors[actor.pk], user_id=target.pk, at=NOW)
        except WrongState:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(close, pairs))
    assert sorted(done) == [False, True]
    assert User.objects.filter(is_active=True).count() == 1


def test_a_closed_account_has_no_rights_until_it_is_opened(confirmed, administrator, manager):
    client = confirmed(administrator)
    client.post(f"/account/users/{manager.pk}/close/")
    assert actor_for_user_id(manager.pk) == Actor.visitor()
    client.post(f"/account/users/{manager.pk}/open/")
    assert actor_for_user_id(manager.pk).roles == {"MANAGER"}
    assert actions() == ["account.deactivated", "account.reactivated"]


def test_an_address_is_changed_by_an_administrator_and_by_nobody_twice(confirmed, administrator, editor, manager):
    client = confirmed(administrator)
    path = f"/account/users/{editor.pk}/email/"
    assert client.post(path, {"email": "MANAGER@example.org"}).status_code == 422
    assert client.post(path, {"email": "nonsense"}).status_code == 422
    assert client.post(path, {"email": "New.Address@Example.org"}).status_code == 302
    editor.refresh_from_db()
    assert editor.email == "new.address@example.org"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details) == ("account.email_changed", {})


def test_a_person_changes_their_own_name_and_language(sign_in, editor):
    client = sign_in(editor)
    response = client.post("/account/", {"name": "  زرینہ\u202e گل ", "language": "ur"})
    assert response["Location"] == "/account/"
    assert client.cookies["django_language"].value == "ur"
    editor.refresh_from_db()
    assert (editor.name, editor.language) == ("زرینہ گل", "ur")
    assert client.post("/account/", {"name": "", "language": "fr"}).status_code == 422


def test_an_installation_starts_with_one_command(client, db, settings):
    out = StringIO()
    call_command("create_administrator", "First@Example.org", stdout=out)
    user = User.objects.get()
    assert (user.email, roles_of(user)) == ("first@example.org", {"ADMINISTRATOR"})
    assert not user.has_usable_password()
    link = out.getvalue().split()[-1].removeprefix(settings.SITE_URL)
    form = client.get(link)["Location"]
    assert "Choose a new password" in client.get(form).content.decode()
    call_command("create_administrator", "first@example.org", stdout=out)
    assert RoleGrant.objects.count() == 1
    with pytest.raises(CommandError, match="complete e-mail address"):
        call_command("create_administrator", "nonsense")
