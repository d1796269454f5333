"""What every answer says to browsers and caches."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/account/login/",
    "/account/password/reset/",
    "/privacy/",
    "/accessibility/",
    "/vocabularies/",
    "/organizations/",
    "/nothing-here/",
]
OF_A_SESSION = [
    "/",
    "/account/",
    "/account/2fa/",
    "/account/users/",
    "/account/api-clients/",
    "/vocabularies/target_group/YOUTH/",
    "/account/logout/",
]


def policy_of(response) -> dict[str, str]:
    directives = response["Content-Security-Policy"].split(";")
    return dict(item.strip().split(" ", 1) for item in directives)


def assert_is_strict(response) -> None:
    policy = policy_of(response)
    assert policy["default-src"] == "'none'"
    assert re.fullmatch(r"'self'( 'nonce-[^']+')?", policy["script-src"])
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_for_everyone_let_nothing_foreign_in(client, path):
    assert_is_strict(client.get(path))


@pytest.mark.parametrize("path", OF_A_SESSION)
def test_pages_of_a_session_are_strict_and_kept_nowhere(sign_in, administrator, path):
    response = sign_in(administrator).get(path)
    assert response.status_code == 200
    assert_is_strict(response)
    assert response["Cache-Control"] == "private, no-store"


def test_after_signing_out_the_page_has_to_be_asked_for_again(sign_in, manager):
    client = sign_in(manager)
    assert client.get("/account/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/account/")["Location"] == "/account/login/?next=/account/"


def test_robots_keep_out_of_what_is_not_for_them(client):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /account/" in text


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_answered_in_the_frame(client, method):
    for path in ("/", "/privacy/", "/vocabularies/"):
        assert getattr(client, method)(path).status_code == 405
