"""What waits for a person. Each app's `selectors` say it, and the home page gathers it.

What can be told from a count or from a few columns is a `Wait`: those of all apps are read in one query, whatever their
tables. What needs rows of its own is a function `tasks_for(actor)` that answers with `Task`s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F, IntegerField, Value
from django.db.models.functions import JSONObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits: what it is, since when, where to go, and the one action as the label of its button."""

    title: str
    detail: str
    since: datetime
    url: str
    action: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Rows that wait, and how one of them reads.

    `since` is a field or an expression, `words` what `task` needs besides: names with fields or expressions, which it
    receives as JSON has them. With `limit` only the first rows are read, in the order that they have.

    Rows that are counted (`is_counted`) give one task for all of them, or one for each value of the fields `per`:
    `since` and `words` are then aggregates, or of those fields.
    """

    rows: QuerySet[Any]
    since: Any
    task: Callable[[datetime, dict[str, Any]], Task]
    words: dict[str, Any] = field(default_factory=dict)
    limit: int | None = None
    is_counted: bool = False
    per: tuple[str, ...] = ()

    def part(self, number: int) -> QuerySet[Any]:
        """The rows as `wait_number`, `wait_since` and `wait_words`, so that they fit those of every other table."""
        rows, of = self.rows, Value(number, IntegerField())
        rows = rows.order_by().values(*self.per, wait_number=of) if self.is_counted else rows.annotate(wait_number=of)
        since = F(self.since) if isinstance(self.since, str) else self.since
        rows = rows.annotate(wait_since=since, wait_words=JSONObject(**self.words)).values(
            "wait_number", "wait_since", "wait_words"
        )
        return rows[: self.limit] if self.limit else rows


def tasks_of(waits: Iterable[Wait]) -> list[Task]:
    """The tasks of all of these in one query, what waits longest first; none where there is nothing to ask for."""
    waits = list(waits)
    if not waits:
        return []
    first, *others = [wait.part(number) for number, wait in enumerate(waits)]
    rows = first.union(*others, all=True) if others else first
    # A count over no rows is a row too, without a day.
    found = [row for row in rows if row["wait_since"] is not None]
    found.sort(key=lambda row: (row["wait_since"], row["wait_number"]))
    return [waits[row["wait_number"]].task(row["wait_since"], row["wait_words"]) for row in found]
