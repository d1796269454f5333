"""Pages of a long list without counting it: the next page starts after the last row, however far one has read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import DateTimeField, Q

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: Up to here a list says how many rows it has; beyond, that there are more.
COUNT_LIMIT = 1_000
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """One page. `after` is the value of the next page's parameter, empty on the last."""

    rows: list[Any]
    after: str
    is_first: bool
    count: int
    is_more: bool

    def __len__(self) -> int:
        return len(self.rows)


def keyset_page(rows: QuerySet, *, on: str, after: str = "", size: int = 0) -> KeysetPage:
    """A page of rows in the order of the day or moment `on`, newest first, then of the primary key.

    `after` is what the page before gave; anything else starts from the top. Two queries, both of which stop early.
    """
    size = size or PAGE_SIZE
    ordered = rows.order_by(f"-{on}", "-pk")
    start = _read(after, is_moment=isinstance(rows.model._meta.get_field(on), DateTimeField))
    if start:
        day, pk = start
        ordered = ordered.filter(Q(**{f"{on}__lt": day}) | Q(**{on: day, "pk__lt": pk}))
    found = list(ordered[: size + 1])
    shown = found[:size]
    last = shown[-1] if shown else None
    count = rows.order_by()[: COUNT_LIMIT + 1].count()
    return KeysetPage(
        rows=shown,
        after=f"{getattr(last, on).isoformat()}.{last.pk}" if last is not None and len(found) > size else "",
        is_first=start is None,
        count=min(count, COUNT_LIMIT),
        is_more=count > COUNT_LIMIT,
    )


def _read(after: str, *, is_moment: bool) -> tuple[date, int] | None:
    day, _dot, pk = after.rpartition(".")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 18):
        return None
    try:
        start = datetime.fromisoformat(day) if is_moment else date.fromisoformat(day)
    except ValueError:
        return None
    return None if isinstance(start, datetime) and start.tzinfo is None else (start, int(pk))
