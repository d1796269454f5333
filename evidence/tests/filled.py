"""Workbooks in tests: one that was given out, filled in as a spreadsheet would save it, sent, checked, taken over."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.terms import term
from evidence.intake import services, work
from evidence.intake.layout import ACTIVITIES, FIRST_LINE, KEY_ROW

LINE = {
    "type": "Dialogue or dialogue session",
    "title": "Dialogue in Landi Kotal",
    "status": "COMPLETED",
    "starts_on": date(2025, 5, 10),
    "ends_on": date(2025, 5, 11),
    "district": "KP-KHYBER",
    "theme1": "DIALOGUE",
    "description": "Forty people talked about the road.",
    "place": "⟦place⟧",
    "attendances": 40,
    "cell..A18_24.F.U": 18,
    "cell..A18_24.M.U": 12,
}


def fill(content, *lines, sheet=ACTIVITIES, first=FIRST_LINE):
    """The workbook with lines filled in, as a spreadsheet would save it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book[sheet]
    keys = {cell.value: cell.column for cell in page[KEY_ROW] if cell.value}
    for at, line in enumerate(lines, start=first):
        for key, value in line.items():
            page.cell(at, keys[key]).value = value
    return saved(book)


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def workbook(field_project, editor, actor_of, now):
    """A workbook of the cast's project: `workbook(language="ur")`."""

    def give(**options):
        return services.give_workbook(actor=actor_of(editor), project_code=field_project.code, **{"at": now, **options})

    return give


@pytest.fixture
def send(field_project, editor, actor_of, now):
    """Send a file and have the worker check it."""

    def receive(content, *, name="workbook.xlsx", by=None, project=None, check=True):
        intake = services.receive_file(
            actor=actor_of(by or editor),
            project_code=(project or field_project).code,
            upload=SimpleUploadedFile(name, content),
            name=name,
            at=now,
        )
        if check:
            work.check(intake_id=intake.pk, at=now)
            intake.refresh_from_db()
        return intake

    return receive


@pytest.fixture
def take_over(editor, actor_of, now):
    """Decide to take a file over, and have the worker do it."""

    def decide(intake, *, accepts_valid=False):
        services.decide_intake(actor=actor_of(editor), uuid=intake.uuid, accepts_valid=accepts_valid, at=now)
        work.take(intake_id=intake.pk, at=now)
        intake.refresh_from_db()
        return intake

    return decide


@pytest.fixture
def line():
    """A line that fits, with the kind by its label."""
    return {**LINE, "type": term("activity_type", "DIALOGUE").label_en}
