"""Finding organizations by name, acronym or Urdu name, with typing errors, other spellings and Arabic keyboards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest

from organizations.models.organization import UrNorm

if TYPE_CHECKING:
    from organizations.models.organization import OrganizationQuerySet


def search_organizations(rows: OrganizationQuerySet, text: str) -> OrganizationQuerySet:
    """Narrow rows to those like the text and annotate `likeness`, from 0 to 1.

    Which rows are like it is decided by the SQL function `organizations_like`, which uses the trigram indexes.
    """
    wanted = UrNorm(Value(text))
    return rows.filter(pk__in=RawSQL("SELECT organizations_like(%s)", [text])).annotate(
        likeness=Greatest(*(TrigramWordSimilarity(wanted, UrNorm(column)) for column in ("name", "name_ur", "acronym")))
    )
