"""A report is built once, by whoever holds its lock, from one snapshot, and its failures are told in words."""

from __future__ import annotations

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import RoleGrant
from reports import jobs, renderers, services
from reports.models import Report, ReportFile
from reports.tables import sha256_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other_session():
    """A database session of another worker."""
    settings = connection.settings_dict
    session = psycopg2.connect(
        dbname=settings["NAME"],
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
    )
    session.autocommit = True
    yield session
    session.close()


def read(report: Report, suffix: str) -> bytes:
    with report.files.get(format=suffix).file.open("rb") as file:
        return file.read()


def hold(session, report: Report) -> None:
    with session.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [jobs.LOCK_SPACE, report.pk])


@pytest.mark.parametrize("kind", ["impact", "roadmap"])
@pytest.mark.parametrize("language", ["en", "ur"])
def test_report_is_built_with_one_file_a_format(kind, language, world, make_report):
    report = make_report(kind, language=language)
    jobs.build(report_id=report.pk)
    report.refresh_from_db()
    assert (report.status, report.progress, report.attempt, report.failure) == (
        "DONE",
        100,
        1,
        "",
    )
    assert report.snapshot_sha256 == sha256_of(report.snapshot)
    assert sorted(report.files.values_list("format", flat=True)) == ["html", "pdf"]
    assert read(report, "pdf").startswith(b"%PDF-")


def test_building_twice_is_building_once(world, make_report):
    report = make_report()
    jobs.build(report_id=report.pk)
    before = list(ReportFile.objects.values_list("pk", "sha256"))
    jobs.build(report_id=report.pk)
    report.refresh_from_db()
    assert report.attempt == 1
    assert list(ReportFile.objects.values_list("pk", "sha256")) == before


def test_report_in_the_hands_of_another_worker_is_left_alone(world, make_report, other_session):
    report = make_report()
    hold(other_session, report)
    jobs.build(report_id=report.pk)
    report.refresh_from_db()
    assert (report.status, report.attempt) == ("QUEUED", 0)


def test_report_whose_worker_died_is_queued_again(world, make_report, other_session):
    abandoned = make_report(status="RUNNING", attempt=1)
    alive = make_report("roadmap", status="RUNNING", attempt=1)
    hold(other_session, alive)
    assert jobs.recover() == [abandoned.pk]
    abandoned.refresh_from_db()
    alive.refresh_from_db()
    assert (abandoned.status, alive.status) == ("QUEUED", "RUNNING")


def test_report_that_kills_its_worker_again_and_again_is_given_up(world, make_report):
    report = make_report(status="RUNNING", attempt=jobs.MAX_ATTEMPTS)
    assert jobs.recover() == []
    report.refresh_from_db()
    assert (report.status, report.failure) == ("FAILED", "worker_lost")


def test_queued_report_whose_message_was_lost_is_sent_again(world, make_report):
    old = make_report(queued_at=timezone.now() - 2 * jobs.LOST_MESSAGE_AFTER)
    make_report("roadmap", queued_at=timezone.now())
    assert jobs.recover() == [old.pk]


def test_report_cancelled_between_stages_stops_and_keeps_nothing(world, make_report, monkeypatch, actor_of, manager):
    report = make_report()
    render = renderers.render_pdf

    def cancel_and_render(**arguments):
        services.cancel_report(actor=actor_of(manager), uuid=report.uuid, at=timezone.now())
        return render(**arguments)

    monkeypatch.setattr(renderers, "render_pdf", cancel_and_render)
    jobs.build(report_id=report.pk)
    report.refresh_from_db()
    assert (report.status, report.snapshot, report.files.count()) == (
        "CANCELLED",
        None,
        0,
    )


def test_worker_thought_dead_cannot_store_over_a_later_attempt(world, make_report, monkeypatch):
    report = make_report()
    render = renderers.render_html

    def lose_and_render(**arguments):
        Report.objects.filter(pk=report.pk).update(attempt=7)
        return render(**arguments)

    monkeypatch.setattr(renderers, "render_html", lose_and_render)
    jobs.build(report_id=report.pk)
    report.refresh_from_db()
    assert (report.status, report.attempt, report.files.count()) == ("RUNNING", 7, 0)


def test_right_withdrawn_while_it_waited_stops_the_report(world, make_report, now):
    report = make_report()
    RoleGrant.objects.update(revoked_at=now)
    jobs.build(report_id=report.pk)
    report.refresh_from_db()
    assert (report.status, report.failure, report.files.count()) == (
        "FAILED",
        "no_right",
        0,
    )


def test_roadmap_report_without_a_published_roadmap_says_so(world, make_report):
    world["roadmap"].is_published = False
    world["roadmap"].save()
    report = make_report("roadmap")
    jobs.build(report_id=report.pk)
    report.refresh_from_db()
    assert (report.status, report.get_failure_display()) == (
        "FAILED",
        "The programme has no published roadmap. Publish it, then try again.",
    )


def test_empty_portal_says_that_there_is_nothing_to_report(programme, make_report):
    report = make_report()
    jobs.build(report_id=report.pk)
    report.refresh_from_db()
    assert report.failure == "no_data"


def test_missing_typeface_fails_with_words_and_can_be_tried_again(
    world, make_report, monkeypatch, tmp_path, actor_of, manager
):
    report = make_report()
    with monkeypatch.context() as patch:
        patch.setattr(renderers, "FONTS", tmp_path)
        with pytest.raises(renderers.FontMissing):
            jobs.build(report_id=report.pk)
    report.refresh_from_db()
    assert (report.status, report.failure, report.files.count()) == (
        "FAILED",
        "font",
        0,
    )
    monkeypatch.setattr("reports.tasks.build_report.delay", lambda **message: None)
    services.retry_report(actor=actor_of(manager), uuid=report.uuid, at=timezone.now())
    jobs.build(report_id=report.pk)
    report.refresh_from_db()
    assert (report.status, report.attempt, report.failure) == ("DONE", 2, "")


def test_template_that_typst_refuses_fails_with_words(world, make_report, monkeypatch, tmp_path):
    (tmp_path / "impact.typ").write_text("#undefined-word")
    monkeypatch.setattr(renderers, "DOCUMENTS", tmp_path)
    report = make_report()
    with pytest.raises(renderers.TypesettingFailed):
        jobs.build(report_id=report.pk)
    report.refresh_from_db()
    assert (report.status, report.failure) == ("FAILED", "typesetting")


def test_released_report_is_painted_again_from_the_same_snapshot(world, make_report, make_user, actor_of, monkeypatch):
    monkeypatch.setattr("reports.tasks.build_report.delay", lambda **message: None)
    report = make_report()
    jobs.build(report_id=report.pk)
    report.refresh_from_db()
    draft = read(report, "html").decode()
    world["project"].delete()
    other_manager = make_user("second@example.org", "MANAGER")
    services.release_report(actor=actor_of(other_manager), uuid=report.uuid, at=timezone.now())
    jobs.build(report_id=report.pk)
    released = Report.objects.get(pk=report.pk)
    assert (released.snapshot, released.snapshot_sha256) == (
        report.snapshot,
        report.snapshot_sha256,
    )
    final = read(released, "html").decode()
    assert ("Draft for review" in draft, "Draft for review" in final) == (True, False)
