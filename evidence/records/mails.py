"""Who is told of what. A return and a withdrawal are told at once; what is due comes as a digest; the rest is a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from core.mail import send_later
from organizations.models import Membership

if TYPE_CHECKING:
    from core.access import Actor
    from evidence.models.records import Record, Revision
    from evidence.records.kinds import RecordKind


def members_of(organization_id: int) -> set[int]:
    """Editors and focal points of an organization, now."""
    return set(Membership.objects.current().filter(organization_id=organization_id).values_list("user_id", flat=True))


def tell_members(template: str, of: RecordKind, record: Record, revision: Revision, *, actor: Actor) -> None:
    """One message to each member but the one who did it: which record, and where to read why."""
    send_later(
        template=template,
        user_ids=members_of(record.organization_id) - {actor.user_id or 0},
        path=reverse(of.edit_page, args=of.page_arguments(record)),
        context={"kind": str(of.kind)},
    )
