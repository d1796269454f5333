"""The kinds of records as data: their tables, words and pages, and what each asks before it is sent or published.

Each feature folder registers its kind when the app starts; services, queue and review page work on any of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from core.access import Actor
    from evidence.models.records import Record, Revision, Transition
    from evidence.models.safety import Kind


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that stands between a draft and its submission: the field of the form, and a sentence."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind.

    `parts` are the related names of child rows that a new revision copies from the one before. `gaps` says what is
    missing before a submission. `before_publishing` raises a DomainError when something speaks against showing it.
    `titles` annotates a queryset of records with `title` and `title_ur` of the newest revision sent, for lists.
    `claim` gives the context of `claim_template`, the record as a reviewer reads it; `texts` what is compared by word.
    """

    kind: Kind
    record: type[Record]
    revision: type[Revision]
    transition: type[Transition]
    label: Any
    label_plural: Any
    page: str
    edit_page: str
    claim_template: str
    title: Callable[[Any, Any], str]
    claim: Callable[[Actor, Any, Any], dict[str, Any]]
    texts: Callable[[Any], list[tuple[Any, str]]]
    gaps: Callable[[Any, Any], list[Gap]] = lambda record, revision: []
    parts: tuple[str, ...] = ()
    not_copied: frozenset[str] = frozenset()
    before_publishing: Callable[[Any, Any, datetime], None] = lambda record, revision, at: None
    after_publishing: Callable[[Any, Any, datetime], None] = lambda record, revision, at: None
    after_withdrawing: Callable[[Any, Any, datetime], None] = lambda record, revision, at: None
    page_arguments: Callable[[Any], list[Any]] = field(default=lambda record: [record.uuid])


_kinds: dict[str, RecordKind] = {}


def register(kind: RecordKind) -> None:
    """Offer a kind. Registering it twice replaces the first, so that reloading an app is harmless."""
    _kinds[kind.kind] = kind


def kind_of(name: str) -> RecordKind:
    """The kind of this name. Raises ObjectDoesNotExist, which a page answers with 404."""
    if name not in _kinds:
        raise ObjectDoesNotExist(name)
    return _kinds[name]


def all_kinds() -> list[RecordKind]:
    """Every kind, in the order in which the apps registered them."""
    return list(_kinds.values())


def kind_of_record(record: Record) -> RecordKind:
    """The kind that a row is of."""
    return next(kind for kind in _kinds.values() if isinstance(record, kind.record))
