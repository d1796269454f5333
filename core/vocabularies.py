"""Keeping the vocabularies: who may, what changes a term, and what the pages read. The terms stand in `core.terms`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.cache import cache as shared_cache
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from core import audit
from core.access import PROGRAMME_STAFF, Role, require
from core.errors import InvalidInput
from core.terms import Term
from core.text import clean_text, in_own_language
from core.workflow import check_version

if TYPE_CHECKING:
    from datetime import date, datetime

    from core.access import Actor

REFERENCE = Path(__file__).parent / "reference" / "vocabularies.json"


# --- Who may --------------------------------------------------------------------------------------------------------


def can_edit_terms(actor: Actor) -> bool:
    """Change labels, mark the Urdu label as reviewed, retire a term."""
    return actor.has(Role.ADMINISTRATOR)


def can_see_review_marks(actor: Actor) -> bool:
    """See which Urdu labels nobody has reviewed."""
    return actor.has(Role.ADMINISTRATOR, *PROGRAMME_STAFF)


# --- What changes a term --------------------------------------------------------------------------------------------


def edit_term(
    *,
    actor: Actor,
    pk: int,
    label_en: str,
    label_ur: str,
    is_ur_reviewed: bool,
    version: int | None,
    at: datetime,
) -> Term:
    """Change the labels of a term; its code stays. Raises StaleWrite when somebody else saved first."""
    label_en, label_ur = clean_text(label_en), clean_text(label_ur)
    if not label_en:
        raise InvalidInput(_("Give an English label."), field="label_en")
    if is_ur_reviewed and not label_ur:
        raise InvalidInput(_("There is no Urdu label that could have been reviewed."), field="label_ur")
    with transaction.atomic():
        term = _locked(actor, pk, version)
        term.label_en, term.label_ur = label_en, label_ur
        term.is_ur_reviewed = is_ur_reviewed
        _save(term, "label_en", "label_ur", "is_ur_reviewed")
        audit.record(actor=actor, action="term.edited", row=term, at=at)
    return term


def retire_term(*, actor: Actor, pk: int, version: int | None, on: date, at: datetime) -> Term:
    """Take a term out of new forms. What already has it keeps it."""
    with transaction.atomic():
        term = _locked(actor, pk, version)
        term.retired_on = on
        _save(term, "retired_on")
        audit.record(actor=actor, action="term.retired", row=term, at=at)
    return term


def restore_term(*, actor: Actor, pk: int, version: int | None, at: datetime) -> Term:
    """Offer a retired term again."""
    with transaction.atomic():
        term = _locked(actor, pk, version)
        term.retired_on = None
        _save(term, "retired_on")
        audit.record(actor=actor, action="term.restored", row=term, at=at)
    return term


def _locked(actor: Actor, pk: int, version: int | None) -> Term:
    term = Term.objects.visible_to(actor).select_for_update().get(pk=pk)
    require(can_edit_terms(actor), _("Only administrators change the vocabularies."))
    check_version(term, version)
    return term


def _save(term: Term, *fields: str) -> None:
    term.version += 1
    term.save(update_fields=[*fields, "version"])
    transaction.on_commit(lambda: shared_cache.delete(f"terms:{term.vocabulary}"))


# --- What the pages read --------------------------------------------------------------------------------------------


def description_of(name: str) -> dict[str, str]:
    """Title (in the reader's language), source and note (in English) of a vocabulary, as the reference file has them."""
    known = _descriptions().get(name, {"title": name, "title_ur": "", "source": "", "note": ""})
    return {**known, "title": in_own_language(known["title"], known["title_ur"])}


def overview(actor: Actor) -> list[dict[str, Any]]:
    """Every vocabulary with its title and how many terms it has, how many of them wait for a review of the Urdu label."""
    counts = (
        Term.objects.visible_to(actor)
        .order_by()
        .values("vocabulary")
        .annotate(
            terms=Count("pk", filter=Q(retired_on=None)),
            retired=Count("pk", filter=Q(retired_on__isnull=False)),
            unreviewed=Count(
                "pk",
                filter=Q(retired_on=None, is_ur_reviewed=False) & ~Q(label_ur=""),
            ),
            untranslated=Count("pk", filter=Q(retired_on=None, label_ur="")),
        )
    )
    rows = [{**row, **description_of(row["vocabulary"])} for row in counts]
    return sorted(rows, key=lambda row: (row["title"].casefold(), row["vocabulary"]))


@cache
def _descriptions() -> dict[str, dict[str, str]]:
    data = json.loads(REFERENCE.read_text(encoding="utf-8"))
    return {
        name: {key: entry.get(key, "") for key in ("title", "title_ur", "source", "note")}
        for name, entry in data["vocabularies"].items()
    }
