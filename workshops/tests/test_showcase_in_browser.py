"""Writing a showcase in a real browser: saved by itself, never lost, with and without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from conftest import PASSWORD
from workshops.models import ShowcaseRevision

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(showcase) -> str:
    return reverse("workshops:showcase_section", args=[showcase.uuid, "background"])


def sign_in(page: Page, user) -> None:
    """Through the sign-in page on which the browser stands, which leads back to where it came from."""
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button").first.click()


def saved_by_itself(page: Page):
    """Wait until a save in the background was answered with 200."""
    return page.expect_response(
        lambda answer: answer.request.headers.get("x-autosave") == "true" and answer.status == 200
    )


def written() -> str:
    return ShowcaseRevision.objects.get().background


def test_a_change_is_saved_by_itself_and_says_when(browse, editor, address):
    page = browse(address)
    sign_in(page, editor)
    with saved_by_itself(page):
        page.fill("textarea[name=background]", "One two three, چار.")
        expect(page.locator("[data-word-count-of]")).to_have_text("4 of 400 words")
    expect(page.locator(".saved")).to_contain_text("Saved")
    page.reload()
    expect(page.locator("textarea[name=background]")).to_have_value("One two three, چار.")
    with saved_by_itself(page):
        page.fill("textarea[name=background]", "A second change.")
    page.wait_for_function("!Object.keys(localStorage).some((key) => key.startsWith('pvenet:text:'))")
    assert written() == "A second change."


def test_both_texts_are_shown_when_a_colleague_saved_first(browse, editor, focal_point, address, showcase, save):
    page = browse(address)
    sign_in(page, editor)
    expect(page.locator("textarea[name=background]")).to_be_visible()
    save(showcase, focal_point, "background", background="Theirs, saved first.")
    page.fill("textarea[name=background]", "Mine, saved later.")
    expect(page.locator(".saved")).to_contain_text("Press Save to see both texts")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved by your colleague", exact=True)).to_be_visible()
    expect(page.locator(".side-by-side")).to_contain_text("Theirs, saved first.")
    expect(page.locator("textarea[name=background]")).to_have_value("Mine, saved later.")
    page.get_by_role("button", name="Save this text").click()
    expect(page.locator("textarea[name=background]")).to_have_value("Mine, saved later.")
    assert written() == "Mine, saved later."


def test_text_outlives_the_session(browse, editor, address):
    page = browse(address)
    sign_in(page, editor)
    expect(page.locator("textarea[name=background]")).to_be_visible()
    page.context.clear_cookies(name="sessionid")
    page.fill("textarea[name=background]", "Written in a long evening.")
    expect(page.locator(".saved")).to_contain_text("signed out")
    page.reload()
    sign_in(page, editor)
    with saved_by_itself(page):
        page.get_by_role("button", name="Put it back").click()
    expect(page.locator("textarea[name=background]")).to_have_value("Written in a long evening.")
    assert written() == "Written in a long evening."


def test_text_outlives_the_session_without_scripts(browse, editor, address):
    page = browse(address, javascript=False)
    sign_in(page, editor)
    page.context.clear_cookies(name="sessionid")
    page.fill("textarea[name=background]", "Written in a long evening.")
    page.get_by_role("button", name="Save", exact=True).click()
    sign_in(page, editor)
    expect(page.get_by_text("is not saved yet")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved", exact=False).first).to_be_visible()
    assert written() == "Written in a long evening."


def test_pressing_save_after_the_session_ended_gives_the_text_back_and_saves_it(browse, editor, address):
    page = browse(address)
    sign_in(page, editor)
    expect(page.locator("textarea[name=background]")).to_be_visible()
    page.context.clear_cookies(name="sessionid")
    page.fill("textarea[name=background]", "Pressed at once.")
    page.get_by_role("button", name="Save", exact=True).click()
    with saved_by_itself(page):
        sign_in(page, editor)
    expect(page.locator("textarea[name=background]")).to_have_value("Pressed at once.")
    expect(page.locator(".saved")).to_contain_text("Saved")
    assert written() == "Pressed at once."
