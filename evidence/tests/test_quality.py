"""What is doubtful is found, said to whom it concerns, explained, accepted, and gone with its cause."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import InvalidInput, NotAllowed, WrongState
from core.geography import District
from core.terms import Term, term
from core.workflow import State
from evidence.activities.bulk import NewActivity, bulk_create_activities
from evidence.activities.grid import Counts
from evidence.models import (
    Activity,
    ActivityRevision,
    Baseline,
    Challenge,
    ChallengeRevision,
    Doubt,
    Indicator,
    Period,
    ProjectIndicator,
    Result,
    ResultNode,
    ResultRevision,
    ResultValue,
    Story,
    StoryRevision,
    Target,
    Turnout,
)
from evidence.quality import services
from evidence.quality.selectors import tasks_for
from evidence.quality.texts import has_label_beside_name

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(field_project, editor, now):
    """An activity that came in whichever way: `stored(title="…", attendances=3, parts=2)`."""

    def make(*, attendances=40, state=State.SUBMITTED, project=None, **fields) -> Activity:
        given = {
            "type_id": term("activity_type", "DIALOGUE").pk,
            "title": f"Activity {Activity.objects.count()}",
            "status": "COMPLETED",
            "starts_on": date(2025, 5, 10) + timedelta(days=Activity.objects.count()),
            "district_id": field_project.districts.order_by("pk").first().pk,
            **fields,
        }
        given.setdefault("ends_on", given["starts_on"])
        row = NewActivity(
            project=project or field_project,
            code=f"B{Activity.objects.count()}",
            state=state,
            fields=given,
            at=now,
            counts=Counts(attendances=attendances),
        )
        return bulk_create_activities([row], writer_id=editor.pk)[0]

    return make


def codes(record) -> set[str]:
    return set(Doubt.objects.filter(record_uuid=record.uuid, settled_at=None).values_list("rule", flat=True))


def change(record, **fields):
    ActivityRevision.objects.filter(record=record).update(**fields)


def test_an_activity_that_is_right_is_not_doubtful(stored, now):
    stored(), stored()
    services.look_at_all(at=now)
    assert not Doubt.objects.exists()


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"attendances": 0}, "nobody-came"),
        ({"status": "CANCELLED", "status_note": "Rain"}, "people-at-none"),
        ({"starts_on": date(2024, 1, 1), "ends_on": date(2024, 1, 1)}, "dates-outside"),
        ({"status": "COMPLETED", "starts_on": date(2026, 1, 11)}, "completed-ahead"),
        ({"description": "Call 0300-1234567."}, "personal-data"),
        ({"methods": "شناختی کارڈ ۳۵۲۰۲-۱۲۳۴۵۶۷-۱"}, "personal-data"),
        ({"description": "We met the terrorist Karim Dadullah there."}, "label-beside-name"),
    ],
)
def test_each_rule_finds_what_breaks_it_and_lets_go_when_the_cause_is_gone(stored, now, fields, rule):
    before = {"starts_on": date(2025, 5, 10), "ends_on": date(2025, 5, 10), "status": "COMPLETED"}
    activity = stored(**fields)
    services.look_at(kind="activity", ids=[activity.pk], at=now.replace(year=2026, month=1, day=10))
    assert rule in codes(activity)
    change(activity, **before, description="", methods="")
    Turnout.objects.filter(revision__record=activity).update(attendances=40)
    activity.revisions.get().participation.all().delete()
    activity.revisions.get().participation.create(sex="U", age_band="AU", count=40)
    services.look_at_all(at=now)
    assert codes(activity) == set()
    settled = Doubt.objects.filter(rule=rule).get()
    assert (settled.settled_at, settled.settled_by) == (now, None)


def test_a_district_outside_and_parts_that_do_not_add_up(stored, now):
    activity = stored(district_id=District.objects.exclude(code__startswith="KP").first().pk)
    Turnout.objects.filter(revision__record=activity).update(attendances=50)
    services.look_at_all(at=now)
    assert codes(activity) == {"district-outside", "parts-and-total"}
    assert Doubt.objects.get(rule="parts-and-total").values == {"parts": 40, "total": 50}


def test_activities_entered_twice_point_to_each_other(stored, make_project, other_organization, now):
    same = {"starts_on": date(2025, 6, 1), "title": "Dialogue of elders in Bara"}
    one, two = stored(**same), stored(**same)
    near = stored(**{**same, "title": "Dialogue of elders in Barra", "type_id": term("activity_type", "TRAINING").pk})
    elsewhere = stored(**same, project=make_project(other_organization, "other-project"))
    services.look_at_all(at=now)
    assert (codes(one), codes(near), codes(elsewhere) - {"district-outside"}) == (
        {"activity-twice", "title-twice"},
        {"title-twice"},
        set(),
    )
    assert Doubt.objects.get(record_uuid=one.uuid, rule="activity-twice").values == {"others": [str(two.uuid)]}


def test_a_held_record_leaves_the_list(stored, now):
    activity = stored(attendances=0)
    services.look_at_all(at=now)
    Activity.objects.filter(pk=activity.pk).update(is_held=True)
    services.look_at_all(at=now)
    assert codes(activity) == set()


@pytest.fixture
def report(field_project, programme, editor, organization, now):
    """A result of an indicator of the project: `report(1, value=10)` for the first period."""
    impact = ResultNode.objects.create(programme=programme, level="IMPACT", code="I", statement="Peace", position=1)

    def make(number, *, code="P", unit="NUMBER", aggregation="LATEST", comment="", district=None, days=90, **figure):
        indicator, _made = Indicator.objects.get_or_create(
            code=code,
            defaults={
                "node": impact,
                "name": code,
                "unit": term("indicator_unit", unit),
                "aggregation": aggregation,
                "frequency": "QUARTERLY",
            },
        )
        on, _made = ProjectIndicator.objects.get_or_create(project=field_project, indicator=indicator)
        start = date(2025, 1, 1) + timedelta(days=90 * (number - 1))
        end = start + timedelta(days=days - 1)
        period, _made = Period.objects.get_or_create(
            project=field_project,
            frequency="QUARTERLY",
            starts_on=start,
            defaults={"ends_on": end, "due_on": end + timedelta(days=15)},
        )
        row = Result.objects.create(
            organization=organization,
            project=field_project,
            project_indicator=on,
            period=period,
            district=district,
            first_submitted_at=now,
            created_at=now,
            saved_at=now,
        )
        revision = ResultRevision.objects.create(
            record=row, number=1, comment=comment, created_by=editor, created_at=now, saved_by=editor, saved_at=now
        )
        ResultValue.objects.create(revision=revision, **figure)
        return row

    return make


def test_results_that_do_not_fit_are_doubtful(report, now):
    units = set(Term.objects.of("indicator_unit").values_list("code", flat=True))
    plain = next(iter(sorted(units - {"PERSON", "PERCENT"})))
    first = report(1, unit=plain, value=50)
    falls = report(2, unit=plain, value=40)
    said = report(3, unit=plain, value=30, comment="Two offices closed.")
    small = report(1, code="Q", unit="PERCENT", numerator=5, denominator=20)
    without = report(2, code="Q", unit="PERCENT", value=30)
    long = report(4, code="R", unit=plain, value=1, days=120)
    overlap = report(5, code="R", unit=plain, value=1)
    Target.objects.create(project_indicator=first.project_indicator, period=first.period, value=20)
    Baseline.objects.create(
        project_indicator=small.project_indicator, value=10, measured_on=date(2025, 4, 5), source="Survey"
    )
    services.look_at_all(at=now)
    assert [codes(one) for one in (first, falls, said, small, without, long, overlap)] == [
        {"target-missed"},
        {"cumulative-falls"},
        set(),
        {"small-sample", "baseline-late"},
        {"percent-without-parts"},
        {"periods-overlap"},
        {"periods-overlap"},
    ]
    assert Doubt.objects.get(rule="target-missed").values == {"percent": 250}


def test_near_equal_stories_of_one_organization_are_doubtful_and_others_are_not_compared(
    organization, other_organization, editor, now
):
    text = "Before, young people of the village met nowhere. Now they meet every week and talk with the elders."

    def story(of, words):
        row = Story.objects.create(
            organization=of, domain=term("story_domain", first_code()), created_at=now, saved_at=now
        )
        StoryRevision.objects.create(
            record=row,
            number=1,
            title="Weekly meeting",
            what_changed=words,
            created_by=editor,
            created_at=now,
            saved_by=editor,
            saved_at=now,
        )
        return row

    def first_code():
        return Term.objects.of("story_domain").first().code

    one, two = story(organization, text), story(organization, text.replace("village", "valley"))
    theirs = story(other_organization, text)
    services.look_at_all(at=now)
    assert (codes(one), codes(two), codes(theirs)) == ({"story-twice"}, {"story-twice"}, set())
    assert Doubt.objects.get(record_uuid=one.uuid).values == {"others": [str(two.uuid)]}


def test_a_severe_challenge_open_for_long_becomes_a_task_of_the_manager(
    organization, editor, manager, actor_of, now, sign_in
):
    row = Challenge.objects.create(
        organization=organization, created_at=now, saved_at=now, first_submitted_at=now, state=State.SUBMITTED
    )
    ChallengeRevision.objects.create(
        record=row,
        number=1,
        title="The road is closed",
        severity=term("severity", "CRITICAL"),
        resolution=term("resolution_status", "OPEN"),
        began_on=(now - timedelta(days=31)).date(),
        created_by=editor,
        created_at=now,
        saved_by=editor,
        saved_at=now,
        submitted_at=now,
    )
    assert tasks_for(actor_of(manager)) == []
    services.look_at_all(at=now)
    (task,) = tasks_for(actor_of(manager))
    assert "rule=challenge-open" in task.url
    assert "The road is closed" in sign_in(manager).get(task.url).content.decode()
    assert tasks_for(actor_of(editor)) == []


@pytest.mark.parametrize(
    ("text", "is_beside"),
    [
        ("The terrorist Karim Dadullah was named.", True),
        ("They called Maulana Karim radicalized.", True),
        ("وہ دہشت گرد جناب کریم", True),
        ("The National Action Plan against terrorist groups in Khyber Pakhtunkhwa.", False),
        ("Young people spoke about what makes people radicalized.", False),
        (
            "Karim Dadullah opened the meeting. " + "Many spoke about roads and water. " * 4 + "No extremist came.",
            False,
        ),
    ],
)
def test_a_label_beside_a_name_is_told_from_a_text_about_the_subject(text, is_beside):
    assert has_label_beside_name(text) is is_beside


def test_an_explanation_is_given_read_and_accepted_and_holds_while_the_values_do(
    stored, sign_in, editor, reviewer, other_focal_point, now, actor_of
):
    activity = stored()
    Turnout.objects.filter(revision__record=activity).update(attendances=50)
    services.look_at_all(at=now)
    doubt = Doubt.objects.get()
    address = reverse("evidence:doubt_answer", args=[doubt.pk, "explain"])
    assert sign_in(other_focal_point).post(address, {"explanation": "x"}).status_code == 404
    client = sign_in(editor)
    refused = client.post(address, {"explanation": "Ask 0300-1234567"})
    assert (refused.status_code, "Ask 0300-1234567" in refused.content.decode()) == (422, True)
    assert client.post(address, {"explanation": "Ten came late."}).status_code == 302
    with pytest.raises(NotAllowed):
        services.accept_explanation(actor=actor_of(editor), pk=doubt.pk, at=now)
    client = sign_in(reviewer)
    assert "Ten came late." in client.get(reverse("evidence:doubts") + "?state=explained").content.decode()
    client.post(reverse("evidence:doubt_answer", args=[doubt.pk, "accept"]))
    services.look_at_all(at=now)
    assert codes(activity) == set()
    with pytest.raises(WrongState):
        services.explain_doubt(actor=actor_of(editor), pk=doubt.pk, explanation="More.", at=now)
    Turnout.objects.filter(revision__record=activity).update(attendances=60)
    services.look_at_all(at=now)
    assert codes(activity) == {"parts-and-total"}


def test_an_explanation_needs_words(stored, editor, actor_of, now):
    stored(attendances=0)
    services.look_at_all(at=now)
    with pytest.raises(InvalidInput):
        services.explain_doubt(actor=actor_of(editor), pk=Doubt.objects.get().pk, explanation=" \u202e ", at=now)


def test_a_doubt_about_a_draft_is_its_organizations_alone(stored, readers_of, now):
    stored(status="CANCELLED", status_note="Rain", state=State.DRAFT)
    services.look_at_all(at=now)
    draft = Doubt.objects.get()
    assert readers_of(draft) == {"focal_point", "editor"}
    Activity.objects.update(first_submitted_at=now)
    services.look_at_all(at=now)
    draft.refresh_from_db()
    assert readers_of(draft) == {"focal_point", "editor", "reviewer", "manager"}


def test_the_list_takes_the_same_number_of_queries(stored, sign_in, reviewer, now):
    counted, client = [], sign_in(reviewer)
    for rows in (1, 2):
        for _number in range(rows):
            stored(attendances=0)
        services.look_at_all(at=now)
        client.get(reverse("evidence:doubts"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("evidence:doubts")).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 12
