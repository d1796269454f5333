"""Every reader prints the same figures from one release, and nobody who may not reads a small count anywhere."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import Actor
from core.retraction import retract
from core.tests.attacker import Attacker
from evidence.models import Activity, Participation, ReachRelease
from evidence.overview.families import kinds_family, people_family
from evidence.overview.selectors import part_of, standing_reach
from evidence.overview.services import renew_reach
from evidence.overview.snapshot import take_snapshot
from evidence.overview.tables import tables_of
from evidence.tests.reach import field_work
from reports.datasets import impact
from reports.datasets.impact.reach import reach_sections
from reports.tables import cell_of

pytestmark = pytest.mark.django_db

AT = datetime(2025, 8, 20, 9, 0, tzinfo=UTC)
VISITOR = Actor.visitor()
OTHERS = ("visitor", "nacta", "funder", "manager", "administrator", "other_focal_point")


@pytest.fixture
def released(field_project, editor):
    field_work(field_project, editor)
    renew_reach(at=AT)
    return standing_reach(VISITOR)


@pytest.fixture
def person(request):
    """Somebody of the cast by name; None for a visitor."""
    return lambda name: None if name == "visitor" else request.getfixturevalue(name)


@pytest.fixture
def ask(client, api_key):
    return lambda **query: client.get("/api/v1/reach/", query, HTTP_AUTHORIZATION=f"Api-Key {api_key}")


def shown(html):
    """The words of the cells of a page, in order."""
    cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", html, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def test_page_spreadsheet_and_api_print_the_same_figures(client, released, ask):
    page = shown(client.get(reverse("evidence:reach")).content.decode())
    answer = client.get(reverse("evidence:reach_xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    compared = 0
    for table, sheet in zip(tables_of(released).values(), book.worksheets[1:], strict=False):
        rows = {row[0]: row[1:] for row in sheet.iter_rows(min_row=3, values_only=True) if row[0]}
        by = table.key.replace("-", ",")
        figures: dict[str, list] = {}
        for row in ask(by=by).json()["results"]:
            figures.setdefault(row[by.split(",")[0]], []).append(row)
        for line in table.lines:
            wanted = [figure.short for figure in line.figures]
            stored = [cell if isinstance(cell, str) else f"{cell:,}" for cell in rows[line.label][: len(wanted)]]
            assert stored == wanted, table.key
            assert [
                row["shown"] if row["value"] is None else f"{row['value']:,}" for row in figures[line.code]
            ] == wanted
            assert [row["reason"] for row in figures[line.code]] == [
                figure.reason and str(figure.reason) for figure in line.figures
            ]
            for word in wanted:
                assert any(cell.startswith(word) for cell in page), (table.key, line.label, word)
            compared += len(wanted)
    assert compared > 100


def test_the_report_prints_the_same_figures(released, programme, manager, actor_of):
    facts = impact.collect(
        actor=actor_of(manager), programme_id=programme.pk, period_start=AT.date(), period_end=AT.date()
    )
    (section,) = reach_sections(facts)
    tables = {block.key: block for block in section.blocks if block.block == "table"}
    for key, levels in (("reach-province-sex", ("province", "sex")), ("reach-age-sex_merged", ("age", "sex_merged"))):
        cells = [cell for row in tables[key].rows for cell in row[1:]]
        wanted: dict[str, list] = {}
        for row in released.table(levels):
            wanted.setdefault(row.codes[levels[0]], []).append(row.figure)
        assert cells == [
            cell_of(figure)
            for figures in wanted.values()
            if any(figure.value != 0 for figure in figures)
            for figure in figures
        ]


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_reads_another_figure_than_the_visitor(client, released, person, sign_in, name):
    public = shown(client.get(reverse("evidence:reach")).content.decode())
    user = person(name)
    if user:
        sign_in(user)
    assert shown(client.get(reverse("evidence:reach")).content.decode()) == public
    page = client.get(reverse("evidence:reach_sources"), {"district": "SD-GHOTKI"})
    assert page.context["counts"] is None or name == "other_focal_point"
    assert page.context["figure"].short in ("<5", "suppressed")
    assert not any(hasattr(row, "seen_attendances") and row.seen_attendances for row in page.context["activities"])


@pytest.mark.parametrize("name", ["reviewer", "data_protection_officer"])
def test_reviewers_and_the_officer_read_what_was_entered_and_are_told_so(client, released, person, sign_in, name):
    sign_in(person(name))
    page = client.get(reverse("evidence:reach_sources"), {"district": "SD-GHOTKI"})
    assert page.context["counts"].attendances == 3
    assert [row.seen_attendances for row in page.context["activities"]] == [3]
    assert "Not suppressed" in page.content.decode()


def test_an_organization_reads_its_own_counts_and_no_others(client, released, editor, other_focal_point, sign_in):
    sign_in(editor)
    total = sum(Participation.objects.values_list("count", flat=True))
    assert client.get(reverse("evidence:reach_sources")).context["counts"].attendances == total
    sign_in(other_focal_point)
    assert client.get(reverse("evidence:reach_sources")).context["counts"].attendances == 0


def test_no_count_that_is_hidden_can_be_worked_out_from_all_that_is_printed(released):
    """The solver gets both families at once: all pages, files and answers together."""
    release = part_of(released.releases[0])
    frame = _frame_of(released)
    snapshot = take_snapshot(released.starts_on, released.ends_on)
    family = _without_empty_codes(people_family(frame), snapshot.people)
    people = {codes: count for codes, count in snapshot.people if count}
    assert Attacker(family, _Seen(release.people), people).solved() == {}
    kinds: dict[tuple[str, ...], int] = {}
    for codes, count in snapshot.kinds:
        kinds[codes] = kinds.get(codes, 0) + count
    assert (
        Attacker(_without_empty_codes(kinds_family(frame), snapshot.kinds), _Seen(release.kinds), kinds).solved() == {}
    )


def test_the_total_of_both_families_is_one_number(released):
    part = part_of(released.releases[0])
    assert part.people.figure().value == part.kinds.figure().value


def test_an_unknown_table_or_filter_is_refused_and_the_allowed_are_named(released, ask):
    for query, field in (
        ({"by": "village"}, "by"),
        ({"by": "district,sex,age"}, "by"),
        ({"by": "type,district"}, "by"),
        ({"village": "1"}, "village"),
        ({"by": "sex", "province": "PK-XX"}, "province"),
        ({"by": "district", "quarter": "1999-Q1"}, "quarter"),
    ):
        answer = ask(**query)
        assert answer.status_code == 400, query
        assert field in answer.json()["errors"]
    assert "district,sex_merged" in ask(by="village").json()["errors"]["by"][0]
    assert "province" in ask(village="1").json()["errors"]["village"][0]


def test_the_api_needs_the_scope_and_knows_what_has_not_changed(client, released, ask, api_key):
    assert client.get("/api/v1/reach/").status_code == 401
    answer = ask(by="province")
    again = client.get(
        "/api/v1/reach/",
        {"by": "province"},
        HTTP_AUTHORIZATION=f"Api-Key {api_key}",
        HTTP_IF_NONE_MATCH=answer["ETag"],
    )
    assert again.status_code == 304
    assert answer.json()["totals"]["unique_persons"]["reason"] == "not_applicable"


def test_themes_count_activities_and_no_people(released, ask):
    (row, *_rest) = ask(by="theme").json()["results"]
    assert (row["value"], row["reason"], row["activities"]) == (None, "not_applicable", 60)


def test_the_spreadsheet_holds_no_formula(client, released):
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("evidence:reach_xlsx")).content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)


def test_pages_ask_the_same_few_questions_however_many_activities_there_are(
    client, released, field_project, editor, sign_in, reviewer, nacta
):
    def questions(name):
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse(f"evidence:{name}")).status_code == 200
        return len(found)

    sign_in(reviewer)
    before = {}
    for name in ("reach", "reach_sources", "programme"):
        questions(name)
        before[name] = questions(name)
    field_work(field_project, editor, count=30, seed=2)
    assert {name: questions(name) for name in before} == before
    assert before["reach"] <= 12
    assert before["programme"] <= 24


def test_before_anything_is_decided_every_reader_says_so(client, ask, sign_in, nacta):
    assert "No figures have been decided yet" in client.get(reverse("evidence:reach")).content.decode()
    assert client.get(reverse("evidence:reach_xlsx")).status_code == 200
    assert ask(by="district").json()["results"] == []
    sign_in(nacta)
    assert client.get(reverse("evidence:programme")).status_code == 200


def test_a_held_activity_leaves_every_reader(client, released, ask):
    activity = Activity.objects.filter(published_revision__district__code="KP-KHYBER").first()
    Activity.objects.filter(pk=activity.pk).update(is_held=True)
    retract(kind="activity", uuid=activity.uuid, at=AT)
    rows = ask(by="district", province="PK-KP").json()["results"]
    assert {row["reason"] for row in rows} == {"withheld"}
    page = client.get(reverse("evidence:reach"), {"province": "PK-KP"}).content.decode()
    assert "Some places are withheld" in page
    sources = client.get(reverse("evidence:reach_sources"), {"district": "KP-KHYBER"})
    assert activity.pk not in [row.record_id for row in sources.context["activities"]]


def test_the_programme_page_is_for_who_answers_for_it(client, released, nacta, funder, editor, sign_in):
    for user, status in ((nacta, 200), (funder, 200), (editor, 403)):
        sign_in(user)
        assert client.get(reverse("evidence:programme")).status_code == status


class _Seen:
    """A release as the attacker asks it."""

    def __init__(self, release):
        self.release = release

    def figure(self, **codes):
        return self.release.figure(**codes)


def _frame_of(reach):
    return ReachRelease.objects.get(pk=reach.releases[0].pk).frame


def _without_empty_codes(family, rows):
    """The family with the codes that occur: the solver has an unknown for every combination. Others are zeros."""
    dimensions = []
    for place, dimension in enumerate(family.dimensions):
        used = {codes[place] for codes, _count in rows}
        kept = tuple(code for code in dimension.codes if code in used)
        rolls = {level: {code: up[code] for code in kept} for level, up in dimension.rolls_up.items()}
        dimensions.append(replace(dimension, codes=kept, rolls_up=rolls))
    used = {code for codes, _count in rows for code in codes}
    return replace(family, dimensions=tuple(dimensions), sensitive=family.sensitive & used)
