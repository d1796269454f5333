"""Takes the pictures of the README from a running portal with the demo programme in it.

    .venv/bin/python docs/screenshots/make.py http://localhost:8000

Needs a Chromium (`CHROMIUM` names it, or it is found on the path) and the demo accounts (`manage.py demo_accounts --json`).
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DESKTOP, PHONE = (1280, 860), (390, 844)
WORKSHOP = "/workshops/national-workshop-2026"

#: Name of the picture, address (and the link to follow from there), role, language, colours, size.
SCREENS = (
    ("home", "/", "", "en", "light", DESKTOP),
    ("home-cso", "/", "focal_point", "en", "light", DESKTOP),
    ("home-manager", "/", "manager", "en", "light", DESKTOP),
    ("organizations", "/organizations/", "", "en", "light", DESKTOP),
    ("agenda", f"{WORKSHOP}/agenda/", "", "en", "light", DESKTOP),
    ("agenda-urdu-phone", f"{WORKSHOP}/agenda/", "", "ur", "light", PHONE),
    ("showcases-dark", f"{WORKSHOP}/showcases/", "", "en", "dark", DESKTOP),
    ("organization", "/organizations/roshan-rahein-development-forum/", "", "en", "light", DESKTOP),
    ("review", "/review/", "reviewer", "en", "light", DESKTOP),
    ("review-showcase", "/review/ main tbody a", "reviewer", "en", "light", DESKTOP),
    ("showcase", f"{WORKSHOP}/showcases/ main a[href^='/showcases/']", "", "en", "light", DESKTOP),
    ("showcase-form", "/ main a[href^='/showcases/']", "editor", "en", "light", DESKTOP),
    ("roadmap", "/roadmaps/ main a[href^='/roadmaps/']", "", "en", "light", DESKTOP),
    ("reports", "/reports/", "manager", "en", "light", DESKTOP),
    ("api", "/api/v1/docs/", "", "en", "light", DESKTOP),
)


def main(base: str) -> None:
    """Write one PNG of at most 256 colours a screen beside this script."""
    accounts = {}
    listed = subprocess.run(
        [sys.executable, "manage.py", "demo_accounts", "--json"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for account in json.loads(listed.stdout):
        accounts.setdefault(account["role"], account)
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, path, role, language, colours, (width, height) in SCREENS:
            picture = take(
                browser,
                base,
                path,
                accounts.get(role),
                language,
                colours,
                width,
                height,
            )
            Image.open(io.BytesIO(picture)).convert("RGB").quantize(256).save(HERE / f"{name}.png", optimize=True)
            print(name)
        browser.close()


def take(
    browser: Browser,
    base: str,
    path: str,
    account: dict[str, str] | None,
    language: str,
    colours: str,
    width: int,
    height: int,
) -> bytes:
    """One screen as PNG bytes, as the account sees it."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=colours)
    page = context.new_page()
    if account:
        page.goto(f"{base}/account/login/")
        page.fill("input[name=login]", account["email"])
        page.fill("input[name=password]", account["password"])
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state()
    context.add_cookies([{"name": "django_language", "value": language, "url": base}])
    address, _, link = path.partition(" ")
    page.goto(base + address)
    if link:
        page.locator(link).first.click()
    page.wait_for_load_state("networkidle")
    picture = page.screenshot()
    context.close()
    return picture


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
