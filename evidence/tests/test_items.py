"""Evidence: added, tied, changed and removed while nothing that was sent rests on it; and who reads it."""

from __future__ import annotations

import io
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.access import Actor
from core.errors import InvalidInput, NotAllowed, WrongState
from evidence.items import services
from evidence.items.levels import evidence_level
from evidence.models import EvidenceDocument, EvidenceItem
from evidence.records.revisions import latest_revision

pytestmark = pytest.mark.django_db


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    return SimpleUploadedFile("hall.jpg", out.getvalue(), "image/jpeg")


def paper(text="%PDF-1.7 ⟦paper⟧") -> SimpleUploadedFile:
    return SimpleUploadedFile("../report.pdf", text.encode(), "application/pdf")


@pytest.fixture
def add(editor, actor_of, field_project, now):
    def add(upload=None, *, by=None, **values):
        return services.add_item(
            actor=actor_of(by or editor),
            organization_id=field_project.organization_id,
            project_code=field_project.code,
            values={"title": "Report", "type": "REPORT", **values},
            upload=upload,
            name=upload.name if upload else "",
            at=now,
        )

    return add


def item(code, day=None, has_method=False):
    return SimpleNamespace(type=SimpleNamespace(code=code), happened_on=day, has_method=has_method)


@pytest.mark.parametrize(
    ("items", "level"),
    [
        ([], "E0"),
        ([item("PHOTO")], "E1"),
        ([item("REPORT")], "E1"),
        ([item("PHOTO", date(2025, 1, 1))], "E1"),
        ([item("REPORT", date(2025, 1, 1))], "E2"),
        ([item("ATTEND", date(2025, 1, 1)), item("ATTEND")], "E2"),
        ([item("PHOTO"), item("STORY")], "E3"),
        ([item("EVAL")], "E1"),
        ([item("EVAL", has_method=True)], "E4"),
        ([item("PHOTO", has_method=True)], "E1"),
    ],
)
def test_the_level_follows_from_the_items(items, level):
    assert evidence_level(items) == level


def test_a_file_is_kept_with_what_is_said_about_it_and_sent_twice_kept_once(add):
    first, second = add(paper()), add(paper())
    assert first == second
    document = EvidenceDocument.objects.get()
    assert (document.item, document.name, document.content_type) == (first, "report.pdf", "application/pdf")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "file"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "example"}, "url"),
        ({"url": "https://example.org", "title": " "}, "title"),
        ({"url": "https://example.org", "title": "Call 0300-1234567"}, "title"),
        ({"url": "https://example.org", "shows_person": True, "is_released": True}, "is_released"),
    ],
)
def test_what_is_no_evidence_is_refused(add, values, field):
    with pytest.raises(InvalidInput) as refused:
        add(**values)
    assert refused.value.field == field
    assert not EvidenceItem.objects.exists()


def test_a_picture_needs_a_description(add):
    with pytest.raises(InvalidInput, match="Describe"):
        add(picture())
    assert add(picture(), alt_text="A hall.").document.is_image


def test_only_the_organization_adds_its_evidence(add, reviewer, other_focal_point):
    for user in (reviewer, other_focal_point):
        with pytest.raises(NotAllowed):
            add(by=user, url="https://example.org")
    assert not EvidenceItem.objects.exists()


def test_what_was_sent_is_neither_changed_nor_removed(complete_activity, take, editor, actor_of, now):
    activity = complete_activity()
    row = EvidenceItem.objects.get()
    actor = actor_of(editor)
    values = {"title": "New title", "type": "REPORT", "url": row.url}
    services.change_item(actor=actor, uuid=row.uuid, values=values, at=now)
    take(activity, submit=editor)
    for change in (
        lambda: services.change_item(actor=actor, uuid=row.uuid, values={**values, "title": "Later"}, at=now),
        lambda: services.remove_item(actor=actor, uuid=row.uuid, at=now),
        lambda: services.detach_item(actor=actor, kind="activity", uuid=activity.uuid, item_uuid=row.uuid, at=now),
    ):
        with pytest.raises(WrongState):
            change()
    assert EvidenceItem.objects.get().title == "New title"
    assert latest_revision(activity).evidence.count() == 1


def test_a_revision_that_was_sent_keeps_what_a_later_one_detaches(
    complete_activity, take, editor, reviewer, actor_of, now
):
    activity = take(complete_activity(), submit=editor)
    sent, row = latest_revision(activity), EvidenceItem.objects.get()
    take(activity, return_it=reviewer)
    services.detach_item(actor=actor_of(editor), kind="activity", uuid=activity.uuid, item_uuid=row.uuid, at=now)
    assert sent.evidence.count() == 1
    assert latest_revision(activity).evidence.count() == 0


def test_removing_unsent_evidence_removes_its_file(add, editor, actor_of, now, django_capture_on_commit_callbacks):
    row = add(paper())
    stored, storage = row.document.file.name, row.document.file.storage
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_item(actor=actor_of(editor), uuid=row.uuid, at=now)
    assert not EvidenceItem.objects.exists()
    assert not storage.exists(stored)


# --- Who reads it ---------------------------------------------------------------------------------------------------


def readers(row, request) -> set[str]:
    names = ("editor", "other_focal_point", "reviewer", "manager", "nacta", "funder", "data_protection_officer")
    actors = {name: request.getfixturevalue("actor_of")(request.getfixturevalue(name)) for name in names}
    actors["visitor"] = Actor.visitor()
    items = {name for name, actor in actors.items() if EvidenceItem.objects.visible_to(actor).filter(pk=row.pk)}
    files = {
        name for name, actor in actors.items() if EvidenceDocument.objects.visible_to(actor).filter(item=row).exists()
    }
    assert items == files
    return items


EVERYONE = {
    "editor", "other_focal_point", "reviewer", "manager", "nacta", "funder", "data_protection_officer", "visitor",
}  # fmt: skip


def test_who_reads_evidence_on_its_way(complete_activity, add, take, editor, reviewer, manager, actor_of, now, request):
    activity = complete_activity()
    rows = {
        "plain": add(paper("%PDF-1.7 a")),
        "released": add(paper("%PDF-1.7 b"), is_released=True),
        "person": add(paper("%PDF-1.7 c"), shows_person=True),
    }
    for row in rows.values():
        services.attach_item(actor=actor_of(editor), kind="activity", uuid=activity.uuid, item_uuid=row.uuid, at=now)
    assert {name: readers(row, request) for name, row in rows.items()} == {name: {"editor"} for name in rows}
    take(activity, submit=editor)
    sent = {"plain": {"editor", "reviewer", "manager"}, "person": {"editor", "reviewer"}}
    assert {name: readers(row, request) for name, row in rows.items()} == {**sent, "released": sent["plain"]}
    take(activity, verify=reviewer, approve=manager, publish=manager)
    assert {name: readers(row, request) for name, row in rows.items()} == {**sent, "released": EVERYONE}
    take(activity, withdraw=manager)
    assert {name: readers(row, request) for name, row in rows.items()} == {**sent, "released": sent["plain"]}


def test_evidence_of_two_records_stays_public_while_one_is_published(
    complete_activity, add, take, editor, reviewer, manager, actor_of, now, client
):
    shared = add(paper(), is_released=True)
    activities = [complete_activity(), complete_activity()]
    for activity in activities:
        services.attach_item(actor=actor_of(editor), kind="activity", uuid=activity.uuid, item_uuid=shared.uuid, at=now)
        take(activity, submit=editor, verify=reviewer, approve=manager, publish=manager)
    address = reverse("evidence:document", args=[shared.uuid])
    take(activities[0], withdraw=manager)
    assert b"".join(client.get(address).streaming_content) == b"%PDF-1.7 " + "⟦paper⟧".encode()
    services.release_item(actor=actor_of(editor), uuid=shared.uuid, is_released=False, at=now)
    assert client.get(address).status_code == 404


def test_a_person_is_never_released(add, editor, actor_of, now):
    row = add(paper(), shows_person=True)
    with pytest.raises(WrongState):
        services.release_item(actor=actor_of(editor), uuid=row.uuid, is_released=True, at=now)
    row.refresh_from_db()
    assert not row.is_released


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_the_pages_of_evidence(complete_activity, sign_in, editor, other_focal_point):
    activity, row = complete_activity(), EvidenceItem.objects.get()
    client = sign_in(editor)
    for name, *arguments in (
        ("item_list",), ("item_new",), ("item", row.uuid), ("record_items", "activity", activity.uuid),
    ):  # fmt: skip
        answer = client.get(reverse(f"evidence:{name}", args=arguments))
        assert answer.status_code == 200, name
    assert sign_in(other_focal_point).get(reverse("evidence:item", args=[row.uuid])).status_code == 404


def test_a_file_is_added_and_attached_in_one_go(complete_activity, sign_in, editor):
    activity, client = complete_activity(), sign_in(editor)
    address = reverse("evidence:record_items", args=["activity", activity.uuid])
    back = reverse("evidence:activity_section", args=[activity.uuid, "evidence"])
    answer = client.post(address, {"file": paper(), "type": "ATTEND", "title": "Sheet", "next": back})
    assert (answer.status_code, answer.headers["Location"]) == (302, back)
    assert latest_revision(activity).evidence.filter(title="Sheet").exists()
    answer = client.post(address, {"type": "ATTEND", "title": "Nothing", "next": "https://evil.example/"})
    assert (answer.status_code, "Choose a file, or give a link." in answer.content.decode()) == (422, True)
    tie = reverse("evidence:item_tie", args=["activity", activity.uuid, "detach"])
    uuid = EvidenceItem.objects.get(title="Sheet").uuid
    answer = client.post(tie, {"item": [uuid, "no-uuid"], "next": "https://evil.example/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    assert not latest_revision(activity).evidence.filter(title="Sheet").exists()
