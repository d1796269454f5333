"""`manage.py build_report` refuses at once, in one sentence, what no worker could build on."""

from __future__ import annotations

import time

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder

from reports.models import Report

pytestmark = pytest.mark.django_db


def test_a_database_that_was_not_migrated_is_refused_at_once(tmp_path, manager, programme):
    MigrationRecorder.Migration.objects.filter(app="reports").order_by("-pk").first().delete()
    began = time.monotonic()
    with pytest.raises(CommandError) as refused:
        call_command("build_report", "impact", out=tmp_path / "impact.pdf")
    assert str(refused.value) == "The database has not been migrated to this version. Run: manage.py prepare"
    assert refused.value.returncode != 0
    assert time.monotonic() - began < 5
    assert Report.objects.count() == 0


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path, monkeypatch):
    def fail(*_arguments):
        raise OperationalError("connection refused\nIs the server running?\n")

    monkeypatch.setattr("reports.management.commands.build_report.MigrationExecutor", fail)
    with pytest.raises(CommandError) as refused:
        call_command("build_report", "impact", out=tmp_path / "impact.pdf")
    assert str(refused.value) == "The database does not answer: connection refused"
