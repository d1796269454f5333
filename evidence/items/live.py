"""Which evidence others may read: what was released and belongs to something that is published now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evidence.models.items import EvidenceItem
from evidence.records.kinds import all_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def settle_live_items(item_ids: Iterable[int], *, at: datetime) -> None:
    """Show or hide each of these items as what is published now says.

    Call it in the transaction in which a record that cites them is published, withdrawn, archived or held, and when an
    item is released or taken back.
    """
    ids = set(item_ids)
    if not ids:
        return
    shown = _published(ids)
    rows = EvidenceItem.objects.filter(pk__in=ids)
    released = rows.filter(pk__in=shown, is_released=True, shows_person=False, is_held=False)
    released.filter(live_since=None).update(live_since=at)
    rows.exclude(pk__in=released.values("pk")).exclude(live_since=None).update(live_since=None)


def _published(ids: set[int]) -> set[int]:
    """Those that belong to a revision of any kind that is published now."""
    found: set[int] = set()
    for of in all_kinds():
        if not hasattr(of.revision, "evidence"):
            continue
        revisions: Any = of.revision._default_manager
        records: Any = of.record._default_manager
        cited = revisions.filter(evidence__in=ids, pk__in=records.live().values("published_revision_id"))
        found |= set(cited.values_list("evidence", flat=True)) & ids
    return found


def item_ids_of(record: Any) -> set[int]:
    """Every item that any revision of a record cites."""
    revisions = record.revisions
    if not hasattr(revisions.model, "evidence"):
        return set()
    return set(revisions.exclude(evidence=None).values_list("evidence", flat=True))
