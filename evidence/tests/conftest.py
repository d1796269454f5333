"""The scene of the tests of evidence: an activity of the cast's organization, as far along as a test needs."""

from __future__ import annotations

from datetime import date

import pytest

from core.access import Role
from core.geography import District
from core.terms import term
from evidence.activities import services as activities
from evidence.activities.grid import Counts
from evidence.items import services as items
from evidence.learning import services as learning
from evidence.models import Activity, Indicator, Period, ProjectIndicator, Result, ResultRevision, ResultValue
from evidence.records import services as records
from evidence.results.calendar import settle_calendar
from evidence.results.reference import load_framework
from evidence.tests.filled import line, send, take_over, workbook  # noqa: F401 - fixtures
from organizations.models import Organization

ABOUT = {
    "title": "Dialogue in Landi Kotal",
    "title_ur": "",
    "language": "en",
    "status": "COMPLETED",
    "status_note": "",
    "starts_on": date(2025, 5, 10),
    "ends_on": date(2025, 5, 11),
}
COUNTS = Counts(
    attendances=40,
    unique_persons=35,
    is_disability_asked=True,
    cells={("F", "A18_24", "WITHOUT", ""): 18, ("M", "A18_24", "WITHOUT", "YOUTH"): 12, ("F", "A25_29", "WITH", ""): 3},
)


@pytest.fixture
def field_project(project):
    """The organization's project, with districts."""
    project.districts.set(District.objects.filter(code__in=["KP-PESHAWAR", "KP-KHYBER"]))
    return project


@pytest.fixture
def make_activity(field_project, editor, actor_of, now):
    """A draft through the services: `make_activity(title="…")`; keyword arguments are fields of the first section."""

    def make(*, by=None, project=None, **fields) -> Activity:
        given = {
            **ABOUT,
            "type_id": term("activity_type", "DIALOGUE").pk,
            "district_id": District.objects.get(code="KP-KHYBER").pk,
            "district_note": "",
            "setting_id": None,
            "place": "⟦place⟧",
            **fields,
        }
        return activities.create_activity(
            actor=actor_of(by or editor), project_code=(project or field_project).code, values=given, at=now
        )

    return make


@pytest.fixture
def make_item(field_project, editor, actor_of, now):
    """Evidence with a link: `make_item("Report", type="REPORT")`."""

    def make(title="Report of the dialogue", *, by=None, **fields):
        values = {"title": title, "type": "REPORT", "url": "https://example.org/report", **fields}
        actor = actor_of(by or editor)
        return items.add_item(
            actor=actor,
            organization_id=min(actor.organization_ids),
            project_code="" if by else field_project.code,
            values=values,
            at=now,
        )

    return make


@pytest.fixture
def complete_activity(make_activity, make_item, editor, actor_of, now):
    """A draft with everything that a submission asks for."""

    def make(**fields) -> Activity:
        activity, actor = make_activity(**fields), actor_of(editor)
        activities.save_section(
            actor=actor,
            uuid=activity.uuid,
            section="content",
            values={
                "description": "Forty people talked about the road.",
                "methods": "",
                "feedback_score": None,
                "themes": [term("pve_theme", "DIALOGUE").pk],
                "drivers": [],
                "partners": [],
            },
            base=None,
            at=now,
        )
        activities.save_counts(actor=actor, uuid=activity.uuid, counts=COUNTS, base=None, at=now)
        items.attach_item(actor=actor, kind="activity", uuid=activity.uuid, item_uuid=make_item().uuid, at=now)
        activity.refresh_from_db()
        return activity

    return make


@pytest.fixture
def take(actor_of, now):
    """Take steps with a record as people: `take(activity, submit=editor, verify=reviewer)`."""

    def steps(record, kind="activity", **by):
        for verb, user in by.items():
            verb = verb.removesuffix("_it")
            service = records.PLAIN_STEPS.get(verb) or records.REASONED_STEPS[verb]
            details = {} if verb == "withdraw" else {"version": None}
            if verb in records.REASONED_STEPS:
                details["reason"] = "Because."
            service(actor=actor_of(user), kind=kind, uuid=record.uuid, at=now, **details)
        record.refresh_from_db()
        return record

    return steps


@pytest.fixture
def published_activity(complete_activity, take, editor, reviewer, manager):
    """An activity that everybody may read."""
    return take(complete_activity(), submit=editor, verify=reviewer, approve=manager, publish=manager)


@pytest.fixture
def other_manager(make_user):
    return make_user("manager2@example.org", Role.MANAGER)


@pytest.fixture
def framework(programme):
    """The standard indicators of the programme by their code."""
    load_framework(programme)
    return {row.code: row for row in Indicator.objects.select_related("unit", "node")}


@pytest.fixture
def reports_on(framework):
    """Let a project report on standard indicators, and make its calendar: `reports_on(project, "OP03")`."""

    def report(project, *codes):
        for code in codes:
            ProjectIndicator.objects.get_or_create(project=project, indicator=framework[code])
        settle_calendar(project)

    return report


@pytest.fixture
def make_result(make_user, reports_on, now):
    """A result with one revision, bypassing the services: `make_result(project, "OP03", date(2025, 2, 1), value=4)`."""
    author = make_user("author@example.org")

    def make(project, code, day, *, state="PUBLISHED", district=None, comment="", **figures) -> Result:
        reports_on(project, code)
        reported = ProjectIndicator.objects.get(project=project, indicator__code=code)
        period = Period.objects.get(
            project=project, frequency=reported.indicator.frequency, starts_on__lte=day, ends_on__gte=day
        )
        was_sent = state != "DRAFT"
        result = Result.objects.create(
            organization_id=project.organization_id,
            project=project,
            project_indicator=reported,
            period=period,
            district=District.objects.get(code=district) if district else None,
            first_submitted_at=now if was_sent else None,
            created_at=now,
            saved_at=now,
        )
        revision = ResultRevision.objects.create(
            record=result,
            number=1,
            comment=comment,
            created_by=author,
            created_at=now,
            saved_by=author,
            saved_at=now,
            submitted_at=now if was_sent else None,
            verified_at=now if state in {"VERIFIED", "APPROVED", "PUBLISHED"} else None,
        )
        ResultValue.objects.create(revision=revision, **figures)
        result.state = state
        if state == "PUBLISHED":
            result.published_revision, result.published_at = revision, now
        result.save()
        return result

    return make


#: A complete text of each kind.
LEARNING = {
    "lesson": {"title": "Elders were asked first", "type": "WORKED", "body": "They came.", "recommendation": "Ask."},
    "challenge": {"title": "The road was closed", "body": "Three weeks long."},
    "innovation": {"title": "Story boxes", "body": "A box in each school.", "what_is_new": "Children fill it."},
}


@pytest.fixture
def make_learning(field_project, editor, actor_of, now):
    """A draft: `make_learning("lesson", title="…")`; keyword arguments are columns and relations of its shape."""

    def make(kind, *, by=None, organization=None, uuid=None, **fields):
        actor = actor_of(by or editor)
        terms = {
            "lesson": {},
            "challenge": {
                "category_id": term("challenge_category", "ACCESS").pk,
                "severity_id": term("severity", "HIGH").pk,
                "resolution_id": term("resolution_status", "OPEN").pk,
            },
            "innovation": {
                "type_id": term("innovation_type", "METHOD").pk,
                "maturity_id": term("innovation_maturity", "PILOT").pk,
            },
        }
        own = organization or Organization.objects.get(pk=min(actor.organization_ids))
        return learning.start_learning(
            actor=actor,
            kind=kind,
            organization_slug=own.slug,
            project_code="",
            values={**LEARNING[kind], **terms[kind], **fields},
            uuid=uuid,
            at=now,
        )

    return make


@pytest.fixture
def published_learning(make_learning, take, editor, reviewer, manager):
    """A record that everybody may read."""

    def publish(kind, *, by=None, **fields):
        record = make_learning(kind, by=by, **fields)
        return take(record, kind, submit=by or editor, verify=reviewer, approve=manager, publish=manager)

    return publish
