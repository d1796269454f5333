"""Who reads a report and its files, person by person: the doors themselves."""

import pytest

from reports.models import ReportFile

pytestmark = pytest.mark.django_db

STAFF = {"reviewer", "manager", "nacta"}


def test_a_draft_is_for_staff_a_final_report_for_the_funder_too_and_a_file_only_once_it_is_ready(
    make_report, manager, now, readers_of
):
    ready = {"status": "DONE", "snapshot": {}, "snapshot_sha256": "0" * 64, "finished_at": now}
    released = {**ready, "released_at": now, "released_by": manager}
    for fields, of_report, of_file in (
        ({"status": "RUNNING"}, STAFF, set()),
        (ready, STAFF, STAFF),
        (released, STAFF | {"funder"}, STAFF | {"funder"}),
        # While the word Final is painted on it, the released report is under way once more.
        ({**released, "status": "QUEUED", "kind": "roadmap"}, STAFF, set()),
    ):
        report = make_report(**fields)
        file = ReportFile.objects.create(
            report=report,
            format="pdf",
            name="report.pdf",
            content_type="application/pdf",
            size=9,
            sha256="0" * 64,
            uploaded_by=manager,
            uploaded_at=now,
        )
        assert (readers_of(report), readers_of(file)) == (of_report, of_file), fields
