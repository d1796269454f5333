"""Browser journeys: Debian's Chromium driven by playwright against Django's live server.

A journey is marked `browser` and asks for `browse`, which opens a page as a visitor of a language and a screen.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from core.tests.guards import NO_CHROMIUM

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",  # root has no user namespaces in many containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Milliseconds. A busy machine is slow without being wrong.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
SCREENS = {"desktop": (1280, 900), "phone": (390, 844), "projector": (1920, 1080)}


def find_chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, or the reason why its journeys are skipped; where one is required, its absence is a failure."""
    path = find_chromium()
    if path is None:
        if os.environ.get("BROWSER_REQUIRED") == "true":
            pytest.fail(NO_CHROMIUM)
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Open a page: `browse("/", language="ur", screen="phone")`. Each call is a browser session of its own.

    An error in the console of any page, a refused script or style among them, fails the journey at its end.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            complaints.append(f"{message.page.url if message.page else ''}: {message.text}")

    def open_page(
        path: str = "/",
        *,
        language: str = "en",
        screen: str = "desktop",
        javascript: bool = True,
    ) -> Page:
        width, height = SCREENS[screen]
        context = chromium.new_context(
            base_url=live_server.url,
            locale={"en": "en-GB", "ur": "ur-PK"}[language],
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
