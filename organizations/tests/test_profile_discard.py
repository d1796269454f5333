"""An organization gives up a change to its profile: what is published stays, and the step is logged."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.audit import AuditEntry
from core.errors import StaleWrite, WrongState
from organizations.models import Organization, ProfileRevision
from organizations.profiles import services

pytestmark = pytest.mark.django_db


def url(name: str, row) -> str:
    return reverse(f"organizations:{name}", args=[row])


def discard(client, organization, row, version=None):
    return client.post(url("profile_discard", organization.slug), {"version": version or row.version}, follow=True)


def live() -> dict:
    return Organization.objects.order_by("pk").values().first()


def test_a_draft_that_nobody_has_read_is_forgotten(sign_in, focal_point, organization, change):
    change.refresh_from_db()
    before = live()
    page = discard(sign_in(focal_point), organization, change).content.decode()
    assert "The change is discarded." in page
    assert "Change the profile" in page
    assert ProfileRevision.objects.count() == 0
    assert live() == before
    entry = AuditEntry.objects.order_by("-pk").first()
    assert (entry.action, entry.details["state"]) == ("profile.discarded", "DRAFT")


@pytest.mark.parametrize("state", ["SUBMITTED", "VERIFIED", "APPROVED"])
def test_a_change_under_review_leaves_the_queue_and_stays_in_the_history(
    sign_in, focal_point, reviewer, organization, change_in, state
):
    row = change_in(state)
    before, text = live(), row.mission
    discard(sign_in(focal_point), organization, row)
    row.refresh_from_db()
    assert (row.state, row.mission) == ("WITHDRAWN", text)
    assert live() == before
    client = sign_in(reviewer)
    assert organization.name not in client.get(reverse("organizations:profile_queue")).content.decode()
    assert client.get(url("profile_review", row.pk)).status_code == 200
    assert client.post(url("profile_publish", row.pk), {"version": row.version}).status_code in {403, 409}


def test_words_that_were_never_sent_reach_no_reviewer(
    sign_in, focal_point, reviewer, organization, change_in, actor_of, now
):
    row = change_in("VERIFIED")
    actor = actor_of(focal_point)
    row = services.take_profile_back(actor=actor, pk=row.pk, version=row.version, at=now)
    row = services.save_profile(
        actor=actor, pk=row.pk, values={"mission": "Never to be read."}, version=row.version, at=now
    )
    discard(sign_in(focal_point), organization, row)
    row.refresh_from_db()
    assert (row.state, row.mission) == ("WITHDRAWN", organization.mission)
    assert "Never to be read." not in sign_in(reviewer).get(url("profile_review", row.pk)).content.decode()


def test_a_second_click_changes_nothing_and_a_new_change_can_start(sign_in, focal_point, organization, change_in):
    row = change_in("SUBMITTED")
    client = sign_in(focal_point)
    for _click in range(2):
        assert discard(client, organization, row).status_code == 200
    assert ProfileRevision.objects.get().transitions.filter(verb="discard").count() == 1
    client.post(url("profile_start", organization.slug))
    assert ProfileRevision.objects.filter(state="DRAFT").count() == 1


@pytest.mark.parametrize("role", ["other_focal_point", "manager", "reviewer", "nacta", "funder", "administrator"])
def test_nobody_else_discards(request, sign_in, organization, change_in, role):
    row = change_in("SUBMITTED")
    assert discard(sign_in(request.getfixturevalue(role)), organization, row).status_code == 403
    row.refresh_from_db()
    assert row.state == "SUBMITTED"


def test_a_change_that_moved_on_meanwhile_or_is_published_is_not_discarded(focal_point, change_in, actor_of, now):
    row = change_in("SUBMITTED")
    with pytest.raises(StaleWrite):
        services.discard_profile(actor=actor_of(focal_point), pk=row.pk, version=row.version - 1, at=now)
    row = change_in("PUBLISHED")
    with pytest.raises(WrongState):
        services.discard_profile(actor=actor_of(focal_point), pk=row.pk, version=row.version, at=now)
    row.refresh_from_db()
    assert row.state == "PUBLISHED"
