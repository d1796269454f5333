"""NACTA endorses a final report, and withdraws its endorsement with a reason."""

from __future__ import annotations

import pytest

from reports import selectors
from reports.models import ReportEndorsement, ReportEndorsementRecord
from reports.tests.conftest import PERIOD
from reports.tests.ready import build_dataset, finish

OFFICE = "Director General, PVE Wing"
NOTE = "⟦endorsement-note⟧"
SENT = {"office": OFFICE, "note": NOTE, "edition": 1}


@pytest.fixture
def final(world, make_report, now):
    report = make_report(released_at=now)
    finish(report, at=now)
    return report


def address(report, verb: str) -> str:
    return f"/reports/{report.uuid}/endorsement/{verb}/"


def test_a_final_report_is_asked_for_and_endorsed(sign_in, manager, nacta, funder, final, actor_of):
    assert sign_in(manager).post(address(final, "ask"), {"note": NOTE}).status_code == 302
    tasks = [task.title for task in selectors.tasks_for(actor_of(nacta))]
    assert tasks == [f"Endorse: {final.display_title}"]

    assert sign_in(nacta).post(address(final, "endorse"), SENT).status_code == 302

    assert list(ReportEndorsement.objects.values_list("office", "edition")) == [(OFFICE, 1)]
    assert selectors.tasks_for(actor_of(nacta)) == []
    read_by_funder = sign_in(funder).get(f"/reports/{final.uuid}/").content.decode()
    assert OFFICE in read_by_funder
    assert NOTE not in read_by_funder
    assert NOTE in sign_in(manager).get(f"/reports/{final.uuid}/").content.decode()


def test_an_endorsement_of_a_report_is_withdrawn_with_a_reason(sign_in, nacta, funder, final):
    sign_in(nacta).post(address(final, "endorse"), SENT)
    assert sign_in(nacta).post(address(final, "withdraw"), {"note": ""}).status_code == 422
    assert ReportEndorsement.objects.get().withdrawn_at is None
    assert sign_in(nacta).post(address(final, "withdraw"), {"note": "The figures were wrong."}).status_code == 302
    assert ReportEndorsement.objects.get().withdrawn_at is not None
    assert OFFICE not in sign_in(funder).get(f"/reports/{final.uuid}/").content.decode()


def test_a_draft_is_not_endorsed_nor_asked_for(sign_in, manager, nacta, world, make_report, now):
    draft = make_report()
    finish(draft, at=now)
    assert sign_in(manager).post(address(draft, "ask"), {}).status_code == 403
    assert sign_in(nacta).post(address(draft, "endorse"), SENT).status_code == 403
    assert (ReportEndorsement.objects.count(), ReportEndorsementRecord.objects.count()) == (0, 0)


@pytest.mark.parametrize("role", ["manager", "reviewer", "funder"])
def test_only_nacta_endorses_a_report(request, sign_in, role, final):
    assert sign_in(request.getfixturevalue(role)).post(address(final, "endorse"), SENT).status_code == 403
    assert ReportEndorsement.objects.count() == 0


@pytest.mark.parametrize("role", ["focal_point", "administrator", "data_protection_officer"])
def test_a_report_that_is_not_read_is_not_found(request, sign_in, role, final):
    assert sign_in(request.getfixturevalue(role)).post(address(final, "endorse"), SENT).status_code == 404


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        (None, ("NACTA has not endorsed this roadmap.", "")),
        (1, ("NACTA endorsed this roadmap on 10 January 2026: Director General, PVE Wing.", "")),
        (
            3,
            (
                "NACTA endorsed this roadmap on 10 January 2026: Director General, PVE Wing.",
                "Changed since endorsement: edition 3 was endorsed, edition 1 is printed here.",
            ),
        ),
    ],
)
def test_the_roadmap_report_prints_the_endorsement(world, manager, nacta, actor_of, now, edition, expected):
    if edition:
        world["roadmap"].endorsements.create(edition=edition, office=OFFICE, endorsed_by=nacta, endorsed_at=now)
    dataset = build_dataset("roadmap", actor=actor_of(manager), programme_id=world["programme"].pk, at=now, **PERIOD)
    making = next(section for section in dataset["sections"] if section["key"] == "making")
    lines = [(block["text"], block["aside"]) for block in making["blocks"] if block["block"] == "paragraph"]
    assert expected in lines
