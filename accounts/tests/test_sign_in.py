"""Signing in and out, lockout, forgotten passwords, closed accounts."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts import services
from accounts.models import User
from conftest import PASSWORD
from core.access import Actor
from core.audit import AuditEntry
from organizations.actors import actor_for_user_id

pytestmark = pytest.mark.django_db


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_sign_in_by_e_mail_whatever_its_case(client, post_sign_in, manager):
    response = post_sign_in("Manager@Example.ORG")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_signed_in(client)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user_id) == ("account.signed_in", manager.pk)


def test_sign_in_makes_a_new_session(client, post_sign_in, manager):
    client.session["planted"] = "1"
    client.session.save()
    client.get("/account/login/")
    before = client.cookies.get("sessionid")
    post_sign_in(manager.email)
    assert before is None or before.value != client.cookies["sessionid"].value
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_sign_in_switches_to_the_persons_language(client, post_sign_in, make_user):
    post_sign_in(make_user("urdu@example.org", language="ur").email)
    assert client.cookies["django_language"].value == "ur"
    assert 'lang="ur"' in client.get("/").content.decode()


def test_sign_in_goes_on_to_the_page_that_was_asked_for_but_to_no_other_site(client, post_sign_in, manager):
    form = {"login": manager.email, "password": PASSWORD}
    assert client.post("/account/login/", {**form, "next": "/account/"})["Location"] == "/account/"
    client.post("/account/logout/")
    assert client.post("/account/login/", {**form, "next": "https://evil.example/"})["Location"] == "/"


@pytest.mark.parametrize("email", ["manager@example.org", "nobody@example.org"])
def test_a_wrong_password_says_the_same_whether_or_not_there_is_an_account(client, post_sign_in, manager, email):
    response = post_sign_in(email, "wrong")
    assert response.status_code == 200
    assert "do not belong together" in response.content.decode()
    assert not is_signed_in(client)


@pytest.mark.parametrize("email", ["manager@example.org", "nobody@example.org"])
def test_five_failures_lock_and_the_page_says_how_long(post_sign_in, manager, email):
    answers = [post_sign_in(email, "wrong").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    response = post_sign_in(email, "wrong")
    assert response.status_code == 429
    assert "Try again in 15 minutes" in response.content.decode()
    assert response["Retry-After"] == "900"


def test_the_right_password_is_refused_until_the_lock_ends(client, post_sign_in, manager):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for _ in range(5):
            post_sign_in(manager.email, "wrong")
        assert post_sign_in(manager.email).status_code == 429
        # Trying during the lock does not make it longer.
        clock.move_to(start + timedelta(minutes=14))
        response = post_sign_in(manager.email)
        assert response.status_code == 429
        assert "Try again in 1 minute;" in response.content.decode()
        assert not is_signed_in(client)
        clock.move_to(start + timedelta(minutes=16))
        assert post_sign_in(manager.email).status_code == 302
    assert is_signed_in(client)


def test_a_lock_is_for_one_address_from_one_place(post_sign_in, manager, reviewer):
    for _ in range(5):
        post_sign_in("MANAGER@example.org", "wrong")
    assert post_sign_in(manager.email).status_code == 429
    assert post_sign_in(manager.email, REMOTE_ADDR="10.1.1.1").status_code == 302
    assert post_sign_in(reviewer.email).status_code == 302


def test_failures_below_the_limit_are_forgotten_after_a_sign_in(client, post_sign_in, manager):
    for _ in range(4):
        post_sign_in(manager.email, "wrong")
    assert post_sign_in(manager.email).status_code == 302
    client.post("/account/logout/")
    for _ in range(4):
        assert post_sign_in(manager.email, "wrong").status_code == 200


def test_behind_a_proxy_the_address_is_the_one_the_proxy_saw(post_sign_in, manager, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    for _ in range(5):
        post_sign_in(manager.email, "wrong", headers={"x-forwarded-for": "9.9.9.9, 10.1.1.1"})
    locked = {"x-forwarded-for": "8.8.8.8, 10.1.1.1"}
    other = {"x-forwarded-for": "9.9.9.9, 10.2.2.2"}
    assert post_sign_in(manager.email, headers=locked).status_code == 429
    assert post_sign_in(manager.email, headers=other).status_code == 302


@pytest.mark.parametrize("forwarded", [{}, {"x-forwarded-for": "10.1.1.1"}, {"x-forwarded-for": "x, y"}])
def test_a_server_on_a_socket_counts_and_locks_too(post_sign_in, manager, reviewer, settings, forwarded):
    """nginx reaches the web server through a Unix socket, so there is no REMOTE_ADDR."""
    settings.TRUSTED_PROXY_COUNT = 1
    for _ in range(5):
        assert post_sign_in(manager.email, "wrong", REMOTE_ADDR="", headers=forwarded).status_code in {200, 429}
    assert post_sign_in(manager.email, REMOTE_ADDR="", headers=forwarded).status_code == 429
    assert post_sign_in(reviewer.email, REMOTE_ADDR="", headers=forwarded).status_code == 302


def test_a_header_that_did_not_come_through_all_proxies_is_no_failure(post_sign_in, manager, settings):
    settings.TRUSTED_PROXY_COUNT = 2
    assert post_sign_in(manager.email, REMOTE_ADDR="", headers={"x-forwarded-for": "10.1.1.1"}).status_code == 302


def test_a_forwarded_address_is_not_believed_without_a_proxy(post_sign_in, manager):
    for number in range(5):
        post_sign_in(manager.email, "wrong", headers={"x-forwarded-for": f"10.0.0.{number}"})
    assert post_sign_in(manager.email).status_code == 429


@pytest.mark.parametrize("login", ["", "x", "a\0@example.org", "ا" * 5000, "=cmd@x.org"])
def test_strange_addresses_are_refused_in_words(post_sign_in, db, login):
    assert post_sign_in(login, "wrong").status_code == 200


def test_password_reset_answers_the_same_for_every_address(client, worker, manager, django_capture_on_commit_callbacks):
    answers = []
    for email in ("manager@example.org", "nobody@example.org"):
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post("/account/password/reset/", {"email": email})
        answers.append((response.status_code, response["Location"], len(mail.outbox)))
    assert answers == [
        (302, "/account/password/reset/done/", 1),
        (302, "/account/password/reset/done/", 1),
    ]
    assert mail.outbox[0].to == ["manager@example.org"]


def test_a_reset_link_works_once_and_ends_other_sessions(
    client, worker, manager, link_in, make_client, django_capture_on_commit_callbacks
):
    elsewhere = make_client(manager)
    client.post("/account/password/reset/", {"email": manager.email})
    link = link_in(mail.outbox[0])
    form = client.get(link)["Location"]
    new = {
        "password1": "blue kettle morning train",
        "password2": "blue kettle morning train",
    }
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(form, new)["Location"] == "/account/password/reset/key/done/"
    assert User.objects.get(pk=manager.pk).check_password(new["password1"])
    assert elsewhere.get("/account/").status_code == 302
    assert "no longer works" in client.get(link).content.decode()
    assert not is_signed_in(client)
    notice = mail.outbox[1]
    assert "A new password has been chosen" in notice.body
    assert AuditEntry.objects.get().action == "account.password_reset"


def test_a_reset_link_ends_after_a_day(client, worker, manager, link_in):
    client.post("/account/password/reset/", {"email": manager.email})
    with time_machine.travel(timezone.localtime() + timedelta(hours=25)):
        assert "no longer works" in client.get(link_in(mail.outbox[0])).content.decode()


def test_reset_mail_comes_in_the_readers_language(client, worker, make_user):
    user = make_user("urdu@example.org", language="ur", name="زرینہ")
    client.post("/account/password/reset/", {"email": user.email})
    message = mail.outbox[0]
    assert "زرینہ" in message.body
    assert 'lang="ur"' in message.alternatives[0].content


def test_a_closed_account_cannot_sign_in_and_its_queued_work_acts_as_a_visitor(client, post_sign_in, worker, manager):
    manager.is_active = False
    manager.save()
    assert post_sign_in(manager.email)["Location"] == "/account/inactive/"
    assert not is_signed_in(client)
    assert actor_for_user_id(manager.pk) == Actor.visitor()
    client.post("/account/password/reset/", {"email": manager.email})
    assert mail.outbox == []


def test_closing_an_account_ends_its_sessions(sign_in, manager):
    client = sign_in(manager)
    assert client.get("/account/").status_code == 200
    manager.is_active = False
    manager.save()
    assert client.get("/account/")["Location"] == "/account/login/?next=/account/"


def test_a_changed_password_keeps_this_session_and_ends_the_others(client, sign_in, manager, make_client):
    elsewhere = make_client(manager)
    client = sign_in(manager)
    new = "blue kettle morning train"
    wrong = client.post(
        "/account/password/change/",
        {"oldpassword": "wrong", "password1": new, "password2": new},
    )
    assert "not your present password" in wrong.content.decode()
    client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


@pytest.mark.parametrize("password", ["short", "manager@example.org", "123456789012345"])
def test_weak_passwords_are_refused(sign_in, manager, password):
    sign_in(manager).post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )
    assert User.objects.get(pk=manager.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    "path",
    [
        "/account/signup/",
        "/account/email/",
        "/account/confirm-email/",
        "/account/password/set/",
    ],
)
def test_nobody_makes_an_account_alone_or_changes_an_address(sign_in, manager, path):
    assert sign_in(manager).get(path).status_code == 404


def test_pages_of_a_session_are_kept_by_no_cache(client, sign_in, manager):
    assert "Cache-Control" not in client.get("/privacy/")
    assert sign_in(manager).get("/account/")["Cache-Control"] == "private, no-store"


def test_a_letter_that_only_looks_different_buys_no_further_attempts(post_sign_in, make_user):
    user = make_user("focal@sisters.example")
    for spelling in (
        "focal@sisters.example",
        "focal@ſisters.example",
        "focal@ſiſters.example",
        "focal@siſters.example",
    ):
        post_sign_in(spelling, "wrong")
    assert post_sign_in("focal@sisterſ.example", "wrong").status_code == 429
    assert post_sign_in(user.email).status_code == 429


def test_an_account_that_is_opened_again_does_not_open_its_old_sessions(sign_in, manager, administrator, actor_of):
    client = sign_in(manager)
    services.deactivate_user(actor=actor_of(administrator), user_id=manager.pk, at=timezone.now())
    services.reactivate_user(actor=actor_of(administrator), user_id=manager.pk, at=timezone.now())
    assert client.get("/account/")["Location"] == "/account/login/?next=/account/"


def test_a_reset_link_of_before_an_account_was_closed_stays_dead(
    client, worker, manager, link_in, administrator, actor_of
):
    client.post("/account/password/reset/", {"email": manager.email})
    link = link_in(mail.outbox[0])
    services.deactivate_user(actor=actor_of(administrator), user_id=manager.pk, at=timezone.now())
    services.reactivate_user(actor=actor_of(administrator), user_id=manager.pk, at=timezone.now())
    assert "no longer works" in client.get(link, follow=True).content.decode()
