"""How strong the evidence behind a claim is, from the items attached to it: the one place that says E0 to E4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from evidence.models import EvidenceLevel

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

#: Kinds of evidence (vocabulary `evidence_type`) that are a document or a data set, and not a glimpse.
DOCUMENTS = frozenset({"ATTEND", "PREPOST", "SURVEY", "FGD", "KII", "MOU", "REPORT", "EVAL", "SOCIAL"})
#: Kinds that can be an evaluation or a baseline-endline study.
STUDIES = frozenset({"EVAL", "SURVEY"})


class Item(Protocol):
    """What is asked of an item of evidence."""

    happened_on: date | None
    has_method: bool

    @property
    def type(self) -> object:
        """The term of the vocabulary `evidence_type`."""


def evidence_level(items: Iterable[Item]) -> EvidenceLevel:
    """The highest level whose rule holds (vocabulary `evidence_level`; domain.md, section 6).

    E1 one source · E2 a dated document or data set · E3 two or more items of different kinds · E4 an evaluation or
    study that states its method and limitations. Fetch the items with `select_related("type")`.
    """
    rows = [(item.type.code, item.happened_on, item.has_method) for item in items]  # type: ignore[attr-defined]
    if not rows:
        return EvidenceLevel.E0
    if any(code in STUDIES and has_method for code, _day, has_method in rows):
        return EvidenceLevel.E4
    if len({code for code, _day, _method in rows}) > 1:
        return EvidenceLevel.E3
    if any(code in DOCUMENTS and day is not None for code, day, _method in rows):
        return EvidenceLevel.E2
    return EvidenceLevel.E1
