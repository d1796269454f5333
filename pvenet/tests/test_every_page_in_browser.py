"""Every main page, as everybody who has it, in both languages: accessible, steady, never wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from conftest import PASSWORD
from organizations.models import Organization
from pvenet.tests.journey import Person
from pvenet.tests.test_look_journeys import LATIN_LETTERS
from pvenet.tests.world import World, build_world
from workshops.models import ShowcaseRevision

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

#: Nothing in it says where it may break.
LONG_WORD = "https://www.example.org/a-name-that-nobody-could-break/" + "x" * 60
#: What axe finds, as [rule, first place].
EVERYTHING = """axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 200)]))"""
CONTRAST = EVERYTHING.replace("{ res", '{ runOnly: ["color-contrast"], res')
EVERYBODY = (
    "visitor",
    "focal_point",
    "reviewer",
    "manager",
    "administrator",
    "data_protection_officer",
    "nacta",
)
SECTIONS = ("about", "background", "reach", "focus", "evidence", "presenters")
#: Adds up what moved without anybody touching the page (Cumulative Layout Shift).
WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
SETTLED = "document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => done(window.shifted))))"
STICKS_OUT = "document.scrollingElement.scrollWidth - innerWidth"


@pytest.fixture
def world() -> World:
    """One of everything, with words that do not fit a phone."""
    world = build_world()
    for user in world.users.values():
        user.set_password(PASSWORD)
        user.save()
    home = world.organizations[0]
    Organization.objects.filter(pk=home.pk).update(mission=LONG_WORD, name=LONG_WORD)
    ShowcaseRevision.objects.update(title=LONG_WORD, background=LONG_WORD)
    return world


def pages_of(person: str, world: World) -> list[str]:
    """The main pages of a person."""
    home, other = (row.slug for row in world.organizations[:2])
    workshop = world.showcases["published"].workshop.slug
    session = world.showcases["published"].workshop.sessions.get().pk
    one = {name: f"/showcases/{row.uuid}/" for name, row in world.showcases.items()}
    roadmap = f"/roadmaps/{world.roadmaps[0].slug}/"
    revision = world.rows["profile_revisions"][1].pk
    report = f"/reports/{world.reports[0].uuid}/"
    client = world.rows["api_clients"][0].pk
    pages = {
        "visitor": [
            "/organizations/",
            f"/organizations/{home}/",
            "/projects/",
            "/projects/open/",
            "/workshops/",
            f"/workshops/{workshop}/",
            f"/workshops/{workshop}/agenda/",
            f"/workshops/{workshop}/showcases/",
            one["published"],
            "/roadmaps/",
            roadmap,
            f"{roadmap}actions/P1-01/",
            "/privacy/",
            "/accessibility/",
            "/account/login/",
            "/account/password/reset/",
            "/no-such-page/",
        ],
        "focal_point": [
            "/showcases/",
            f"{one['draft']}edit/",
            *(f"{one['draft']}edit/{key}/" for key in SECTIONS),
            f"{one['draft']}check/",
            f"{one['returned']}edit/",
            f"/organizations/{home}/profile/",
            f"/organizations/{home}/profile/edit/",
            f"/organizations/{home}/private/",
            f"/organizations/{home}/private/contacts/new/",
            f"/organizations/{home}/members/",
            "/account/",
            "/account/2fa/",
        ],
        "reviewer": [
            "/review/",
            f"/review/{world.showcases['submitted'].uuid}/",
            f"/review/{world.showcases['returned'].uuid}/",
            "/review/profiles/",
            f"/review/profiles/{revision}/",
        ],
        "manager": [
            f"/review/{world.showcases['verified'].uuid}/",
            f"/workshops/{workshop}/board/",
            f"/workshops/{workshop}/sessions/new/",
            f"/workshops/{workshop}/sessions/{session}/edit/",
            f"/workshops/{workshop}/setting/",
            f"/workshops/{workshop}/edit/",
            "/reports/",
            "/reports/new/",
            report,
            "/account/api-clients/",
            f"/account/api-clients/{client}/",
            f"/account/api-clients/{client}/new-key/",
            f"{roadmap}edit/",
            f"{roadmap}actions/new/",
            "/organizations/new/",
            f"/organizations/{other}/entry/",
            "/projects/new/",
            "/projects/open/edit/",
        ],
        "administrator": [
            "/invitations/",
            "/account/users/",
            f"/account/users/{world.users['editor'].pk}/",
            "/vocabularies/",
            "/vocabularies/target_group/",
            "/vocabularies/target_group/YOUTH/",
        ],
        "data_protection_officer": ["/audit/", f"/organizations/{home}/private/"],
        "nacta": [],
    }
    return ["/", *pages[person]]


def everywhere(browse: Any, world: World, language: str) -> Iterator[tuple[str, int, Page]]:
    """Stand on each page as each person in turn."""
    for person in EVERYBODY:
        page = (
            browse("/", language=language)
            if person == "visitor"
            else Person(browse, world.users[person], language).page
        )
        page.context.add_init_script(WATCH_SHIFTS)
        for path in pages_of(person, world):
            answer = page.goto(path)
            yield f"{person} {path}", answer.status if answer else 0, page


@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_page_is_accessible_in_light_and_dark_and_keeps_to_the_screen(browse, world, language):
    found = [
        (where, *complaint)
        for where, status, page in everywhere(browse, world, language)
        for complaint in complaints(page, status, language)
    ]
    assert found == []


def complaints(page: Page, status: int, language: str) -> Iterator[tuple[object, ...]]:
    """What is wrong with the page: what moved, what sticks out on a phone, and what axe says in light and dark."""
    if status != (404 if page.url.endswith("/no-such-page/") else 200):
        yield "answers", status
    shifted = page.evaluate(SETTLED)
    if shifted >= 0.1:
        yield "moves", round(shifted, 3)
    page.set_viewport_size({"width": 390, "height": 844})
    if (pixels := page.evaluate(STICKS_OUT)) > 0:
        yield "is too wide on a phone", pixels
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate(Axe().axe_script)
    for scheme, command in (("light", EVERYTHING), ("dark", CONTRAST)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if scheme == "dark" and language == "ur":
            page.evaluate(LATIN_LETTERS)
        yield from ((scheme, *found) for found in page.evaluate(command))
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    if language == "ur":
        yield from (("light", *found) for found in page.evaluate(CONTRAST))


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_form_is_worked_by_keyboard(browse, world, language):
    page = Person(browse, world.users["editor"], language).page
    page.goto(f"/showcases/{world.showcases['draft'].uuid}/edit/background/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.reload()
    visited = []
    for _ in range(60):
        page.keyboard.press("Tab")
        visited.append(page.evaluate(WHERE_THE_FOCUS_IS))
        if visited[-1]["name"] == "go":
            break
    assert [stop for stop in visited if not stop["seen"]] == []
    assert "/showcases/" in [stop["path"] for stop in visited]
    assert [stop["name"] for stop in visited[-2:]] == ["background", "go"]


#: Where the focus is, and whether one can see that it is there.
WHERE_THE_FOCUS_IS = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  const seen = box.width > 0 && box.height > 0 && (style.outlineStyle !== "none" || style.boxShadow !== "none");
  return { path: at.getAttribute("href"), name: at.name ?? null, seen, html: at.outerHTML.slice(0, 120) };
}"""
