"""Writing results: a period at once, each indicator a record of its own, and locking what a report has used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from core import audit
from core.access import person_of, require
from core.errors import Incomplete, InvalidInput, StaleWrite, WrongState
from core.text import clean_text
from core.workflow import EDITABLE
from evidence.models import (
    Kind,
    Period,
    ProjectIndicator,
    Result,
    ResultCell,
    ResultRevision,
    ResultValue,
)
from evidence.records import services as records
from evidence.records.kinds import kind_of
from evidence.records.revisions import writable_revision
from evidence.results import policies
from evidence.results.figures import DIMENSIONS, Entry, entry_of, refusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from core.access import Actor
    from evidence.models import Indicator

#: (id of the project's indicator, id of the district or None for the whole project): one row of the form.
Row = tuple[int, int | None]
MOST_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class Clash:
    """A row that somebody else saved meanwhile, with both entries."""

    row: Row
    indicator: Indicator
    mine: Entry
    theirs: Entry


class Refused(InvalidInput):
    """Rows that cannot be stored: (row, name of the input, sentence) for each."""

    def __init__(self, problems: list[tuple[Row, str, str]]) -> None:
        super().__init__(_("Some figures cannot be stored. Nothing was saved; what you typed is still here."))
        self.problems = problems


@transaction.atomic
def save_period(
    *,
    actor: Actor,
    project_code: str,
    period_id: int,
    entries: Mapping[Row, Entry],
    bases: Mapping[Row, str] | None,
    at: datetime,
) -> dict[Row, str]:
    """Store what was entered for a period and return the fingerprints of what is stored now.

    All or nothing. `bases` are the fingerprints that the writer started from, None for a machine that just read them.
    Raises StaleWrite with the list of `Clash`es when others changed rows that this writer changed too.
    """
    period = _lock_period(actor, project_code, period_id)
    reported = {row.pk: row for row in rows_of(period)}
    stored = stored_results(period)
    districts = set(period.project.districts.values_list("pk", flat=True))
    clashes: list[Clash] = []
    problems: list[tuple[Row, str, str]] = []
    changed: list[tuple[Row, Entry]] = []
    for row, given in entries.items():
        if row[0] not in reported or (row[1] is not None and row[1] not in districts):
            raise InvalidInput(_("This project does not report on that indicator or district. Open the page again."))
        entry = replace(given, comment=_text(given.comment), change_note=_text(given.change_note)[:300])
        theirs = entry_of(_latest(stored.get(row)))
        base = bases.get(row, Entry().name) if bases is not None else None
        if entry.name in {theirs.name, base}:
            continue
        indicator = reported[row[0]].indicator
        if base is not None and base != theirs.name:
            clashes.append(Clash(row, indicator, entry, theirs))
        problems += [(row, field, sentence) for field, sentence in refusals(indicator, entry)]
        changed.append((row, entry))
    if problems:
        raise Refused(problems)
    if clashes:
        raise StaleWrite(_("A colleague saved figures of this period after you opened it."), current=clashes)
    for row, entry in changed:
        stored[row] = _store(actor, period, reported[row[0]], row[1], stored.get(row), entry, at)
    if changed:
        stored = stored_results(period)
    return fingerprints(stored)


@transaction.atomic
def submit_period(*, actor: Actor, project_code: str, period_id: int, at: datetime) -> int:
    """Send every draft of a period for review, all or none; returns how many. Raises Incomplete with what is missing."""
    period = _lock_period(actor, project_code, period_id)
    rows = list(
        Result.objects.visible_to(actor)
        .filter(period=period, state__in=EDITABLE)
        .select_related("project_indicator__indicator", "district")
        .order_by("project_indicator__indicator__position", "pk")
    )
    rows = [row for row in rows if not entry_of(_latest(row)).is_empty]
    if not rows:
        raise WrongState(_("There is nothing to send. Enter a figure first."))
    missing = []
    for row in rows:
        try:
            with transaction.atomic():
                records.submit_record(actor=actor, kind=Kind.RESULT, uuid=row.uuid, version=None, at=at)
        except Incomplete as refused:
            key = name_of((row.project_indicator_id, row.district_id))
            code = row.project_indicator.indicator.code
            missing += [(f"{field}-{key}", f"{code}: {sentence}") for field, sentence in refused.missing]
    if missing:
        raise Incomplete(_("This period is not complete yet."), missing=missing)
    return len(rows)


@transaction.atomic
def lock_periods(*, actor: Actor, periods: Iterable[Period], at: datetime) -> int:
    """A report's snapshot uses these periods: from now on they change by noted corrections only."""
    rows = Period.objects.filter(pk__in=[row.pk for row in periods], locked_at=None)
    ids = list(rows.values_list("pk", flat=True))
    rows.update(locked_at=at)
    for row in Period.objects.filter(pk__in=ids).order_by("pk"):
        audit.record(actor=actor, action="period.lock", row=row, at=at)
    return len(ids)


def rows_of(period: Period) -> list[ProjectIndicator]:
    """The indicators that the project reports in this period, in the order of the framework."""
    return list(
        ProjectIndicator.objects.filter(project_id=period.project_id, indicator__frequency=period.frequency)
        .select_related("indicator__unit", "indicator__parent", "baseline")
        .order_by("indicator__position", "indicator__code")
    )


def stored_results(period: Period) -> dict[Row, Result]:
    """What is stored for a period, with the newest revision and its figures at hand."""
    revisions = (
        ResultRevision.objects.select_related("figure").prefetch_related("cells").order_by("record_id", "-number")
    )
    rows = Result.objects.filter(period=period).prefetch_related(
        Prefetch("revisions", queryset=revisions, to_attr="newest_first")
    )
    return {(row.project_indicator_id, row.district_id): row for row in rows.order_by("pk")}


def fingerprints(stored: Mapping[Row, Result]) -> dict[Row, str]:
    return {row: entry_of(_latest(result)).name for row, result in stored.items()}


def name_of(row: Row) -> str:
    """A row in the names of inputs: "12" or "12-7" with a district."""
    return f"{row[0]}-{row[1]}" if row[1] else str(row[0])


def _lock_period(actor: Actor, project_code: str, period_id: int) -> Period:
    period = (
        Period.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("project")
        .get(pk=period_id, project__code=project_code)
    )
    require(
        policies.can_report(actor, period.project),
        _("Results are reported by the organization that carries out the project."),
    )
    return period


def _latest(result: Result | None) -> ResultRevision | None:
    if result is None:
        return None
    if hasattr(result, "newest_first"):
        return result.newest_first[0] if result.newest_first else None
    return result.revisions.select_related("figure").order_by("-number").first()


def _text(text: str) -> str:
    cleaned = clean_text(text)
    if len(cleaned) > MOST_CHARACTERS:
        raise InvalidInput(
            _("A comment has at most %(most)s characters. Nothing was saved.") % {"most": f"{MOST_CHARACTERS:,}"},
            field="comment",
        )
    return cleaned


def _store(
    actor: Actor,
    period: Period,
    reported: ProjectIndicator,
    district_id: int | None,
    result: Result | None,
    entry: Entry,
    at: datetime,
) -> Result:
    person = person_of(actor)
    if result is None:
        result = Result.objects.create(
            organization_id=period.project.organization_id,
            project=period.project,
            project_indicator=reported,
            period=period,
            district_id=district_id,
            sensitivity=reported.indicator.sensitivity,
            created_at=at,
            saved_at=at,
            is_demo=period.is_demo,
        )
        revision = ResultRevision.objects.create(
            record=result, number=1, created_by_id=person, created_at=at, saved_by_id=person, saved_at=at
        )
        audit.record(actor=actor, action="result.start", row=result, at=at)
    else:
        if result.is_held:
            raise WrongState(_("A figure of this period cannot be changed now. Ask the data-protection officer."))
        if result.state not in EDITABLE:
            raise WrongState(
                _("%(code)s has been sent and can no longer be edited. Wait for the review, or start a change.")
                % {"code": reported.indicator.code}
            )
        revision = writable_revision(kind_of(Kind.RESULT), result, actor=actor, at=at)
        result.version += 1
        result.saved_at = at
        result.save(update_fields=["version", "saved_at"])
    revision.comment = entry.comment
    revision.change_reason = entry.change_reason
    revision.change_note = entry.change_note
    revision.saved_by_id, revision.saved_at = person, at
    revision.save(update_fields=["comment", "change_reason", "change_note", "saved_by", "saved_at"])
    revision.writers.add(person)
    ResultValue.objects.update_or_create(
        revision=revision,
        defaults={"value": entry.value, "numerator": entry.numerator, "denominator": entry.denominator},
    )
    revision.cells.all().delete()
    ResultCell.objects.bulk_create(_cells(revision, entry))
    return result


def _cells(revision: ResultRevision, entry: Entry) -> list[ResultCell]:
    cells = []
    for (dimension, code), (value, whole) in entry.cells.items():
        column: dict[str, Any] = {DIMENSIONS[dimension][0]: code}
        cells.append(ResultCell(revision=revision, value=value, denominator=whole, **column))
    return cells
