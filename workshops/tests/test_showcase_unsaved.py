"""A session that ends in the middle of writing: the text comes back after sign-in."""

import pytest
from django.test import Client
from django.urls import reverse

from conftest import PASSWORD
from workshops.showcases.revisions import fingerprint, values_of
from workshops.showcases.sections import BY_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before_deadline")]


@pytest.fixture
def address(showcase):
    return reverse("workshops:showcase_section", args=[showcase.uuid, "background"])


@pytest.fixture
def version(showcase):
    return fingerprint(values_of(showcase, showcase.revisions.get(), BY_KEY["background"]))


def sign_in_through_the_page(client: Client, user, onward: str):
    return client.post(
        reverse("account_login") + f"?next={onward}",
        {"login": user.email, "password": PASSWORD, "next": onward},
    )


def test_text_sent_after_the_session_ended_comes_back_after_sign_in(client, editor, showcase, address, version):
    refused = client.post(address, {"version": version, "background": "Written in a long evening."})
    assert refused.status_code == 302
    assert "login" in refused["Location"]
    assert "Your text is kept: sign in, and it comes back." in client.get(refused["Location"]).content.decode()
    entered = sign_in_through_the_page(client, editor, address)
    assert entered["Location"] == address
    page = client.get(address)
    assert "Written in a long evening." in page.content.decode()
    assert "is not saved yet" in page.content.decode()
    assert "Text of background" in showcase.revisions.get().background
    form = page.context["form"]
    saved = client.post(
        address,
        {"version": form["version"].value(), "background": form["background"].value()},
    )
    assert saved.status_code == 302
    assert showcase.revisions.get().background == "Written in a long evening."
    assert "is not saved yet" not in client.get(address).content.decode()


def test_text_that_came_back_is_stale_when_a_colleague_saved_meanwhile(
    client, editor, focal_point, showcase, address, version, save
):
    client.post(address, {"version": version, "background": "Mine."})
    save(showcase, focal_point, "background", background="Theirs.")
    sign_in_through_the_page(client, editor, address)
    form = client.get(address).context["form"]
    answer = client.post(address, {"version": form["version"].value(), "background": "Mine."})
    assert answer.status_code == 409
    assert showcase.revisions.get().background == "Theirs."


def test_a_save_in_the_background_is_told_that_the_session_ended(client, address, version):
    answer = client.post(
        address,
        {"version": version, "background": "Mine."},
        headers={"X-Autosave": "true"},
    )
    assert answer.status_code == 401


def test_text_comes_back_when_the_protection_of_the_form_ran_out(editor, showcase, address, version):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(
        address,
        {"version": version, "background": "Mine.", "csrfmiddlewaretoken": "old"},
        headers={"Origin": "http://testserver"},
    )
    assert (answer.status_code, answer["Location"]) == (303, address)
    page = client.get(address).content.decode()
    assert "Mine." in page
    assert "is not saved yet" in page


def test_another_site_cannot_put_text_into_the_form(editor, showcase, address, version):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(
        address,
        {"version": version, "background": "Planted."},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403
    assert "Planted." not in client.get(address).content.decode()


def test_kept_text_does_not_reach_somebody_of_another_organization(
    client, other_focal_point, showcase, address, version
):
    client.post(address, {"version": version, "background": "⟦unsaved⟧"})
    sign_in_through_the_page(client, other_focal_point, address)
    answer = client.get(address)
    assert answer.status_code == 404
    assert "⟦unsaved⟧" not in answer.content.decode()


def test_only_so_much_is_kept(client, address, version):
    client.post(address, {"version": version, "background": "x" * 400_000})
    assert "unsaved" not in client.session


def test_a_comment_and_a_reason_come_back_too(client, editor, reviewer, showcase, step):
    step("submit", showcase, editor)
    comment = reverse("workshops:showcase_comment", args=[showcase.uuid])
    back = reverse("workshops:showcase_step", args=[showcase.uuid, "return"])
    client.post(comment, {"section": "background", "body": "Since when?"})
    client.post(back, {"version": showcase.version, "reason": "Say since when."})
    sign_in_through_the_page(client, reviewer, comment)
    page = client.get(comment)
    assert page.status_code == 200
    assert "Since when?" in page.content.decode()
    assert "Say since when." in client.get(back).content.decode()
    showcase.refresh_from_db()
    assert showcase.state == "SUBMITTED"


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("showcase_submit", []),
        ("showcase_step", ["verify"]),
        ("showcase_comment", []),
        ("showcase_settle_comment", [1, "resolve"]),
        ("showcase_remove_presenter", [1]),
    ],
)
def test_a_page_that_only_takes_forms_leads_on_after_a_sign_in(enter, editor, showcase, name, rest):
    answer = enter(editor).get(reverse(f"workshops:{name}", args=[showcase.uuid, *rest]))
    assert answer.status_code == 302
    assert enter(editor).get(answer["Location"]).status_code == 200
