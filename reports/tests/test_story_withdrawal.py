"""A story that was published everywhere is gone from everywhere the moment its person takes the consent back."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import RoleGrant
from core.errors import WrongState
from core.retraction import on_retraction
from evidence.consents import services as consents
from evidence.models import Consent, Story
from reports import jobs, renderers, services
from reports.models import Report
from reports.selectors import tasks_for

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "She sells cloth now and decides herself."


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr("reports.tasks.build_report.delay", lambda **message: None)


def enter(user=None, **headers) -> Client:
    client = Client(headers=headers)
    if user:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text_of(pdf: bytes) -> str:
    import io

    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.fixture
def told(make_consent, make_story, publish):
    """A published story with every scope, and another that stays."""
    first = publish(make_story(consent=make_consent()))
    second = publish(
        make_story(consent=make_consent(alias="another"), title="Another story", what_changed="The road is open again.")
    )
    Story.objects.update(published_at=timezone.now())
    return first, second


@pytest.fixture
def built(make_report, told):
    report = make_report(period_end=date(2099, 1, 1))
    jobs.build(report_id=report.pk)
    report.refresh_from_db()
    assert report.status == "DONE"
    return report


def exits(story, report, api_key, funder, manager) -> dict[str, bool]:
    """Where the words, or for the feed the address, of the story can be found."""
    visitor, partner = enter(), enter(Authorization=f"Api-Key {api_key}")
    public = {
        "page": visitor.get(reverse("evidence:story", args=[story.uuid])),
        "list": visitor.get(reverse("evidence:story_list")),
        "search": visitor.get(reverse("evidence:story_list") + "?q=cloth"),
        "api": partner.get("/api/v1/stories/"),
        "api one": partner.get(f"/api/v1/stories/{story.uuid}/"),
        "report page": enter(manager).get(reverse("reports:read", args=[report.uuid])),
        "report html": enter(funder).get(reverse("reports:file", args=[report.uuid, "html"])),
    }
    found = {name: WORDS in body(answer).decode() for name, answer in public.items()}
    feed = visitor.get(reverse("evidence:story_feed")).content.decode()
    found["feed"] = str(story.uuid) in feed
    for name, user in (("pdf", funder), ("pdf of the manager", manager)):
        pdf = enter(user).get(reverse("reports:file", args=[report.uuid, "pdf"]))
        found[name] = pdf.status_code == 200 and WORDS in text_of(body(pdf))
    return found


def test_a_withdrawn_story_is_gone_from_page_list_search_feed_api_and_report_at_once(
    told, built, api_key, funder, manager, editor, make_user, actor_of
):
    story, other = told
    services.release_report(
        actor=actor_of(make_user("second-manager@example.org", "MANAGER")), uuid=built.uuid, at=timezone.now()
    )
    jobs.build(report_id=built.pk)
    before = exits(story, built, api_key, funder, manager)
    assert all(before.values()), before
    with CaptureQueriesContext(connection) as captured:
        withdrawn = enter(editor).post(
            reverse("evidence:consent_withdraw", args=[Consent.objects.get(alias="teller").uuid])
        )
    assert withdrawn.status_code == 302
    written = [
        query["sql"]
        for query in captured.captured_queries
        if re.match(r'(UPDATE "(evidence|reports)|BEGIN|COMMIT)', query["sql"])
    ]
    after = exits(story, built, api_key, funder, manager)
    assert not any(after.values()), after
    # One transaction: what was withdrawn, the story, and the report were written between one BEGIN and one COMMIT.
    inner = [index for index, sql in enumerate(written) if sql.startswith("UPDATE")]
    between = written[inner[0] : inner[-1]]
    assert any('"evidence_consent"' in sql for sql in written)
    assert any('"evidence_story"' in sql for sql in written)
    assert any('"reports_report"' in sql for sql in written)
    assert not any(sql.startswith(("BEGIN", "COMMIT")) for sql in between)
    # The other story stays, and the manager builds the report again without the first.
    assert enter().get(reverse("evidence:story", args=[other.uuid])).status_code == 200
    assert "Build again: " in tasks_for(actor_of(manager))[0].title
    answer = enter(manager).post(reverse("reports:rebuild", args=[built.uuid]))
    fresh = Report.objects.exclude(pk=built.pk).get()
    assert answer["Location"] == reverse("reports:detail", args=[fresh.uuid])
    jobs.build(report_id=fresh.pk)
    pdf = text_of(body(enter(manager).get(reverse("reports:file", args=[fresh.uuid, "pdf"]))))
    assert (WORDS in pdf, "The road is open again." in pdf) == (False, True)
    assert tasks_for(actor_of(manager)) == []
    built.refresh_from_db()
    assert (built.replaced_by, built.files.count(), fresh.is_final) == (fresh, 0, False)


def test_nothing_is_withdrawn_when_one_part_of_it_fails(told, built, editor, actor_of, monkeypatch):
    story, _other = told

    def fail(**_retracted):
        raise RuntimeError("the reports could not be marked")

    from core import retraction

    monkeypatch.setitem(retraction._handlers, "reports", fail)
    consent = Consent.objects.get(alias="teller")
    with pytest.raises(RuntimeError):
        consents.withdraw_consent(actor=actor_of(editor), uuid=consent.uuid, at=timezone.now())
    consent.refresh_from_db()
    story.refresh_from_db()
    built.refresh_from_db()
    assert (consent.withdrawn_at, story.state, built.outdated_since) == (None, "PUBLISHED", None)
    on_retraction("reports", services.close_reports_with)


@pytest.mark.parametrize("moment", ["render_pdf", "render_html"])
def test_a_story_withdrawn_while_the_report_is_built_is_not_in_it(
    moment, told, make_report, editor, actor_of, monkeypatch
):
    report = make_report(period_end=date(2099, 1, 1))
    render = getattr(renderers, moment)
    calls = []

    def withdraw_and_render(**arguments):
        if not calls:
            consent = Consent.objects.get(alias="teller")
            consents.withdraw_consent(actor=actor_of(editor), uuid=consent.uuid, at=timezone.now())
        calls.append(moment)
        return render(**arguments)

    monkeypatch.setattr(renderers, moment, withdraw_and_render)
    jobs.build(report_id=report.pk)
    report.refresh_from_db()
    assert (report.status, len(calls), report.is_outdated) == ("DONE", 2, False)
    assert list(report.stories.all()) == [told[1]]
    with report.files.get(format="pdf").file.open() as file:
        assert WORDS not in text_of(file.read())
    assert WORDS not in str(report.snapshot)


def test_a_draft_that_is_released_while_its_story_is_withdrawn_is_a_draft_again(
    told, built, editor, make_user, actor_of
):
    services.release_report(
        actor=actor_of(make_user("second-manager@example.org", "MANAGER")), uuid=built.uuid, at=timezone.now()
    )
    consent = Consent.objects.get(alias="teller")
    consents.withdraw_consent(actor=actor_of(editor), uuid=consent.uuid, at=timezone.now())
    jobs.build(report_id=built.pk)
    built = Report.objects.get(pk=built.pk)
    assert (built.status, built.is_final, built.is_outdated) == ("DONE", False, False)
    assert WORDS not in str(built.snapshot)


def test_a_report_is_closed_the_day_after_a_consent_in_it_ended_without_any_job(told, built, manager, actor_of):
    address = reverse("reports:file", args=[built.uuid, "pdf"])
    opened = enter(manager).get(address)
    assert (opened.status_code, body(opened)[:5]) == (200, b"%PDF-")
    Consent.objects.filter(alias="teller").update(expires_on=timezone.localdate() - timedelta(days=1))
    assert enter(manager).get(address).status_code == 404
    assert "no longer valid" in enter().get(reverse("reports:verify", args=[built.uuid])).content.decode()
    page = enter(manager).get(reverse("reports:detail", args=[built.uuid])).content.decode()
    assert "Build it again" in page
    assert "To be built again" in enter(manager).get(reverse("reports:list")).content.decode()


def test_a_closed_report_is_neither_released_nor_endorsed_nor_built_again_by_just_anybody(
    told, built, editor, nacta, reviewer, make_user, actor_of
):
    consent = Consent.objects.get(alias="teller")
    consents.withdraw_consent(actor=actor_of(editor), uuid=consent.uuid, at=timezone.now())
    second = make_user("second-manager@example.org", "MANAGER")
    assert enter(second).post(reverse("reports:release", args=[built.uuid])).status_code == 403
    assert enter(reviewer).post(reverse("reports:rebuild", args=[built.uuid])).status_code == 403
    built.refresh_from_db()
    assert (built.is_final, built.replaced_by, Report.objects.count()) == (False, None, 1)


def test_a_report_that_is_as_it_should_be_is_not_built_again(told, built, manager, actor_of):
    with pytest.raises(WrongState):
        services.rebuild_report(actor=actor_of(manager), uuid=built.uuid, at=timezone.now())
    assert RoleGrant.objects.exists()
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("scopes", "sensitivity", "is_quoted"),
    [
        (["STORY", "ONLINE", "PRINT"], "PUBLIC", True),
        (["STORY", "ONLINE"], "PUBLIC", False),
        (["STORY", "ONLINE", "PRINT"], "PARTNER", False),
        (["STORY", "ONLINE", "PRINT", "DONOR"], "PARTNER", True),
        (["STORY", "ONLINE", "PRINT", "DONOR"], "RESTRICTED", False),
    ],
)
def test_a_report_quotes_only_what_all_its_readers_may_read(
    scopes, sensitivity, is_quoted, make_consent, make_story, publish
):
    story = publish(make_story(consent=make_consent(scopes=scopes)))
    Story.objects.update(sensitivity=sensitivity)
    assert list(Story.objects.printable()) == ([story] if is_quoted else [])


def test_the_interface_gives_stories_only_with_the_consent_to_it(make_consent, make_story, publish, api_key):
    publish(make_story(consent=make_consent(scopes=["STORY", "ONLINE", "PRINT"])))
    with_scope = publish(make_story(consent=make_consent(alias="other")))
    answer = enter(Authorization=f"Api-Key {api_key}").get("/api/v1/stories/")
    assert [row["uuid"] for row in answer.json()["results"]] == [str(with_scope.uuid)]
    assert enter().get("/api/v1/stories/").status_code in {401, 403}
