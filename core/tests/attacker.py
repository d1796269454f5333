"""A reader who knows everything that is printed, how the rules work, and an exact solver.

Nothing of `core.suppression.protection` is used: the unknowns are the records of people, each printed figure of every
view is an equation, each mark an inequality ("<5" is 1 to 4), and HiGHS looks for a second world in whole numbers.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from core.suppression import Detail, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.suppression import Family, Figure, Release

Key = tuple[str, ...]
MANY = 10_000
ALL_SENSITIVE = "all sensitive"


class Tables:
    """The equations of a family: which of the possible kinds of people are counted in which cell."""

    def __init__(self, family: Family) -> None:
        self.kinds = [
            kind for kind in product(*(dimension.codes for dimension in family.dimensions)) if family.is_possible(kind)
        ]
        self.cells: list[tuple[Key, Key]] = []
        rows = []
        for view in family.members:
            places = [(family.place_of(level), family.dimension_of(level), level) for level in view]
            keys = [tuple(dimension.at(level, kind[at]) for at, dimension, level in places) for kind in self.kinds]
            for key in product(*(dimension.codes_at(level) for _at, dimension, level in places)):
                self.cells.append((view, key))
                rows.append([key == other for other in keys])
        #: Printed nowhere, and not to be known: the people of all sensitive groups of a place together.
        self.sums = []
        for place, group in family.guards:
            for code in family.dimension_of(place).codes_at(place):
                parts = [rows[self.cells.index(((place, group), (code, each)))] for each in sorted(family.sensitive)]
                self.sums.append(((place, group), (code, ALL_SENSITIVE)))
                rows.append([any(column) for column in zip(*parts, strict=True)])
        self.matrix = np.array(rows, dtype=float)


class Attacker:
    """`people` are the true records: only to know which answers are right, and how a careful reader would bound them."""

    tables: dict[int, Tables] = {}

    def __init__(self, family: Family, release: Release, people: Mapping[Key, int]) -> None:
        self.family = family
        if id(family) not in self.tables:
            self.tables[id(family)] = Tables(family)
        self.of = self.tables[id(family)]
        self.truth = self.of.matrix @ np.array([people.get(kind, 0) for kind in self.of.kinds])
        self.hidden = []
        bounds = []
        for index, (view, key) in enumerate(self.of.cells):
            figure = release.figure(**dict(zip(view, key, strict=True)))
            if figure.reason is not Reason.NOT_COLLECTED and figure.value is None:
                self.hidden.append(index)
            bounds.append(self._bounds(figure, index))
        self.hidden += range(len(bounds), len(bounds) + len(self.of.sums))
        bounds += [(0, MANY)] * len(self.of.sums)
        self.shown = LinearConstraint(self.of.matrix, *np.array(bounds).T)

    def solved(self) -> dict[tuple[Key, Key], int]:
        """The hidden cells whose count can be worked out, with their counts."""
        is_open = np.zeros(len(self.truth), dtype=bool)
        solved = {}
        for cell in self.hidden:
            for sign in (1, -1):
                if not is_open[cell]:
                    is_open |= self._extreme(sign * self.of.matrix[cell]) != self.truth
            if not is_open[cell]:
                solved[(*self.of.cells, *self.of.sums)[cell]] = int(self.truth[cell])
        return solved

    def _extreme(self, wanted: np.ndarray) -> np.ndarray:
        """All cells in a world that agrees with everything printed and has the least of what is wanted."""
        found = milp(wanted, constraints=self.shown, bounds=Bounds(0, MANY), integrality=np.ones(len(wanted)))
        assert found.success, found.message
        world = self.of.matrix @ np.rint(found.x)
        assert (world >= self.shown.lb).all()
        assert (world <= self.shown.ub).all()
        return world

    def _bounds(self, figure: Figure, index: int) -> tuple[float, float]:
        if figure.value is not None:
            return figure.value, figure.value
        if figure.reason is Reason.NOT_COLLECTED:
            return 0, 0
        if figure.detail is Detail.BELOW_5:
            return 1, 4
        if figure.detail is Detail.BELOW_10:
            return 1, 9
        if figure.detail is Detail.COMPLEMENTARY:
            # Who knows the rules knows that such a count is a large one, unless its whole row was hidden.
            view, key = self.of.cells[index]
            is_sensitive = self.family.sensitive_level in view and bool(set(key) & self.family.sensitive)
            threshold = 10 if is_sensitive else 5
            return (threshold if self.truth[index] >= threshold else 0), MANY
        return 0, MANY
