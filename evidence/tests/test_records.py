"""The path of a record, the queue and the review page, tried with activities: they are the same for every kind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import InvalidInput, NotAllowed, StaleWrite, WrongState
from core.tasks import deliver_message
from evidence.activities import services as activities
from evidence.activities.grid import Counts
from evidence.models import Activity, ActivityRevision
from evidence.records import services
from evidence.records.revisions import latest_revision
from evidence.records.selectors import review_queue, tasks_for

pytestmark = pytest.mark.django_db
QUEUE = "evidence:queue"


def step(row, verb, actor, now, **details):
    services_of = services.PLAIN_STEPS | services.REASONED_STEPS
    return services_of[verb](actor=actor, kind="activity", uuid=row.uuid, at=now, **details)


def states(*rows) -> list[str]:
    return [Activity.objects.get(pk=row.pk).state for row in rows]


# --- Steps ----------------------------------------------------------------------------------------------------------


def test_an_activity_goes_from_draft_to_published(published_activity):
    assert published_activity.state == "PUBLISHED"
    assert published_activity.published_revision.number == 1
    log = published_activity.transitions.order_by("pk").values_list("verb", "as_role", "revision_number")
    assert list(log) == [
        ("submit", "EDITOR", 1), ("verify", "REVIEWER", 1), ("approve", "MANAGER", 1), ("publish", "MANAGER", 1),
    ]  # fmt: skip


def test_four_eyes(
    complete_activity, take, make_user, editor, reviewer, manager, make_member, organization, now, actor_of
):
    """Nobody verifies or approves what they or their organization wrote, and nobody does both."""
    from accounts.models import RoleGrant

    both = make_user("both@example.org", "REVIEWER", "MANAGER")
    for role in ("REVIEWER", "MANAGER"):
        RoleGrant.objects.create(user=editor, role=role, granted_at=now)
    activity = take(complete_activity(), submit=editor)
    for verb in ("verify", "return"):
        with pytest.raises(NotAllowed):
            step(activity, verb, actor_of(editor), now, version=None, **({"reason": "x"} if verb == "return" else {}))
    take(activity, verify=both)
    for user in (both, editor, reviewer):
        with pytest.raises(NotAllowed):
            step(activity, "approve", actor_of(user), now, version=None)
    assert states(activity) == ["VERIFIED"]
    assert take(activity, approve=manager).state == "APPROVED"


@pytest.mark.parametrize("name", ["manager", "nacta", "funder", "other_focal_point", "data_protection_officer"])
def test_only_a_reviewer_verifies(complete_activity, take, editor, actor_of, now, name, request):
    activity = take(complete_activity(), submit=editor)
    actor = actor_of(request.getfixturevalue(name))
    with pytest.raises((NotAllowed, Activity.DoesNotExist)):
        step(activity, "verify", actor, now, version=None)
    assert states(activity) == ["SUBMITTED"]


def test_a_return_needs_a_reason_and_every_reason_is_kept(complete_activity, take, editor, reviewer, actor_of, now):
    activity = take(complete_activity(), submit=editor)
    with pytest.raises(InvalidInput):
        step(activity, "return", actor_of(reviewer), now, version=None, reason=" ")
    assert states(activity) == ["SUBMITTED"]
    for reason in ("The sheet is missing.", "The sum is wrong."):
        step(activity, "return", actor_of(reviewer), now, version=None, reason=reason)
        take(activity, submit=editor)
    reasons = activity.transitions.filter(verb="return").order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["The sheet is missing.", "The sum is wrong."]


def test_a_stale_page_takes_no_step(complete_activity, take, editor, reviewer, actor_of, now):
    activity = take(complete_activity(), submit=editor)
    with pytest.raises(StaleWrite):
        step(activity, "verify", actor_of(reviewer), now, version=activity.version - 1)
    assert states(activity) == ["SUBMITTED"]


def test_what_is_published_stays_live_while_a_change_is_reviewed(
    published_activity, take, editor, reviewer, manager, actor_of, now, client
):
    activity = take(published_activity, change=editor)
    activities.save_counts(actor=actor_of(editor), uuid=activity.uuid, counts=Counts(attendances=99), base=None, at=now)
    activities.save_section(
        actor=actor_of(editor), uuid=activity.uuid, section="place",
        values={"district_id": latest_revision(activity).district_id, "district_note": "", "setting_id": None,
                "place": "Elsewhere"},
        base=None, at=now,
    )  # fmt: skip
    take(activity, submit=editor, verify=reviewer)
    first, second = activity.revisions.order_by("number")
    assert activity.published_revision == first
    assert (first.turnout.attendances, second.turnout.attendances) == (40, 99)
    assert (first.site.place, second.site.place) == ("⟦place⟧", "Elsewhere")
    assert first.participation.count() == 4
    assert client.get(reverse("evidence:activity", args=[activity.uuid])).status_code == 200
    take(activity, approve=manager, publish=manager)
    assert activity.published_revision == second


def test_a_withdrawal_takes_it_away_at_once_also_while_a_change_is_under_way(
    published_activity, take, editor, focal_point, actor_of, now, client
):
    take(published_activity, change=editor)
    with pytest.raises(NotAllowed):
        step(published_activity, "withdraw", actor_of(editor), now, reason="Harm.")
    with pytest.raises(InvalidInput):
        step(published_activity, "withdraw", actor_of(focal_point), now, reason="")
    take(published_activity, withdraw=focal_point)
    assert client.get(reverse("evidence:activity", args=[published_activity.uuid])).status_code == 404
    with pytest.raises(WrongState):
        step(published_activity, "withdraw", actor_of(focal_point), now, reason="Again.")


def test_a_coming_activity_is_not_published(complete_activity, field_project, take, editor, reviewer, manager, now):
    field_project.ends_on = now.date() + timedelta(days=90)
    field_project.save()
    day = now.date() + timedelta(days=10)
    activity = complete_activity(status="PLANNED", starts_on=day, ends_on=day)
    take(activity, submit=editor, verify=reviewer, approve=manager)
    with pytest.raises(WrongState, match="Coming"):
        take(activity, publish=manager)
    assert states(activity) == ["APPROVED"]


def test_a_held_activity_is_gone_for_everybody_but_the_officer(
    published_activity, sign_in, editor, reviewer, manager, data_protection_officer, client, actor_of
):
    Activity.objects.update(is_held=True)
    address = reverse("evidence:activity", args=[published_activity.uuid])
    assert client.get(address).status_code == 404
    for user in (editor, reviewer, manager):
        assert sign_in(user).get(address).status_code == 404
    assert Activity.objects.visible_to(actor_of(data_protection_officer)).count() == 1


def test_members_are_told_of_a_return(
    complete_activity, take, editor, focal_point, reviewer, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(deliver_message, "delay", deliver_message)
    with django_capture_on_commit_callbacks(execute=True):
        activity = take(complete_activity(), submit=editor, return_it=reviewer)
    assert sorted(message.to[0] for message in mail.outbox) == [editor.email, focal_point.email]
    assert str(activity.uuid) in mail.outbox[0].body
    assert "Because" not in mail.outbox[0].body


# --- The queue ------------------------------------------------------------------------------------------------------


def test_the_queue_holds_what_waits_the_longest_first(complete_activity, take, editor, reviewer, actor_of, now):
    first, second, draft = complete_activity(), complete_activity(), complete_activity()
    for row, at in ((second, now - timedelta(days=2)), (first, now)):
        step(row, "submit", actor_of(editor), at, version=None)
    rows = review_queue(actor_of(reviewer))
    assert [row["uuid"] for row in rows] == [second.uuid, first.uuid]
    assert [row["uuid"] for row in review_queue(actor_of(reviewer), kind="activity", state="SUBMITTED")] == [
        second.uuid, first.uuid,
    ]  # fmt: skip
    assert not list(review_queue(actor_of(reviewer), organization="makran-coastal-youth-union"))
    assert len(review_queue(actor_of(reviewer), province="PK-KP")) == 2
    (task,) = tasks_for(actor_of(reviewer))
    assert (task.title, task.since) == ("Activities to review: 2", now - timedelta(days=2))
    assert task.url == reverse(QUEUE) + "?kind=activity"
    assert states(draft) == ["DRAFT"]


def test_what_came_back_waits_for_its_writers_in_one_query(
    complete_activity, take, editor, reviewer, actor_of, django_assert_num_queries
):
    rows = [take(complete_activity(), submit=editor, return_it=reviewer) for _number in range(3)]
    writer = actor_of(editor)
    with django_assert_num_queries(1):
        tasks = tasks_for(writer)
    assert {(task.title, task.detail) for task in tasks} == {("Returned to you: Activity", str(rows[0].project))}
    assert {task.url for task in tasks} == {reverse("evidence:activity_edit", args=[row.uuid]) for row in rows}
    assert tasks_for(actor_of(reviewer)) == []


def test_the_queue_is_for_reviewers_and_managers(sign_in, client, reviewer, editor, nacta, funder):
    assert client.get(reverse(QUEUE)).status_code == 302
    for user, status in ((reviewer, 200), (editor, 403), (nacta, 403), (funder, 403)):
        assert sign_in(user).get(reverse(QUEUE)).status_code == status


def test_the_queue_takes_as_many_queries_for_three_rows_as_for_one(complete_activity, take, editor, reviewer, sign_in):
    client = sign_in(reviewer)
    take(complete_activity(), submit=editor)
    client.get(reverse(QUEUE))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(QUEUE))
    for _number in range(2):
        take(complete_activity(), submit=editor)
    with CaptureQueriesContext(connection) as three:
        assert client.get(reverse(QUEUE)).context["total"] == 3
    assert (len(one), len(three)) == (len(three), len(three))
    assert len(three) <= 14, [query["sql"][:90] for query in three]


def test_many_are_verified_from_the_queue_and_those_left_are_named(
    complete_activity, take, editor, reviewer, manager, sign_in
):
    rows = [take(complete_activity(), submit=editor) for _number in range(3)]
    chosen = [f"activity:{row.uuid}:{row.version}" for row in rows]
    chosen[2] = chosen[2].rpartition(":")[0] + ":1"  # the page is older than the record
    answer = sign_in(reviewer).post(
        reverse("evidence:queue_step"), {"verb": "verify", "row": [*chosen, "nonsense", "activity:x:1"]}, follow=True
    )
    assert states(*rows) == ["VERIFIED", "VERIFIED", "SUBMITTED"]
    said = [str(message) for message in answer.context["messages"]]
    assert said == [
        "Done with 2 records.",
        "1 record was left: Somebody else saved this after you opened it.",
    ]
    sign_in(manager).post(
        reverse("evidence:queue_step"),
        {"verb": "approve", "row": [f"activity:{row.uuid}:{row.version + 1}" for row in rows]},
    )
    assert states(*rows) == ["APPROVED", "APPROVED", "SUBMITTED"]
    assert sign_in(manager).post(reverse("evidence:queue_step"), {"verb": "withdraw"}).status_code == 404


def test_a_reviewer_does_not_verify_own_work_in_bulk(complete_activity, take, editor, make_member, sign_in, now):
    from accounts.models import RoleGrant

    activity = take(complete_activity(), submit=editor)
    RoleGrant.objects.create(user=editor, role="REVIEWER", granted_at=now)
    row = f"activity:{activity.uuid}:{activity.version}"
    sign_in(editor).post(reverse("evidence:queue_step"), {"verb": "verify", "row": [row]})
    assert states(activity) == ["SUBMITTED"]


# --- The review page ------------------------------------------------------------------------------------------------


def test_the_reviewer_reads_the_claim_with_its_counts_and_evidence(complete_activity, take, editor, reviewer, sign_in):
    activity = take(complete_activity(), submit=editor)
    body = sign_in(reviewer).get(reverse("evidence:review", args=["activity", activity.uuid])).content.decode()
    for words in ("⟦place⟧", "Attendances by age and sex", "Report of the dialogue", "Forty people talked"):
        assert words in body
    assert "Return it" in body


def test_a_manager_reviews_without_the_counts(complete_activity, take, editor, reviewer, manager, sign_in):
    activity = take(complete_activity(), submit=editor, verify=reviewer)
    body = sign_in(manager).get(reverse("evidence:review", args=["activity", activity.uuid])).content.decode()
    assert "Attendances by age and sex" not in body
    assert "⟦place⟧" not in body


def test_the_reviewer_sees_what_the_numbers_were_before(
    published_activity, take, editor, reviewer, actor_of, now, sign_in
):
    take(published_activity, change=editor)
    activities.save_counts(
        actor=actor_of(editor), uuid=published_activity.uuid, counts=Counts(attendances=99), base=None, at=now
    )
    take(published_activity, submit=editor)
    answer = sign_in(reviewer).get(reverse("evidence:review", args=["activity", published_activity.uuid]) + "?since=1")
    assert answer.status_code == 200
    assert answer.context["measures"][0] | {"label": ""} == {
        "label": "", "value": 99, "before": 40, "is_changed": True,
    }  # fmt: skip


def test_a_return_without_a_reason_comes_back_with_what_was_typed(complete_activity, take, editor, reviewer, sign_in):
    activity = take(complete_activity(), submit=editor)
    address = reverse("evidence:step", args=["activity", activity.uuid, "return"])
    client = sign_in(reviewer)
    assert client.post(address, {"version": activity.version, "reason": ""}).status_code == 422
    assert client.post(address, {"version": activity.version, "reason": "Count again."}).status_code == 302
    assert states(activity) == ["RETURNED"]
    answer = client.post(address, {"version": activity.version, "reason": "Count again."}, follow=True)
    assert "This has been done already." in [str(message) for message in answer.context["messages"]]
    assert ActivityRevision.objects.count() == 1


def test_an_incomplete_activity_is_led_back_to_its_form(make_activity, sign_in, editor):
    activity = make_activity()
    answer = sign_in(editor).post(
        reverse("evidence:step", args=["activity", activity.uuid, "submit"]), {"version": activity.version}, follow=True
    )
    assert answer.redirect_chain == [(reverse("evidence:activity_edit", args=[activity.uuid]), 302)]
    assert "Choose at least one theme." in answer.content.decode()


@pytest.mark.parametrize("verb", ["submit", "verify", "withdraw", "nothing"])
def test_a_step_opened_as_a_page_leads_to_the_record(published_activity, sign_in, editor, verb):
    answer = sign_in(editor).get(reverse("evidence:step", args=["activity", published_activity.uuid, verb]))
    assert answer.status_code == (404 if verb == "nothing" else 302)
