"""Passkeys, with the browser's own virtual device."""

from __future__ import annotations

import pytest

from conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def plug_in_a_key(page) -> None:
    """A device that keeps keys and says yes at once."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def sign_in(page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_added_and_then_signs_in_alone(browse, manager):
    page = browse("/account/login/?next=/account/2fa/webauthn/add/")
    plug_in_a_key(page)
    sign_in(page, manager.email)
    page.get_by_label("Name of the key").fill("Office laptop")
    page.get_by_label("Sign in with this key alone").check()
    page.get_by_role("button", name="Add a key").click()
    page.wait_for_url("**/2fa/recovery-codes/")
    page.goto("/account/2fa/webauthn/")
    assert "Office laptop" in page.locator("table").inner_text()
    assert "without a password" in page.locator("table").inner_text()

    page.context.clear_cookies()
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Waiting for you").wait_for()


def test_a_security_key_is_the_second_step_after_the_password(browse, manager):
    page = browse("/account/login/?next=/account/2fa/webauthn/add/")
    plug_in_a_key(page)
    sign_in(page, manager.email)
    page.get_by_role("button", name="Add a key").click()
    page.wait_for_url("**/2fa/recovery-codes/")
    page.context.clear_cookies()
    page.goto("/account/login/")
    sign_in(page, manager.email)
    page.wait_for_url("**/2fa/authenticate/")
    page.get_by_role("button", name="Use a passkey or security key").click()
    page.get_by_role("heading", name="Waiting for you").wait_for()


def test_without_a_key_the_page_says_so_and_the_password_still_works(browse, manager):
    page = browse("/account/login/")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    assert page.get_by_text("The passkey was not used").is_hidden()
    page.evaluate("void (navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError')))")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("The passkey was not used").wait_for()
    sign_in(page, manager.email)
    page.get_by_role("heading", name="Waiting for you").wait_for()


def test_sign_in_works_without_scripts(browse, manager):
    page = browse("/account/login/", javascript=False)
    assert page.get_by_role("button", name="Sign in with a passkey").is_hidden()
    sign_in(page, manager.email)
    page.get_by_role("heading", name="Waiting for you").wait_for()
