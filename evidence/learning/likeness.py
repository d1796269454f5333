"""What says nearly the same: each published record is compared once, with few, when it is published.

Candidates are those that share its rarest words, read from the list of words and the search index; the trigrams of
title and text decide. The work does not grow with the library. Groups are stars: `repeats` names the first that said it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.access import Actor
    from evidence.learning.shapes import Shape

#: From here on two texts say nearly the same: one shares more trigrams with the other than it has of its own.
LIKE = 0.5
RARE_WORDS = 12
#: How many that share a rare word are ranked, and how many of those are compared letter by letter.
RANKED = 500
COMPARED = 40

CLOSEST = """
WITH mine AS (
  SELECT ur_norm(concat_ws(' ', title, title_ur, body)) AS text FROM {revision} WHERE id = %(revision)s
),
rare AS (
  SELECT w.word FROM mine, learning_words(mine.text) AS own JOIN evidence_libraryword w ON w.word = own
  WHERE w.records > 1 ORDER BY w.records, w.word LIMIT %(rare)s
),
wanted AS (
  SELECT string_agg('''' || replace(replace(word, '\\', '\\\\'), '''', '''''') || '''', ' | ')::tsquery AS words FROM rare
),
sharing AS (
  SELECT k.id, k.repeats_id, r.title, r.title_ur, r.body, r.search
  FROM {record} k JOIN {revision} r ON r.id = k.published_revision_id, wanted
  WHERE NOT k.is_held AND k.id <> %(record)s AND r.search @@ wanted.words
  ORDER BY k.published_at DESC LIMIT %(ranked)s
),
closest AS (
  SELECT sharing.* FROM sharing, wanted ORDER BY ts_rank(search, wanted.words) DESC, id LIMIT %(compared)s
)
SELECT coalesce(repeats_id, id), similarity(ur_norm(concat_ws(' ', title, title_ur, body)), mine.text) AS likeness
FROM closest, mine ORDER BY likeness DESC, id LIMIT 1
"""


def settle_likeness(shape: Shape, record: Any) -> None:
    """Find the group of a record that was just published. Those that repeated it go on as a group of their own."""
    records = shape.record.objects
    followers = list(records.filter(repeats=record).order_by("published_at", "pk").values_list("pk", flat=True))
    if followers:
        first, *others = followers
        records.filter(pk=first).update(repeats=None)
        records.filter(pk__in=others).update(repeats=first)
    with connection.cursor() as cursor:
        cursor.execute(
            CLOSEST.format(record=shape.record._meta.db_table, revision=shape.revision._meta.db_table),
            {
                "record": record.pk,
                "revision": record.published_revision_id,
                "rare": RARE_WORDS,
                "ranked": RANKED,
                "compared": COMPARED,
            },
        )
        found = cursor.fetchone()
    root = found[0] if found and found[1] >= LIKE else None
    record.repeats_id = root if root != record.pk else None
    record.save(update_fields=["repeats"])


def settle_library(shape: Shape) -> None:
    """Find the groups of all that is published, in the order of publication: after records were stored in bulk."""
    for record in shape.record.objects.live().order_by("published_at", "pk").iterator():
        settle_likeness(shape, record)


def groups_of(actor: Actor, shape: Shape, rows: Iterable[Any]) -> dict[int, dict[str, int]]:
    """By group: how many organizations say so, in how many districts, counted over what this reader may open.

    Groups of one record are left out. One query for a whole page. Why these counts are not suppressed: ADR 11.
    """
    roots = {row.repeats_id or row.pk for row in rows}
    counted = (
        shape.record.objects.visible_to(actor)
        .live()
        .filter(Q(pk__in=roots) | Q(repeats__in=roots))
        .annotate(group=Coalesce("repeats_id", "pk"))
        .values("group")
        .annotate(
            records=Count("pk", distinct=True),
            organizations=Count("organization", distinct=True),
            districts=Count("published_revision__districts", distinct=True),
        )
        .order_by("group")
    )
    return {row["group"]: row for row in counted if row["records"] > 1}


def same_as(actor: Actor, shape: Shape, record: Any) -> Any:
    """The other published records of the group that this reader may open, newest first."""
    root = record.repeats_id or record.pk
    rows = shape.record.objects.visible_to(actor).live().filter(Q(pk=root) | Q(repeats=root)).exclude(pk=record.pk)
    return rows.select_related("organization", "published_revision").order_by("-published_at", "-pk")
