"""How the services find and save rows: through the door, locked, under the next version, with a line in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core import audit
from core.access import require
from workshops.agenda import policies
from workshops.models import Workshop

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor
    from workshops.models import Room, Session, WorkshopDay


def require_runner(actor: Actor) -> None:
    """Raise NotAllowed unless the actor runs workshops."""
    require(
        policies.can_run_workshops(actor),
        _("Programme managers and NACTA plan workshops. You can read the agenda."),
    )


def lock_workshop(actor: Actor, **lookup: Any) -> Workshop:
    """The workshop, locked: changes of one agenda take turns. Rows that only point at it are not held up."""
    return Workshop.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(**lookup)


def save_changes(
    *,
    actor: Actor,
    row: Workshop | WorkshopDay | Room | Session,
    values: dict[str, Any],
    action: str,
    at: datetime,
    **details: Any,
) -> list[str]:
    """Save the fields that differ, count the version on, and log their names. Returns the names."""
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    row.version += 1
    named = [*changed, "version"]
    if hasattr(row, "updated_at"):
        named.append("updated_at")
    row.save(update_fields=named)
    audit.record(actor=actor, action=action, row=row, at=at, fields=changed, **details)
    return changed
