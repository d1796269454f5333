"""Promises about the code as a whole: imports run one way, no migration is missing, every table has one door."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from importlinter.cli import lint_imports

from core.access import Actor

OURS = ("core", "accounts", "organizations", "evidence", "partnerships", "workshops", "reports")


def test_imports_run_one_way():
    """pvenet → reports → workshops → partnerships → evidence → organizations → accounts → core, as `pyproject.toml` says."""
    assert lint_imports(config_filename=str(settings.BASE_DIR / "pyproject.toml"), no_cache=True) == 0


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_every_table_has_a_door():
    """A table without `visible_to`, or with one that nobody wrote, is a table that somebody will read past."""
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    without = [model._meta.label for model in models if not hasattr(model._default_manager, "visible_to")]
    assert without == []
    for model in models:
        list(model._default_manager.visible_to(Actor.visitor())[:1])
