"""The only code that changes roadmaps, pillars and actions. An action is never deleted: it is dropped (docs/adr/0003)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import audit
from core.access import require
from core.errors import InvalidInput
from core.workflow import check_version
from partnerships import policies
from partnerships.models import Action, ActionPartner, Pillar, Roadmap

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from core.access import Actor
    from organizations.models import Organization


@transaction.atomic
def create_roadmap(*, actor: Actor, values: dict[str, Any], at: datetime) -> Roadmap:
    """Start a roadmap. `values` are fields of Roadmap. Sent twice with the same address, it is created once."""
    _require_editor(actor)
    try:
        with transaction.atomic():
            roadmap = Roadmap.objects.create(**values)
    except IntegrityError:
        roadmap = Roadmap.objects.visible_to(actor).get(slug=values["slug"])
        if roadmap.title != values["title"] or roadmap.version != 1:
            raise InvalidInput(
                _("Another roadmap has this address. Choose a different one."),
                field="slug",
            ) from None
        return roadmap
    audit.record(actor=actor, action="roadmap.create", row=roadmap, at=at)
    return roadmap


@transaction.atomic
def change_roadmap(
    *,
    actor: Actor,
    slug: str,
    version: int | None,
    values: dict[str, Any],
    at: datetime,
) -> Roadmap:
    """Change a roadmap's own fields, all but its address."""
    roadmap = _lock_roadmap(actor, slug)
    _require_editor(actor)
    check_version(roadmap, version)
    _save(actor=actor, row=roadmap, values=values, action="roadmap.change", at=at)
    return roadmap


@transaction.atomic
def add_pillar(*, actor: Actor, slug: str, values: dict[str, Any], at: datetime) -> Pillar:
    """Add a pillar at the end of a roadmap. A pillar that is there already is returned as it is."""
    roadmap = _lock_roadmap(actor, slug)
    _require_editor(actor)
    last = roadmap.pillars.aggregate(last=Max("position"))["last"] or 0
    pillar, is_new = Pillar.objects.get_or_create(
        roadmap=roadmap, term=values["term"], defaults={**values, "position": last + 1}
    )
    if is_new:
        audit.record(actor=actor, action="pillar.add", row=pillar, at=at)
    return pillar


@transaction.atomic
def change_pillar(*, actor: Actor, pk: int, version: int | None, values: dict[str, Any], at: datetime) -> Pillar:
    """Change the objective of a pillar, or its place among the others."""
    pillar = Pillar.objects.visible_to(actor).select_for_update(of=("self",)).select_related("term").get(pk=pk)
    _require_editor(actor)
    check_version(pillar, version)
    _save(actor=actor, row=pillar, values=values, action="pillar.change", at=at)
    return pillar


@transaction.atomic
def add_action(*, actor: Actor, slug: str, values: dict[str, Any], at: datetime) -> Action:
    """Add an action. `values` are fields of Action, with `partners` as organizations. A double click adds one."""
    roadmap = _lock_roadmap(actor, slug)
    _require_editor(actor)
    partners = values.pop("partners", ())
    same = _with_code(roadmap, values["code"])
    if same and same.title == values["title"] and same.pillar == values["pillar"] and same.version == 1:
        return same
    _check_place(roadmap, values)
    action = Action.objects.create(**values)
    _set_partners(action, partners)
    audit.record(actor=actor, action="action.add", row=action, at=at, code=action.code)
    return action


@transaction.atomic
def change_action(*, actor: Actor, pk: int, version: int | None, values: dict[str, Any], at: datetime) -> Action:
    """Change an action, its status and its partners."""
    roadmap_slug = Action.objects.visible_to(actor).values_list("pillar__roadmap__slug", flat=True).get(pk=pk)
    roadmap = _lock_roadmap(actor, roadmap_slug)
    action = Action.objects.visible_to(actor).select_for_update(of=("self",)).select_related("status").get(pk=pk)
    _require_editor(actor)
    check_version(action, version)
    partners = values.pop("partners", None)
    _check_place(roadmap, values, action=action)
    before = action.status.code
    _save(
        actor=actor,
        row=action,
        values=values,
        action="action.change",
        at=at,
        status_before=before,
    )
    if partners is not None:
        _set_partners(action, partners)
    return action


def _require_editor(actor: Actor) -> None:
    require(
        policies.can_edit_roadmaps(actor),
        _("Programme managers edit the roadmap. You can read it."),
    )


def _lock_roadmap(actor: Actor, slug: str) -> Roadmap:
    """The roadmap, locked, so that codes stay unique in it and two editors take turns."""
    return Roadmap.objects.visible_to(actor).select_for_update(of=("self",)).get(slug=slug)


def _check_place(roadmap: Roadmap, values: dict[str, Any], *, action: Action | None = None) -> None:
    """The pillar is one of this roadmap, and the code is free in the whole of it."""
    if "pillar" in values and values["pillar"].roadmap_id != roadmap.pk:
        raise InvalidInput(_("Choose a pillar of this roadmap."), field="pillar")
    if "code" in values:
        same = _with_code(roadmap, values["code"])
        if same and (action is None or same.pk != action.pk):
            raise InvalidInput(
                _("The action “%(title)s” has this code. Choose another code.") % {"title": same.title},
                field="code",
            )


def _with_code(roadmap: Roadmap, code: str) -> Action | None:
    return (
        Action.objects.filter(pillar__roadmap=roadmap, code__iexact=code)
        .select_related("pillar")
        .order_by("pk")
        .first()
    )


def _set_partners(action: Action, partners: Iterable[Organization]) -> None:
    """Make these the partners; the lead is not also a partner."""
    wanted = {organization.pk for organization in partners} - {action.lead_id}
    action.action_partners.exclude(organization_id__in=wanted).delete()
    present = set(action.action_partners.values_list("organization_id", flat=True))
    ActionPartner.objects.bulk_create(
        ActionPartner(action=action, organization_id=pk) for pk in sorted(wanted - present)
    )


def _save(
    *,
    actor: Actor,
    row: Any,
    values: dict[str, Any],
    action: str,
    at: datetime,
    **details: Any,
) -> None:
    """Save the named fields under the next version, and say in the log which of them changed."""
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    row.version += 1
    named = [*changed, "version"] + (["updated_at"] if hasattr(row, "updated_at") else [])
    row.save(update_fields=named)
    audit.record(actor=actor, action=action, row=row, at=at, fields=changed, **details)
