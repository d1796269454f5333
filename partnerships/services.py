"""The only code that changes roadmaps, pillars, actions and endorsements. No action is deleted: it is dropped (ADR 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.selectors import holders_of
from core import audit, endorsement
from core.access import Role, person_of, require
from core.errors import InvalidInput
from core.mail import send_later
from core.workflow import check_version
from partnerships import policies
from partnerships.models import Action, ActionPartner, Pillar, Roadmap, RoadmapEndorsement, RoadmapEndorsementRecord

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from core.access import Actor
    from organizations.models import Organization

ENDORSEMENT = endorsement.Tables(RoadmapEndorsement, RoadmapEndorsementRecord)
#: Fields of a roadmap that say who reads it, and not what it says.
WHO_READS = frozenset({"is_published", "sensitivity"})
#: Fields of an action that say how far it is; that it is given up does change the roadmap.
PROGRESS = frozenset({"status"})
DROPPED = "DROPPED"


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
    changed = _save(actor=actor, row=roadmap, values=values, action="roadmap.change", at=at)
    if set(changed) - WHO_READS:
        _begin_edition(roadmap)
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
        _begin_edition(roadmap)
    return pillar


@transaction.atomic
def change_pillar(*, actor: Actor, pk: int, version: int | None, values: dict[str, Any], at: datetime) -> Pillar:
    """Change the objective of a pillar, or its place among the others."""
    roadmap = _lock_roadmap(actor, Pillar.objects.visible_to(actor).values_list("roadmap__slug", flat=True).get(pk=pk))
    pillar = Pillar.objects.visible_to(actor).select_for_update(of=("self",)).select_related("term").get(pk=pk)
    _require_editor(actor)
    check_version(pillar, version)
    if _save(actor=actor, row=pillar, values=values, action="pillar.change", at=at):
        _begin_edition(roadmap)
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
    _begin_edition(roadmap)
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
    changed = _save(
        actor=actor,
        row=action,
        values=values,
        action="action.change",
        at=at,
        status_before=before,
    )
    if partners is not None and _set_partners(action, partners):
        changed.append("partners")
    if set(changed) - PROGRESS or (changed and action.status.code == DROPPED):
        _begin_edition(roadmap)
    return action


@transaction.atomic
def ask_for_endorsement(*, actor: Actor, slug: str, note: str, at: datetime) -> Roadmap:
    """Ask NACTA to endorse the roadmap as it stands now. Asking twice for one edition asks once."""
    roadmap = _lock_roadmap(actor, slug)
    require(policies.can_ask_for_endorsement(actor), _("Programme managers ask NACTA for its endorsement."))
    if endorsement.ask(ENDORSEMENT, actor=actor, subject=roadmap, edition=roadmap.edition, note=note, at=at):
        _tell("endorsement_asked", Role.NACTA, roadmap, actor=actor)
    return roadmap


@transaction.atomic
def endorse_roadmap(*, actor: Actor, slug: str, edition: int, office: str, note: str, at: datetime) -> Roadmap:
    """Endorse the edition that was read. Raises StaleWrite when the roadmap has changed since."""
    roadmap = _lock_roadmap(actor, slug)
    require(policies.can_endorse_roadmaps(actor), _("NACTA staff endorse what they have not written themselves."))
    is_new = endorsement.endorse(
        ENDORSEMENT,
        actor=actor,
        subject=roadmap,
        edition=roadmap.edition,
        read_edition=edition,
        office=office,
        note=note,
        at=at,
    )
    if is_new:
        _tell("endorsement_given", Role.MANAGER, roadmap, actor=actor)
    return roadmap


@transaction.atomic
def withdraw_endorsement(*, actor: Actor, slug: str, note: str, at: datetime) -> Roadmap:
    """Take NACTA's endorsement back, with a reason."""
    roadmap = _lock_roadmap(actor, slug)
    require(policies.can_endorse_roadmaps(actor), _("NACTA staff withdraw an endorsement."))
    endorsement.withdraw(ENDORSEMENT, actor=actor, subject=roadmap, edition=roadmap.edition, reason=note, at=at)
    _tell("endorsement_withdrawn", Role.MANAGER, roadmap, actor=actor)
    return roadmap


def _tell(template: str, role: str, roadmap: Roadmap, *, actor: Actor) -> None:
    """Tell the holders of a role. Notes and reasons are read in the portal."""
    send_later(
        template=template,
        user_ids=holders_of(role) - {person_of(actor)},
        path=reverse("partnerships:roadmap", args=[roadmap.slug]) + "#endorsement",
        context={"title": roadmap.title, "title_ur": roadmap.title_ur or roadmap.title},
    )


def _begin_edition(roadmap: Roadmap) -> None:
    """What the roadmap says has changed."""
    roadmap.edition += 1
    roadmap.save(update_fields=["edition"])


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


def _set_partners(action: Action, partners: Iterable[Organization]) -> bool:
    """Make these the partners; the lead is not also a partner. Whether anything changed."""
    wanted = {organization.pk for organization in partners} - {action.lead_id}
    gone, _rows = action.action_partners.exclude(organization_id__in=wanted).delete()
    present = set(action.action_partners.values_list("organization_id", flat=True))
    ActionPartner.objects.bulk_create(
        ActionPartner(action=action, organization_id=pk) for pk in sorted(wanted - present)
    )
    return bool(gone or wanted - present)


def _save(
    *,
    actor: Actor,
    row: Any,
    values: dict[str, Any],
    action: str,
    at: datetime,
    **details: Any,
) -> list[str]:
    """Save the named fields under the next version, and say in the log which of them changed. Returns their names."""
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    row.version += 1
    named = [*changed, "version"] + (["updated_at"] if hasattr(row, "updated_at") else [])
    row.save(update_fields=named)
    audit.record(actor=actor, action=action, row=row, at=at, fields=changed, **details)
    return changed
