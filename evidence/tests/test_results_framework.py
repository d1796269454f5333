"""The standard framework is loaded for each programme, and the reporting calendar follows a project's dates."""

from __future__ import annotations

from datetime import date

import pytest

from evidence.models import Indicator, Period, ResultNode
from evidence.results.calendar import settle_calendar, spans
from evidence.results.reference import load_framework
from organizations.models import Programme

pytestmark = pytest.mark.django_db


def test_every_programme_has_the_26_standard_indicators_in_both_languages(programme):
    assert load_framework(programme) == 26
    rows = Indicator.objects.filter(node__programme=programme)
    assert rows.count() == 26
    assert not rows.filter(name_ur="").exists()
    assert not rows.filter(is_ur_reviewed=True).exists()
    assert {row.code: row.frequency for row in rows if row.code in {"OC01", "OC02", "OC06", "OP11"}} == {
        "OC01": "QUARTERLY",
        "OC02": "ENDLINE",
        "OC06": "ENDLINE",
        "OP11": "SIX_MONTHLY",
    }


def test_loading_twice_changes_nothing_and_keeps_what_a_person_edited(programme):
    load_framework(programme)
    edited = Indicator.objects.get(code="OP03")
    edited.name, edited.version = "Events held", 2
    edited.save()
    load_framework(programme)
    assert Indicator.objects.count() == 26
    assert ResultNode.objects.count() == 6
    edited.refresh_from_db()
    assert edited.name == "Events held"


def test_a_second_programme_has_its_own_indicators(programme):
    load_framework(programme)
    second = Programme.objects.create(code="NEXT", title="Next", lead_name="", executing_name="", funder_name="")
    load_framework(second)
    assert Indicator.objects.filter(node__programme=second).count() == 26
    assert Indicator.objects.get(node__programme=second, standard_code="OP01").code == "NEXT-OP01"


def test_a_definition_with_results_is_left_as_it_is(programme, project, make_result):
    make_result(project, "OP03", date(2025, 2, 1), value=4)
    Indicator.objects.filter(code="OP03").update(method_note="Ours.")
    load_framework(programme)
    assert Indicator.objects.get(code="OP03").method_note == "Ours."


def test_periods_are_those_of_the_calendar_cut_at_the_project():
    found = [(span.starts_on, span.ends_on) for span in spans("QUARTERLY", date(2024, 11, 20), date(2025, 5, 2))]
    assert found == [
        (date(2024, 11, 20), date(2024, 12, 31)),
        (date(2025, 1, 1), date(2025, 3, 31)),
        (date(2025, 4, 1), date(2025, 5, 2)),
    ]
    assert len(spans("MONTHLY", date(2024, 12, 1), date(2025, 11, 30))) == 12
    assert len(spans("ENDLINE", date(2024, 12, 1), date(2025, 11, 30))) == 1
    assert spans("MONTHLY", date(2025, 1, 1), date(1999, 1, 1)) == []
    assert spans("MONTHLY", date(1025, 1, 1), date(2025, 1, 1)) == []


def test_the_calendar_is_made_once_and_follows_the_dates(project, reports_on, make_result):
    reports_on(project, "OP03", "OP06")
    assert Period.objects.filter(project=project, frequency="MONTHLY").count() == 12
    before = list(Period.objects.order_by("pk").values_list("pk", flat=True))
    settle_calendar(project)
    assert list(Period.objects.order_by("pk").values_list("pk", flat=True)) == before
    make_result(project, "OP03", date(2025, 11, 1), value=4)
    project.ends_on = date(2025, 9, 15)
    project.save()
    settle_calendar(project)
    months = Period.objects.filter(project=project, frequency="MONTHLY").order_by("starts_on")
    assert [row.ends_on for row in months][-2:] == [date(2025, 9, 15), date(2025, 11, 30)]
    assert Period.objects.filter(project=project, frequency="QUARTERLY").count() == 3


def test_a_locked_period_stays_as_it_was(project, reports_on, now):
    reports_on(project, "OP06")
    Period.objects.filter(starts_on=date(2025, 10, 1)).update(locked_at=now)
    project.ends_on = date(2025, 10, 15)
    project.save()
    settle_calendar(project)
    assert Period.objects.get(starts_on=date(2025, 10, 1)).ends_on == date(2025, 12, 31)
