"""Who sees which report page, and what the pages do with a double click, bad input and a job that has ended."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from accounts.models import RoleGrant
from core.audit import AuditEntry
from core.errors import NotAllowed, WrongState
from core.uploads import CleanFile
from reports import selectors, services
from reports.models import Report, ReportFile
from reports.tables import sha256_of

SNAPSHOT = {
    "stamp": {"document_id": "PVENET-IMPACT-2026-0001-EN"},
    "words": {"contents": "Contents"},
    "sections": [],
}
QUESTION = {
    "kind": "impact",
    "period_start": "2025-01-01",
    "period_end": "2026-01-31",
    "language": "en",
}


@pytest.fixture(autouse=True)
def sent(monkeypatch, django_capture_on_commit_callbacks):
    """What was sent to the worker, in place of a broker."""
    messages: list[int] = []
    monkeypatch.setattr("reports.tasks.build_report.delay", lambda report_id: messages.append(report_id))
    return messages


@pytest.fixture
def make_ready(make_report, now):
    """Make a finished report with a PDF."""

    def make(**fields) -> Report:
        report = make_report(
            status="DONE",
            progress=100,
            snapshot=SNAPSHOT,
            snapshot_sha256=sha256_of(SNAPSHOT),
            build_seconds=1.5,
            finished_at=now,
            **fields,
        )
        file = ReportFile(
            report=report,
            format="pdf",
            uploaded_by=report.requested_by,
            uploaded_at=now,
        )
        file.keep(CleanFile(b"%PDF-1.7 bytes", "application/pdf", "pdf"), name="report")
        file.file = ContentFile(b"%PDF-1.7 bytes", name="report")
        file.save()
        return report

    return make


def question(programme, /, **changes):
    return {**QUESTION, "programme": programme.pk} | changes


def status_of(client, address) -> int:
    response = client.get(address)
    if response.streaming:
        list(response.streaming_content)
    return response.status_code


def test_manager_asks_for_a_report_and_sees_it_waiting(
    sign_in, manager, programme, sent, django_capture_on_commit_callbacks
):
    client = sign_in(manager)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("reports:new"), question(programme), follow=True)
    report = Report.objects.get()
    assert (report.status, report.period_start, report.requested_by_id) == (
        "QUEUED",
        date(2025, 1, 1),
        manager.pk,
    )
    assert sent == [report.pk]
    assert "Waiting for its turn" in response.content.decode()


def test_double_click_makes_one_report(sign_in, manager, programme, sent, django_capture_on_commit_callbacks):
    client = sign_in(manager)
    with django_capture_on_commit_callbacks(execute=True):
        first = client.post(reverse("reports:new"), question(programme))
        second = client.post(reverse("reports:new"), question(programme))
    assert first["Location"] == second["Location"]
    assert (Report.objects.count(), len(sent)) == (1, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "exploit"},
        {"period_start": "yesterday"},
        {"period_start": "2026-02-01"},
        {"period_end": "0000-99-99"},
        {"language": "fr"},
        {"programme": "'; drop table"},
        {"kind": "impact\x00"},
        {"period_end": ""},
    ],
)
def test_bad_input_is_told_in_words_and_makes_nothing(changes, sign_in, manager, programme):
    response = sign_in(manager).post(reverse("reports:new"), question(programme, **changes))
    assert response.status_code == 422
    assert "error-summary" in response.content.decode()
    assert not Report.objects.exists()


@pytest.mark.parametrize("role", ["reviewer", "nacta", "funder", "focal_point", "data_protection_officer"])
def test_only_managers_ask_for_reports(role, request, sign_in, programme, actor_of, now):
    user = request.getfixturevalue(role)
    assert sign_in(user).post(reverse("reports:new"), question(programme)).status_code == 403
    with pytest.raises(NotAllowed):
        services.request_report(
            actor=actor_of(user),
            kind="impact",
            programme_id=programme.pk,
            period_start=date(2025, 1, 1),
            period_end=date(2026, 1, 1),
            language="en",
            at=now,
        )
    assert not Report.objects.exists()
    assert not AuditEntry.objects.filter(action="report.request").exists()


@pytest.mark.parametrize(
    ("role", "draft", "final"),
    [
        ("manager", 200, 200),
        ("reviewer", 200, 200),
        ("nacta", 200, 200),
        ("funder", 404, 200),
        ("focal_point", 404, 404),
        ("editor", 404, 404),
        ("administrator", 404, 404),
    ],
)
def test_drafts_are_for_staff_and_finals_also_for_the_funder(
    role, draft, final, request, sign_in, make_ready, make_user, now
):
    client = sign_in(request.getfixturevalue(role))
    report = make_ready()
    pages = [
        reverse("reports:detail", args=[report.uuid]),
        reverse("reports:file", args=[report.uuid, "pdf"]),
    ]
    assert [status_of(client, page) for page in pages] == [draft, draft]
    report.released_at, report.released_by = now, make_user("second@example.org")
    report.save()
    assert [status_of(client, page) for page in pages] == [final, final]


def test_visitor_is_asked_to_sign_in(client, make_ready):
    report = make_ready()
    for page in (
        reverse("reports:list"),
        reverse("reports:detail", args=[report.uuid]),
    ):
        assert client.get(page).status_code == 302


def test_file_is_a_private_download(sign_in, manager, make_ready):
    report = make_ready()
    response = sign_in(manager).get(reverse("reports:file", args=[report.uuid, "pdf"]))
    assert b"".join(response.streaming_content) == b"%PDF-1.7 bytes"
    assert (response["Content-Type"], response["Cache-Control"]) == (
        "application/pdf",
        "private, no-store",
    )
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("state", ["QUEUED", "RUNNING", "CANCELLED"])
def test_report_that_is_not_ready_has_no_pages_to_read(state, sign_in, manager, make_report):
    report = make_report(status=state)
    client = sign_in(manager)
    assert client.get(reverse("reports:file", args=[report.uuid, "pdf"])).status_code == 404
    assert client.get(reverse("reports:read", args=[report.uuid])).status_code == 404


def test_progress_names_its_stage_and_asks_again_until_the_end(sign_in, manager, make_report):
    report = make_report(status="RUNNING", stage="pdf", progress=50, attempt=1)
    client = sign_in(manager)
    response = client.get(reverse("reports:progress", args=[report.uuid]))
    page = response.content.decode()
    assert "Setting the PDF" in page
    assert "every 2s" in page
    assert "HX-Refresh" not in response
    Report.objects.update(status="FAILED", failure="font")
    response = client.get(reverse("reports:progress", args=[report.uuid]))
    assert response["HX-Refresh"] == "true"
    assert "A typeface of the documents is missing" in response.content.decode()
    assert "every 2s" not in response.content.decode()


def test_page_without_scripts_has_a_link_to_look_again(sign_in, manager, make_report):
    report = make_report(status="RUNNING", stage="pdf", progress=50)
    address = reverse("reports:detail", args=[report.uuid])
    page = sign_in(manager).get(address).content.decode()
    assert f'href="{address}">Look again</a>' in page


def test_draft_waits_for_whoever_may_release_it_and_a_failure_for_who_asked(
    actor_of, manager, nacta, reviewer, make_ready, make_report
):
    make_ready()
    make_report("roadmap", status="FAILED", failure="no_roadmap")
    said = {user: [task.detail for task in selectors.tasks_for(actor_of(user))] for user in (manager, nacta, reviewer)}
    assert said == {
        manager: ["The programme has no published roadmap. Publish it, then try again."],
        nacta: ["A draft to read and release as final."],
        reviewer: [],
    }


def test_waiting_report_is_cancelled_at_once_and_can_be_tried_again(
    sign_in, manager, make_report, sent, django_capture_on_commit_callbacks
):
    report = make_report()
    client = sign_in(manager)
    client.post(reverse("reports:cancel", args=[report.uuid]))
    assert Report.objects.get().status == "CANCELLED"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("reports:retry", args=[report.uuid]))
    assert (Report.objects.get().status, sent) == ("QUEUED", [report.pk])


def test_ready_report_can_be_neither_cancelled_nor_retried(actor_of, manager, make_ready, now):
    report = make_ready()
    for verb in (services.cancel_report, services.retry_report):
        with pytest.raises(WrongState):
            verb(actor=actor_of(manager), uuid=report.uuid, at=now)
    assert Report.objects.get().status == "DONE"


def test_nobody_releases_the_report_they_asked_for(actor_of, manager, nacta, make_ready, now):
    report = make_ready()
    with pytest.raises(NotAllowed):
        services.release_report(actor=actor_of(manager), uuid=report.uuid, at=now)
    assert Report.objects.get().released_at is None
    services.release_report(actor=actor_of(nacta), uuid=report.uuid, at=now)
    assert (Report.objects.get().released_by_id, Report.objects.get().status) == (
        nacta.pk,
        "QUEUED",
    )


def test_reviewer_releases_nothing(actor_of, reviewer, make_ready, now):
    report = make_ready()
    with pytest.raises(NotAllowed):
        services.release_report(actor=actor_of(reviewer), uuid=report.uuid, at=now)
    assert Report.objects.get().released_at is None


def test_right_that_was_withdrawn_closes_the_page(sign_in, manager, make_ready, now):
    report = make_ready()
    client = sign_in(manager)
    RoleGrant.objects.update(revoked_at=now)
    assert client.get(reverse("reports:detail", args=[report.uuid])).status_code == 404


def test_public_check_shows_kind_date_and_fingerprint_and_nothing_more(client, make_ready, programme):
    report = make_ready()
    response = client.get(reverse("reports:verify", args=[report.uuid]))
    page = response.content.decode()
    assert report.snapshot_sha256 in page
    assert "Impact report" in page
    assert response["X-Robots-Tag"] == "noindex"
    for hidden in (
        programme.title,
        report.document_id,
        report.requested_by.email,
        report.requested_by.name,
    ):
        assert hidden not in page


def test_public_check_of_an_unknown_or_unfinished_document_is_404(client, make_report):
    assert client.get(reverse("reports:verify", args=[uuid4()])).status_code == 404
    assert client.get(reverse("reports:verify", args=[make_report().uuid])).status_code == 404


def test_list_is_empty_with_words_and_costs_the_same_with_one_and_three(
    sign_in, manager, make_ready, django_assert_num_queries
):
    client = sign_in(manager)
    address = reverse("reports:list")
    assert "No report has been built yet" in client.get(address).content.decode()
    make_ready()
    with django_assert_num_queries(6):
        client.get(address)
    make_ready(language="ur")
    make_ready(kind="roadmap")
    with django_assert_num_queries(6):
        client.get(address)
