"""The life of a showcase: each step with its refusals, after which nothing has changed."""

import pytest
from django.urls import reverse

from accounts.models import RoleGrant
from core.access import Role
from core.audit import AuditEntry
from core.errors import Incomplete, InvalidInput, NotAllowed, StaleWrite, WrongState
from workshops.models import EvidenceFile, Showcase, ShowcaseRevision

pytestmark = pytest.mark.django_db


def facts(showcase: Showcase) -> tuple:
    """All that a step could have changed."""
    row = Showcase.objects.get(pk=showcase.pk)
    return (
        row.state,
        row.version,
        row.published_revision_id,
        row.first_submitted_at,
        list(row.revisions.order_by("pk").values()),
        list(row.transitions.order_by("pk").values()),
        AuditEntry.objects.count(),
    )


def log(showcase: Showcase) -> list[tuple]:
    return list(
        showcase.transitions.order_by("pk").values_list("verb", "from_state", "to_state", "as_role", "revision_number")
    )


def test_a_showcase_goes_from_draft_to_the_public(published):
    assert published.state == "PUBLISHED"
    assert published.published_revision == published.revisions.get()
    assert log(published) == [
        ("submit", "DRAFT", "SUBMITTED", "EDITOR", 1),
        ("verify", "SUBMITTED", "VERIFIED", "REVIEWER", 1),
        ("approve", "VERIFIED", "APPROVED", "MANAGER", 1),
        ("publish", "APPROVED", "PUBLISHED", "MANAGER", 1),
    ]


def test_every_step_is_in_the_audit_log(published):
    assert list(
        AuditEntry.objects.filter(subject=f"workshops.showcase:{published.pk}")
        .order_by("pk")
        .values_list("action", flat=True)
    ) == ["showcase.submit", "showcase.verify", "showcase.approve", "showcase.publish"]


def test_showcase_submitted_is_frozen(showcase, step, save, editor):
    step("submit", showcase, editor)
    before = facts(showcase)
    with pytest.raises(WrongState):
        save(showcase, editor, "background", background="Another text.")
    assert facts(showcase) == before


def test_showcase_with_gaps_is_not_submitted_and_says_what_is_missing(showcase, step, editor):
    showcase.revisions.update(background="Too short.", title="")
    showcase.evidence_files.all().delete()
    before = facts(showcase)
    with pytest.raises(Incomplete) as refused:
        step("submit", showcase, editor)
    assert [place for place, _sentence in refused.value.missing] == [
        "about.title",
        "background.background",
        "evidence.file",
    ]
    assert facts(showcase) == before


@pytest.mark.parametrize(
    "text",
    [
        "Ask for 35202-1234567-1 at the gate. ",
        "Call 0300-1234567 first. ",
        "Call +92 301 2345678 first. ",
        "Call ۰۳۰۰۱۲۳۴۵۶۷ first. ",
        "Write to somebody@example.org first. ",
    ],
)
def test_showcase_with_a_personal_number_or_address_is_not_submitted(showcase, step, editor, text):
    showcase.revisions.update(challenges=text + "word " * 60)
    with pytest.raises(Incomplete) as refused:
        step("submit", showcase, editor)
    assert [place for place, _sentence in refused.value.missing] == ["challenges.challenges"]


def test_showcase_is_not_submitted_by_another_organization(showcase, step, other_focal_point, reviewer):
    before = facts(showcase)
    for stranger in (other_focal_point, reviewer):
        with pytest.raises(Showcase.DoesNotExist):
            step("submit", showcase, stranger)
    assert facts(showcase) == before


def test_showcase_is_not_submitted_after_the_deadline(showcase, step, editor, workshop, now):
    before = facts(showcase)
    with pytest.raises(WrongState, match="deadline"):
        step("submit", showcase, editor, at=now.replace(day=13))
    assert facts(showcase) == before


def test_showcase_is_not_submitted_to_a_workshop_that_was_closed(showcase, step, editor, workshop):
    workshop.is_open_for_showcases = False
    workshop.save()
    before = facts(showcase)
    with pytest.raises(WrongState):
        step("submit", showcase, editor)
    assert facts(showcase) == before


def test_showcase_is_submitted_when_the_deadline_is_extended(showcase, step, editor, workshop, now):
    workshop.submission_deadline = now.replace(day=14)
    workshop.save()
    assert step("submit", showcase, editor, at=now.replace(day=13)).state == "SUBMITTED"


def test_showcase_returned_may_come_back_after_the_deadline(showcase, step, editor, reviewer, now):
    step("submit", showcase, editor)
    step("return", showcase, reviewer)
    assert step("submit", showcase, editor, at=now.replace(day=13)).state == "SUBMITTED"


def test_showcase_changed_since_the_page_was_opened_is_not_submitted(showcase, step, save, editor):
    opened = showcase.version
    save(
        showcase,
        editor,
        "innovations",
        innovations="A new text of innovations. " + "word " * 30,
    )
    before = facts(showcase)
    with pytest.raises(StaleWrite):
        step("submit", showcase, editor, version=opened)
    assert facts(showcase) == before


def test_showcase_returned_without_a_reason_is_refused(showcase, step, editor, reviewer):
    step("submit", showcase, editor)
    before = facts(showcase)
    for reason in ("", "  \n ", "\u202e"):
        with pytest.raises(InvalidInput):
            step("return", showcase, reviewer, reason=reason)
    assert facts(showcase) == before


def test_every_return_is_kept_with_its_reason(showcase, step, editor, reviewer):
    for reason in ("First reason.", "Second reason."):
        step("submit", showcase, editor)
        step("return", showcase, reviewer, reason=reason)
    assert list(showcase.transitions.filter(verb="return").order_by("pk").values_list("reason", "revision_number")) == [
        ("First reason.", 1),
        ("Second reason.", 2),
    ]


def test_what_was_sent_stays_as_it_was_when_the_returned_text_is_changed(showcase, step, save, editor, reviewer):
    step("submit", showcase, editor)
    sent = ShowcaseRevision.objects.values().get(showcase=showcase)
    step("return", showcase, reviewer)
    save(showcase, editor, "background", background="Changed. " + "word " * 50)
    step("submit", showcase, editor)
    assert ShowcaseRevision.objects.values().get(pk=sent["id"]) == sent
    assert list(showcase.revisions.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert showcase.revisions.get(number=2).background.startswith("Changed.")
    assert showcase.revisions.get(number=2).districts.count() == 1


def test_nobody_verifies_what_they_wrote(showcase, step, editor, make_user, actor_of):
    writer = make_user("both@example.org", Role.REVIEWER)
    showcase.revisions.get().writers.add(writer)
    step("submit", showcase, editor)
    before = facts(showcase)
    with pytest.raises(NotAllowed):
        step("verify", showcase, writer)
    assert facts(showcase) == before


@pytest.mark.parametrize(
    ("verb", "state"),
    [("verify", "SUBMITTED"), ("return", "SUBMITTED"), ("approve", "VERIFIED"), ("publish", "APPROVED")],
)
def test_nobody_takes_a_step_of_the_programme_for_their_own_organization(
    showcase, step, editor, make_member, organization, verb, state
):
    """Not even somebody who holds both roles of the programme."""
    member = make_member("both@example.org", organization, Role.EDITOR)
    for role in (Role.REVIEWER, Role.MANAGER):
        RoleGrant.objects.create(user=member, role=role, granted_at=showcase.created_at)
    step("submit", showcase, editor)
    Showcase.objects.filter(pk=showcase.pk).update(state=state)
    before = facts(showcase)
    with pytest.raises(NotAllowed):
        step(verb, showcase, member)
    assert facts(showcase) == before


def test_whoever_verified_does_not_approve(showcase, step, editor, make_user, second_manager):
    both = make_user("both@example.org", Role.REVIEWER, Role.MANAGER)
    step("submit", showcase, editor)
    step("verify", showcase, both)
    before = facts(showcase)
    with pytest.raises(NotAllowed):
        step("approve", showcase, both)
    assert facts(showcase) == before
    assert step("approve", showcase, second_manager).state == "APPROVED"


def test_a_writer_of_an_earlier_revision_does_not_verify_the_next(showcase, step, save, editor, reviewer, make_user):
    former = make_user("former@example.org", Role.REVIEWER)
    showcase.revisions.get().writers.add(former)
    step("submit", showcase, editor)
    step("return", showcase, reviewer)
    save(showcase, editor, "background", background="Changed. " + "word " * 50)
    step("submit", showcase, editor)
    with pytest.raises(NotAllowed):
        step("verify", showcase, former)


@pytest.mark.parametrize("verb", ["verify", "approve", "publish", "return", "archive"])
def test_staff_steps_are_not_for_the_organization(showcase, step, focal_point, verb):
    Showcase.objects.filter(pk=showcase.pk).update(state="SUBMITTED")
    before = facts(showcase)
    with pytest.raises(NotAllowed):
        step(verb, showcase, focal_point)
    assert facts(showcase) == before


def test_a_manager_does_not_verify_and_a_reviewer_does_not_approve(showcase, step, editor, reviewer, manager):
    step("submit", showcase, editor)
    with pytest.raises(NotAllowed):
        step("verify", showcase, manager)
    step("verify", showcase, reviewer)
    with pytest.raises(NotAllowed):
        step("approve", showcase, reviewer)
    step("approve", showcase, manager)
    with pytest.raises(NotAllowed):
        step("publish", showcase, reviewer)


def test_no_step_is_skipped(showcase, step, editor, reviewer, manager):
    step("submit", showcase, editor)
    before = facts(showcase)
    for verb in ("approve", "publish", "archive"):
        with pytest.raises(WrongState):
            step(verb, showcase, manager)
    assert facts(showcase) == before


def test_a_change_leaves_the_published_text_live_until_it_is_published(
    published, step, save, editor, reviewer, manager
):
    first = published.published_revision
    step("change", published, editor)
    save(published, editor, "background", background="Changed. " + "word " * 50)
    step("submit", published, editor)
    step("verify", published, reviewer)
    assert published.published_revision == first
    assert ShowcaseRevision.objects.get(pk=first.pk).background == first.background
    step("approve", published, manager)
    step("publish", published, manager)
    assert published.published_revision.number == 2


def test_a_published_showcase_is_withdrawn_at_once_by_who_may(published, step, focal_point):
    step("withdraw", published, focal_point, reason="A person asked us to.")
    assert (published.state, published.published_revision) == ("WITHDRAWN", None)
    assert published.transitions.get(verb="withdraw").reason == "A person asked us to."


@pytest.mark.parametrize("state", ["DRAFT", "SUBMITTED", "VERIFIED"])
def test_a_live_text_is_withdrawn_while_a_change_to_it_is_under_way(published, step, manager, state):
    Showcase.objects.filter(pk=published.pk).update(state=state)
    step("withdraw", published, manager)
    assert (published.state, published.published_revision) == ("WITHDRAWN", None)


def test_the_data_protection_officer_withdraws_even_what_is_for_partners_only(published, step, data_protection_officer):
    Showcase.objects.filter(pk=published.pk).update(sensitivity="RESTRICTED")
    assert step("withdraw", published, data_protection_officer).state == "WITHDRAWN"


def test_an_editor_or_reviewer_does_not_withdraw(published, step, editor, reviewer):
    before = facts(published)
    for user in (editor, reviewer):
        with pytest.raises(NotAllowed):
            step("withdraw", published, user)
    assert facts(published) == before


def test_what_is_not_live_is_not_withdrawn(showcase, step, focal_point):
    before = facts(showcase)
    with pytest.raises(WrongState):
        step("withdraw", showcase, focal_point)
    assert facts(showcase) == before


def test_a_withdrawn_showcase_comes_back_only_through_review(published, step, focal_point, manager):
    step("withdraw", published, focal_point)
    with pytest.raises(WrongState):
        step("publish", published, manager)
    assert step("change", published, focal_point).state == "DRAFT"


def test_an_archived_showcase_is_no_longer_public(published, step, manager, visitor):
    step("archive", published, manager)
    assert not Showcase.objects.visible_to(visitor).exists()


def test_a_file_released_is_public_only_after_publication(showcase, step, editor, reviewer, manager, visitor):
    showcase.evidence_files.update(is_released=True)
    step("submit", showcase, editor)
    step("verify", showcase, reviewer)
    step("approve", showcase, manager)
    assert not EvidenceFile.objects.visible_to(visitor).exists()
    step("publish", showcase, manager)
    assert EvidenceFile.objects.visible_to(visitor).get() == showcase.evidence_files.get()


def test_a_change_of_employer_opens_no_text_of_the_former_one(
    enter, showcase, step, editor, focal_point, reviewer, make_member, organization
):
    """Who belonged to the organization while the text was written judges it no more than its writers do."""
    mover = make_member("mover@example.org", organization, "EDITOR")
    for role in ("REVIEWER", "MANAGER"):
        RoleGrant.objects.create(user=mover, role=role, granted_at=showcase.created_at)
    showcase = step("submit", showcase, editor)
    mover.memberships.update(ended_on=showcase.created_at.date())
    with pytest.raises(NotAllowed):
        step("verify", showcase, mover)
    assert (
        "step/verify/"
        not in enter(mover).get(reverse("workshops:showcase_review", args=[showcase.uuid])).content.decode()
    )
    step("verify", showcase, reviewer)
    with pytest.raises(NotAllowed):
        step("approve", showcase, mover)
    mover.memberships.update(started_on="2024-01-01", ended_on="2025-01-01")
    assert step("approve", showcase, mover).state == "APPROVED"
