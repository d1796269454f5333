"""Fetching a showcase for change: through the door, locked, with its latest revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core.access import person_of
from core.errors import WrongState
from core.workflow import EDITABLE
from workshops.models import Showcase, ShowcaseRevision
from workshops.showcases.revisions import written_fields, written_relations

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor


def lock_showcase(actor: Actor, uuid: UUID) -> Showcase:
    """The row, locked for this transaction. Raises Showcase.DoesNotExist when the actor may not see it."""
    return (
        Showcase.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("organization", "workshop")
        .get(uuid=uuid)
    )


def latest_revision(showcase: Showcase) -> ShowcaseRevision:
    """The text that the state of the showcase is about."""
    return showcase.revisions.order_by("-number")[:1].get()


def require_editable(showcase: Showcase) -> None:
    """Raise WrongState, in the words of the organization, unless its text may be changed now."""
    if showcase.state not in EDITABLE:
        raise WrongState(
            _(
                "This showcase has been sent and can no longer be edited. "
                "Wait for the review, or start a change once it is verified."
            )
        )


def writable_revision(showcase: Showcase, *, actor: Actor, at: datetime) -> ShowcaseRevision:
    """The latest revision while it is a draft; once it was sent, a copy of it with the next number.

    A submitted revision is never written again: what was reviewed and published stays as it was.
    """
    latest = latest_revision(showcase)
    if latest.submitted_at is None:
        return latest
    copy = ShowcaseRevision.objects.create(
        showcase=showcase,
        number=latest.number + 1,
        created_by_id=person_of(actor),
        created_at=at,
        saved_by_id=person_of(actor),
        saved_at=at,
        **{name: getattr(latest, name) for name in written_fields()},
    )
    for name in (*written_relations(), "writers"):
        getattr(copy, name).set(getattr(latest, name).all())
    return copy
