"""Finding organizations by name, acronym or Urdu name, with typing errors, other spellings and Arabic keyboards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest

from organizations.models.organization import UrNorm

if TYPE_CHECKING:
    from organizations.models.organization import OrganizationQuerySet

SHORTEST = 3
#: One word of letters as long as acronyms are: none of them means anything in a pattern.
ACRONYM = re.compile(rf"[^\W\d_]{{{SHORTEST},8}}")


def search_organizations(rows: OrganizationQuerySet, text: str) -> OrganizationQuerySet:
    """Narrow rows to those like the text and annotate `likeness`, from 0 to 1.

    Which rows are like it is decided by the SQL function `organizations_like`, which uses the trigram indexes. An
    acronym is too short for trigrams once a letter of it is wrong, so a slip in one is looked for by itself.
    """
    wanted = UrNorm(Value(text))
    found = Q(pk__in=RawSQL("SELECT organizations_like(%s)", [text]))
    word = text.strip()
    if ACRONYM.fullmatch(word):
        found |= Q(acronym__iregex=slips_of(word))
    return rows.filter(found).annotate(
        likeness=Greatest(*(TrigramWordSimilarity(wanted, UrNorm(column)) for column in ("name", "name_ur", "acronym")))
    )


def slips_of(word: str) -> str:
    """A pattern of what somebody may have meant: two letters changed places, or one was left out or typed too much."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    swapped = [head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1]
    left_out = [f"{head}.{tail}" for head, tail in cuts]
    too_much = [head + tail[1:] for head, tail in cuts if tail and len(word) > SHORTEST]
    return f"^({'|'.join([*swapped, *left_out, *too_much])})$"
