"""What could harm somebody leaves everything, what has passed its date is deleted, and a person can be erased."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.audit import AuditEntry
from core.errors import NotAllowed
from evidence.models import (
    Consent,
    ConsentPerson,
    ConsentProof,
    Hold,
    HoldReason,
    PurgeEntry,
    Story,
    StoryOriginal,
)
from evidence.protection import services
from evidence.protection.tasks import purge

pytestmark = pytest.mark.django_db


def url(name: str, *args: object) -> str:
    return reverse(f"evidence:{name}", args=args)


def enter(user=None) -> Client:
    client = Client()
    if user:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def just_signed_in(user) -> Client:
    """As after a password a moment ago."""
    client = enter(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": user.email}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


@pytest.fixture
def story(make_consent, make_story, publish) -> Story:
    return publish(make_story(consent=make_consent()))


def test_a_hold_takes_a_record_out_of_everything_for_everybody_but_the_officer(
    story, focal_point, editor, reviewer, manager, nacta, data_protection_officer
):
    answer = enter(focal_point).post(url("hold_place", "story", story.uuid), {"text": "⟦hold⟧ Her uncle has read it."})
    hold = Hold.objects.get()
    assert answer["Location"] == url("hold", hold.pk)
    people = (None, focal_point, editor, reviewer, manager, nacta, data_protection_officer)
    assert [enter(user).get(url("story", story.uuid)).status_code for user in people] == [404] * 6 + [200]
    assert enter().get(url("story_list")).context["total"] == 0
    told = {user.email: "⟦hold⟧" in enter(user).get(url("hold", hold.pk)).content.decode() for user in people[1:]}
    assert told == {
        focal_point.email: True,
        editor.email: False,
        reviewer.email: False,
        manager.email: False,
        nacta.email: False,
        data_protection_officer.email: True,
    }


def test_a_hold_is_released_by_a_second_person_only(
    story, focal_point, manager, data_protection_officer, make_user, actor_of, now
):
    hold = services.place_hold(actor=actor_of(manager), kind="story", uuid=story.uuid, text="Danger.", at=now)
    assert enter(data_protection_officer).post(url("hold_release", hold.pk)).status_code == 409
    asked = enter(focal_point).post(url("hold_ask", hold.pk), {"text": "He has left the village."})
    assert asked.status_code == 302
    assert enter(manager).post(url("hold_release", hold.pk)).status_code == 403
    assert enter(focal_point).post(url("hold_release", hold.pk)).status_code == 403
    assert enter().get(url("story", story.uuid)).status_code == 404
    assert enter(data_protection_officer).post(url("hold_release", hold.pk)).status_code == 302
    assert enter().get(url("story", story.uuid)).status_code == 200
    hold.refresh_from_db()
    assert hold.released_by == data_protection_officer


def test_who_asks_for_the_release_does_not_give_it(story, manager, data_protection_officer, reviewer, actor_of, now):
    hold = services.place_hold(actor=actor_of(reviewer), kind="story", uuid=story.uuid, text="Danger.", at=now)
    officer = actor_of(data_protection_officer)
    services.ask_release(actor=officer, pk=hold.pk, text="It is over.", at=now)
    with pytest.raises(NotAllowed):
        services.release_hold(actor=officer, pk=hold.pk, at=now)
    assert services.release_hold(actor=actor_of(manager), pk=hold.pk, at=now).released_at == now


def test_a_hold_needs_words_and_a_right(story, editor, other_focal_point, focal_point, nacta):
    address = url("hold_place", "story", story.uuid)
    assert enter(focal_point).post(address, {"text": " "}).status_code == 422
    assert [enter(user).post(address, {"text": "x"}).status_code for user in (editor, other_focal_point, nacta)] == [
        403
    ] * 3
    assert enter(focal_point).post(url("hold_place", "no-such-kind", story.uuid), {"text": "x"}).status_code == 404
    assert Hold.objects.count() == 0


def test_a_draft_can_be_held_too_and_the_officer_sees_it(
    make_story, focal_point, data_protection_officer, actor_of, now
):
    draft = make_story()
    services.place_hold(actor=actor_of(focal_point), kind="story", uuid=draft.uuid, text="Danger.", at=now)
    assert [
        enter(user).get(url("story", draft.uuid)).status_code for user in (focal_point, data_protection_officer)
    ] == [
        404,
        200,
    ]


def test_a_second_hold_on_a_held_record_is_the_same_one(story, data_protection_officer, actor_of, now):
    officer = actor_of(data_protection_officer)
    first, second = (
        services.place_hold(actor=officer, kind="story", uuid=story.uuid, text="Danger.", at=now) for _again in "ab"
    )
    assert (first.pk, HoldReason.objects.count()) == (second.pk, 1)


def test_the_purge_deletes_what_has_passed_its_date_and_writes_how_much(story, data_protection_officer):
    today = timezone.localdate()
    ConsentPerson.objects.update(purge_on=today - timedelta(days=1))
    StoryOriginal.objects.update(purge_on=today)
    assert purge() == 1
    assert purge() == 0
    assert list(PurgeEntry.objects.values_list("rule", "table", "row_count")) == [
        ("RETENTION", "evidence.consentperson", 1)
    ]
    assert (ConsentPerson.objects.count(), StoryOriginal.objects.count(), Consent.objects.count()) == (0, 1, 1)
    log = enter(data_protection_officer).get(url("purge_log")).content.decode()
    assert "The retention date had passed" in log


def test_an_original_is_kept_for_three_years_after_it_was_written(make_story, now):
    assert (make_story().original.purge_on - now.date()).days == 3 * 365


def test_an_erasure_shows_what_goes_asks_for_the_password_and_is_logged(story, data_protection_officer, manager):
    consent = Consent.objects.get()
    officer = just_signed_in(data_protection_officer)
    found = officer.get(url("erase_find") + "?q=gulalai")
    assert [row.pk for row in found.context["found"]] == [consent.pk]
    assert AuditEntry.objects.filter(action="consent.read").count() == 1
    preview = officer.get(url("erase", consent.uuid))
    assert [count for _label, count in preview.context["parts"]] == [1, 0, 0, 1, 1]
    assert enter(manager).get(url("erase", consent.uuid)).status_code == 403
    asked = enter(data_protection_officer).post(url("erase_now", consent.uuid))
    assert "reauthenticate" in asked["Location"]
    assert ConsentPerson.objects.count() == 1
    assert officer.post(url("erase_now", consent.uuid))["Location"] == url("consent", consent.uuid)
    assert (ConsentPerson.objects.count(), ConsentProof.objects.count(), StoryOriginal.objects.count()) == (0, 0, 0)
    story.refresh_from_db()
    assert story.state == "WITHDRAWN"
    assert set(PurgeEntry.objects.values_list("rule", flat=True)) == {"ERASURE"}
    assert "Gulalai" not in officer.get(url("consent", consent.uuid)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_database_a_fixed_number_of_times(
    count, make_story, focal_point, data_protection_officer, actor_of, now, django_assert_max_num_queries
):
    for _number in range(count):
        services.place_hold(actor=actor_of(focal_point), kind="story", uuid=make_story().uuid, text="Danger.", at=now)
        PurgeEntry.objects.create(at=now, rule="RETENTION", table="evidence.consentperson", row_count=3)
    officer = enter(data_protection_officer)
    for name in ("protection", "hold_list", "purge_log"):
        officer.get(url(name))
        with django_assert_max_num_queries(12):
            assert officer.get(url(name)).status_code == 200
