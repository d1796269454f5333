"""`manage.py seed_scale`: a hundred times the demo programme, for measurements. Never on a database that is in use."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.core.management.color import no_style
from django.db import connection, models, transaction

from evidence import models as evidence
from organizations.models import Organization, Project
from pvenet.management.commands.load_demo import real_data

if TYPE_CHECKING:
    from argparse import ArgumentParser

#: Tables that are multiplied with what links them. Files, rounds of selection and people are not.
COPIED: tuple[type[models.Model], ...] = (
    Organization,
    Project,
    evidence.Indicator,
    evidence.ProjectIndicator,
    evidence.Baseline,
    evidence.Period,
    evidence.Target,
    evidence.EvidenceItem,
    evidence.ActivityRevision,
    evidence.Activity,
    evidence.ActivityTransition,
    evidence.Turnout,
    evidence.Participation,
    evidence.ActivitySite,
    evidence.ActivityCost,
    evidence.ResultRevision,
    evidence.Result,
    evidence.ResultTransition,
    evidence.ResultValue,
    evidence.ResultCell,
    evidence.StoryRevision,
    evidence.Story,
    evidence.StoryTransition,
    evidence.StoryOriginal,
    evidence.Consent,
    evidence.ConsentPerson,
    evidence.StoryConsent,
    evidence.LessonRevision,
    evidence.Lesson,
    evidence.LessonTransition,
    evidence.ChallengeRevision,
    evidence.Challenge,
    evidence.ChallengeTransition,
    evidence.InnovationRevision,
    evidence.Innovation,
    evidence.InnovationTransition,
    evidence.Uptake,
)
#: Rows that stay single: public bodies and HANDS, and the programme's own indicators.
WHICH: dict[type[models.Model], str] = {
    Organization: "is_demo AND is_member",
    evidence.Indicator: "project_id IS NOT NULL",
}
#: Columns that must differ from copy to copy, or should, so that lists and searches have something to tell apart.
TOLD_APART: dict[tuple[type[models.Model], str], str] = {
    (Organization, "slug"): "t.slug || '-' || n",
    (Organization, "name"): "replace(t.name, ' (demo)', ' ' || n || ' (demo)')",
    (Project, "code"): "t.code || '-' || n",
    (evidence.Indicator, "code"): "t.code || '-' || n",
    **{
        (table, column): f"t.{column} + n * interval '7 minutes'"
        for table in (evidence.Activity, evidence.Result, evidence.Story, evidence.Lesson, evidence.Challenge)
        for column in ("saved_at", "published_at")
    },
    **{
        (table, "title"): "t.title || ' ' || n"
        for table in (evidence.LessonRevision, evidence.ChallengeRevision, evidence.InnovationRevision)
    },
}

SHOWN: dict[str, type[models.Model]] = {
    "organizations": Organization,
    "projects": Project,
    "activities": evidence.Activity,
    "participation cells": evidence.Participation,
    "figures of results": evidence.ResultValue,
    "cells of results": evidence.ResultCell,
    "lessons": evidence.Lesson,
    "stories": evidence.Story,
}


class Command(BaseCommand):
    """Rows are copied inside the database: each table by one statement, numbers moved by the largest there was."""

    help = "Multiply the demo programme, by default to a hundred times its size, for measurements."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--times", type=int, default=100, help="how many times the demo there should be")
        parser.add_argument("--yes", action="store_true", help="also beside records that are not demo data")

    def handle(self, *args: Any, times: int, yes: bool, **options: Any) -> None:
        if not evidence.Activity.objects.filter(is_demo=True).exists():
            raise CommandError("The demo programme is not loaded. Run manage.py load_demo first.")
        if not yes and (kind := real_data()):
            raise CommandError(f"There are {kind} that are not demo data. This is for databases of measurements only.")
        if Project.objects.filter(code__endswith="-02-1").exists():
            raise CommandError("The demo programme was multiplied before. Begin with a new database.")
        if times < 2:
            raise CommandError("--times must be 2 or more.")
        began = time.monotonic()
        with transaction.atomic():
            multiply(times - 1)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        counted = [(name, table._base_manager.count()) for name, table in SHOWN.items()]
        self.stdout.write(
            f"{time.monotonic() - began:.0f} s: " + ", ".join(f"{number:,} {name}" for name, number in counted) + "."
        )


def multiply(copies: int) -> None:
    """Add so many copies of every demo row, and an organization without records beside each."""
    links = [
        through
        for table in COPIED
        for field in table._meta.local_many_to_many
        if (through := field.remote_field.through) and through._meta.auto_created
    ]
    tables = [*COPIED, *links]
    with connection.cursor() as cursor:
        largest = {}
        for table in tables:
            cursor.execute(f'SELECT COALESCE(MAX(id), 0) FROM "{table._meta.db_table}"')  # noqa: S608  our own tables
            largest[table] = cursor.fetchone()[0]
        for table in tables:
            cursor.execute(_statement(table, largest), [copies])
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)
    for number in range(1, copies + 1):
        quiet = Organization.objects.filter(is_member=True, is_demo=False).order_by("pk").first()
        if quiet is None:
            return
        quiet.pk, quiet.slug, quiet.is_demo = None, f"without-records-{number}", True
        quiet.name, quiet.name_ur, quiet.acronym = f"Organization without records {number} (demo)", "", ""
        quiet.save(force_insert=True)


def _statement(table: type[models.Model], largest: dict[type[models.Model], int]) -> str:
    columns, values = [], []
    for field in table._meta.concrete_fields:
        if isinstance(field, models.GeneratedField):
            continue
        columns.append(f'"{field.column}"')
        values.append(_value(table, field, largest))
    owner = _owner(table)
    condition = WHICH.get(table, "TRUE")
    if owner:
        condition = f'"{owner[0]}" IN (SELECT id FROM "{owner[1]._meta.db_table}" WHERE {WHICH[owner[1]]})'  # noqa: S608
    name = table._meta.db_table
    return (
        f'INSERT INTO "{name}" ({", ".join(columns)}) SELECT {", ".join(values)} '  # noqa: S608  names of our own models
        f'FROM "{name}" t CROSS JOIN generate_series(1, %s) n WHERE t.id <= {largest[table]} AND {condition}'
    )


def _owner(table: type[models.Model]) -> tuple[str, type[models.Model]] | None:
    """The column by which a link belongs to a table of which not every row is copied."""
    if not table._meta.auto_created:
        return None
    first = next(field for field in table._meta.concrete_fields if field.is_relation)
    assert isinstance(first.related_model, type)
    return (first.column, first.related_model) if first.related_model in WHICH else None


def _value(table: type[models.Model], field: Any, largest: dict[type[models.Model], int]) -> str:
    column = f't."{field.column}"'
    if told := TOLD_APART.get((table, field.column)):
        return told
    if field.primary_key:
        return f"{column} + n * {largest[table]}"
    if isinstance(field, models.UUIDField):
        return f"md5({column}::text || n)::uuid"
    target = field.related_model if field.is_relation else None
    if target not in largest:
        return column
    moved = f"{column} + n * {largest[target]}"
    if target in WHICH:
        rows = f'SELECT id FROM "{target._meta.db_table}" WHERE id <= {largest[target]} AND {WHICH[target]}'  # noqa: S608
        return f"CASE WHEN {column} IN ({rows}) THEN {moved} ELSE {column} END"
    return moved
