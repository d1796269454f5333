"""Which figures are decided, when they may change, and what is withheld when a record leaves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError

from core.access import Actor, Role, Sensitivity
from core.errors import InvalidInput
from core.geography import District
from core.retraction import retract
from core.suppression import NOT_COLLECTED, WITHHELD
from core.terms import term
from core.workflow import State
from evidence.activities.bulk import NewActivity, bulk_create_activities
from evidence.activities.grid import Counts
from evidence.models import Activity, ReachClosure, ReachRelease
from evidence.overview.calendar import last_closed, months, next_fixed_date
from evidence.overview.selectors import standing_reach
from evidence.overview.services import renew_reach

pytestmark = pytest.mark.django_db

FIRST = datetime(2025, 8, 20, 9, 0, tzinfo=UTC)
NEXT = datetime(2025, 11, 20, 9, 0, tzinfo=UTC)
VISITOR = Actor.visitor()


@pytest.fixture
def held_in(field_project, editor):
    """Published activities: `held_in("KP-KHYBER", date(2025, 5, 3), women=20, men=30)`."""

    def make(district, on, *, women=20, men=30, other=0, state=State.PUBLISHED, code="", at=None):
        cells = {
            ("F", "A18_24", "WITHOUT", "YOUTH"): women,
            ("M", "A25_29", "WITHOUT", ""): men,
            ("X", "A25_29", "WITHOUT", ""): other,
        }
        cells = {cell: count for cell, count in cells.items() if count}
        row = NewActivity(
            project=field_project,
            code=code or f"{district[-8:]}-{on:%y%m%d}-{Activity.objects.count()}".lower(),
            state=state,
            fields={
                "type_id": term("activity_type", "DIALOGUE").pk,
                "title": "Dialogue",
                "status": "COMPLETED",
                "starts_on": on,
                "ends_on": on,
                "district": District.objects.get(code=district) if district else None,
            },
            at=at or datetime(2025, 7, 1, tzinfo=UTC),
            counts=Counts(attendances=sum(cells.values()), is_disability_asked=True, cells=cells),
            theme_ids=[term("pve_theme", "DIALOGUE").pk],
        )
        return bulk_create_activities([row], writer_id=editor.pk)[0]

    return make


@pytest.fixture
def programme(held_in):
    """Four activities in two districts of Khyber Pakhtunkhwa and three in Sindh, in April to June 2025."""
    return [
        *(held_in("KP-KHYBER", date(2025, 4, day)) for day in (1, 2, 3, 4)),
        *(held_in("KP-PESHAWAR", date(2025, 5, day)) for day in (1, 2, 3, 4)),
        *(held_in("SD-SUKKUR", date(2025, 6, day)) for day in (1, 2, 3, 4)),
    ]


def leave(activity, **fields):
    """As the services do it: out of the public, and said so in the same transaction."""
    Activity.objects.filter(pk=activity.pk).update(**fields)
    retract(kind="activity", uuid=activity.uuid, at=FIRST + timedelta(days=3))


def printed(**codes):
    return standing_reach(VISITOR).figure(**codes).short


def test_a_quarter_is_closed_forty_five_days_after_its_end():
    assert last_closed(date(2025, 5, 14)) == date(2024, 12, 31)
    assert last_closed(date(2025, 5, 15)) == date(2025, 3, 31)
    assert next_fixed_date(date(2025, 5, 15)) == date(2025, 8, 14)
    assert last_closed(next_fixed_date(date(2026, 2, 15))) == date(2026, 3, 31)


def test_months_of_a_period_know_their_quarter():
    assert months(date(2025, 12, 1), date(2026, 1, 31)) == {"2025-12": "2025-Q4", "2026-01": "2026-Q1"}


def test_the_first_release_covers_all_months_up_to_the_last_closed_quarter(programme, held_in):
    held_in("KP-KHYBER", date(2025, 7, 2))
    renew_reach(at=FIRST)
    release = ReachRelease.objects.get()
    assert (release.starts_on, release.ends_on) == (date(2025, 4, 1), date(2025, 6, 30))
    assert release.records["activities"] == 12
    assert printed() == "600"
    assert printed(district="KP-KHYBER") == "200"
    assert printed(district="KP-KHYBER", sex_merged="F") == "80"
    assert printed(district="KP-BANNU") == "not collected"
    assert standing_reach(VISITOR).table(("disability",))[1].figure.value == 600


def test_renewing_again_changes_nothing_before_the_fixed_date(programme, held_in):
    renew_reach(at=FIRST)
    held_in("KP-KHYBER", date(2025, 5, 9), women=50, men=50)
    assert renew_reach(at=FIRST + timedelta(days=60)) == []
    assert printed() == "600"


def test_the_next_quarter_is_a_release_of_its_own_and_to_date_is_the_sum_of_what_is_printed(programme, held_in):
    renew_reach(at=FIRST)
    held_in("KP-KHYBER", date(2025, 7, 2), women=20, men=30)
    held_in("KP-KHYBER", date(2025, 8, 2), women=20, men=3)
    renew_reach(at=NEXT)
    assert ReachRelease.objects.count() == 2
    assert printed() == "673"
    assert printed(quarter="2025-Q3") == "73"
    assert [row.codes["quarter"] for row in standing_reach(VISITOR).table(("quarter",))] == ["2025-Q2", "2025-Q3"]
    with pytest.raises(InvalidInput, match="There is no"):
        standing_reach(VISITOR).figure(quarter="2024-Q1")


def test_late_records_come_in_on_the_fixed_date_and_what_they_replaced_is_read_by_reviewers_only(
    programme, held_in, reviewer, manager, actor_of
):
    renew_reach(at=FIRST)
    held_in("KP-KHYBER", date(2025, 4, 9), women=50, men=50)
    renew_reach(at=NEXT)
    assert printed() == "700"
    assert ReachRelease.objects.visible_to(actor_of(reviewer)).count() == 2
    assert ReachRelease.objects.visible_to(actor_of(manager)).count() == 1
    assert ReachRelease.objects.visible_to(VISITOR).get().edition == 2


def test_a_correction_by_less_than_could_be_printed_waits(programme, held_in):
    renew_reach(at=FIRST)
    held_in("KP-KHYBER", date(2025, 4, 9), women=3, men=0)
    assert any("waits" in line for line in renew_reach(at=NEXT))
    assert printed() == "600"
    assert ReachRelease.objects.get().edition == 1


@pytest.mark.parametrize(
    "fields",
    [{"sensitivity": Sensitivity.PARTNER}, {"is_held": True}, {"published_revision": None, "state": State.WITHDRAWN}],
)
def test_only_what_a_visitor_may_read_is_counted(programme, fields):
    Activity.objects.filter(pk=programme[0].pk).update(**fields)
    renew_reach(at=FIRST)
    assert printed() == "550"


def test_a_held_activity_withholds_everything_below_its_province_at_once(programme):
    renew_reach(at=FIRST)
    leave(programme[0], is_held=True)
    reach = standing_reach(VISITOR)
    assert printed(province="PK-KP") == "400"
    for district in ("KP-KHYBER", "KP-PESHAWAR", "KP-BANNU"):
        assert reach.figure(district=district) == WITHHELD
        assert reach.figure(division=District.objects.get(code=district).division.code) == WITHHELD
    assert {row.figure for row in reach.table(("district", "sex_merged"), {"province": "PK-KP"})} == {WITHHELD}
    assert printed(district="SD-SUKKUR") == "200"


def test_a_held_activity_leaves_with_the_next_edition_and_its_places_stay_withheld(programme):
    renew_reach(at=FIRST)
    leave(programme[0], is_held=True)
    renew_reach(at=NEXT)
    assert ReachRelease.objects.standing().get().edition == 2
    assert printed() == "550"
    assert printed(district="KP-KHYBER") == "withheld"
    Activity.objects.filter(pk=programme[0].pk).update(is_held=False)
    renew_reach(at=NEXT + timedelta(days=1))
    assert printed(district="KP-KHYBER") == "150"


def test_a_hold_that_ends_opens_its_places_the_next_night(programme):
    renew_reach(at=FIRST)
    leave(programme[0], is_held=True)
    Activity.objects.filter(pk=programme[0].pk).update(is_held=False)
    renew_reach(at=FIRST + timedelta(days=4))
    assert printed(district="KP-KHYBER") == "200"


def test_a_hold_that_nobody_told_about_is_found_in_the_night(programme):
    renew_reach(at=FIRST)
    Activity.objects.filter(pk=programme[0].pk).update(is_held=True, published_at=FIRST - timedelta(days=5))
    renew_reach(at=FIRST + timedelta(days=1))
    assert printed(district="KP-KHYBER") == "withheld"


def test_one_of_many_that_is_withdrawn_stays_in_the_sums_until_the_fixed_date(programme):
    renew_reach(at=FIRST)
    leave(programme[0], state=State.WITHDRAWN, published_revision=None)
    assert printed(district="KP-KHYBER") == "200"
    renew_reach(at=NEXT)
    assert printed(district="KP-KHYBER") == "150"


def test_one_of_few_that_is_withdrawn_takes_the_figures_that_would_show_it(programme):
    renew_reach(at=FIRST)
    for activity in programme[:2]:
        leave(activity, state=State.WITHDRAWN, published_revision=None)
    assert printed(district="KP-KHYBER") == "withheld"
    assert printed(province="PK-KP") == "400"


def test_where_few_are_left_of_a_province_no_figure_is_shown(programme):
    renew_reach(at=FIRST)
    for activity in programme[8:10]:
        leave(activity, is_held=True)
    reach = standing_reach(VISITOR)
    assert reach.is_paused
    assert {row.figure for row in reach.table(("province",))} == {WITHHELD}
    assert reach.figure() == WITHHELD
    assert reach.figure(type="DIALOGUE") == WITHHELD


def test_which_record_closed_a_place_is_for_reviewers_and_the_officer(programme, make_user, actor_of, reviewer):
    renew_reach(at=FIRST)
    leave(programme[0], is_held=True)
    assert ReachClosure.objects.visible_to(actor_of(reviewer)).count() == 1
    for role in (Role.MANAGER, Role.NACTA, Role.FUNDER):
        user = make_user(f"{role.lower()}.x@example.org", role)
        assert ReachClosure.objects.visible_to(actor_of(user)).count() == 0


def test_withdrawing_through_the_service_withholds_in_the_same_transaction(
    programme, published_activity, take, focal_point
):
    at = published_activity.published_at
    release_at = max(FIRST, at + timedelta(days=200))
    renew_reach(at=release_at)
    before = ReachClosure.objects.count()
    take(published_activity, withdraw_it=focal_point)
    # Landi Kotal is in Khyber, where four others are left: nothing has to be withheld, and nothing is.
    assert ReachClosure.objects.count() == before


def test_activities_without_a_district_are_counted_at_no_place(programme, held_in):
    held_in("", date(2025, 5, 3), women=10, men=10)
    renew_reach(at=FIRST)
    assert printed() == "620"
    assert printed(province="NO-DISTRICT") == "20"
    assert standing_reach(VISITOR).figure(district="KP-BANNU") == NOT_COLLECTED


def test_two_standing_releases_never_share_a_month(programme):
    renew_reach(at=FIRST)
    again = ReachRelease.objects.get()
    again.pk = None
    with pytest.raises(IntegrityError):
        again.save(force_insert=True)
