"""The whole story in a real browser, once in English at a desk and once in Urdu on a phone.

A CSO's showcase is written, returned, sent again, verified, approved, published, placed in the agenda, read by a
partner's machine, counted in a report that a worker builds, and withdrawn.
"""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from core.tests.worker import wait_for
from pvenet.tests.journey import CLOCK, Person, picture
from workshops.models import Showcase

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

WORDS = {
    "en": "We met the elders of both valleys every week and wrote down what they asked for. ",
    "ur": "ہم ہر ہفتے دونوں وادیوں کے بزرگوں سے ملے اور جو کچھ انہوں نے کہا وہ لکھ لیا۔ ",
}
TITLE = {"en": "Elders who listen first", "ur": "بزرگ جو پہلے سنتے ہیں"}
#: Sections of running text in their order, each with its fields. One is left out at first.
TEXTS = {
    "activities": ["activities"],
    "innovations": ["innovations"],
    "challenges": ["challenges"],
    "lessons": ["lessons_worked", "lessons_adapted", "lessons_constraints"],
}
COMMENT = "How often did the elders meet? / بزرگ کتنی بار ملے؟"
REASON = "Say how often you met. / بتائیں کہ آپ کتنی بار ملے۔"
ANSWER = "Every week. / ہر ہفتے۔"


@pytest.fixture
def mail(tmp_path, monkeypatch):
    """The directory into which the worker puts e-mail."""
    monkeypatch.setenv("EMAIL_URL", f"filemail://{tmp_path}/mail")
    return tmp_path / "mail"


def write(person: Person, name: str, text: str) -> None:
    """Type into a field and see that it is saved without a button, where scripts run."""
    if not person.has_scripts:
        person.page.fill(f"main [name={name}]", text)
        return
    saved = person.page.locator("form [data-saved]")
    before = person.page.input_value("[name=version]")
    person.page.fill(f"[name={name}]", text)
    expect(person.page.locator("[name=version]")).not_to_have_value(before)
    expect(saved).to_have_text(CLOCK)


def go_on(person: Person, section: str) -> None:
    """Save, and stand in the section that comes next, where the page says when it was saved."""
    person.press("main form[data-autosave] button[name=go][value=on]")
    person.page.wait_for_url(f"**/edit/{section}/")
    expect(person.page.locator(".messages")).to_have_text(CLOCK)


def fill_in(person: Person, language: str) -> None:
    """Every section but the challenges, by the form."""
    page, text = person.page, WORDS[language] * 4
    write(person, "title", TITLE[language])
    page.select_option("main [name=language]", language)
    go_on(person, "background")
    write(person, "background", text)
    go_on(person, "reach")
    person.unfold("details:has([name=districts]) > summary")
    page.locator("[name=districts]").first.check()
    go_on(person, "focus")
    page.locator("[name=themes]").first.check()
    page.locator("[name=target_groups]").first.check()
    sections = [*TEXTS, "evidence"]
    go_on(person, sections[0])
    for section, following in pairwise(sections):
        if section != "challenges":
            for name in TEXTS[section]:
                write(person, name, text)
        go_on(person, following)
    page.set_input_files(
        "[name=file]",
        {"name": "map.png", "mimeType": "image/png", "buffer": picture()},
    )
    page.select_option("[name=type]", index=1)
    page.fill("[name=title]", "The circle")
    page.fill("[name=alt_text]", "A drawing of the circle")
    page.check("[name=is_released]")
    person.press("main form[enctype] button")
    person.says("The circle", ".files")
    person.press("main a[rel=next]")
    page.fill("[name=name]", "Gulalai Khan")
    page.check("[name=may_be_named]")
    page.fill("[name=email]", "gulalai@example.org")
    person.press("main form[data-keeps] button")
    person.says("Gulalai Khan", ".files")


def put_on_the_agenda(manager: Person, workshop, showcase: Showcase) -> None:
    page = manager.page
    manager.open("/workshops/")
    manager.press(f"main a[href='/workshops/{workshop.slug}/']")
    manager.press(f"main a[href='/workshops/{workshop.slug}/board/']")
    manager.press(f"main a[href='/workshops/{workshop.slug}/sessions/new/']")
    page.fill("[name=title]", "Morning of showcases")
    page.select_option("[name=day]", index=1)
    page.fill("[name=starts]", "09:30")
    page.fill("[name=ends]", "11:00")
    page.select_option("[name=room]", index=1)
    page.select_option("[name=type]", index=4)
    manager.press("main form:has([name=starts]) .form-actions button")
    page.select_option("[name=showcase]", str(showcase.uuid))
    manager.press("#showcases form:has([name=showcase]) button")


def make_key(manager: Person) -> str:
    """A key for a partner, read from the one page that shows it."""
    page = manager.page
    page.goto("/account/api-clients/")
    manager.press("main a[href='/account/api-clients/new/']")
    page.fill("[name=name]", "Results database")
    page.fill("[name=purpose]", "Reads what is published.")
    manager.press("main form:has([name=purpose]) .form-actions button")
    for scope in page.locator("[name=scopes]").all():
        scope.check()
    manager.press("main form:has([name=scopes]) .form-actions button")
    key = page.input_value("#plain-key")
    manager.press("main .buttons a")
    assert key not in page.content()
    return key


def ask(address: str, key: str) -> tuple[int, dict]:
    """What a partner's machine is told: status and JSON."""
    request = Request(address, headers={"Authorization": f"Api-Key {key}"})
    try:
        with urlopen(request) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refused:
        return refused.code, json.load(refused)


def status_of(page: Page, path: str) -> int:
    answer = page.goto(path)
    assert answer is not None
    return answer.status


@pytest.mark.parametrize(("language", "screen"), [("en", "desktop"), ("ur", "phone")])
def test_a_showcase_is_written_reviewed_published_reported_and_withdrawn(
    browse,
    broker,
    start_worker,
    mail,
    live_server,
    language,
    screen,
    workshop,
    organization,
    project,
    nacta,
    editor,
    focal_point,
    reviewer,
    manager,
):
    workshop.submission_deadline = timezone.now() + timedelta(days=30)
    workshop.save()

    def come_in(user) -> Person:
        return Person(browse, user, language, screen=screen)

    # The programme's side sees who takes part.
    officer = come_in(nacta)
    officer.open("/organizations/")
    officer.press(f"main a.row-link[href='/organizations/{organization.slug}/']")
    officer.says({"en": organization.name, "ur": organization.name_ur}[language], "main h1")

    # The CSO writes, is told what is missing, and sends.
    writer = come_in(editor)
    writer.open("/showcases/")
    writer.press("form[action$='/showcases/start/'] button")
    showcase = Showcase.objects.get()
    own, desk = f"/showcases/{showcase.uuid}/", f"/showcases/{showcase.uuid}/edit/"
    review = f"/review/{showcase.uuid}/"
    writer.press(f".sections a[href='{desk}about/']")
    fill_in(writer, language)
    writer.press(f"main a[rel=next][href='{own}check/']")
    missing = writer.page.locator(".notice li a")
    expect(missing).to_have_count(1)
    writer.press(".notice li a")
    assert writer.page.url.endswith("/edit/challenges/#field-challenges")
    write(writer, "challenges", WORDS[language] * 4)
    writer.press(f"main a[href='{own}check/']")
    writer.press(f"form[action='{own}submit/'] button")
    showcase.refresh_from_db()
    assert showcase.state == "SUBMITTED"

    # The reviewer comments on a section and returns it.
    checker = come_in(reviewer)
    checker.take_task(review)
    checker.says(TITLE[language], "main h1")
    checker.unfold("#activities details > summary")
    checker.page.fill("#comment-activities", COMMENT)
    checker.press("#activities form button")
    checker.unfold("summary[data-key=r]")
    checker.page.fill("[name=reason]", REASON)
    checker.press("form[action$='/step/return/'] button")

    # The CSO reads why, answers, changes the text and sends it again.
    writer.take_task(desk)
    writer.says(REASON)
    writer.says(COMMENT, "#comments")
    writer.press(f".sections a[href='{desk}activities/']")
    writer.unfold("#comments-activities details > summary")
    writer.page.fill("#comments-activities [name=body]", ANSWER)
    writer.press("#comments-activities form:has([name=body]) button")
    write(writer, "activities", WORDS[language] * 4 + ANSWER)
    writer.press(f"main a[href='{own}check/']")
    writer.press(f"form[action='{own}submit/'] button")

    # Verified by one, approved and published by another.
    checker.take_task(review)
    checker.says(ANSWER, "#comments")
    checker.press("main a[data-key=d]")
    expect(checker.page.locator("#activities ins")).not_to_have_count(0)
    checker.press("#comments footer form:has(.link-button) button")
    checker.press("#step-verify button")
    checker.page.goto(review)
    expect(checker.page.locator("#step-approve")).to_have_count(0)
    head = come_in(manager)
    head.take_task(review)
    head.press("#step-approve button")
    head.take_task(review)
    head.press("#step-publish button")
    showcase.refresh_from_db()
    assert showcase.state == "PUBLISHED"

    # It has its place in the agenda, for people and for calendars.
    put_on_the_agenda(head, workshop, showcase)
    agenda = f"/workshops/{workshop.slug}/agenda/"
    reader = browse(agenda, language=language, screen=screen)
    expect(reader.locator(f"main a[href='{own}']")).to_have_text(TITLE[language])
    calendar = reader.request.get(f"/workshops/{workshop.slug}/agenda.ics").text()
    assert TITLE[language] in calendar.replace("\r\n ", "")
    reader.locator(f"main a[href='{own}']").click()
    expect(reader.locator("main h1")).to_have_text(TITLE[language])
    expect(reader.locator("main")).to_contain_text("Gulalai Khan")
    expect(reader.locator("main")).not_to_contain_text("gulalai@example.org")
    evidence = reader.locator("main figure img")
    evidence.scroll_into_view_if_needed()
    expect(evidence).to_have_js_property("naturalWidth", 40)

    # A partner's machine reads it.
    key = make_key(head)
    api = f"{live_server.url}/api/v1/showcases/"
    code, answer = ask(api, key)
    assert code == 200
    assert [row["text"]["title"] for row in answer["results"]] == [TITLE[language]]
    code, row = ask(f"{api}{showcase.uuid}/", key)
    assert (code, row["text"]["title"]) == (200, TITLE[language])

    # The worker builds the report while the page waits, and sends the e-mail of all that happened.
    head.open("/reports/")
    head.press("main a[href^='/reports/new/']")
    head.page.check("[name=kind][value=impact]")
    head.page.check(f"main [name=language][value={language}]")
    head.press("main form:has([name=kind]) .form-actions button")
    expect(head.page.locator("#report-progress progress")).to_be_visible()  # fmt: skip
    start_worker()
    pdf = head.page.locator("main a[href$='/file.pdf']")
    expect(pdf).to_be_visible(timeout=90_000)
    with head.page.expect_download() as download:
        pdf.click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    told = {editor.email, focal_point.email, reviewer.email, manager.email}
    wait_for(lambda: told <= addressees(mail))

    # Withdrawn, it is gone at once for people and for machines.
    lead = come_in(focal_point)
    lead.open("/showcases/")
    lead.press(f"main a[href='{desk}']")
    lead.unfold("main details.confirm > summary")
    lead.page.fill("[name=reason]", REASON)
    lead.press("form[action$='/step/withdraw/'] button")
    assert status_of(reader, own) == 404
    assert ask(f"{api}{showcase.uuid}/", key)[0] == 404
    assert ask(api, key)[1]["results"] == []
    assert status_of(reader, agenda) == 200
    expect(reader.locator("main")).not_to_contain_text(TITLE[language])


def addressees(directory) -> set[str]:
    """Whom the worker has written to."""
    return {
        line.removeprefix("To: ").strip()
        for file in directory.glob("*")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith("To: ")
    }


@pytest.mark.parametrize(("language", "screen"), [("en", "phone"), ("ur", "desktop")])
def test_a_showcase_is_written_and_sent_without_scripts(browse, language, screen, workshop, organization, editor):
    workshop.submission_deadline = timezone.now() + timedelta(days=30)
    workshop.save()
    writer = Person(browse, editor, language, screen=screen, javascript=False)
    writer.open("/showcases/")
    writer.press("form[action$='/showcases/start/'] button")
    showcase = Showcase.objects.get()
    own = f"/showcases/{showcase.uuid}/"
    writer.press(f".sections a[href='{own}edit/about/']")
    fill_in(writer, language)
    writer.press(f"main a[rel=next][href='{own}check/']")
    writer.press(".notice li a")
    write(writer, "challenges", WORDS[language] * 4)
    go_on(writer, "lessons")
    writer.press(f"main a[href='{own}check/']")
    writer.press(f"form[action='{own}submit/'] button")
    showcase.refresh_from_db()
    assert (showcase.state, showcase.revisions.get().title) == (
        "SUBMITTED",
        TITLE[language],
    )
