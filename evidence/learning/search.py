"""Finding lessons, challenges and innovations by their words, in English and Urdu, with help for typing errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, Value

from organizations.models.organization import UrNorm

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: A word that stands in nearly every text is ranked among the newest only: ranking all of them takes a second.
RANKED = 1_000
#: More than any library holds.
EVERY_TEXT = 100_000_000
#: Words of a query that are looked at for typing errors.
MOST_WORDS = 8
_WORD = re.compile(r"\w+")

CLOSEST_WORDS = """
SELECT asked.word, library_word_like(asked.word)
FROM (SELECT unnest(%s::text[]) AS typed) t CROSS JOIN LATERAL (SELECT ur_norm(t.typed) AS word) asked
WHERE NOT EXISTS (SELECT 1 FROM evidence_libraryword w WHERE w.word = asked.word)
"""


def search_learning(rows: QuerySet, text: str) -> list[int]:
    """The primary keys of those rows that say so, the best first; of more than a thousand, of the newest thousand."""
    asked = SearchQuery(text, config="english", search_type="websearch") | SearchQuery(
        UrNorm(Value(text)), config="simple", search_type="websearch"
    )
    texts = rows.model._meta.get_field("published_revision").related_model._default_manager
    # The limit keeps the planner from reading every text in the order of publication: the index finds them first.
    hits = texts.filter(search=asked).values("pk")[:EVERY_TEXT]
    newest = rows.filter(published_revision__in=hits).order_by("-published_at", "-pk")
    ranked = (
        rows.model._default_manager.filter(pk__in=newest.values("pk")[:RANKED])
        .annotate(rank=SearchRank(F("published_revision__search"), asked))
        .order_by("-rank", "-published_at", "-pk")
    )
    return list(ranked.values_list("pk", flat=True))


def mend(text: str) -> str:
    """The query with each word that stands nowhere replaced by the closest that does; empty when none is close.

    The list of words knows what is published for anybody: offer a mended query only when it finds something for the
    reader who asks, or a word of a hidden record could be guessed.
    """
    words = [word for word in _WORD.findall(text) if len(word) > 2][:MOST_WORDS]
    if not words:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(CLOSEST_WORDS, [words])
        closest = {asked: found for asked, found in cursor.fetchall() if found}
        if not closest:
            return ""
        cursor.execute("SELECT typed, ur_norm(typed) FROM unnest(%s::text[]) AS typed", [words])
        normal = dict(cursor.fetchall())
    return _WORD.sub(lambda match: closest.get(normal.get(match.group(), ""), match.group()), text)
