"""Evidence as a reader sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evidence.models import EvidenceItem

if TYPE_CHECKING:
    from core.access import Actor


def items_of(actor: Actor, revision: Any) -> list[EvidenceItem]:
    """The evidence attached to a revision that this reader may see, newest first."""
    return list(
        EvidenceItem.objects.visible_to(actor)
        .filter(pk__in=revision.evidence.values("pk"))
        .select_related("type", "document")
        .order_by("-happened_on", "pk")
    )
