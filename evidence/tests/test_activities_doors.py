"""Who reads which table of an activity, state by state: counts, place, cost, texts and the reasons of a return."""

from __future__ import annotations

import pytest

from core.access import Actor
from evidence.activities import services
from evidence.activities.selectors import counts_for
from evidence.models import (
    Activity,
    ActivityCost,
    ActivityRevision,
    ActivitySite,
    ActivityTransition,
    Participation,
    Turnout,
)
from evidence.records.revisions import latest_revision

pytestmark = pytest.mark.django_db
OWN = {"focal_point", "editor"}
COUNTING = OWN | {"reviewer", "data_protection_officer"}
REVIEW = OWN | {"reviewer", "manager", "data_protection_officer"}
STAFF = REVIEW | {"nacta"}
EVERYONE = STAFF | {"other_focal_point", "funder", "administrator", "visitor", "api_partner"}
PEOPLE = sorted(EVERYONE - {"visitor", "api_partner"})


@pytest.fixture
def readers(request, actor_of, api_partner):
    """Who reads any row of each table."""

    def find(*tables) -> list[set[str]]:
        actors = {name: actor_of(request.getfixturevalue(name)) for name in PEOPLE}
        actors |= {"visitor": Actor.visitor(), "api_partner": api_partner}
        return [
            {name for name, actor in actors.items() if table.objects.visible_to(actor).exists()} for table in tables
        ]

    return find


@pytest.fixture
def with_cost(complete_activity, editor, actor_of, now):
    def make():
        activity = complete_activity()
        services.save_section(
            actor=actor_of(editor),
            uuid=activity.uuid,
            section="cost",
            values={"amount_pkr": "90210"},
            base=None,
            at=now,
        )
        return activity

    return make


TABLES = (Activity, ActivityRevision, Turnout, Participation, ActivitySite, ActivityCost)


def test_a_draft_is_its_organizations(with_cost, readers):
    with_cost()
    assert readers(*TABLES) == [OWN] * 6


def test_what_was_sent_is_read_by_those_who_review_it(with_cost, take, editor, readers):
    take(with_cost(), submit=editor)
    assert readers(*TABLES, ActivityTransition) == [
        REVIEW, REVIEW, COUNTING, COUNTING, COUNTING, OWN | {"manager"}, REVIEW,
    ]  # fmt: skip


def test_what_was_verified_is_read_by_nacta_without_counts_place_or_cost(with_cost, take, editor, reviewer, readers):
    take(with_cost(), submit=editor, verify=reviewer)
    assert readers(*TABLES) == [STAFF, STAFF, COUNTING, COUNTING, COUNTING, OWN | {"manager"}]


def test_what_is_published_is_everyones_and_its_counts_are_not(with_cost, take, editor, reviewer, manager, readers):
    activity = take(with_cost(), submit=editor, verify=reviewer, approve=manager, publish=manager)
    assert activity.live_on == latest_revision(activity).starts_on
    assert readers(*TABLES, ActivityTransition) == [
        EVERYONE, EVERYONE, COUNTING, COUNTING, COUNTING, OWN | {"manager", "funder"}, REVIEW,
    ]  # fmt: skip


def test_what_is_shared_with_partners_stays_inside_the_programme(with_cost, take, editor, reviewer, manager, readers):
    activity = take(with_cost(), submit=editor, verify=reviewer, approve=manager, publish=manager)
    activity.sensitivity = "PARTNER"
    activity.save()
    assert readers(Activity) == [EVERYONE - {"visitor", "api_partner"}]


def test_the_change_of_what_is_published_is_its_organizations(
    with_cost, take, editor, reviewer, manager, actor_of, now, readers
):
    activity = take(with_cost(), submit=editor, verify=reviewer, approve=manager, publish=manager, change=editor)
    services.save_section(
        actor=actor_of(editor), uuid=activity.uuid, section="cost", values={"amount_pkr": "1"}, base=None, at=now
    )
    draft = latest_revision(activity)
    assert draft.number == 2
    for name, user in (("manager", manager), ("reviewer", reviewer)):
        assert not ActivityRevision.objects.visible_to(actor_of(user)).filter(pk=draft.pk).exists(), name
    assert counts_for(actor_of(reviewer), draft) is None
    assert counts_for(actor_of(editor), draft).attendances == 40


def test_a_withdrawn_activity_is_read_by_those_who_reviewed_it(published_activity, take, manager, readers):
    take(published_activity, withdraw=manager)
    assert readers(Activity, Turnout) == [REVIEW, COUNTING]


def test_a_held_activity_is_the_officers(published_activity, readers):
    Activity.objects.update(is_held=True)
    assert readers(Activity) == [{"data_protection_officer"}]
