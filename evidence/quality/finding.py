"""What a rule is asked and what it answers, and the one way in which a rule reads the tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

#: More findings of one rule than this are no list that somebody works through.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which records of which kind: their primary keys, or all. `today` is the day in Pakistan."""

    kind: str
    today: date
    ids: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A record that breaks a rule. `values` are numbers, codes and identifiers, never words that somebody wrote."""

    uuid: UUID
    organization_id: int
    is_submitted: bool
    values: dict[str, Any] = field(default_factory=dict)


def found(asked: Asked, statement: str, **more: Any) -> Iterator[Finding]:
    """Run a statement that gives uuid, organization, is_submitted and values as JSON. `%(ids)s` is null for all."""
    ids = list(asked.ids) if asked.ids is not None else None
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} LIMIT {MOST}", {"ids": ids, "today": asked.today, **more})
        rows = cursor.fetchall()
    for uuid, organization_id, is_submitted, values in rows:
        known = orjson.loads(values) if isinstance(values, str | bytes) else values
        yield Finding(uuid if isinstance(uuid, UUID) else UUID(uuid), organization_id, is_submitted, known or {})
