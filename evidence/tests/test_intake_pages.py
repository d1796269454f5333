"""The pages of workbooks and imports, as a CSO uses them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evidence.intake import services, work
from evidence.intake.workbook import write_workbook
from evidence.models import Activity, FormMapping, Intake
from evidence.tests.filled import fill

pytestmark = pytest.mark.django_db

KOBO = (
    "start;_uuid;activity/title;activity/activity_type;activity/day;where;people[1]/sex;people[1]/age;people[1]/n;"
    "people[2]/sex;people[2]/age;people[2]/n;facilitator_name\n"
    "2025-05-10T09:00;u-1;Dialogue;dlg;2025-05-10;KP-KHYBER;female;A18_24;18;male;A25_29;12;Someone\n"
    "2025-05-11T09:00;u-2;Training;trn;2025-05-11;KP-KHYBER;female;A18_24;7;;;;Someone\n"
)
COLUMNS = {
    "activity/title": "title",
    "activity/activity_type": "type",
    "activity/day": "starts_on",
    "where": "district",
    "people[]/sex": "part.sex",
    "people[]/age": "part.age",
    "people[]/n": "part.count",
}


def test_a_workbook_is_downloaded_filled_in_sent_and_taken_over(sign_in, editor, field_project, line, now):
    client = sign_in(editor)
    page = client.get(reverse("evidence:intakes"))
    assert page.status_code == 200
    chosen = {"project": field_project.code, "language": "ur", "lines": "100", "groups": ["YOUTH"], "disability": "on"}
    answer = client.get(reverse("evidence:workbook"), chosen)
    assert (answer.status_code, "attachment" in answer["Content-Disposition"]) == (200, True)
    file = SimpleUploadedFile("filled.xlsx", fill(answer.content, plain(line)))
    sent = client.post(reverse("evidence:intakes"), {"project": field_project.code, "file": file})
    intake = Intake.objects.get()
    assert sent["Location"] == reverse("evidence:intake", args=[intake.uuid])
    assert client.get(sent["Location"]).status_code == 200
    assert client.get(reverse("evidence:intake_progress", args=[intake.uuid])).status_code in (200, 204)
    work.check(intake_id=intake.pk, at=now)
    page = client.get(sent["Location"])
    assert "Take over 1 line as a draft" in page.content.decode()
    assert f'href="{sent["Location"]}"' in client.get("/").content.decode()
    client.post(reverse("evidence:intake_decide", args=[intake.uuid, "take"]))
    client.post(reverse("evidence:intake_decide", args=[intake.uuid, "take"]))
    work.take(intake_id=intake.pk, at=now)
    page = client.get(sent["Location"])
    assert "A001" in page.content.decode()
    assert Activity.objects.count() == 1


def plain(line):
    """The line without the counts of a workbook that does not ask for disability."""
    return {key: value for key, value in line.items() if not key.startswith("cell.")}


def test_a_form_is_mapped_once_and_remembered(sign_in, focal_point, editor, field_project, now):
    client = sign_in(editor)
    content = KOBO.encode("utf-16")
    sent = client.post(
        reverse("evidence:intakes"),
        {"project": field_project.code, "file": SimpleUploadedFile("kobo.csv", content)},
    )
    intake = Intake.objects.get()
    assert intake.needs_mapping
    assert "Ask your focal point" in client.get(sent["Location"]).content.decode()
    assert client.get(reverse("evidence:intake_map", args=[intake.uuid])).status_code == 403
    client = sign_in(focal_point)
    address = reverse("evidence:intake_map", args=[intake.uuid])
    form = client.get(address).context["form"]
    assert "facilitator_name" in form.questions
    posted = {f"column{index}": COLUMNS.get(question, "") for index, question in enumerate(form.questions)}
    assert form.answers == [("type", "dlg"), ("type", "trn")]
    posted |= {"answer0": "DIALOGUE", "answer1": "TRAINING", "title": "Dialogues"}
    assert client.post(address, posted).status_code == 302
    work.check(intake_id=intake.pk, at=now)
    intake.refresh_from_db()
    assert (intake.status, intake.valid_count, intake.invalid_count) == ("CHECKED", 2, 0)
    client.post(reverse("evidence:intake_decide", args=[intake.uuid, "take"]))
    work.take(intake_id=intake.pk, at=now)
    first = Activity.objects.order_by("code").first()
    turnout = first.revisions.get().turnout
    assert (turnout.attendances, first.revisions.get().participation.count()) == (30, 2)
    # The same form again, with one line more, in another encoding and with commas.
    more = (KOBO + "x;u-3;Third;dlg;2025-05-12;KP-KHYBER;;;;;;;\n").replace(";", ",").encode("utf-8-sig")
    client.post(
        reverse("evidence:intakes"), {"project": field_project.code, "file": SimpleUploadedFile("again.csv", more)}
    )
    again = Intake.objects.exclude(pk=intake.pk).get()
    work.check(intake_id=again.pk, at=now)
    again.refresh_from_db()
    assert (again.mapping, again.valid_count, again.repeated_count) == (FormMapping.objects.get(), 1, 2)
    assert client.get(reverse("evidence:mappings")).status_code == 200
    assert client.get(reverse("evidence:mapping", args=[again.mapping_id])).status_code == 200


def test_wrong_answers_of_an_export_are_marked_under_their_own_column(
    sign_in,
    focal_point,
    field_project,
    now,
    send,
    actor_of,
):
    intake = send(KOBO.replace(";18;", ";-18;").replace("KP-KHYBER", "Atlantis", 1).encode(), name="k.csv", check=False)
    services.save_mapping(
        actor=actor_of(focal_point),
        uuid=intake.uuid,
        columns=COLUMNS,
        choices={"type": {"dlg": "DIALOGUE", "trn": "TRAINING"}},
        at=now,
    )
    work.check(intake_id=intake.pk, at=now)
    intake.refresh_from_db()
    assert (intake.valid_count, intake.invalid_count) == (1, 1)
    assert {one["column"] for one in intake.findings if not one["is_hint"]} >= {"where"}
    page = sign_in(focal_point).get(reverse("evidence:intake", args=[intake.uuid]))
    assert "Atlantis" in page.content.decode()
    answer = sign_in(focal_point).get(reverse("evidence:intake_returned", args=[intake.uuid]))
    assert b"".join(answer.streaming_content).startswith(b"PK")
    answer.close()


def test_others_find_nothing_and_staff_see_only_how_forms_are_read(
    sign_in,
    manager,
    reviewer,
    other_focal_point,
    send,
    line,
    workbook,
):
    intake = send(fill(write_workbook(workbook()), line))
    for user in (manager, reviewer, other_focal_point):
        assert sign_in(user).get(reverse("evidence:intake", args=[intake.uuid])).status_code == 404
    assert sign_in(manager).get(reverse("evidence:mappings")).status_code == 200
    assert sign_in(manager).get(reverse("evidence:intakes")).status_code == 403


def test_the_list_of_files_takes_the_same_number_of_queries(
    sign_in,
    editor,
    send,
    workbook,
    line,
):
    client, counted = sign_in(editor), []
    for files in (1, 2):
        for number in range(files):
            send(fill(write_workbook(workbook()), {**line, "title": f"File {files} {number}"}))
        client.get(reverse("evidence:intakes"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("evidence:intakes"))
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 12
