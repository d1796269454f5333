"""Writing lessons, challenges and innovations: drafts, two writers, the reviewer's wording, evidence, and refusals."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.errors import InvalidInput, NotAllowed, StaleWrite, WrongState
from core.terms import term
from core.workflow import State
from evidence.items import services as items
from evidence.learning import services
from evidence.learning.shapes import SHAPES, fingerprint, values_of
from evidence.models import EvidenceLevel, Innovation, Lesson
from evidence.records import services as records
from evidence.records.revisions import latest_revision

pytestmark = pytest.mark.django_db
KINDS = ["lesson", "challenge", "innovation"]


def stored_of(record, kind="lesson"):
    return values_of(SHAPES[kind], latest_revision(record))


def test_a_second_click_makes_no_second_lesson(make_learning):
    first = make_learning("lesson")
    again = make_learning("lesson", uuid=first.uuid)
    assert first.pk == again.pk
    assert Lesson.objects.count() == 1


def test_a_stranger_starts_nothing_for_another_organization(make_learning, other_focal_point, organization):
    with pytest.raises(NotAllowed):
        make_learning("lesson", by=other_focal_point, organization=organization)
    assert not Lesson.objects.exists()


def test_a_stale_save_carries_what_is_stored_and_writes_nothing(make_learning, editor, focal_point, actor_of, now):
    record = make_learning("lesson")
    base = fingerprint(stored_of(record))
    save = {"kind": "lesson", "uuid": record.uuid, "base": base, "at": now}
    services.save_learning(actor=actor_of(focal_point), values={"why": "Because they were asked."}, **save)
    with pytest.raises(StaleWrite) as refused:
        services.save_learning(actor=actor_of(editor), values={"why": "Because it was near."}, **save)
    assert refused.value.current["why"] == "Because they were asked."
    assert stored_of(record)["why"] == "Because they were asked."


def test_attaching_evidence_makes_no_text_stale(make_learning, make_item, editor, actor_of, now):
    record = make_learning("lesson")
    base = fingerprint(stored_of(record))
    items.attach_item(actor=actor_of(editor), kind="lesson", uuid=record.uuid, item_uuid=make_item().uuid, at=now)
    services.save_learning(
        actor=actor_of(editor), kind="lesson", uuid=record.uuid, values={"why": "So."}, base=base, at=now
    )
    assert stored_of(record)["why"] == "So."


def test_what_is_missing_is_named_before_it_is_sent(make_learning, sign_in, editor):
    record = make_learning("lesson", recommendation="", body="Ask 0301-1234567.")
    client = sign_in(editor)
    page = client.get(reverse("evidence:lesson_edit", args=[record.uuid]))
    assert [gap["url"] for gap in page.context["gaps"]] == ["#id_recommendation", "#id_body"]
    answer = client.post(reverse("evidence:step", args=["lesson", record.uuid, "submit"]), {"version": record.version})
    assert answer.status_code == 302
    record.refresh_from_db()
    assert record.state == State.DRAFT


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_goes_from_a_draft_to_the_library(make_learning, take, client, kind, editor, reviewer, manager):
    record = take(make_learning(kind), kind, submit=editor, verify=reviewer, approve=manager, publish=manager)
    address = reverse(f"evidence:{kind}", args=[record.uuid])
    assert client.get(address).status_code == 200
    listed = client.get(reverse("evidence:library_tab", args=[SHAPES[kind].tab]))
    assert [entry["record"].pk for entry in listed.context["entries"]] == [record.pk]
    take(record, kind, withdraw=manager)
    assert client.get(address).status_code == 404
    assert client.get(reverse("evidence:library_tab", args=[SHAPES[kind].tab])).context["entries"] == []


def test_the_form_is_started_saved_and_refused_as_it_was_typed(sign_in, editor, field_project):
    client = sign_in(editor)
    form = client.get(reverse("evidence:lesson_new")).context["form"]
    values = {
        "organization": form["organization"].value(),
        "once": form["once"].value(),
        "title": "Elders first",
        "language": "en",
        "type": "WORKED",
    }
    answer = client.post(reverse("evidence:lesson_new"), {**values, "title": ""})
    assert answer.status_code == 422
    answer = client.post(reverse("evidence:lesson_new"), values)
    record = Lesson.objects.get()
    address = reverse("evidence:lesson_edit", args=[record.uuid])
    assert answer["Location"] == address
    version = client.get(address).context["form"]["version"].value()
    said = client.post(address, {**values, "version": version, "body": "Ask them."}, headers={"X-Autosave": "true"})
    assert set(said.json()) == {"saved_at", "version"}
    stale = client.post(address, {**values, "version": version, "body": "Tell them."}, headers={"X-Autosave": "true"})
    assert stale.status_code == 409
    both = client.post(address, {**values, "version": version, "body": "Tell them."})
    assert both.status_code == 409
    assert [(one.saved, one.sent) for one in both.context["form"].differences] == [("Ask them.", "Tell them.")]
    again = client.post(address, {**values, "version": both.context["form"]["version"].value(), "body": "Tell them."})
    assert again.status_code == 302
    assert stored_of(record)["body"] == "Tell them."


def test_a_reviewers_wording_stands_beside_what_was_submitted_and_another_verifies_it(
    make_learning, take, sign_in, editor, reviewer, make_user, manager, actor_of, now
):
    other_reviewer = make_user("reviewer2@example.org", "REVIEWER")
    record = take(make_learning("lesson", body="They were, well, asked first."), "lesson", submit=editor)
    client = sign_in(reviewer)
    address = reverse("evidence:lesson_validate", args=[record.uuid])
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert client.post(address, values).status_code == 422
    assert client.post(address, {**values, "body": "They were asked first."}).status_code == 302
    record.refresh_from_db()
    assert record.state == State.SUBMITTED
    with pytest.raises(NotAllowed):
        records.verify_record(actor=actor_of(reviewer), kind="lesson", uuid=record.uuid, version=None, at=now)
    review = sign_in(other_reviewer).get(reverse("evidence:review", args=["lesson", record.uuid]))
    assert [(one["before"], one["after"]) for one in review.context["compared_wording"]] == [
        ("They were, well, asked first.", "They were asked first.")
    ]
    take(record, "lesson", verify=other_reviewer, approve=manager, publish=manager)
    assert record.published_revision.body == "They were asked first."
    # The organization goes on from the wording, and what it writes then is its own again.
    take(record, "lesson", change=editor)
    services.save_learning(
        actor=actor_of(editor), kind="lesson", uuid=record.uuid, values={"why": "Respect."}, base=None, at=now
    )
    latest = latest_revision(record)
    assert (latest.body, latest.is_validation) == ("They were asked first.", False)


@pytest.mark.parametrize("name", ["manager", "editor", "nacta"])
def test_only_a_reviewer_words_a_text(make_learning, take, request, sign_in, editor, name):
    record = take(make_learning("lesson"), "lesson", submit=editor)
    answer = sign_in(request.getfixturevalue(name)).get(reverse("evidence:lesson_validate", args=[record.uuid]))
    assert answer.status_code in {403, 404}
    assert record.revisions.count() == 1


def test_the_grade_is_that_of_what_is_published(
    make_learning, make_item, take, editor, reviewer, manager, actor_of, now
):
    def attach(item):
        items.attach_item(actor=actor_of(editor), kind="lesson", uuid=record.uuid, item_uuid=item.uuid, at=now)

    record = make_learning("lesson")
    attach(make_item(type="PHOTO"))
    take(record, "lesson", submit=editor, verify=reviewer, approve=manager, publish=manager)
    assert record.evidence_level == EvidenceLevel.E1
    take(record, "lesson", change=editor)
    attach(make_item(type="REPORT"))
    record.refresh_from_db()
    assert record.evidence_level == EvidenceLevel.E1
    take(record, "lesson", submit=editor, verify=reviewer, approve=manager, publish=manager)
    assert record.evidence_level == EvidenceLevel.E3


def test_what_is_called_proven_needs_two_kinds_of_evidence(make_learning, take, editor, reviewer, manager):
    record = make_learning("innovation", maturity_id=term("innovation_maturity", "PROVEN").pk)
    take(record, "innovation", submit=editor, verify=reviewer, approve=manager)
    with pytest.raises(WrongState):
        take(record, "innovation", publish=manager)
    assert not Innovation.objects.live().exists()


def test_activities_of_others_cannot_be_linked(
    make_learning, make_activity, editor, actor_of, now, other_focal_point, other_organization, make_project
):
    theirs = make_activity(by=other_focal_point, project=make_project(other_organization, "PVE-OTHER"))
    record = make_learning("lesson", activities=[theirs.pk])
    assert not latest_revision(record).activities.exists()


def test_the_reason_of_a_return_stands_on_the_form_and_in_the_history(make_learning, take, sign_in, editor, reviewer):
    record = take(make_learning("lesson"), "lesson", submit=editor, return_it=reviewer)
    page = sign_in(editor).get(reverse("evidence:lesson_edit", args=[record.uuid])).content.decode()
    assert page.count("Because.") == 2


# --- Uptake ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def reuse(other_focal_point, other_organization, actor_of, now):
    """The other organization says that it reused a record."""

    def say(record, kind="lesson", by=None, organization=None, **fields):
        given = {"district": None, "note": "We asked the elders too.", "used_on": now.date(), **fields}
        return services.record_uptake(
            actor=actor_of(by or other_focal_point),
            kind=kind,
            uuid=record.uuid,
            organization_slug=(organization or other_organization).slug,
            at=now,
            **given,
        )

    return say


def test_an_organization_says_itself_and_once_what_it_reused(published_learning, reuse, focal_point, organization):
    record = published_learning("lesson")
    reuse(record)
    reuse(record, note="Twice now.")
    assert [row.note for row in record.uptakes.all()] == ["Twice now."]
    with pytest.raises(NotAllowed):
        reuse(record, by=focal_point)
    with pytest.raises(InvalidInput):
        reuse(record, by=focal_point, organization=organization)
    assert record.uptakes.count() == 1


def test_uptake_is_refused_for_a_challenge_and_with_a_telephone_number(published_learning, reuse):
    with pytest.raises(InvalidInput):
        reuse(published_learning("challenge"), "challenge")
    record = published_learning("lesson")
    with pytest.raises(InvalidInput):
        reuse(record, note="Ask 0301-1234567.")
    assert not record.uptakes.exists()


def test_the_page_takes_an_uptake_and_gives_a_refused_one_back(
    published_learning, sign_in, other_focal_point, other_organization
):
    record = published_learning("lesson")
    client, address = sign_in(other_focal_point), reverse("evidence:lesson_uptake", args=[record.uuid])
    values = {"organization": other_organization.slug, "note": "Kept words", "used_on": "2999-01-01"}
    answer = client.post(address, values)
    assert (answer.status_code, "Kept words" in answer.content.decode()) == (422, True)
    assert client.post(address, {**values, "used_on": "2025-12-01"}).status_code == 302
    assert "Kept words" in client.get(reverse("evidence:lesson", args=[record.uuid])).content.decode()


def test_who_reused_it_is_told_as_far_as_the_reader_may_know_the_organization(
    published_learning, reuse, client, other_organization
):
    record = published_learning("lesson")
    reuse(record, note="⟦hidden uptake⟧")
    other_organization.sensitivity = "RESTRICTED"
    other_organization.save()
    assert "⟦hidden uptake⟧" not in client.get(reverse("evidence:lesson", args=[record.uuid])).content.decode()
    (entry,) = client.get(reverse("evidence:library")).context["entries"]
    assert entry["reused"] == 0
