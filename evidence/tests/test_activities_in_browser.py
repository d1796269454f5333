"""The participation grid in a real browser: by keyboard, pasted from a spreadsheet, and with scripts switched off."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from conftest import PASSWORD
from evidence.activities.sections import counts_of
from evidence.records.revisions import latest_revision

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def activity(make_activity):
    return make_activity()


@pytest.fixture
def address(activity) -> str:
    return reverse("evidence:activity_section", args=[activity.uuid, "counts"])


def sign_in(page: Page, user) -> None:
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button").first.click()


def cell(age: str, sex: str, disability: str = "U") -> str:
    return f'input[name="cell..{age}.{sex}.{disability}"]'


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def stored(activity) -> dict:
    return counts_of(latest_revision(activity)).plain()


def test_the_grid_is_filled_by_keyboard_and_adds_up_at_once(browse, editor, address, activity):
    page = browse(address)
    sign_in(page, editor)
    page.locator(cell("A18_24", "F")).focus()
    page.keyboard.type("12")
    page.keyboard.press("ArrowRight")
    expect(page.locator(cell("A18_24", "M"))).to_be_focused()
    page.keyboard.type("۸")
    page.keyboard.press("Enter")
    expect(page.locator(cell("A25_29", "M"))).to_be_focused()
    page.keyboard.type("5")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(cell("A18_24", "F"))).to_be_focused()
    expect(page.locator("[data-total]")).to_have_text("25")
    expect(page.locator("[data-column-total='1']")).to_have_text("13")
    expect(page.locator("[data-says]")).to_contain_text("The attendances are the sum of the grid: 25.")
    page.fill("input[name=attendances]", "20")
    expect(page.locator("[data-says]")).to_contain_text("more than the attendances, 20")
    page.fill("input[name=attendances]", "30")
    expect(page.locator("[data-rest]")).to_have_text("5")
    expect(page.locator("[data-total]")).to_have_text("30")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved", exact=False).first).to_be_visible()
    assert stored(activity) == {
        "attendances": 30, "unique_persons": None, "media_reach": None, "is_disability_asked": False,
        "cells": [["F|A18_24|U|", 12], ["M|A18_24|U|", 8], ["M|A25_29|U|", 5], ["U|AU|U|", 5]],
    }  # fmt: skip


def test_a_block_from_a_spreadsheet_is_pasted_and_saved_by_itself(browse, editor, address, activity):
    page = browse(address, screen="phone")
    sign_in(page, editor)
    page.locator(cell("A15_17", "F")).focus()
    with page.expect_response(
        lambda answer: answer.request.headers.get("x-autosave") == "true" and answer.status == 200
    ):
        paste(page, "1\t2\n3\t4\n")
    expect(page.locator(cell("A18_24", "M"))).to_have_value("4")
    expect(page.locator("[data-total]")).to_have_text("10")
    expect(page.locator(".saved")).to_contain_text("Saved")
    assert stored(activity)["attendances"] == 10
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_arrows_follow_the_eye_in_urdu(browse, editor, address):
    editor.language = "ur"
    editor.save()
    page = browse(address, language="ur")
    sign_in(page, editor)
    page.locator(cell("A18_24", "F")).focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(cell("A18_24", "M"))).to_be_focused()


def test_a_tick_for_disability_shows_its_columns(browse, editor, address):
    page = browse(address)
    sign_in(page, editor)
    page.fill(cell("A18_24", "F"), "7")
    page.get_by_label("Disability was asked").check()
    expect(page.locator(cell("A18_24", "F", "WITH"))).to_be_visible()
    expect(page.locator(cell("A18_24", "F"))).to_have_value("7")


def test_the_grid_is_right_without_scripts(browse, editor, address, activity):
    page = browse(address, javascript=False)
    sign_in(page, editor)
    page.fill("input[name=attendances]", "30")
    page.fill(cell("A18_24", "F"), "40")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("The parts add up to 40")
    expect(page.locator(cell("A18_24", "F"))).to_have_value("40")
    page.fill(cell("A18_24", "F"), "12")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-rest]")).to_have_text("18")
    expect(page.locator("[data-total]")).to_have_text("30")
    assert stored(activity)["cells"] == [["F|A18_24|U|", 12], ["U|AU|U|", 18]]


def test_two_writers_of_one_grid_see_both(browse, editor, focal_point, address, activity):
    mine, theirs = browse(address), browse(address)
    sign_in(mine, editor)
    sign_in(theirs, focal_point)
    theirs.fill(cell("A18_24", "F"), "12")
    theirs.get_by_role("button", name="Save", exact=True).click()
    expect(theirs.get_by_text("Saved", exact=False).first).to_be_visible()
    mine.fill(cell("A18_24", "F"), "15")
    expect(mine.locator(".saved")).to_contain_text("Press Save to see both grids")
    mine.get_by_role("button", name="Save", exact=True).click()
    expect(mine.get_by_text("Two grids for one activity").first).to_be_visible()
    expect(mine.locator(cell("A18_24", "F"))).to_have_value("15")
    mine.get_by_role("button", name="Save these counts").click()
    expect(mine.locator(cell("A18_24", "F"))).to_have_value("15")
    assert stored(activity)["cells"] == [["F|A18_24|U|", 15]]
