"""Browser journeys through the style guide: every component once, for every reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("pvenet.tests.styleguide_urls"),
]

Browse = Callable[..., Page]
#: axe takes joined Arabic letters for an icon font and skips their contrast: as Latin letters they are looked at.
LATIN_LETTERS = r"""() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replace(/[\u0600-\u06ff]/g, "x");
}"""


def violations(page: Page, **options: Any) -> list[tuple[str, str]]:
    """What axe finds, as (rule, first place)."""
    return [(found["id"], found["nodes"][0]["html"]) for found in Axe().run(page, **options).response["violations"]]


@pytest.mark.parametrize(
    ("language", "screen", "light"),
    [
        ("en", "desktop", "light"),
        ("en", "phone", "dark"),
        ("ur", "desktop", "dark"),
        ("ur", "phone", "light"),
    ],
)
def test_every_component_is_accessible(browse: Browse, language: str, screen: str, light: str) -> None:
    page = browse("/styleguide/?errors", language=language, screen=screen)
    page.emulate_media(color_scheme=light, reduced_motion="reduce")  # axe must not meet a colour on its way
    assert violations(page) == []
    page.evaluate(LATIN_LETTERS)
    only_contrast = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    assert violations(page, options=only_contrast) == []


@pytest.mark.parametrize("language", ["en", "ur"])
def test_no_page_scrolls_sideways_on_a_small_phone_or_with_large_text(browse: Browse, language: str) -> None:
    page = browse("/styleguide/", language=language)
    for width, percent in ((320, 100), (1280, 200)):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(f"document.documentElement.style.fontSize = '{percent}%'")
        shown, whole = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollWidth]")
        assert whole <= shown


def test_light_or_dark_is_chosen_without_scripts(browse: Browse) -> None:
    page = browse("/styleguide/", javascript=False)
    page.get_by_label("Light or dark").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url.endswith("/styleguide/")


def test_the_language_is_changed_without_scripts_and_the_page_stays(
    browse: Browse,
) -> None:
    page = browse("/styleguide/?errors", javascript=False)
    page.get_by_role("button", name="اردو").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url.endswith("/styleguide/?errors")


def test_a_list_is_walked_by_keyboard_and_the_content_reached_at_once(
    browse: Browse,
) -> None:
    page = browse("/styleguide/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    first, second = page.locator("[data-keys-rows] .row-link").all()[:2]
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()


def test_an_open_menu_closes_with_escape_and_gives_the_focus_back(
    browse: Browse,
) -> None:
    page = browse("/styleguide/")
    opener = page.get_by_label("Light or dark")
    opener.click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(page.get_by_role("button", name="Dark")).to_be_hidden()
