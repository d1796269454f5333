"""What a report says: every number from one snapshot, nothing for fewer eyes than its readers', and gaps by their name."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from core.terms import term
from reports.datasets.frame import excerpt
from reports.tables import canonical, sha256_of
from reports.tests.conftest import PERIOD
from reports.tests.ready import build_dataset


@pytest.fixture
def build(world, manager, actor_of, now):
    """The data set of a report as JSON: `build("impact", language="ur")`."""

    def run(kind, *, language="en", user=manager, **period):
        return build_dataset(
            kind,
            actor=actor_of(user),
            programme_id=world["programme"].pk,
            language=language,
            at=now,
            **{**PERIOD, **period},
        )

    return run


def blocks(dataset, kind):
    return [block for section in dataset["sections"] for block in section["blocks"] if block["block"] == kind]


def table(dataset, key):
    return next(block for block in blocks(dataset, "table") if block["key"] == key)


@pytest.mark.parametrize("kind", ["impact", "roadmap"])
@pytest.mark.parametrize("language", ["en", "ur"])
def test_nothing_protected_is_in_a_report(kind, language, build):
    assert "⟦" not in canonical(build(kind, language=language))


def test_restricted_projects_are_counted_as_withheld_and_not_named(build):
    dataset = build("impact")
    assert [row[1] for row in table(dataset, "projects")["rows"]] == ["Dialogue across the Khyber"]
    assert "2 projects are withheld, because they are not shared with all partners." in dataset["limitations"]


def test_unpublished_showcase_is_counted_and_not_quoted(build):
    dataset = build("impact")
    assert [voice["name"] for voice in blocks(dataset, "voice")] == ["Khyber Bridges Foundation"]
    assert "1 showcase is under review and not quoted." in dataset["limitations"]


def test_organization_without_a_project_is_not_said_to_have_worked(build, other_organization):
    dataset = build("impact")
    assert "1 civil society organizations worked in" in canonical(dataset)
    assert f"1 organization has no project in this period: {other_organization.name}." in dataset["limitations"]


def test_all_three_kinds_of_lesson_are_quoted(build):
    [voice] = blocks(build("impact"), "voice")
    assert [part["label"] for part in voice["parts"]] == [
        "Innovation",
        "Challenge",
        "What worked",
        "What was adapted",
        "Operational constraints",
    ]


def test_withdrawn_showcase_is_not_said_to_be_under_review(build, make_showcase, make_organization):
    make_showcase(make_organization("Gone", slug="gone"), state="WITHDRAWN")
    assert "1 showcase is under review and not quoted." in build("impact")["limitations"]


def test_partner_that_readers_may_not_know_is_withheld_by_name(build):
    [row] = [row for row in table(build("roadmap"), "pillar_p2_network")["rows"] if row[0] == "P2.1"]
    assert row[2] == "Khyber Bridges Foundation, with withheld"


def test_action_with_gaps_prints_tbd_and_counts_as_incomplete(build):
    dataset = build("roadmap")
    [row] = [row for row in table(dataset, "pillar_p2_network")["rows"] if row[0] == "P2.2"]
    tbd = {"absence": "incomplete", "text": "TBD"}
    assert row[2:6] == [tbd, tbd, tbd, tbd]
    assert table(dataset, "undecided")["rows"] == [["P2.2", "Share a calendar", "Lead, Horizon, Indicator, Target"]]


def test_key_figures_equal_the_tables(build):
    dataset = build("impact")
    [figures] = blocks(dataset, "key_figures")
    said = {item["label"]: item["value"] for item in figures["items"]}
    assert said == {
        "organizations": len(table(dataset, "organizations")["rows"]),
        "projects": len(table(dataset, "projects")["rows"]),
        "districts": len(table(dataset, "districts")["rows"]),
        "published showcases": len(blocks(dataset, "voice")),
    }
    [tiles] = [block for block in blocks(dataset, "figure") if block["kind"] == "tiles"]
    assert len(tiles["tiles"]) == 37
    assert sum(tile["value"] for tile in tiles["tiles"]) == 1


def test_project_outside_the_period_is_not_counted(build):
    dataset = build("impact", period_start=date(2024, 1, 1), period_end=date(2024, 12, 31))
    assert all(section["key"] != "projects" for section in dataset["sections"])


def test_no_chapter_stands_empty_and_numbers_follow_each_other(build):
    for kind in ("impact", "roadmap"):
        dataset = build(kind)
        sections = dataset["sections"]
        assert all(section["blocks"] or section["level"] == 1 for section in sections)
        chapters = [section["number"] for section in sections if section["number"].isdigit()]
        assert chapters == [str(number + 1) for number in range(len(chapters))]
        tables = [block["number"] for block in blocks(dataset, "table")]
        assert tables == [f"Table {number + 1}" for number in range(len(tables))]


def test_what_is_not_collected_is_said_and_not_invented(build):
    said = " ".join(build("impact")["limitations"])
    for word in ("Activities", "Indicators", "stories"):
        assert word in said
    words = [mark for row in table(build("impact"), "quality")["rows"] for mark in row if isinstance(mark, dict)]
    assert {mark["absence"] for mark in words} == {"not_collected"}


def test_only_the_acronyms_used_are_explained(build, world):
    shorts = {entry["short"] for entry in build("roadmap")["acronyms"]}
    assert "UNODC" in shorts
    assert "SDG" in shorts
    assert "AJK" not in shorts


def test_same_records_give_the_same_fingerprint(build):
    assert sha256_of(build("impact")) == sha256_of(build("impact"))


def test_snapshot_survives_the_database_unchanged(build, make_report, world):
    dataset = build("impact")
    report = make_report(snapshot=dataset, snapshot_sha256=sha256_of(dataset))
    report.refresh_from_db()
    assert sha256_of(report.snapshot) == report.snapshot_sha256


def test_urdu_report_is_urdu_whatever_the_reader_speaks(build):
    with translation.override("en"):
        dataset = build("impact", language="ur")
    assert dataset["cover"]["title"] == "اثرات کی رپورٹ"
    assert json.dumps(dataset["words"], ensure_ascii=False).count("صفحہ") == 1


def test_programme_that_is_a_demo_says_so_on_its_cover(build, world):
    assert build("impact")["is_demo"] is False
    world["programme"].is_demo = True
    world["programme"].save()
    dataset = build("impact")
    assert dataset["is_demo"] is True
    assert dataset["cover"]["demo_note"] == "Demonstration data. Nothing in this document is a real result."


def test_theme_counts_a_project_once(build, world):
    world["project"].themes.add(term("pve_theme", "YOUTH"))
    rows = {row[0]: row[1:] for row in table(build("impact"), "themes_table")["rows"]}
    assert rows["Youth engagement and empowerment"] == [1, 1]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("One two three.", "One two three."),
        ("One two three. Four five six seven", "One two three.\u00a0…"),
        ("One. Two three four, five six seven", "One. Two three four\u00a0…"),
        ("ایک دو تین۔ چار پانچ چھ سات", "ایک دو تین۔\u00a0…"),
    ],
)
def test_quote_is_cut_at_a_sentence_where_it_can_be(text, short):
    assert excerpt(text, words=4) == short


def test_every_printed_date_is_of_the_programmes_clock(world, manager, actor_of):
    """Half an hour before midnight in UTC it is the next day, and the next year, in Karachi."""
    data = build_dataset(
        "roadmap",
        actor=actor_of(manager),
        programme_id=world["programme"].pk,
        at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC),
        **PERIOD,
    )
    assert data["stamp"]["document_id"] == "PVENET-ROADMAP-2026-0007-EN"
    assert data["stamp"]["snapshot_id"].startswith("S20260101-043000")
    assert "as they stood on 1 January 2026" in canonical(data)
    assert "31 December 2025" not in canonical(data)
