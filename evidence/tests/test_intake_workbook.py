"""A workbook goes out, is filled in without a connection, comes back, and becomes drafts: once."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from core.errors import Conflict, NotAllowed
from core.geography import District
from core.terms import term
from evidence.activities import services as activities
from evidence.activities.sections import BY_KEY, counts_of, values_of
from evidence.intake import services, work
from evidence.intake.layout import ACTIVITIES, FIRST_LINE, KEY_ROW, RESULTS
from evidence.intake.workbook import write_workbook
from evidence.items import services as items
from evidence.models import (
    Activity,
    ActivitySite,
    Indicator,
    Intake,
    IntakeRow,
    Period,
    ProjectIndicator,
    Result,
    ResultNode,
)
from evidence.records.revisions import latest_revision
from evidence.tests.filled import LINE, fill

pytestmark = pytest.mark.django_db


def numbers(intake):
    return (intake.status, intake.valid_count, intake.changed_count, intake.repeated_count, intake.invalid_count)


def test_a_filled_in_workbook_becomes_drafts(workbook, send, take_over, line, organization):
    intake = send(
        fill(
            write_workbook(workbook()),
            line,
            {**line, "title": "The second", "starts_on": date(2025, 6, 1), "ends_on": None},
        )
    )
    assert (numbers(intake), intake.findings[0]["is_hint"] if intake.findings else None) == (
        ("CHECKED", 2, 0, 0, 0),
        None,
    )
    assert not Activity.objects.exists()
    take_over(intake)
    assert numbers(intake) == ("TAKEN", 2, 0, 0, 0)
    first, second = Activity.objects.order_by("code")
    assert (first.code, first.state, first.organization, second.code) == ("A001", "DRAFT", organization, "A002")
    revision = latest_revision(first)
    counts = counts_of(revision)
    assert (revision.title, revision.district.code, counts.attendances) == (LINE["title"], "KP-KHYBER", 40)
    assert counts.recorded == {("F", "A18_24", "U", ""): 18, ("M", "A18_24", "U", ""): 12}
    assert ActivitySite.objects.get(revision=revision).place == "⟦place⟧"
    assert latest_revision(second).ends_on == date(2025, 6, 1)


def test_what_comes_by_workbook_is_what_the_form_stores(workbook, send, take_over, line, complete_activity):
    typed = latest_revision(complete_activity(place=LINE["place"]))
    sheet = workbook(disability=True, groups=["YOUTH"])
    cells = {
        "is_disability_asked": "Yes",
        "unique_persons": 35,
        "cell..A18_24.F.U": None,
        "cell..A18_24.M.U": None,
        "cell..A18_24.F.WITHOUT": 18,
        "cell.YOUTH.A18_24.M.WITHOUT": 12,
        "cell..A25_29.F.WITH": 3,
    }
    given = {key: value for key, value in {**line, **cells}.items() if value is not None}
    take_over(send(fill(write_workbook(sheet), given)))
    sent = latest_revision(Activity.objects.get(code="A002"))
    for key in ("about", "place", "content", "cost"):
        assert values_of(sent, BY_KEY[key]) == values_of(typed, BY_KEY[key])
    assert counts_of(sent) == counts_of(typed)


def test_a_line_sent_twice_is_counted_once_and_a_changed_one_corrects_its_draft(workbook, send, take_over, line):
    empty = write_workbook(workbook())
    take_over(send(fill(empty, line)))
    again = send(fill(empty, line, {**line, "title": "A new one"}))
    assert numbers(again) == ("CHECKED", 1, 0, 1, 0)
    take_over(again)
    corrected = send(fill(empty, {**line, "attendances": 50, "amount_pkr": 1200}, {**line, "title": "A new one"}))
    assert numbers(corrected) == ("CHECKED", 1, 1, 1, 0)
    take_over(corrected)
    assert Activity.objects.count() == IntakeRow.objects.count() == 2
    revision = latest_revision(Activity.objects.get(code="A001"))
    assert (counts_of(revision).attendances, revision.cost.amount_pkr, revision.site.place) == (
        50,
        Decimal(1200),
        "⟦place⟧",
    )
    assert numbers(send(fill(empty, {**line, "attendances": 50, "amount_pkr": 1200}))) == ("CHECKED", 0, 0, 1, 0)


def test_a_line_whose_draft_went_on_says_so_and_changes_nothing(
    workbook, send, take_over, line, editor, actor_of, now, make_item, take
):
    empty = write_workbook(workbook())
    take_over(send(fill(empty, line, {**line, "title": "Another"})))
    first, second = Activity.objects.order_by("code")
    activities.save_section(
        actor=actor_of(editor), uuid=first.uuid, section="cost", values={"amount_pkr": Decimal(5)}, base=None, at=now
    )
    items.attach_item(actor=actor_of(editor), kind="activity", uuid=second.uuid, item_uuid=make_item().uuid, at=now)
    second.refresh_from_db()
    take(second, submit=editor)
    changed = send(fill(empty, {**line, "attendances": 41}, {**line, "title": "Another", "attendances": 42}))
    assert numbers(changed) == ("CHECKED", 0, 0, 0, 2)
    sentences = [one["message"] for one in changed.findings if not one["is_hint"]]
    assert ["A001" in sentences[0], "A002" in sentences[1]] == [True, True]


def test_wrong_lines_are_marked_in_the_workbook_that_goes_back(workbook, send, take_over, line):
    wrong = {**line, "attendances": -3, "district": "Atlantis", "cell..A18_24.F.U": 2.5, "cell..A18_24.M.U": "=1+1"}
    intake = send(fill(write_workbook(workbook(language="ur")), line, wrong))
    assert numbers(intake) == ("CHECKED", 1, 0, 0, 1)
    with pytest.raises(Conflict):
        take_over(intake)
    assert not Activity.objects.exists()
    with intake.returned.open("rb") as returned:
        book = openpyxl.load_workbook(io.BytesIO(returned.read()))
    page = book[ACTIVITIES]
    assert page.sheet_view.rightToLeft
    keys = {cell.value: cell.column for cell in page[KEY_ROW] if cell.value}
    marked = {key for key, column in keys.items() if page.cell(FIRST_LINE + 1, column).comment}
    assert marked == {"attendances", "district", "cell..A18_24.F.U", "cell..A18_24.M.U"}
    assert page.cell(FIRST_LINE + 1, keys["district"]).fill.fgColor.rgb == "FFF9D2CF"
    assert page.cell(FIRST_LINE + 1, keys["cell..A18_24.M.U"]).value == "=1+1"
    assert page.cell(FIRST_LINE + 1, keys["cell..A18_24.M.U"]).data_type == "s"
    what = page.cell(FIRST_LINE + 1, len(keys) + 1).value
    assert what.count("\n") == 3
    # Corrected in the returned file and sent again, nothing counts twice.
    take_over(intake, accepts_valid=True)
    assert numbers(intake) == ("TAKEN", 1, 0, 0, 1)
    with intake.returned.open("rb") as returned:
        content = returned.read()
    put_right = {
        "attendances": 30,
        "district": "KP-KHYBER",
        "cell..A18_24.F.U": 2,
        "cell..A18_24.M.U": 3,
        "title": "Right",
    }
    last = send(fill(content, put_right, first=FIRST_LINE + 1))
    assert numbers(last) == ("CHECKED", 1, 0, 1, 0)
    take_over(last)
    assert Activity.objects.count() == 2


def test_urdu_digits_dates_as_text_and_words_in_either_language_are_read(workbook, send, take_over, line):
    given = {
        **line,
        "type": term("activity_type", "DIALOGUE").label_ur,
        "district": District.objects.get(code="KP-KHYBER").name_ur,
        "attendances": "۴۰",
        "starts_on": "۱۰/۵/۲۰۲۵",
        "ends_on": "2025-05-11",
        "status": "completed",
    }
    take_over(send(fill(write_workbook(workbook(language="ur")), given)))
    revision = latest_revision(Activity.objects.get())
    assert (revision.starts_on, revision.ends_on, counts_of(revision).attendances) == (
        date(2025, 5, 10),
        date(2025, 5, 11),
        40,
    )


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"attendances": 20}, "Attendances"),
        ({"attendances": 1.5}, "Attendances"),
        ({"unique_persons": 41}, "Distinct persons"),
        ({"starts_on": "yesterday"}, "First day"),
        ({"starts_on": date(2024, 1, 1), "ends_on": date(2024, 1, 1)}, "First day"),
        ({"ends_on": date(2025, 5, 1)}, "Last day"),
        ({"district": "SD-KARACHI-SOUTH"}, "Why outside the districts of the project"),
        ({"status": "CANCELLED"}, "Why it was postponed or cancelled"),
        ({"title": None}, "Title"),
        ({"type": "Circus"}, "Kind of activity"),
        ({"feedback_score": 7}, "Feedback, 1 to 5"),
        ({"amount_pkr": "a lot"}, "Cost in PKR"),
        ({"code": "two words"}, "Your number"),
    ],
)
def test_what_the_form_refuses_the_workbook_refuses(workbook, send, line, changes, column):
    if changes.get("district"):
        changes = {"district": District.objects.exclude(code__startswith="KP").order_by("code").first().code}
    given = {key: value for key, value in {**line, **changes}.items() if value is not None}
    intake = send(fill(write_workbook(workbook()), given))
    assert numbers(intake) == ("CHECKED", 0, 0, 0, 1)
    assert [one["column"] for one in intake.findings if not one["is_hint"]] == [column]


def test_only_the_organization_of_the_project_gives_sends_and_decides(
    workbook, send, line, field_project, manager, other_focal_point, actor_of, now
):
    intake = send(fill(write_workbook(workbook()), line))
    for user in (manager, other_focal_point):
        with pytest.raises(NotAllowed):
            services.give_workbook(actor=actor_of(user), project_code=field_project.code, at=now)
        with pytest.raises(NotAllowed):
            send(b"a,b\n1,2", by=user)
        with pytest.raises(Intake.DoesNotExist):
            services.decide_intake(actor=actor_of(user), uuid=intake.uuid, accepts_valid=True, at=now)
    intake.refresh_from_db()
    assert (intake.status, intake.decided_at) == ("CHECKED", None)


def test_a_worker_may_be_asked_twice_or_die_and_the_rows_are_taken_once(
    workbook, send, take_over, line, editor, actor_of, now, monkeypatch
):
    intake = send(fill(write_workbook(workbook()), line, {**line, "title": "Second"}))
    services.decide_intake(actor=actor_of(editor), uuid=intake.uuid, accepts_valid=False, at=now)

    def dies(*args, **kwargs):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(IntakeRow.objects, "bulk_create", dies)
        with pytest.raises(MemoryError):
            work.take(intake_id=intake.pk, at=now)
    assert not Activity.objects.exists()
    work.take(intake_id=intake.pk, at=now)
    work.take(intake_id=intake.pk, at=now)
    assert Activity.objects.count() == IntakeRow.objects.count() == 2


def test_a_file_that_kills_its_worker_is_given_up(workbook, send, line, now):
    intake = send(fill(write_workbook(workbook()), line), check=False)
    Intake.objects.filter(pk=intake.pk).update(attempts=work.MOST_ATTEMPTS)
    work.check(intake_id=intake.pk, at=now)
    intake.refresh_from_db()
    assert (intake.status, len(intake.findings)) == ("REFUSED", 1)


def test_rows_that_became_wrong_meanwhile_are_not_taken(workbook, send, take_over, line, make_activity):
    intake = send(fill(write_workbook(workbook()), {**line, "code": "KBF-7"}))
    make_activity(code="KBF-7")
    take_over(intake)
    assert numbers(intake) == ("CHECKED", 0, 0, 0, 1)
    assert (intake.decided_at, Activity.objects.count()) == (None, 1)


@pytest.fixture
def period(field_project, programme):
    """A period in which the project reports a count and a percentage."""
    impact = ResultNode.objects.create(programme=programme, level="IMPACT", code="I", statement="Peace", position=1)
    for code, unit in (("COUNTED", "PERSON"), ("SHARE", "PERCENT")):
        indicator = Indicator.objects.create(
            code=code,
            node=impact,
            name=code,
            unit=term("indicator_unit", unit),
            aggregation="SUM",
            frequency="QUARTERLY",
        )
        ProjectIndicator.objects.create(project=field_project, indicator=indicator)
    return Period.objects.create(
        project=field_project,
        frequency="QUARTERLY",
        starts_on=date(2025, 4, 1),
        ends_on=date(2025, 6, 30),
        due_on=date(2025, 7, 15),
    )


def test_results_come_with_the_workbook_and_a_corrected_one_corrects_its_draft(workbook, send, take_over, line, period):
    empty = fill(write_workbook(workbook(period_id=period.pk)), line)
    given = fill(empty, {"value": "۴۰"}, {"numerator": 10, "denominator": 40, "comment": "A survey."}, sheet=RESULTS)
    intake = send(given)
    assert (numbers(intake), intake.findings) == (("CHECKED", 3, 0, 0, 0), [])
    take_over(intake)
    stored = {row.project_indicator.indicator.code: row.revisions.get().figure for row in Result.objects.all()}
    assert (stored["COUNTED"].value, stored["SHARE"].numerator, stored["SHARE"].denominator) == (40, 10, 40)
    corrected = fill(given, {"value": 41}, sheet=RESULTS)
    intake = send(corrected)
    assert numbers(intake) == ("CHECKED", 1, 1, 2, 0)
    take_over(intake)
    assert Result.objects.count() == 2
    assert Result.objects.get(project_indicator__indicator__code="COUNTED").revisions.get().figure.value == 41


def test_wrong_results_are_marked_and_nothing_is_stored(workbook, send, line, period):
    empty = fill(write_workbook(workbook(period_id=period.pk)), line)
    intake = send(fill(empty, {"value": -1}, {"numerator": 3, "denominator": 0}, sheet=RESULTS))
    assert numbers(intake) == ("CHECKED", 1, 0, 0, 2)
    with intake.returned.open("rb") as returned:
        page = openpyxl.load_workbook(io.BytesIO(returned.read()))[RESULTS]
    keys = {cell.value: cell.column for cell in page[KEY_ROW] if cell.value}
    assert page.cell(FIRST_LINE, keys["value"]).comment
    assert page.cell(FIRST_LINE + 1, keys["denominator"]).comment
    assert not Result.objects.exists()
