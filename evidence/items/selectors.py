"""Reads of evidence: an organization's own, what can be attached to a record, and where an item is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evidence.models import EvidenceItem
from evidence.records.kinds import all_kinds

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from core.access import Actor


def own_items(actor: Actor, *, project: str = "", search: str = "") -> QuerySet:
    """The evidence of the reader's organizations, newest first."""
    rows = EvidenceItem.objects.visible_to(actor).filter(organization_id__in=actor.organization_ids)
    if project:
        rows = rows.filter(project__code=project)
    if search:
        rows = rows.filter(title__icontains=search)
    return rows.select_related("type", "document", "project", "district").order_by("-added_at", "-pk")


def items_of(actor: Actor, revision: Any) -> list[EvidenceItem]:
    """The evidence attached to a revision that this reader may see, newest first, with kind and file."""
    rows = EvidenceItem.objects.visible_to(actor).filter(pk__in=revision.evidence.values("pk"))
    return list(rows.select_related("type", "document").order_by("-happened_on", "pk"))


def attachable_items(actor: Actor, record: Any, revision: Any) -> QuerySet:
    """What the organization has and this revision does not cite yet: of the same project first, newest first."""
    rows = EvidenceItem.objects.visible_to(actor).filter(organization_id=record.organization_id)
    rows = rows.exclude(pk__in=revision.evidence.values("pk")).select_related("type", "project")
    return rows.order_by("-added_at", "-pk")


def uses_of(actor: Actor, item: EvidenceItem) -> list[dict[str, Any]]:
    """The records that cite an item and that this reader may see, one query a kind."""
    found = []
    for of in all_kinds():
        if not hasattr(of.revision, "evidence"):
            continue
        revisions: Any = of.revision._default_manager
        rows = (
            revisions.visible_to(actor)
            .filter(evidence=item)
            .select_related("record")
            .order_by("record_id", "-number")
            .distinct("record_id")
        )
        found += [{"of": of, "record": row.record, "title": of.title(row.record, row)} for row in rows]
    return found
