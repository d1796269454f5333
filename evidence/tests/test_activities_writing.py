"""Entering an activity: what is kept, what is refused with a sentence, and what two writers do to each other."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from core.errors import Conflict, Incomplete, InvalidInput, NotAllowed, StaleWrite, WrongState
from core.geography import District
from core.terms import term
from evidence.activities import services
from evidence.activities.grid import NOT_RECORDED, Counts, add_up
from evidence.activities.kind import gaps_of
from evidence.activities.sections import BY_KEY, counts_of, fingerprint, values_of
from evidence.models import Activity, ActivitySite
from evidence.records.revisions import latest_revision
from evidence.tests.conftest import ABOUT, COUNTS

pytestmark = pytest.mark.django_db


def about(**changes):
    return {**ABOUT, "type_id": term("activity_type", "DIALOGUE").pk, **changes}


def test_an_activity_becomes_a_draft_with_the_next_number_of_its_project(make_activity, organization):
    first, second = make_activity(), make_activity()
    assert (first.code, second.code, first.state, first.organization) == ("A001", "A002", "DRAFT", organization)
    assert ActivitySite.objects.get(revision__record=first).place == "⟦place⟧"


def test_the_second_click_opens_the_same_activity(editor, actor_of, field_project, now):
    once = uuid4()
    rows = [
        services.create_activity(
            actor=actor_of(editor), project_code=field_project.code, values=about(), uuid=once, at=now
        )
        for _click in range(2)
    ]
    assert rows[0] == rows[1]
    assert Activity.objects.count() == 1


def test_a_number_is_given_once_a_project(make_activity):
    make_activity(code="KBF-7")
    with pytest.raises(Conflict, match="KBF-7"):
        make_activity(code="KBF-7")
    with pytest.raises(InvalidInput):
        make_activity(code="no spaces")
    assert Activity.objects.count() == 1


def test_only_the_organization_of_the_project_enters_its_activities(
    manager, other_focal_point, actor_of, field_project, now
):
    for user in (manager, other_focal_point):
        with pytest.raises(NotAllowed):
            services.create_activity(actor=actor_of(user), project_code=field_project.code, values=about(), at=now)
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": date(2025, 5, 9)}, "ends_on"),
        ({"starts_on": date(2024, 12, 1), "ends_on": date(2024, 12, 1)}, "starts_on"),
        ({"starts_on": date(2026, 2, 1), "ends_on": date(2026, 2, 1), "status": "PLANNED"}, "ends_on"),
        ({"status": "POSTPONED"}, "status_note"),
        ({"status": "CANCELLED"}, "status_note"),
        ({"title": " \u202e "}, "title"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(make_activity, changes, field):
    with pytest.raises(InvalidInput) as refused:
        make_activity(**changes)
    assert refused.value.field == field
    assert not Activity.objects.exists()


def test_dates_up_to_thirty_days_around_the_project_are_taken(make_activity, field_project):
    make_activity(
        starts_on=field_project.starts_on - timedelta(days=30), ends_on=field_project.starts_on - timedelta(days=29)
    )
    make_activity(starts_on=field_project.ends_on, ends_on=field_project.ends_on + timedelta(days=30), status="PLANNED")
    assert Activity.objects.count() == 2


def test_a_completed_activity_does_not_end_in_the_future(make_activity, field_project, now):
    field_project.ends_on = date(2026, 12, 31)
    field_project.save()
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    with pytest.raises(InvalidInput, match="future"):
        make_activity(starts_on=tomorrow, ends_on=tomorrow)
    make_activity(starts_on=tomorrow, ends_on=tomorrow, status="PLANNED")
    assert Activity.objects.count() == 1


def test_a_district_outside_the_project_needs_a_reason(make_activity):
    elsewhere = District.objects.get(code="KP-SWAT").pk
    with pytest.raises(InvalidInput) as refused:
        make_activity(district_id=elsewhere)
    assert refused.value.field == "district_note"
    make_activity(district_id=elsewhere, district_note="The road to Khyber was closed.")
    assert Activity.objects.count() == 1


# --- Before it is sent ----------------------------------------------------------------------------------------------


def test_a_complete_activity_has_no_gaps_and_can_be_sent(complete_activity, take, editor):
    activity = complete_activity()
    assert gaps_of(activity, latest_revision(activity)) == []
    assert take(activity, submit=editor).state == "SUBMITTED"


def test_what_is_missing_is_named_and_nothing_is_sent(make_activity, take, editor):
    activity = make_activity()
    with pytest.raises(Incomplete) as refused:
        take(activity, submit=editor)
    assert [field for field, _sentence in refused.value.missing] == ["themes", "description", "evidence", "attendances"]
    activity.refresh_from_db()
    assert activity.state == "DRAFT"


def test_nobody_came_needs_cancelled_or_postponed(complete_activity, editor, actor_of, now):
    activity = complete_activity()
    services.save_counts(actor=actor_of(editor), uuid=activity.uuid, counts=Counts(attendances=0), base=None, at=now)
    assert [gap.field for gap in gaps_of(activity, latest_revision(activity))] == ["attendances"]
    services.save_section(
        actor=actor_of(editor),
        uuid=activity.uuid,
        section="about",
        values=about(status="POSTPONED", status_note="The flood took the road."),
        base=None,
        at=now,
    )
    assert gaps_of(activity, latest_revision(activity)) == []


def test_an_activity_that_did_not_take_place_counts_nobody(complete_activity, editor, actor_of, now):
    activity = complete_activity()
    services.save_section(
        actor=actor_of(editor),
        uuid=activity.uuid,
        section="about",
        values=about(status="CANCELLED", status_note="The hall was closed."),
        base=None,
        at=now,
    )
    assert [gap.field for gap in gaps_of(activity, latest_revision(activity))] == ["attendances"]


def test_a_campaign_that_only_reached_people_can_be_sent(complete_activity, editor, actor_of, now):
    activity = complete_activity()
    services.save_counts(
        actor=actor_of(editor), uuid=activity.uuid, counts=Counts(media_reach=120_000), base=None, at=now
    )
    assert gaps_of(activity, latest_revision(activity)) == []


def test_a_telephone_number_in_the_text_keeps_it_from_being_sent(complete_activity, editor, actor_of, now):
    activity = complete_activity()
    services.save_section(
        actor=actor_of(editor),
        uuid=activity.uuid,
        section="about",
        values=about(title="Call 0300-1234567"),
        base=None,
        at=now,
    )
    assert [gap.field for gap in gaps_of(activity, latest_revision(activity))] == ["title"]


# --- Counts ---------------------------------------------------------------------------------------------------------


def test_what_is_missing_to_the_total_is_not_recorded(complete_activity):
    counts = counts_of(latest_revision(complete_activity()))
    assert counts.cells[NOT_RECORDED] == 7
    assert sum(counts.cells.values()) == counts.attendances == 40


def test_without_a_total_the_grid_is_the_total():
    counts = add_up(Counts(cells={("F", "A18_24", "U", ""): 4, ("M", "A18_24", "U", ""): 0}))
    assert (counts.attendances, counts.cells) == (4, {("F", "A18_24", "U", ""): 4})


@pytest.mark.parametrize(
    ("counts", "field"),
    [
        (Counts(attendances=3, cells={("F", "A18_24", "U", ""): 4}), "attendances"),
        (Counts(attendances=3, unique_persons=4), "unique_persons"),
        (Counts(cells={("F", "A18_24", "WITH", ""): 4}), "is_disability_asked"),
        (Counts(cells={("F", "A18_24", "U", ""): -4}), "attendances"),
        (Counts(cells={("F", "A18_24", "U", ""): 700_000, ("M", "A18_24", "U", ""): 700_000}), "attendances"),
        (Counts(cells={("F", "A18_24", "U", "NOSUCH"): 4}), "groups"),
    ],
)
def test_counts_that_do_not_add_up_are_refused_and_the_old_ones_stay(
    complete_activity, editor, actor_of, now, counts, field
):
    activity = complete_activity()
    before = counts_of(latest_revision(activity))
    with pytest.raises(InvalidInput) as refused:
        services.save_counts(actor=actor_of(editor), uuid=activity.uuid, counts=counts, base=None, at=now)
    assert refused.value.field == field
    assert counts_of(latest_revision(activity)) == before


# --- Two writers ----------------------------------------------------------------------------------------------------


def test_two_people_write_different_sections_at_once(complete_activity, editor, focal_point, actor_of, now):
    activity = complete_activity()
    bases = {key: fingerprint(values_of(latest_revision(activity), BY_KEY[key])) for key in ("about", "cost")}
    services.save_section(
        actor=actor_of(editor),
        uuid=activity.uuid,
        section="about",
        values=about(title="New"),
        base=bases["about"],
        at=now,
    )
    services.save_section(
        actor=actor_of(focal_point),
        uuid=activity.uuid,
        section="cost",
        values={"amount_pkr": "1200.50"},
        base=bases["cost"],
        at=now,
    )
    revision = latest_revision(activity)
    assert (revision.title, str(revision.cost.amount_pkr)) == ("New", "1200.50")


def test_the_second_of_two_writers_of_a_section_is_told_and_nothing_is_lost(
    complete_activity, editor, focal_point, actor_of, now
):
    activity = complete_activity()
    base = fingerprint(values_of(latest_revision(activity), BY_KEY["about"]))
    save = {"uuid": activity.uuid, "section": "about", "base": base, "at": now}
    services.save_section(actor=actor_of(editor), values=about(title="Theirs"), **save)
    with pytest.raises(StaleWrite) as refused:
        services.save_section(actor=actor_of(focal_point), values=about(title="Mine"), **save)
    assert refused.value.current["title"] == "Theirs"
    assert latest_revision(activity).title == "Theirs"
    services.save_section(actor=actor_of(editor), values=about(title="Theirs"), **save)


def test_the_second_of_two_writers_of_the_grid_is_told_and_nothing_is_lost(
    complete_activity, editor, focal_point, actor_of, now
):
    activity = complete_activity()
    base = fingerprint(counts_of(latest_revision(activity)))
    theirs = Counts(attendances=41, cells=COUNTS.cells, is_disability_asked=True)
    services.save_counts(actor=actor_of(editor), uuid=activity.uuid, counts=theirs, base=base, at=now)
    with pytest.raises(StaleWrite) as refused:
        services.save_counts(
            actor=actor_of(focal_point), uuid=activity.uuid, counts=Counts(attendances=12), base=base, at=now
        )
    assert refused.value.current == add_up(theirs)
    assert counts_of(latest_revision(activity)) == add_up(theirs)


def test_what_was_sent_is_not_written(complete_activity, take, editor, actor_of, now):
    activity = take(complete_activity(), submit=editor)
    with pytest.raises(WrongState):
        services.save_section(
            actor=actor_of(editor), uuid=activity.uuid, section="about", values=about(title="Late"), base=None, at=now
        )
    with pytest.raises(WrongState):
        services.save_counts(
            actor=actor_of(editor), uuid=activity.uuid, counts=Counts(attendances=1), base=None, at=now
        )
    assert latest_revision(activity).title == ABOUT["title"]
