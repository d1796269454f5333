"""The second step of sign-in: authenticator app, recovery codes, passkeys."""

from __future__ import annotations

import base64
import re
import time
from xml.etree import ElementTree

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache

from core.audit import AuditEntry

pytestmark = pytest.mark.django_db

ACTIVATE = "/account/2fa/totp/activate/"


def code_of(secret: str, *, steps: int = 0) -> str:
    """What an app shows now, or `steps` half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def events() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


@pytest.fixture
def with_app(confirmed):
    """Set up the app for a person and return its secret: `with_app(manager)`."""

    def set_up(user) -> str:
        client = confirmed(user)
        secret = client.get(ACTIVATE).context["form"].secret
        response = client.post(ACTIVATE, {"code": code_of(secret)})
        assert response["Location"] == "/account/2fa/recovery-codes/"
        client.post("/account/logout/")
        cache.clear()
        return secret

    return set_up


def test_an_app_is_set_up_with_a_code_and_its_secret_is_stored_encrypted(
    confirmed, manager, django_capture_on_commit_callbacks, worker
):
    client = confirmed(manager)
    page = client.get(ACTIVATE)
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    picture = base64.b64decode(page.context["totp_svg_data_uri"].partition(",")[2])
    assert ElementTree.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"
    refused = client.post(ACTIVATE, {"code": "000000"})
    assert "not right" in refused.content.decode()
    assert not Authenticator.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ACTIVATE, {"code": code_of(secret)})
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert "in use since" in client.get("/account/").content.decode()
    assert events() == ["account.totp_activated"]
    assert "authenticator app has been set up" in mail.outbox[0].body


def test_setting_up_asks_for_the_password_when_the_sign_in_is_old(sign_in, manager):
    client = sign_in(manager)
    for path in (ACTIVATE, "/account/2fa/webauthn/add/"):
        assert client.get(path)["Location"].startswith("/account/reauthenticate/")


def test_sign_in_then_takes_the_code_of_the_app(client, post_sign_in, with_app, manager):
    secret = with_app(manager)
    assert post_sign_in(manager.email)["Location"] == "/account/2fa/authenticate/"
    assert not is_signed_in(client)
    assert client.get("/account/")["Location"].startswith("/account/login/")
    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "not right" in wrong.content.decode()
    assert not is_signed_in(client)
    right = client.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert right["Location"] == "/"
    assert is_signed_in(client)


def test_a_code_works_once(client, post_sign_in, with_app, manager):
    secret = with_app(manager)
    code = code_of(secret)
    for is_accepted in (True, False):
        post_sign_in(manager.email)
        client.post("/account/2fa/authenticate/", {"code": code})
        assert is_signed_in(client) == is_accepted
        client.post("/account/logout/")


def test_a_code_that_was_used_stays_used_for_as_long_as_it_is_good(client, post_sign_in, with_app, manager):
    """allauth forgets it after half a minute, and would take it for another."""
    secret = with_app(manager)
    code = code_of(secret, steps=1)
    post_sign_in(manager.email)
    client.post("/account/2fa/authenticate/", {"code": code})
    assert is_signed_in(client)
    client.post("/account/logout/")
    assert cache.delete(f"allauth.mfa.totp.used?user={manager.pk}&code={code}")
    post_sign_in(manager.email)
    assert "has been used" in client.post("/account/2fa/authenticate/", {"code": code}).content.decode()
    assert not is_signed_in(client)


def test_the_code_that_set_up_the_app_signs_nobody_in(client, confirmed, post_sign_in, manager):
    confirmed(manager)
    code = code_of(client.get(ACTIVATE).context["form"].secret)
    client.post(ACTIVATE, {"code": code})
    client.post("/account/logout/")
    post_sign_in(manager.email)
    client.post("/account/2fa/authenticate/", {"code": code})
    assert not is_signed_in(client)


def test_codes_cannot_be_tried_without_end(client, post_sign_in, with_app, manager):
    secret = with_app(manager)
    post_sign_in(manager.email)
    for _ in range(5):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    refused = client.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert "Too many wrong attempts" in refused.content.decode()
    assert not is_signed_in(client)


def test_a_recovery_code_works_once_in_place_of_the_app(client, post_sign_in, with_app, manager):
    with_app(manager)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    post_sign_in(manager.email)
    client.post("/account/2fa/authenticate/", {"code": codes[0]})
    assert is_signed_in(client)
    client.post("/account/logout/")
    post_sign_in(manager.email)
    client.post("/account/2fa/authenticate/", {"code": codes[0]})
    assert not is_signed_in(client)


def test_recovery_codes_are_shown_saved_and_made_anew(client, confirmed, with_app, manager):
    with_app(manager)
    client = confirmed(manager)
    page = client.get("/account/2fa/recovery-codes/").content.decode()
    shown = re.findall(r"<code>(\d{8})</code>", page)
    saved = client.get("/account/2fa/recovery-codes/download/")
    assert saved["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert all(code in saved.content.decode() for code in shown)
    assert "no-store" in saved["Cache-Control"]
    client.post("/account/2fa/recovery-codes/generate/")
    page = client.get("/account/2fa/recovery-codes/").content.decode()
    assert not set(shown) & set(re.findall(r"<code>(\d{8})</code>", page))


def test_an_app_can_be_given_up(client, confirmed, post_sign_in, with_app, manager):
    with_app(manager)
    client = confirmed(manager)
    assert client.get("/account/2fa/totp/deactivate/").status_code == 200
    client.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    client.post("/account/logout/")
    assert post_sign_in(manager.email)["Location"] == "/"
    assert events() == ["account.totp_deactivated", "account.signed_in"]


def test_a_new_password_by_link_still_needs_the_second_step(client, worker, with_app, manager, link_in, post_sign_in):
    with_app(manager)
    mail.outbox.clear()
    client.post("/account/password/reset/", {"email": manager.email})
    new = "blue kettle morning train"
    form = client.get(link_in(mail.outbox[-1]))["Location"]
    client.post(form, {"password1": new, "password2": new})
    assert post_sign_in(manager.email, new)["Location"] == "/account/2fa/authenticate/"


@pytest.mark.parametrize(
    "credential",
    ["", "x", "5", "[]", "{}", "null", '{"id": "x"}', '{"id": 5, "rawId": [], "response": 1}',
     '{"id":"eA","rawId":"eA","type":"public-key","response":{"clientDataJSON":"eA","authenticatorData":"eA","signature":"eA","attestationObject":"eA","userHandle":"eA"}}'],
)  # fmt: skip
def test_a_made_up_passkey_is_refused_in_words(
    client, confirmed, manager, reviewer, with_app, post_sign_in, credential
):
    with_app(reviewer)
    form = {"credential": credential}
    client.get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert client.post("/account/2fa/webauthn/login/", form)["Location"] == "/account/login/"
    post_sign_in(reviewer.email)
    client.get("/account/2fa/authenticate/")
    assert client.post("/account/2fa/authenticate/", form).status_code == 200
    assert not is_signed_in(client)
    client = confirmed(manager)
    client.get("/account/2fa/webauthn/add/")
    added = client.post("/account/2fa/webauthn/add/", {"name": "Key", **form})
    assert added.status_code == 200
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_codes_in_strange_shapes_are_refused(client, post_sign_in, with_app, manager):
    with_app(manager)
    post_sign_in(manager.email)
    for code in ("", "\0", "۱۲۳۴۵۶", "9" * 5000):
        answer = client.post("/account/2fa/authenticate/", {"code": code})
        assert answer.status_code == 200
    assert not is_signed_in(client)


def test_pages_of_the_second_step_work_without_a_key(confirmed, manager):
    client = confirmed(manager)
    for path in (
        "/account/2fa/",
        "/account/2fa/webauthn/",
        "/account/2fa/webauthn/add/",
    ):
        assert client.get(path).status_code == 200
    assert client.get("/account/2fa/recovery-codes/").status_code == 404
    assert client.get("/account/2fa/webauthn/keys/1/edit/").status_code == 404
