"""The pages of results: everybody reads what is published, nobody a small count that is not theirs."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from core.errors import InvalidInput, NotAllowed, WrongState
from evidence.models import Baseline, Period, ProjectIndicator, Target
from evidence.results.keeping import (
    replace_indicator,
    save_indicator,
    set_baseline,
    set_project_indicators,
    set_targets,
)

pytestmark = pytest.mark.django_db
Q1 = date(2025, 1, 1)


@pytest.fixture
def published(project, other_organization, make_project, make_result):
    """Two projects with published results, some of them small."""
    other = make_project(other_organization, "other")
    make_result(project, "OP08", Q1, value=3, comment="Small.")
    make_result(project, "OP09", Q1, value=17)
    make_result(project, "OP01", Q1, value=777)
    make_result(other, "OP08", Q1, value=41)
    return project, other


PAGES = (
    ("results", ()),
    ("logframe", ()),
    ("indicator", ("OP08",)),
    ("indicator", ("OP01",)),
    ("project_results", ("kbf-dialogue",)),
)


@pytest.mark.parametrize(("name", "arguments"), PAGES)
@pytest.mark.parametrize("person", [None, "manager", "nacta", "funder", "other_focal_point"])
def test_every_reader_gets_the_pages_without_small_counts(name, arguments, person, published, client, sign_in, request):
    if person:
        sign_in(request.getfixturevalue(person))
    answer = client.get(reverse(f"evidence:{name}", args=arguments))
    assert answer.status_code == 200
    # The number of the person's own account stands in the page, and may be any.
    page = re.sub(r'data-user="\d+"', "", answer.content.decode())
    assert "777" not in page
    assert ">44<" not in page


def test_the_owner_and_the_reviewer_read_what_was_entered(published, client, sign_in, editor, reviewer):
    address = reverse("evidence:project_results", args=["kbf-dialogue"])
    for person in (editor, reviewer):
        sign_in(person)
        page = client.get(address).content.decode()
        assert "<bdi>777</bdi>" in page
        assert "<bdi>3</bdi>" in page


def test_outside_a_small_result_says_why_it_is_not_there(published, client):
    page = client.get(reverse("evidence:project_results", args=["kbf-dialogue"])).content.decode()
    assert "&lt;5</bdi>" in page
    assert "withheld</bdi>" in page
    assert "<bdi>17</bdi>" in page


def test_the_programme_page_takes_a_fixed_number_of_queries(
    published, client, make_result, django_assert_max_num_queries
):
    address = reverse("evidence:results")
    client.get(address)
    with django_assert_max_num_queries(14):
        client.get(address)
    make_result(published[1], "OP09", Q1, value=4)
    make_result(published[1], "OP06", Q1, value=4)
    with django_assert_max_num_queries(14):
        client.get(address)


def test_the_spreadsheet_has_both_languages_no_formula_and_no_small_count(published, client, framework):
    row = framework["OP09"]
    row.name = "=1+1"
    row.save()
    answer = client.get(reverse("evidence:logframe_xlsx"))
    assert answer.status_code == 200
    book = ZipFile(BytesIO(answer.content))
    sheets = [book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2)]
    assert 'rightToLeft="1"' in sheets[1]
    assert 'rightToLeft="1"' not in sheets[0]
    assert not any("<f>" in sheet for sheet in sheets)
    numbers = {number for sheet in sheets for number in re.findall(r'<c r="\w+" s="\d+"><v>([^<]*)</v>', sheet)}
    assert numbers == {"41", "17"}


def test_a_gap_is_hatched_and_not_zero(published, client):
    page = client.get(reverse("evidence:indicator", args=["OP09"])).content.decode()
    assert page.count('fill="url(#gap-hatch)"') == 4
    assert page.count("not collected") >= 3


def test_the_calendar_is_for_those_who_report_and_review(published, client, sign_in, editor, reviewer, funder):
    address = reverse("evidence:calendar")
    for person, status in ((editor, 200), (reviewer, 200), (funder, 403)):
        sign_in(person)
        assert client.get(address).status_code == status


def test_only_managers_keep_the_framework(published, client, sign_in, editor, reviewer, manager):
    addresses = [
        reverse("evidence:framework"),
        reverse("evidence:node_new"),
        reverse("evidence:indicator_new"),
        reverse("evidence:indicator_edit", args=["OP08"]),
        reverse("evidence:project_setup", args=["kbf-dialogue"]),
        reverse("evidence:project_aims", args=["kbf-dialogue", "OP08"]),
    ]
    for person in (editor, reviewer):
        sign_in(person)
        assert {client.get(address).status_code for address in addresses} == {403}
    sign_in(manager)
    assert {client.get(address).status_code for address in addresses} == {200}


def values_of(row, **changed):
    names = (
        "code",
        "name",
        "name_ur",
        "is_ur_reviewed",
        "unit",
        "aggregation",
        "frequency",
        "disaggregations",
        "higher_is_better",
        "means_of_verification",
        "source",
        "method_note",
    )
    return {"node": row.node, "parent": None, **{name: getattr(row, name) for name in names}, **changed}


def test_a_definition_with_results_is_replaced_not_changed(published, framework, manager, editor, actor_of, now):
    old, actor = framework["OP08"], actor_of(manager)
    with pytest.raises(NotAllowed):
        save_indicator(
            actor=actor_of(editor), code="OP08", project_code=None, values=values_of(old), version=None, at=now
        )
    with pytest.raises(WrongState):
        save_indicator(
            actor=actor, code="OP08", project_code=None, values=values_of(old, name="Teachers"), version=None, at=now
        )
    save_indicator(
        actor=actor, code="OP08", project_code=None, values=values_of(old, name_ur="اساتذہ"), version=None, at=now
    )
    new = replace_indicator(
        actor=actor, code="OP08", values=values_of(old, code="OP08-2", name="Teachers trained"), at=now
    )
    old.refresh_from_db()
    assert (old.name, old.name_ur, new.replaces_id) == ("Number of educators trained", "اساتذہ", old.pk)
    assert ProjectIndicator.objects.filter(indicator=new).count() == 2
    with pytest.raises(WrongState):
        replace_indicator(actor=actor, code="OP08", values=values_of(old, code="OP08-3"), at=now)


def test_a_project_s_own_indicator_needs_the_unit_and_rule_of_its_parent(project, framework, manager, actor_of, now):
    parent = framework["OP09"]
    own = values_of(parent, code="OP09-films", name="Films", parent=parent, node=None)
    with pytest.raises(InvalidInput):
        save_indicator(
            actor=actor_of(manager),
            code=None,
            project_code=project.code,
            values={**own, "aggregation": "MAX"},
            version=None,
            at=now,
        )
    row = save_indicator(
        actor=actor_of(manager), code=None, project_code=project.code, values=own, version=None, at=now
    )
    assert (row.node, row.parent) == (parent.node, parent)
    assert Period.objects.filter(project=project, frequency="QUARTERLY").count() == 4


def test_a_baseline_is_a_value_or_a_reason(project, framework, manager, reports_on, actor_of, now):
    reports_on(project, "OC01")
    empty = {
        "value": None,
        "numerator": None,
        "denominator": None,
        "measured_on": None,
        "source": "",
        "missing_reason": "",
    }
    given = {**empty, "numerator": 3, "denominator": 12, "measured_on": date(2024, 12, 1)}

    def save(values):
        return set_baseline(
            actor=actor_of(manager), project_code=project.code, indicator_code="OC01", values=values, at=now
        )

    for bad in (
        empty,
        {**given, "missing_reason": "PLANNED"},
        {**given, "measured_on": None},
        {**given, "denominator": 0},
        {**given, "numerator": 13},
        {**given, "numerator": None},
    ):
        with pytest.raises(InvalidInput):
            save(bad)
    assert not Baseline.objects.exists()
    assert save(given).value == 25
    assert save({**empty, "missing_reason": "PLANNED"}).value is None


def test_targets_stand_by_period_and_district(project, framework, manager, reports_on, actor_of, now):
    reports_on(project, "OP05")
    period = Period.objects.filter(project=project).first()
    keep = {"actor": actor_of(manager), "project_code": project.code, "indicator_code": "OP05", "at": now}
    set_targets(values={(None, None): 12, (period.pk, None): 1}, **keep)
    assert Target.objects.count() == 2
    set_targets(values={(period.pk, None): None}, **keep)
    assert Target.objects.get().value == 12
    with pytest.raises(InvalidInput):
        set_targets(values={(None, 999_999): 4}, **keep)


def test_what_has_results_stays_with_the_project(published, project, framework, manager, actor_of, now):
    with pytest.raises(WrongState):
        set_project_indicators(
            actor=actor_of(manager), project_code=project.code, indicators=[framework["OP03"]], at=now
        )
    assert ProjectIndicator.objects.filter(project=project, indicator=framework["OP08"]).exists()
    assert not ProjectIndicator.objects.filter(project=project, indicator=framework["OP03"]).exists()


def test_the_manager_s_forms_save(project, framework, manager, reports_on, client, sign_in):
    sign_in(manager)
    setup = reverse("evidence:project_setup", args=[project.code])
    assert client.post(setup, {"indicators": [framework["OP05"].pk]}).status_code == 302
    aims = reverse("evidence:project_aims", args=[project.code, "OP05"])
    answer = client.post(aims, {"value": "x", "missing_reason": "", "target-0-0": "-1"})
    assert answer.status_code == 422
    assert 'value="-1"' in answer.content.decode()
    answer = client.post(aims, {"value": "", "missing_reason": "NEW_ACTIVITY", "target-0-0": "40"})
    assert answer.status_code == 302
    assert Target.objects.get().value == 40
    node = reverse("evidence:node_new")
    wrong = {"level": "OUTPUT", "parent": "", "code": "OP9", "statement": "New"}
    assert client.post(node, wrong).status_code == 422
    assert client.post(node, {**wrong, "level": "IMPACT", "code": "IM"}).status_code == 422
    outcome = framework["OC01"].node_id
    assert client.post(node, {**wrong, "parent": outcome}).status_code == 302
    assumption = reverse("evidence:assumption_new", args=[outcome])
    assert client.post(assumption, {"text": "Roads stay open.", "status": "HOLDS"}).status_code == 302
