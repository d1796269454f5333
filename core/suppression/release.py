"""Figures that have been decided together on one snapshot, and the questions that may be asked of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, product
from typing import TYPE_CHECKING, Any, Self

from django.utils.translation import gettext as _

from core.errors import InvalidInput
from core.suppression import figures
from core.suppression.figures import Figure
from core.suppression.protection import Mark, Protection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.suppression.families import Dimension, Family

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted. People who came twice are two attendances and one person, so a count of persons may be added
    over a dimension only where it is declared here: no person can be in two of its codes."""

    code: str
    adds_over: frozenset[str] | None = None

    def adds(self, dimension: Dimension) -> bool:
        return self.adds_over is None or dimension.code in self.adds_over


ATTENDANCES = Measure("attendances")
#: A person has one sex and one age in a period; but may come in two districts, months and groups.
REACH = Measure("reach", frozenset({"sex", "age"}))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: the codes of its levels, and its figure."""

    codes: Mapping[str, str]
    figure: Figure

    def as_json(self) -> dict[str, Any]:
        return {**self.codes, **self.figure.as_json()}


class Release:
    """The published figures of one measure. Every question is answered from it or refused; nothing is computed later.

    `cells` holds for each view what is not zero: a count, or the figure that stands in place of one.
    """

    def __init__(
        self,
        *,
        family: Family,
        measure: Measure,
        snapshot: str,
        cells: Mapping[Key, Mapping[Key, Figure]],
        collected: Mapping[Key, frozenset[Key]],
        is_nothing_safe: bool = False,
    ) -> None:
        self.family = family
        self.measure = measure
        self.snapshot = snapshot
        self.cells = cells
        self.collected = collected
        self.is_nothing_safe = is_nothing_safe

    def figure(self, **codes: str) -> Figure:
        """One figure, such as figure(province="PK-SD", sex="F"); without arguments the total."""
        view = self.family.member(tuple(codes))
        for level, code in codes.items():
            self._check(level, code)
        return self._at(view, tuple(codes[level] for level in view))

    def table(self, by: Iterable[str], where: Mapping[str, str] | None = None) -> list[Row]:
        """The figures of a view, a row each, in the order of the codes.

        `where` keeps the rows of one province or one other code; what it names counts as a dimension of the view,
        unless it is a coarser level of one. Raises InvalidInput where the family has no such view.
        """
        by, where = tuple(by), dict(where or {})
        for level, code in where.items():
            self._check(level, code)
        places = {self.family.place_of(level) for level in by if self.family.has_level(level)}
        added = tuple(level for level in where if self.family.place_of(level) not in places)
        view = self.family.member((*by, *added))
        rows = []
        for key in product(*(self._codes(level, where) for level in view)):
            rows.append(Row(dict(zip(view, key, strict=True)), self._at(view, key)))
        return rows

    def as_json(self) -> dict[str, Any]:
        """What is stored of a release: the same marks are printed as long as it is the published one."""
        return {
            "measure": self.measure.code,
            "snapshot": self.snapshot,
            "is_nothing_safe": self.is_nothing_safe,
            "cells": [
                [list(view), [[list(key), _pack(figure)] for key, figure in sorted(cells.items(), key=lambda x: x[0])]]
                for view, cells in sorted(self.cells.items())
            ],
            "collected": [
                [list(view), [list(key) for key in sorted(keys)]] for view, keys in sorted(self.collected.items())
            ],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any], *, family: Family, measure: Measure) -> Self:
        if stored["measure"] != measure.code:
            raise ValueError(f"This release counts {stored['measure']}, not {measure.code}.")
        return cls(
            family=family,
            measure=measure,
            snapshot=stored["snapshot"],
            is_nothing_safe=stored["is_nothing_safe"],
            cells={
                tuple(view): {tuple(key): _unpack(packed, measure) for key, packed in cells}
                for view, cells in stored["cells"]
            },
            collected={tuple(view): frozenset(map(tuple, keys)) for view, keys in stored["collected"]},
        )

    def _at(self, view: Key, key: Key) -> Figure:
        if not all(self.measure.adds(dimension) or dimension.levels[0] in view for dimension in self.family.dimensions):
            return figures.NOT_APPLICABLE
        gaps = self.family.gap_levels(view)
        part = tuple(code for level, code in zip(view, key, strict=True) if level in gaps)
        if gaps and part not in self.collected[gaps]:
            return figures.NOT_COLLECTED
        if self.is_nothing_safe:
            return figures.COMPLEMENTARY
        return self.cells[view].get(key) or Figure(value=0, measure=self.measure.code)

    def _check(self, level: str, code: str) -> None:
        if not self.family.has_level(level):
            self.family.member((level,))
        if code not in self.family.dimension_of(level).codes_at(level):
            raise InvalidInput(_("There is no “%(code)s”.") % {"code": code}, field=level)

    def _codes(self, level: str, where: Mapping[str, str]) -> tuple[str, ...]:
        dimension = self.family.dimension_of(level)
        codes = dimension.codes_at(level)
        for asked, code in where.items():
            if asked == level:
                codes = tuple(each for each in codes if each == code)
            elif asked in dimension.levels:
                if asked not in dimension.coarser(level):
                    self.family.member((level, asked))
                codes = tuple(each for each in codes if dimension.raise_code(level, asked, each) == code)
        return codes


def total_of(releases: Iterable[Release], **codes: str) -> Figure:
    """A figure over several closed periods: the sum of what was printed of each, so that it says nothing new.

    Raises InvalidInput where two releases count the same month or different measures.
    """
    releases = list(releases)
    months: set[str] = set()
    for release in releases:
        for dimension in release.family.dimensions:
            if dimension.code == "month":
                if months & set(dimension.codes):
                    raise InvalidInput(_("These two releases count the same month."))
                if not release.measure.adds(dimension):
                    return figures.NOT_APPLICABLE
                months |= set(dimension.codes)
    return figures.add([release.figure(**codes) for release in releases])


def may_replace(published: Release, corrected: Release) -> bool:
    """Whether a corrected release of the same closed period may be shown in place of the published one.

    A reader keeps the published one and subtracts. So no printed count may change by less than would be printed, and no
    count may come out of hiding or go there. The corrected release is tried again on the next fixed date.
    """
    for view in published.family.members:
        before, after = published.cells[view], corrected.cells[view]
        for key in before.keys() | after.keys():
            old, new = before.get(key), after.get(key)
            if any(figure is not None and not figure.is_shown for figure in (old, new)):
                if old != new:
                    return False
            elif 0 < abs(_value(new) - _value(old)) < _threshold(published.family, view, key):
                return False
    return not corrected.is_nothing_safe


def publish(
    *, rows: Iterable[tuple[Key, int]], family: Family, snapshot: str, measure: Measure = ATTENDANCES
) -> Release:
    """Decide all tables of a family on one snapshot.

    A row is (codes in the order of the family's dimensions, count); rows with the same codes are added, and a row
    with the count 0 says that somebody counted there. Raises InvalidInput for unknown codes and counts below zero.
    """
    people: dict[Key, int] = defaultdict(int)
    zeros: set[Key] = set()
    for codes, count in rows:
        if count < 0 or count != int(count):
            raise InvalidInput(_("A count of people is a whole number and never below zero."))
        if count:
            people[codes] += count
        else:
            zeros.add(codes)
    _check_codes(family, people, zeros)
    collected = family.collected(chain(people, zeros))
    protection = Protection(family, people, collected).run()
    is_nothing_safe = protection.is_nothing_safe or bool(protection.unproven())
    for view, start in sorted(protection.blanked):
        levels = family.members[view]
        for key in product(*(family.dimension_of(level).codes_at(level) for level in levels)):
            if key[: len(start)] == start:
                protection.cell_at(view, key)
    cells: dict[Key, dict[Key, Figure]] = {view: {} for view in family.members}
    for cell, (view, key) in enumerate(protection.place):
        is_printed = view < len(family.members)
        if is_printed and (protection.counts[cell] or protection.marks[cell]):
            cells[family.members[view]][key] = _printed(protection, cell, measure)
    return Release(
        family=family,
        measure=measure,
        snapshot=snapshot,
        cells=cells,
        collected=collected,
        is_nothing_safe=is_nothing_safe,
    )


def _check_codes(family: Family, people: Mapping[Key, int], zeros: set[Key]) -> None:
    for place, dimension in enumerate(family.dimensions):
        unknown = sorted({codes[place] for codes in chain(people, zeros)} - set(dimension.codes))
        if unknown:
            raise InvalidInput(_("There is no “%(code)s”.") % {"code": unknown[0]}, field=dimension.code)


def _printed(protection: Protection, cell: int, measure: Measure) -> Figure:
    mark = protection.marks[cell]
    if mark is Mark.SHOWN:
        return Figure(value=protection.counts[cell], measure=measure.code)
    if mark is Mark.SMALL:
        return figures.BELOW_5 if protection.thresholds[cell] == figures.THRESHOLD else figures.BELOW_10
    return figures.WITHHELD_AT_THIS_LEVEL if mark is Mark.WITHHELD else figures.COMPLEMENTARY


def _value(figure: Figure | None) -> float:
    return figure.value or 0 if figure else 0


def _threshold(family: Family, view: Key, key: Key) -> int:
    if family.sensitive_level in view and key[view.index(family.sensitive_level)] in family.sensitive:
        return figures.SENSITIVE_THRESHOLD
    return figures.THRESHOLD


def _pack(figure: Figure) -> int | float | str:
    return figure.value if figure.value is not None else str(figure.detail or figure.reason)


def _unpack(packed: float | str, measure: Measure) -> Figure:
    if not isinstance(packed, str):
        return Figure(value=packed, measure=measure.code)
    return {
        "below_5": figures.BELOW_5,
        "below_10": figures.BELOW_10,
        "complementary": figures.COMPLEMENTARY,
        "this_level": figures.WITHHELD_AT_THIS_LEVEL,
    }[packed]
