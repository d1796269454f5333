"""How a person moves through the portal in a browser. Nothing here reads a word of a page, so it works in any language."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import expect

from conftest import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from accounts.models import User

#: A time as every page writes it, in both languages.
CLOCK = re.compile(r"\d\d:\d\d")


class Person:
    """Somebody at a browser of their own, who comes in through the sign-in form."""

    def __init__(self, browse: Callable[..., Page], user: User, language: str, **screen: Any) -> None:
        user.language = language
        user.save()
        self.has_scripts = screen.get("javascript", True)
        self.page = browse("/account/login/", language=language, **screen)
        self.sign_in(user)
        expect(self.page.locator("html")).to_have_attribute("lang", language)

    def sign_in(self, user: User) -> None:
        """Fill the sign-in form on which the browser stands."""
        self.page.fill("[name=login]", user.email)
        self.page.fill("[name=password]", PASSWORD)
        self.press("main form:has([name=password]) button")

    def press(self, selector: str) -> None:
        """Press a button or follow a link, and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def open(self, path: str) -> None:
        """Go to a place by the menu, in the form that the screen offers."""
        link = self.page.locator(f".site-nav a[href='{path}']")
        if not link.is_visible():
            self.page.click(".site-menu > summary")
            link = self.page.locator(f".site-menu a[href='{path}']")
        with self.page.expect_navigation():
            link.click()

    def take_task(self, path: str) -> None:
        """From the start page into a task that waits there."""
        self.page.goto("/")
        self.press(f".task a[href='{path}']")

    def says(self, text: str, where: str = "main") -> Locator:
        """The place that holds what somebody wrote, which has to be there."""
        place = self.page.locator(where)
        expect(place).to_contain_text(text)
        return place

    def unfold(self, summary: str) -> None:
        """Open what is folded under a summary."""
        self.page.locator(summary).first.click()


def picture() -> bytes:
    """A small PNG."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "PNG")
    return out.getvalue()
