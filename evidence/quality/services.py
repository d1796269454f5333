"""Looking for doubts, and what people do with them. A doubt opens and settles by itself with its cause."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import person_of, require
from core.errors import InvalidInput, WrongState
from core.text import clean_text, find_personal_data
from evidence.models import Doubt, EvidenceItem
from evidence.models.safety import Kind
from evidence.quality import policies
from evidence.quality.finding import Asked
from evidence.quality.rules import RULES
from evidence.records.kinds import all_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor
    from evidence.quality.finding import Finding
    from evidence.quality.rules import Rule

BATCH = 2_000


def look_later(kind: str, ids: Sequence[int]) -> None:
    """Have the worker look at records that were just written, once this transaction is through."""
    # The task calls this module.
    from evidence.quality.tasks import look_at_records

    transaction.on_commit(partial(look_at_records.delay, kind=str(kind), ids=list(ids)))


def look_at_all(*, at: datetime) -> dict[str, int]:
    """Every rule over every record, each rule in a transaction of its own. Returns how many findings each has."""
    return {f"{kind}:{rule.code}": look(rule, kind, None, at=at) for rule in RULES for kind in rule.kinds}


def look_at(*, kind: str, ids: Sequence[int], at: datetime) -> int:
    """Every rule of a kind over some records."""
    return sum(look(rule, kind, ids, at=at) for rule in RULES if kind in rule.kinds)


@transaction.atomic
def look(rule: Rule, kind: str, ids: Sequence[int] | None, *, at: datetime) -> int:
    """Open what a rule finds now, settle what it does not find any more. An accepted explanation holds while the
    values it was given for do."""
    found = {one.uuid: one for one in rule.find(Asked(kind, timezone.localdate(at), ids))}
    rows = Doubt.objects.filter(kind=kind, rule=rule.code)
    uuids = None if ids is None else set(_uuids_of(kind, ids))
    if uuids is not None:
        rows = rows.filter(record_uuid__in=uuids)
    is_open = {row.record_uuid: row for row in rows.filter(settled_at=None).select_for_update()}
    gone = [row.pk for uuid, row in is_open.items() if uuid not in found]
    for start in range(0, len(gone), BATCH):
        Doubt.objects.filter(pk__in=gone[start : start + BATCH]).update(settled_at=at)
    _update(is_open, found)
    new = {uuid: one for uuid, one in found.items() if uuid not in is_open}
    accepted = _accepted(rows, new)
    Doubt.objects.bulk_create(
        (
            Doubt(
                kind=kind,
                record_uuid=one.uuid,
                organization_id=one.organization_id,
                is_submitted=one.is_submitted,
                rule=rule.code,
                values=one.values,
                found_at=at,
            )
            for uuid, one in new.items()
            if accepted.get(uuid) != one.values
        ),
        batch_size=BATCH,
        # Two workers may look at one record at the same time.
        ignore_conflicts=True,
    )
    return len(found)


def _update(is_open: dict[UUID, Doubt], found: dict[UUID, Finding]) -> None:
    changed = []
    for uuid, row in is_open.items():
        one = found.get(uuid)
        if one and (row.values, row.is_submitted) != (one.values, one.is_submitted):
            row.values, row.is_submitted = one.values, one.is_submitted
            changed.append(row)
    Doubt.objects.bulk_update(changed, ["values", "is_submitted"], batch_size=BATCH)


def _accepted(rows: Any, new: dict[UUID, Finding]) -> dict[UUID, Any]:
    """The values for which a person accepted an explanation last."""
    settled = rows.filter(settled_by__isnull=False).order_by("settled_at", "pk")
    if len(new) < BATCH:
        settled = settled.filter(record_uuid__in=list(new))
    return dict(settled.values_list("record_uuid", "values"))


def _uuids_of(kind: str, ids: Iterable[int]) -> list[UUID]:
    if kind == Kind.ITEM:
        return list(EvidenceItem.objects.filter(pk__in=list(ids)).values_list("uuid", flat=True))
    table: Any = next(one.record for one in all_kinds() if one.kind == kind)
    return list(table.objects.filter(pk__in=list(ids)).values_list("uuid", flat=True))


@transaction.atomic
def explain_doubt(*, actor: Actor, pk: int, explanation: str, at: datetime) -> Doubt:
    """Say why what looks doubtful is right. A reviewer accepts it, or asks again."""
    doubt = _open_doubt(actor, pk)
    require(policies.can_explain(actor, doubt), _("A doubt is explained by the organization whose record it is."))
    text = clean_text(explanation)
    if not text:
        raise InvalidInput(_("Say why it is right."), field="explanation")
    if len(text) > 300:
        raise InvalidInput(_("This is too long: at most %(most)s characters.") % {"most": 300}, field="explanation")
    if found := find_personal_data(text):
        raise InvalidInput(found[0].sentence, field="explanation")
    doubt.explanation, doubt.explained_at, doubt.explained_by_id = text, at, person_of(actor)
    doubt.save(update_fields=["explanation", "explained_at", "explained_by"])
    audit.record(actor=actor, action="doubt.explain", row=doubt, at=at, rule=doubt.rule)
    return doubt


@transaction.atomic
def accept_explanation(*, actor: Actor, pk: int, at: datetime) -> Doubt:
    """Settle a doubt: the explanation holds for the values it was given for."""
    doubt = _open_doubt(actor, pk)
    require(
        policies.can_accept(actor, doubt),
        _("An explanation is accepted by a reviewer who is not of the organization."),
    )
    if not doubt.explanation:
        raise WrongState(_("The organization has not explained it yet."))
    doubt.settled_at, doubt.settled_by_id = at, person_of(actor)
    doubt.save(update_fields=["settled_at", "settled_by"])
    audit.record(actor=actor, action="doubt.accept", row=doubt, at=at, rule=doubt.rule)
    return doubt


@transaction.atomic
def ask_again(*, actor: Actor, pk: int, at: datetime) -> Doubt:
    """The explanation does not do: the doubt stands, and the organization is asked once more."""
    doubt = _open_doubt(actor, pk)
    require(
        policies.can_accept(actor, doubt),
        _("An explanation is accepted by a reviewer who is not of the organization."),
    )
    doubt.explanation, doubt.explained_at, doubt.explained_by = "", None, None
    doubt.save(update_fields=["explanation", "explained_at", "explained_by"])
    audit.record(actor=actor, action="doubt.ask_again", row=doubt, at=at, rule=doubt.rule)
    return doubt


def _open_doubt(actor: Actor, pk: int) -> Doubt:
    doubt = Doubt.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)
    if doubt.settled_at:
        raise WrongState(_("This is settled already."))
    return doubt
