"""An agenda is planned on a phone without scripts, and read in two languages."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BASE = "/workshops/national-workshop/"


@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_manager_plans_on_a_phone_without_scripts_and_everyone_reads_it(
    browse, language, manager, workshop, make_session, make_showcase, organization
):
    there = make_session("Registration", "08:30", "09:30")
    make_showcase(organization, state="PUBLISHED")
    manager.language = language
    manager.save()

    page = browse("/account/login/", language=language, screen="phone", javascript=False)
    page.fill("[name=login]", manager.email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")

    page.goto(BASE + "sessions/new/")
    page.fill("[name=title]", "Showcases")
    page.select_option("[name=day]", index=1)
    page.fill("[name=starts]", "09:00")
    page.fill("[name=ends]", "10:00")
    page.select_option("[name=room]", index=1)
    page.select_option("[name=type]", index=4)
    page.click("main .form-actions button")
    assert page.locator(f"main a[href='{BASE}sessions/{there.pk}/edit/']").inner_text() == "Registration"
    assert page.input_value("[name=title]") == "Showcases"

    page.fill("[name=starts]", "09:30")
    page.click("main .form-actions button")
    page.select_option("[name=showcase]", index=1)
    page.click("#showcases form button")
    assert "Showcase of" in page.inner_text("#showcases")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    reader = browse(BASE + "agenda/", language=language)
    assert reader.get_attribute("html", "dir") == {"en": "ltr", "ur": "rtl"}[language]
    assert "Showcase of" in reader.inner_text("main")
    assert Axe().run(reader).response["violations"] == []
