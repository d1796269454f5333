"""Partners read results over the API, with the same figures as on the pages, and people are reminded once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.core.cache import cache
from jsonschema import Draft202012Validator

from core.access import Actor
from core.mail import deliver
from evidence.models import Period, Reminder
from evidence.results import rollup
from evidence.results.reminders import send_digests
from organizations.projects import services as projects

pytestmark = pytest.mark.django_db
Q1 = date(2025, 1, 1)


@pytest.fixture
def ask(client, api_key):
    cache.clear()
    return lambda path, **params: client.get(f"/api/v1/{path}", params, HTTP_AUTHORIZATION=f"Api-Key {api_key}")


@pytest.fixture
def published(project, make_result):
    make_result(project, "OP09", Q1, value=17)
    make_result(project, "OP08", Q1, value=3)
    make_result(project, "OP01", Q1, value=777)
    make_result(project, "OC01", Q1, numerator=7, denominator=8)
    make_result(project, "OC01", date(2025, 4, 1), numerator=58, denominator=60)
    make_result(project, "OC01", date(2025, 7, 1), numerator=30, denominator=41)
    make_result(project, "OC01", date(2025, 10, 1), numerator=20, denominator=60)
    make_result(project, "IM01", Q1, value="61.25", denominator=40)
    make_result(project, "OP06", Q1, value=9999, state="VERIFIED", comment="⟦result⟧")
    return project


@pytest.mark.parametrize("resource", ["indicators", "results"])
def test_list_and_record_are_what_the_schema_says(resource, ask, client, published):
    document = client.get("/api/v1/openapi.json").json()
    operation = document["paths"][f"/api/v1/{resource}/"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator(
        {**schema, "components": document["components"]}, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    answer = ask(f"{resource}/")
    validator.validate(answer.json())
    assert "⟦" not in answer.content.decode()
    first = answer.json()["results"][0]
    assert ask(f"{resource}/{first['uuid' if resource == 'results' else 'code']}/").json() == first


def test_small_numbers_have_a_reason_in_place_of_a_value(ask, published):
    rows = ask("results/").json()["results"]
    said = {(row["indicator"], row["starts_on"]): (row["value"], row["reason"], row["detail"]) for row in rows}
    assert said == {
        ("OP09", "2025-01-01"): (17, None, None),
        ("OP08", "2025-01-01"): (None, "suppressed", "below_5"),
        ("OP01", "2025-01-01"): (None, "withheld", None),
        ("OC01", "2025-01-01"): (None, "suppressed", "small_base"),
        ("OC01", "2025-04-01"): (None, "suppressed", "complementary"),
        ("OC01", "2025-07-01"): (73, None, None),
        ("OC01", "2025-10-01"): (33.3, None, None),
        ("IM01", "2025-01-01"): (61.3, None, None),
    }


def test_api_and_page_say_the_same(ask, published):
    """The expression of the query and the rule in Python are two; this keeps them one."""
    for row in rollup.live_results(Actor.visitor()).select_related(
        "project_indicator__indicator__unit", "published_revision__figure"
    ):
        figure = row.published_revision.figure
        printed = rollup.leaf_figure(
            row.project_indicator.indicator,
            value=figure.value,
            numerator=figure.numerator,
            denominator=figure.denominator,
            sees_all=False,
        )
        said = ask(f"results/{row.uuid}/").json()
        assert (said["value"], said["reason"]) == (
            printed.value if printed.is_shown else None,
            str(printed.reason) if printed.reason else None,
        )


@pytest.mark.parametrize("resource", ["indicators", "results"])
def test_an_unknown_filter_is_refused(resource, ask, published):
    assert ask(f"{resource}/", indicater="OP09").status_code == 400


@pytest.fixture(autouse=True)
def deliver_at_once(monkeypatch):
    """What the worker would do a moment later."""
    monkeypatch.setattr("core.tasks.deliver_message.delay", deliver)


def test_the_digest_is_one_mail_a_person_and_day(
    project, reports_on, editor, other_focal_point, reviewer, funder, django_capture_on_commit_callbacks
):
    reports_on(project, "OP03")
    at = datetime(2025, 3, 3, 5, tzinfo=UTC)
    editor.language = "ur"
    editor.save()
    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            send_digests(at=at)
    assert sorted(message.to[0] for message in mail.outbox) == ["editor@example.org", "reviewer@example.org"]
    assert Reminder.objects.count() == 2
    text = {message.to[0]: message.body for message in mail.outbox}
    assert "/results/calendar/" in text["editor@example.org"]
    assert "1 reporting period of the projects is overdue" in text["reviewer@example.org"]
    with django_capture_on_commit_callbacks(execute=True):
        assert send_digests(at=datetime(2025, 3, 10, 5, tzinfo=UTC)) == 2


def test_nothing_due_is_no_mail(project, editor, reviewer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert send_digests(at=datetime(2025, 3, 3, 5, tzinfo=UTC)) == 0
    assert not mail.outbox


def test_the_calendar_follows_when_a_manager_changes_the_dates(project, reports_on, manager, actor_of, now):
    reports_on(project, "OP03")
    projects.update_project(
        actor=actor_of(manager),
        code=project.code,
        values={"ends_on": date(2025, 6, 30)},
        version=None,
        at=now,
    )
    assert Period.objects.filter(project=project).count() == 6


def test_tasks_name_what_is_due(project, reports_on, editor, reviewer, sign_in, client):
    reports_on(project, "OP06")
    sign_in(editor)
    assert "Quarter 1 of 2025" in client.get("/").content.decode()
    assert "Quarter 1 of 2025" in client.get("/evidence/").content.decode()
    sign_in(reviewer)
    assert "4 reports of results are overdue" in client.get("/").content.decode()
