"""Files that nobody should send: each is refused in words or its cells are marked, and nothing is lost or stored."""

from __future__ import annotations

import io
import resource
import threading
import time
import zipfile
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from evidence.intake import services, work
from evidence.intake.layout import ACTIVITIES, HIDDEN
from evidence.intake.lines import batches
from evidence.intake.reading import clean_table
from evidence.intake.workbook import columns_for, row_key, write_workbook
from evidence.models import Activity, Intake, IntakeRow
from evidence.tests.filled import fill, saved

pytestmark = pytest.mark.django_db


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def refusal(intake) -> str:
    assert (intake.status, len(intake.findings)) == ("REFUSED", 1)
    assert not Activity.objects.exists()
    with intake.file.open("rb") as kept:
        assert kept.read(2) in (b"PK", b"ti")
    return intake.findings[0]["message"]


def with_entry(content, name, data, *, replace=None):
    """The archive with one entry more, or with bytes replaced in those under xl/worksheets."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = old.read(entry)
            if replace and "worksheets/sheet" in entry.filename:
                part = part.replace(*replace, 1)
            new.writestr(entry.filename, part)
        if name:
            new.writestr(name, data)
    return out.getvalue()


def test_merged_cells_are_refused(workbook, send, line):
    book = opened(fill(write_workbook(workbook()), line))
    book[ACTIVITIES].merge_cells("D5:E6")
    assert "merged cells" in refusal(send(saved(book)))


def test_a_hidden_sheet_with_data_is_refused_and_one_without_is_not(workbook, send, line):
    book = opened(fill(write_workbook(workbook()), line))
    book.create_sheet("Notes").sheet_state = "hidden"
    assert send(saved(book)).status == "CHECKED"
    book["Notes"]["B7"] = "something"
    assert "“Notes” is hidden" in refusal(send(saved(book)))


def test_a_sheet_of_their_own_is_not_silently_left_out(workbook, send, line):
    book = opened(fill(write_workbook(workbook()), line))
    book.create_sheet("June")["A1"] = "more lines"
    assert "“June”" in refusal(send(saved(book)))


def test_a_workbook_of_another_project_names_both(workbook, send, line, make_project, organization):
    other = make_project(organization, "other-one")
    said = refusal(send(fill(write_workbook(workbook()), line), project=other))
    assert ("other-one" in said, "restricted" in said or "workbook of the project" in said) == (True, True)


def test_a_workbook_of_nobody_here_and_of_another_layout_is_refused(workbook, send, line):
    content = fill(write_workbook(workbook()), line)
    book = opened(content)
    book[HIDDEN]["A2"] = str(uuid4())
    assert "nobody of your organization" in refusal(send(saved(book)))
    book[HIDDEN]["A2"] = "'; drop table"
    assert "nobody of your organization" in refusal(send(saved(book)))
    book = opened(content)
    book[HIDDEN]["A3"] = "99"
    assert "another version" in refusal(send(saved(book)))
    book = opened(content)
    del book[HIDDEN]
    assert "no workbook of the portal" in refusal(send(saved(book)))


def test_a_column_that_was_deleted_is_noticed(workbook, send, line):
    book = opened(fill(write_workbook(workbook()), line))
    book[ACTIVITIES].delete_cols(8)
    assert "lacks 1" in refusal(send(saved(book)))


def test_an_empty_workbook_says_so(workbook, send):
    assert "no line" in refusal(send(write_workbook(workbook())))


def test_two_hundred_thousand_empty_rows_cost_nothing_and_hide_nothing(workbook, send, line):
    content = fill(write_workbook(workbook()), line)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.read("xl/worksheets/sheet2.xml")
    rows = b"".join(b'<row r="%d"><c r="B%d"/><c r="C%d"/></row>' % (at, at, at) for at in range(103, 200_103))
    last = b'<row r="200103"><c r="D200103" t="inlineStr"><is><t>Last</t></is></c></row></sheetData>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "xl/worksheets/sheet2.xml":
                data = part.replace(b"</sheetData>", rows + last, 1)
            new.writestr(entry.filename, data)
    began = time.monotonic()
    intake = send(out.getvalue())
    assert (intake.status, intake.valid_count, intake.invalid_count) == ("CHECKED", 1, 1)
    assert intake.findings[0]["row"] == 200_103
    assert time.monotonic() - began < 40


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"   \n ", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "without a password"),
        (b"PK\x03\x04" + b"\0" * 300, "damaged"),
        (b"%PDF-1.7 nothing", "workbook"),
        (b"<html><body>a,b</body></html>", "workbook"),
        (b"\x00\x01\x02,\x03\x04", "workbook"),
        (b"one column only\n1\n", "workbook"),
    ],
)
def test_what_is_no_table_is_refused_at_the_door(sign_in, editor, field_project, content, words):
    with pytest.raises(InvalidInput) as refused:
        clean_table(io.BytesIO(content))
    assert words in str(refused.value)
    answer = sign_in(editor).post(
        reverse("evidence:intakes"),
        {"project": field_project.code, "file": SimpleUploadedFile("file.xlsx", content)},
    )
    assert (answer.status_code, Intake.objects.count()) == (422, 0)


def test_a_bomb_and_macros_are_refused_at_the_door(workbook, send, line):
    content = fill(write_workbook(workbook()), line)
    with pytest.raises(InvalidInput, match="far more than its size"):
        send(with_entry(content, "xl/media/bomb.xml", b"\0" * 40_000_000))
    with pytest.raises(InvalidInput, match="macros"):
        send(with_entry(content, "xl/vbaProject.bin", b"macro"))
    assert not Intake.objects.exists()


@pytest.mark.parametrize(
    "replace",
    [
        (b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'),
        (b"</sheetData>", b"</sheetData"),
        (b"<sheetData>", b"<sheetData><row r='x'>"),
        (b'<c r="', b'<c r="!!'),
    ],
)
def test_a_damaged_sheet_is_refused_in_words(workbook, send, line, replace):
    assert refusal(send(with_entry(fill(write_workbook(workbook()), line), "", b"", replace=replace)))


@pytest.mark.parametrize(
    "content",
    [
        b"title,title\n1,2\n",
        b",,,\n1,2,3,4\n",
        b'title,"type\n1,2\n',
        ("title," + "x" * 200_000 + "\n" + '"' + "y" * 200_000).encode(),
    ],
)
def test_a_broken_export_is_refused_or_waits_and_never_fails(sign_in, focal_point, field_project, content):
    client = sign_in(focal_point)
    answer = client.post(
        reverse("evidence:intakes"),
        {"project": field_project.code, "file": SimpleUploadedFile("file.csv", content)},
    )
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        assert client.get(answer["Location"]).status_code == 200
        intake = Intake.objects.get()
        assert client.get(reverse("evidence:intake_map", args=[intake.uuid])).status_code in (200, 302, 404)


def test_formulas_in_the_first_columns_are_never_computed(workbook, send, line):
    formula = '=HYPERLINK("http://example.org","x")'
    intake = send(fill(write_workbook(workbook()), {**line, "title": formula, "description": "=1+1"}))
    assert (intake.status, intake.invalid_count) == ("CHECKED", 1)
    assert {one["column"] for one in intake.findings if not one["is_hint"]} >= {"Title", "What happened"}


CELL = st.one_of(st.none(), st.integers(0, 60))
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf")), min_size=1, max_size=40).filter(
    lambda text: text.strip() and not text.startswith("=")
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "title": TEXT,
                "cell..A18_24.F.U": CELL,
                "cell..A60P.M.U": CELL,
                "cell..A0_9.X.U": CELL,
                "media_reach": CELL,
            }
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["en", "ur"]),
)
def test_what_is_written_into_a_workbook_is_read_back(workbook, send, line, editor, actor_of, rows, language):
    sheet = workbook(language=language)
    plain = {key: value for key, value in line.items() if not key.startswith("cell.") and key != "attendances"}
    full = [{**plain, **row, "row": row_key(at)} for at, row in enumerate(rows, start=1)]
    intake = send(write_workbook(sheet, full), check=False)
    intake.workbook, intake.source = sheet, Intake.Source.WORKBOOK
    read = [one for batch in batches(intake, actor=actor_of(editor), at=timezone.now()) for one in batch]
    keys = {column.key for column in columns_for(sheet)}
    assert [one.cells["title"] for one in read] == [row["title"] for row in full]
    for one, row in zip(read, full, strict=True):
        wanted = {key: value for key, value in row.items() if key in keys and value is not None and value != ""}
        assert {key: _plain(value) for key, value in one.cells.items()} == {
            key: _plain(value) for key, value in wanted.items()
        }
        cells = [row[key] or 0 for key in row if key.startswith("cell.")]
        assert (one.parsed.counts.attendances or 0) == sum(cells)


def _plain(value):
    return value.strftime("%Y-%m-%d") if hasattr(value, "year") else value


@pytest.mark.django_db(transaction=True)
def test_one_file_sent_twice_and_taken_by_two_workers_counts_once(workbook, send, line, editor, actor_of, now):
    content = fill(write_workbook(workbook()), *({**line, "title": f"Number {at}"} for at in range(20)))
    first = send(content, name="a.xlsx")
    second = send(content + b"\0", name="b.xlsx")
    assert first.pk != second.pk
    for one in (first, second):
        services.decide_intake(actor=actor_of(editor), uuid=one.uuid, accepts_valid=False, at=now)
    failures = []

    def worker(intake_id):
        try:
            work.take(intake_id=intake_id, at=now)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker, args=(one.pk,)) for one in (first, second, first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Activity.objects.count() == IntakeRow.objects.count() == 20
    taken = sorted(Intake.objects.values_list("status", "valid_count", "repeated_count"))
    assert [status for status, _valid, _repeated in taken] == ["TAKEN", "TAKEN"]
    assert sorted(valid for _status, valid, _repeated in taken) == [0, 20]


@pytest.mark.slow
def test_five_thousand_lines_are_checked_and_taken_in_time_with_flat_memory(workbook, send, take_over, line):
    lines = [{**line, "title": f"Activity {at}", "row": row_key(at)} for at in range(1, 5_001)]
    content = write_workbook(workbook(lines=5_000), lines)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    intake = send(content)
    take_over(intake)
    assert (intake.status, Activity.objects.count()) == ("TAKEN", 5_000)
    assert time.monotonic() - began < 40
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
