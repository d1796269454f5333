"""What managers keep: statements, indicators, assumptions, and what each project reports, from where and to where."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import require
from core.errors import Conflict, InvalidInput, WrongState
from core.workflow import check_version
from evidence.models import (
    Assumption,
    Baseline,
    Indicator,
    Level,
    Period,
    ProjectIndicator,
    ResultNode,
    Target,
)
from evidence.results import policies
from evidence.results.calendar import settle_calendar
from evidence.results.reference import has_results
from organizations.models import Programme, Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from core.access import Actor

#: Where a node may stand.
BELOW = {Level.OUTCOME: Level.IMPACT, Level.OUTPUT: Level.OUTCOME}
#: What an indicator is: changing any of these makes it another one.
DEFINITION = ("unit", "aggregation", "frequency", "disaggregations", "higher_is_better", "name", "method_note")


@transaction.atomic
def save_node(
    *,
    actor: Actor,
    programme_id: int,
    pk: int | None,
    values: Mapping[str, Any],
    version: int | None,
    at: datetime,
) -> ResultNode:
    """Add or change a statement. Outputs stand under outcomes, outcomes under the impact."""
    _require(actor)
    programme = Programme.objects.visible_to(actor).get(pk=programme_id)
    row = ResultNode(programme=programme, position=0, is_demo=programme.is_demo)
    if pk is not None:
        row = ResultNode.objects.visible_to(actor).select_for_update().get(pk=pk, programme=programme)
        check_version(row, version)
        row.version += 1
        if row.level != values["level"] and row.children.exists():
            raise WrongState(_("Other statements stand below this one: its level cannot change."))
    else:
        row.position = ResultNode.objects.filter(programme=programme).count()
    parent = values["parent"]
    if (parent.level if parent else None) != BELOW.get(values["level"]) or (
        parent and parent.programme_id != programme.pk
    ):
        raise InvalidInput(_("An outcome stands under the impact, an output under an outcome."), field="parent")
    for name in ("level", "parent", "code", "statement", "statement_ur"):
        setattr(row, name, values[name])
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise InvalidInput(_("Another statement has this code."), field="code") from None
    audit.record(actor=actor, action="result_node.save", row=row, at=at, version=row.version)
    return row


@transaction.atomic
def save_assumption(
    *, actor: Actor, node_id: int, pk: int | None, values: Mapping[str, Any], at: datetime
) -> Assumption:
    """Add or change what must hold for a level to lead to the next."""
    _require(actor)
    node = ResultNode.objects.visible_to(actor).get(pk=node_id)
    row = Assumption(node=node)
    if pk is not None:
        row = Assumption.objects.visible_to(actor).select_for_update().get(pk=pk, node=node)
        row.version += 1
    for name in ("text", "text_ur", "status", "checked_on"):
        setattr(row, name, values[name])
    if row.checked_on and row.checked_on > at.date():
        raise InvalidInput(_("The day cannot be in the future."), field="checked_on")
    row.save()
    audit.record(actor=actor, action="assumption.save", row=row, at=at, status=row.status)
    return row


@transaction.atomic
def save_indicator(
    *,
    actor: Actor,
    code: str | None,
    project_code: str | None,
    values: Mapping[str, Any],
    version: int | None,
    at: datetime,
) -> Indicator:
    """Add an indicator, or change one. Once results exist, only its Urdu name, notes and means of verification change."""
    _require(actor)
    if code is None:
        return _new_indicator(actor, project_code, values, at)
    row = Indicator.objects.visible_to(actor).select_for_update(of=("self",)).get(code=code)
    check_version(row, version)
    locked = [name for name in DEFINITION if has_results(row) and getattr(row, name) != values[name]]
    if locked:
        raise WrongState(
            _("Results were reported with this definition. Make a new indicator that replaces it instead.")
        )
    frequency = row.frequency
    for name in (*DEFINITION, "name_ur", "is_ur_reviewed", "means_of_verification", "source"):
        setattr(row, name, values[name])
    row.version += 1
    row.save()
    if row.frequency != frequency:
        _settle_projects(row)
    audit.record(actor=actor, action="indicator.save", row=row, at=at, version=row.version)
    return row


@transaction.atomic
def replace_indicator(*, actor: Actor, code: str, values: Mapping[str, Any], at: datetime) -> Indicator:
    """A changed definition is a new indicator. Projects report on it from now on; what was reported stays with the old."""
    _require(actor)
    old = Indicator.objects.visible_to(actor).select_for_update(of=("self",)).get(code=code)
    if Indicator.objects.filter(replaces=old).exists():
        raise WrongState(_("This indicator was replaced already."))
    row = Indicator(
        node=old.node,
        project=old.project,
        parent=old.parent,
        replaces=old,
        standard_code=old.standard_code,
        sensitivity=old.sensitivity,
        position=old.position,
        is_demo=old.is_demo,
        source=old.source,
    )
    _write_new(row, values)
    for one in ProjectIndicator.objects.filter(indicator=old).select_related("project"):
        ProjectIndicator.objects.create(project=one.project, indicator=row, is_demo=one.is_demo)
        settle_calendar(one.project)
    audit.record(actor=actor, action="indicator.replace", row=row, at=at, replaced=old.code)
    return row


@transaction.atomic
def set_project_indicators(*, actor: Actor, project_code: str, indicators: Iterable[Indicator], at: datetime) -> None:
    """What a project reports. One that has results stays; the calendar follows."""
    _require(actor)
    project = Project.objects.visible_to(actor).select_for_update(of=("self",)).get(code=project_code)
    wanted = {row.pk: row for row in indicators}
    there = {row.indicator_id: row for row in ProjectIndicator.objects.filter(project=project)}
    for pk, row in there.items():
        if pk not in wanted and row.indicator.project_id is None:
            if row.results.exists():
                raise WrongState(
                    _("%(code)s has results of this project and cannot be taken away.") % {"code": row.indicator.code}
                )
            row.delete()
    for pk, indicator in wanted.items():
        if pk not in there:
            ProjectIndicator.objects.create(project=project, indicator=indicator, is_demo=project.is_demo)
    settle_calendar(project)
    audit.record(actor=actor, action="project.indicators", row=project, at=at, count=len(wanted))


@transaction.atomic
def set_baseline(
    *, actor: Actor, project_code: str, indicator_code: str, values: Mapping[str, Any], at: datetime
) -> Baseline:
    """Where a project started, or the coded reason why nobody knows. Never blank."""
    one = _reported(actor, project_code, indicator_code)
    reason = values["missing_reason"]
    value, numerator, denominator = values["value"], values["numerator"], values["denominator"]
    if one.indicator.is_percentage and numerator is not None and denominator:
        if numerator > denominator:
            raise InvalidInput(_("The part is larger than the whole."), field="numerator")
        value = (Decimal(100 * numerator) / denominator).quantize(Decimal("0.01"))
    if denominator == 0:
        raise InvalidInput(_("A percentage of nobody does not exist."), field="denominator")
    if bool(reason) == (value is not None):
        raise InvalidInput(_("Give a value, or the reason why there is none; not both."), field="missing_reason")
    if one.indicator.is_percentage and not reason and (numerator is None or denominator is None):
        raise InvalidInput(_("A percentage needs both: how many, and of how many."), field="numerator")
    if not reason and values["measured_on"] is None:
        raise InvalidInput(_("Say when it was measured."), field="measured_on")
    first = Period.objects.filter(results__project_indicator=one).order_by("ends_on").first()
    if not reason and first and values["measured_on"] > first.ends_on:
        raise InvalidInput(_("A baseline is measured before the first value is reported."), field="measured_on")
    row, _is_new = Baseline.objects.update_or_create(
        project_indicator=one,
        defaults={
            "value": None if reason else value,
            "numerator": None if reason else numerator,
            "denominator": None if reason else denominator,
            "measured_on": None if reason else values["measured_on"],
            "source": "" if reason else values["source"],
            "missing_reason": reason,
        },
    )
    audit.record(actor=actor, action="baseline.set", row=row, at=at)
    return row


@transaction.atomic
def set_targets(
    *,
    actor: Actor,
    project_code: str,
    indicator_code: str,
    values: Mapping[tuple[int | None, int | None], Decimal | None],
    at: datetime,
) -> int:
    """Targets by (period, district); no period is the end, no district the whole project. None takes one away."""
    one = _reported(actor, project_code, indicator_code)
    periods = set(
        Period.objects.filter(project=one.project, frequency=one.indicator.frequency).values_list("pk", flat=True)
    )
    districts = set(one.project.districts.values_list("pk", flat=True))
    for (period_id, district_id), value in values.items():
        if (period_id and period_id not in periods) or (district_id and district_id not in districts):
            raise InvalidInput(_("This project has no such period or district. Open the page again."))
        if value is not None and one.indicator.is_percentage and value > 100:
            raise InvalidInput(_("A percentage is at most 100."), field="target")
        key: dict[str, Any] = {"project_indicator": one, "period_id": period_id, "district_id": district_id}
        if value is None:
            Target.objects.filter(**key).delete()
        else:
            Target.objects.update_or_create(**key, defaults={"value": value})
    audit.record(actor=actor, action="targets.set", row=one, at=at)
    return Target.objects.filter(project_indicator=one).count()


def _require(actor: Actor) -> None:
    require(policies.can_keep_framework(actor), _("The framework of results is kept by programme managers."))


def _reported(actor: Actor, project_code: str, indicator_code: str) -> ProjectIndicator:
    _require(actor)
    return (
        ProjectIndicator.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("project", "indicator__unit")
        .get(project__code=project_code, indicator__code=indicator_code)
    )


def _new_indicator(actor: Actor, project_code: str | None, values: Mapping[str, Any], at: datetime) -> Indicator:
    row = Indicator()
    if project_code:
        row.project = Project.objects.visible_to(actor).get(code=project_code)
        row.parent = values["parent"]
        if row.parent is None or row.parent.project_id is not None:
            raise InvalidInput(_("Choose the standard indicator that it adds to."), field="parent")
        same = ("unit", "aggregation")
        if any(getattr(row.parent, name) != values[name] for name in same):
            raise InvalidInput(
                _("It needs the unit and the rule of its parent, or it could not be added."), field="unit"
            )
        row.node, row.position, row.is_demo = row.parent.node, row.parent.position, row.project.is_demo
    else:
        if values["node"] is None:
            raise InvalidInput(_("Choose the statement that it measures."), field="node")
        row.node = values["node"]
        row.position, row.is_demo = Indicator.objects.count(), row.node.is_demo
    _write_new(row, values)
    if row.project_id:
        assert row.project is not None
        ProjectIndicator.objects.create(project=row.project, indicator=row, is_demo=row.is_demo)
        settle_calendar(row.project)
    audit.record(actor=actor, action="indicator.save", row=row, at=at)
    return row


def _write_new(row: Indicator, values: Mapping[str, Any]) -> None:
    for name in (*DEFINITION, "code", "name_ur", "is_ur_reviewed", "means_of_verification", "source"):
        setattr(row, name, values[name])
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict(_("There is an indicator with the code “%(code)s” already.") % {"code": row.code}) from None


def _settle_projects(row: Indicator) -> None:
    for one in ProjectIndicator.objects.filter(indicator=row).select_related("project"):
        settle_calendar(one.project)
