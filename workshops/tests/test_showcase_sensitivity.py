"""A manager says who may read a showcase; the choice holds in every exit at once."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from core.audit import AuditEntry
from organizations.models import Membership
from workshops.models import EvidenceFile, ShowcaseTransition
from workshops.showcases import selectors

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before_deadline")]
REASON = "A village is named in it."


@pytest.fixture
def choose(enter):
    def post(user, showcase, sensitivity, reason=REASON, version=None):
        showcase.refresh_from_db()
        sent = {"sensitivity": sensitivity, "reason": reason, "version": version or showcase.version}
        return enter(user).post(reverse("workshops:showcase_sensitivity", args=[showcase.uuid]), sent)

    return post


def state_of(showcase) -> tuple[str, str, int]:
    showcase.refresh_from_db()
    return showcase.sensitivity, showcase.state, ShowcaseTransition.objects.filter(verb="sensitivity").count()


def test_a_restricted_showcase_leaves_every_public_exit_at_once(
    enter, choose, manager, reviewer, published, place, make_session, api_key, other_focal_point
):
    place(published, make_session("Showcases", "10:00", "11:00"))
    file = EvidenceFile.objects.get(showcase=published)
    file.is_released, file.live_since = True, published.published_at
    file.save()
    title = published.published_revision.title
    slug = published.workshop.slug
    visitor, partner = enter(), {"Authorization": f"Api-Key {api_key}"}
    addresses = [
        reverse("workshops:showcase", args=[published.uuid]),
        f"/api/v1/showcases/{published.uuid}/",
        reverse("workshops:showcase_evidence", args=[published.uuid, file.uuid]),
    ]
    lists = [
        reverse("workshops:showcase_list", args=[slug]),
        reverse("workshops:agenda", args=[slug]),
        reverse("workshops:agenda_ics", args=[slug]),
        reverse("workshops:schedule_json", args=[slug]),
        "/api/v1/showcases/",
    ]
    for address in addresses:
        answer = visitor.get(address, headers=partner if "/api/" in address else {})
        assert answer.status_code == 200
        if answer.streaming:
            assert b"".join(answer.streaming_content)
    assert title in visitor.get(lists[0]).content.decode()

    assert choose(manager, published, "RESTRICTED")["Location"] == f"/review/{published.uuid}/"

    for client in (visitor, enter(other_focal_point)):
        for address in addresses:
            assert client.get(address, headers=partner if "/api/" in address else {}).status_code == 404
        for address in lists:
            headers = partner if "/api/" in address else {}
            assert title not in client.get(address, headers=headers).content.decode()
    assert enter(reviewer).get(addresses[0]).status_code == 200
    choose(manager, published, "PUBLIC", "The name was taken out.")
    assert visitor.get(addresses[0]).status_code == 200


def test_the_reason_is_logged_and_the_organization_reads_it(
    enter, choose, manager, editor, published, django_capture_on_commit_callbacks
):
    mail.outbox.clear()
    before = AuditEntry.objects.count()
    choose(manager, published, "PARTNER")
    entry = AuditEntry.objects.order_by("-pk").first()
    assert AuditEntry.objects.count() == before + 1
    assert (entry.action, entry.details["before"], entry.details["after"]) == (
        "showcase.sensitivity",
        "PUBLIC",
        "PARTNER",
    )
    assert REASON not in str(entry.details)
    assert REASON in enter(editor).get(reverse("workshops:showcase_edit", args=[published.uuid])).content.decode()


@pytest.mark.parametrize("role", ["reviewer", "nacta", "editor", "focal_point", "data_protection_officer", "funder"])
def test_nobody_else_sets_it(request, choose, role, published):
    assert choose(request.getfixturevalue(role), published, "RESTRICTED").status_code == 403
    assert state_of(published) == ("PUBLIC", "PUBLISHED", 0)


def test_a_manager_of_the_organization_does_not_set_it(choose, manager, published, organization, now):
    Membership.objects.create(user=manager, organization=organization, role="EDITOR", started_on=now.date())
    assert choose(manager, published, "RESTRICTED").status_code == 403
    assert state_of(published) == ("PUBLIC", "PUBLISHED", 0)


@pytest.mark.parametrize(
    ("sensitivity", "reason", "version", "status"),
    [
        ("RESTRICTED", "", None, 422),
        ("RESTRICTED", "\u202e", None, 422),
        ("RESTRICTED", "x" * 4001, None, 422),
        ("SECRET", REASON, None, 422),
        ("", REASON, None, 422),
        ("RESTRICTED", REASON, 1, 409),
        ("RESTRICTED", REASON, "9" * 40, 422),
    ],
)
def test_what_cannot_be_kept_comes_back_and_nothing_changes(
    choose, manager, published, sensitivity, reason, version, status
):
    answer = choose(manager, published, sensitivity, reason, version)
    assert answer.status_code == status
    assert reason.strip("\u202e") in answer.content.decode()
    assert state_of(published) == ("PUBLIC", "PUBLISHED", 0)


def test_a_choice_that_is_there_already_changes_nothing(choose, manager, published):
    choose(manager, published, "PUBLIC")
    assert state_of(published) == ("PUBLIC", "PUBLISHED", 0)


def test_it_does_not_make_what_waits_look_new(
    choose, manager, reviewer, showcase, step, editor, actor_of, time_machine
):
    step("submit", showcase, editor)
    since = selectors.review_queue(actor_of(reviewer)).get().since
    time_machine.move_to("2026-01-11T09:00:00Z", tick=False)
    choose(manager, showcase, "PARTNER")
    assert selectors.review_queue(actor_of(reviewer)).get().since == since
