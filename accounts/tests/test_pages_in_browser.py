"""Sign-in and the pages of an account, as axe and a keyboard find them, in both languages."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def violations(page) -> list[tuple[str, str]]:
    """What axe finds, as (rule, first place)."""
    return [(found["id"], found["nodes"][0]["html"]) for found in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(("language", "screen"), [("en", "desktop"), ("ur", "phone")])
def test_an_administrator_signs_in_by_keyboard_and_every_page_is_accessible(browse, make_user, language, screen):
    person = make_user("keeper@example.org", "ADMINISTRATOR", name="Rehan", language=language)
    page = browse("/account/login/", language=language, screen=screen)
    assert violations(page) == []
    page.locator("#id_login").focus()
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#waiting-title").wait_for()
    assert page.locator("html").get_attribute("lang") == language
    for path in (
        "/",
        "/account/",
        "/account/2fa/totp/activate/",
        f"/account/users/{person.pk}/",
        "/account/api-clients/new/",
        "/vocabularies/target_group/YOUTH/",
    ):
        page.goto(path)
        assert violations(page) == []
