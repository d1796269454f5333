"""Which cells of a family are hidden, so that no reader can work out one of them from all the others.

The proof is in the way it is done. A *move* changes the records of one to four people on paper: two exchange their sex,
one goes to another district, one was never there. A hidden cell is *covered* by a move that changes its count while no
printed number changes and every hidden count stays within what its mark says ("<5" still is 1 to 4). Each covered
cell therefore has a second world, with another count in that cell, in which the portal would have printed the same
letters on every page; so nobody can tell its count. The work below is finding moves that hide as little as possible:
whatever a chosen move changes is hidden and covered by the same move. When a move for some cell cannot be found, nothing is
published at all. See docs/adr/0009-small-counts.md.
"""

from __future__ import annotations

from collections import defaultdict
from enum import IntEnum
from math import inf, sqrt
from typing import TYPE_CHECKING

from core.suppression.families import OTHERS, SENSITIVE
from core.suppression.figures import SENSITIVE_THRESHOLD, THRESHOLD
from core.suppression.moves import Move, Mover
from core.suppression.totals import add_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.suppression.families import Family

#: What hiding a cell costs, by how many dimensions its table crosses: totals are what readers need first.
WEIGHTS = (200, 10, 2, 1)

Person = tuple[str, ...]
Key = tuple[str, ...]


class Mark(IntEnum):
    """What is printed of a cell."""

    SHOWN = 0
    SMALL = 1
    COMPLEMENTARY = 2
    WITHHELD = 3
    #: Hidden with its whole row or table, whatever the count is, zeros too.
    BLANKED = 4


class Protection:
    """Decides what is hidden in a family of tables, from `people`: how many there are with each set of finest codes.

    A cell is an index into `counts` and `marks`; `cells[view][key]` finds it. Cells that no person is in have no
    index unless something asks for them; they are zeros. What nobody `collected` is printed as such, so it is never hidden
    and nobody can be there in a second world. `moves` are the second worlds that cover what is hidden.
    """

    def __init__(
        self, family: Family, people: Mapping[Person, int], collected: Mapping[Key, frozenset[Key]] | None = None
    ) -> None:
        self.family = family
        self.people = people
        self.collected = family.collected(people) if collected is None else collected
        self.views = family.members
        # Behind the views stand the guards: tables that are never printed, in which the groups are two, sensitive and not.
        self.cells: list[dict[Key, int]] = [{} for _view in (*self.views, *family.guards)]
        self._guarded = [
            (family.members.index(view), view.index(family.sensitive_level), position)
            for position, view in enumerate(family.guards, len(self.views))
        ]
        self.place: list[tuple[int, Key]] = []
        self.counts: list[int] = []
        self.thresholds: list[int] = []
        self.marks: list[Mark] = []
        self.is_covered: list[bool] = []
        self.moves: list[Move] = []
        self._gaps = [family.gap_levels(view) for view in self.views]
        self.blanked: set[tuple[int, Key]] = set()
        self.is_nothing_safe = False
        self._projections: dict[Person, tuple[int, ...]] = {}
        self._getters = [[(family.place_of(level), level) for level in view] for view in self.views]
        self._maps = {
            level: (place, None if not fine else dimension.rolls_up[level])
            for place, dimension in enumerate(family.dimensions)
            for fine, level in enumerate(dimension.levels)
        }
        self._count_cells()
        self._mover = Mover(self)

    def run(self) -> Protection:
        """Mark the small cells and those that a rule withholds, then cover everything that is hidden."""
        for cell, count in enumerate(self.counts):
            if 0 < count < self.thresholds[cell]:
                self.marks[cell] = Mark.SMALL
        self._withhold()
        while not self.is_nothing_safe:
            waiting = [cell for cell in self.hidden() if not self.is_covered[cell]]
            if not waiting and not self._hide_more_of_thin_lines():
                break
            for cell in sorted(waiting, key=lambda cell: (len(self.place[cell][1]), self.place[cell])):
                if not self.is_covered[cell] and not self._is_empty_above(cell):
                    self._cover(cell)
                self.is_covered[cell] = True
        return self

    def unproven(self) -> list[int]:
        """Hidden cells for which no move, looked at afresh, is a second world. Empty, or the tables may not go out."""
        proven: set[int] = set()
        for move in self.moves:
            effect = self.effect_of(move)
            people: dict[Person, int] = defaultdict(int)
            for person, change in move:
                people[person] += change
            is_real = all(self.people.get(person, 0) + change >= 0 for person, change in people.items())
            if is_real and all(self.marks[cell] and self._is_within(cell, change) for cell, change in effect.items()):
                proven |= effect.keys()
        return [
            cell
            for cell in self.hidden()
            if cell not in proven and not self._may_be_known(cell) and not self._is_empty_above(cell)
        ]

    def hidden(self) -> list[int]:
        return [cell for cell, mark in enumerate(self.marks) if mark]

    def range_of(self, cell: int) -> tuple[float, float]:
        """The counts that the mark of a hidden cell allows, both included."""
        mark, threshold = self.marks[cell], self.thresholds[cell]
        if mark is Mark.SMALL:
            return 1, threshold - 1
        return (threshold, inf) if mark is Mark.COMPLEMENTARY else (0, inf)

    def _is_within(self, cell: int, change: int) -> bool:
        low, high = self.range_of(cell)
        return low <= self.counts[cell] + change <= high

    def effect_of(self, move: Move) -> dict[int, int]:
        """By how much a move changes each cell of the family."""
        effect: dict[int, int] = defaultdict(int)
        signs = [change for _person, change in move]
        for cells in zip(*(self.project(person) for person, _change in move), strict=True):
            for cell, change in zip(cells, signs, strict=True):
                effect[cell] += change
        return {cell: change for cell, change in effect.items() if change}

    def price_of(self, effect: Mapping[int, int]) -> float:
        """What it costs to hide all that an effect changes; infinite where some mark would become untrue."""
        price = 0.0
        for cell, change in effect.items():
            count, threshold = self.counts[cell], self.thresholds[cell]
            if self.marks[cell]:
                if not self._is_within(cell, change):
                    return inf
            elif count < threshold or count + change < threshold:
                return inf
            else:
                price += self.price_to_hide(cell)
        return price

    def price_to_hide(self, cell: int) -> float:
        if self.marks[cell]:
            return 0.0
        if self.counts[cell] < self.thresholds[cell]:
            return inf
        return (1 + sqrt(self.counts[cell])) * WEIGHTS[len(self.place[cell][1])]

    def project(self, person: Person) -> tuple[int, ...]:
        """The cell that a person is counted in, in each view."""
        found = self._projections.get(person)
        if found is None:
            codes = {level: person[at] if up is None else up[person[at]] for level, (at, up) in self._maps.items()}
            keys = [tuple([codes[level] for level in view]) for view in self.views]
            for view, at, _guard in self._guarded:
                keys.append(self._guard_key(keys[view], at))
            found = tuple([self.cell_at(view, key) for view, key in enumerate(keys)])
            self._projections[person] = found
        return found

    def cell_at(self, view: int, key: Key) -> int:
        cell = self.cells[view].get(key)
        return self._new_cell(view, key, 0) if cell is None else cell

    def count_at(self, view: int, key: Key) -> int:
        cell = self.cells[view].get(key)
        return 0 if cell is None else self.counts[cell]

    # --- How cells come to be --------------------------------------------------------------------------------------

    def _count_cells(self) -> None:
        tables = add_up(self.family, self.people)
        for view, table in enumerate(tables):
            for key in sorted(table):
                self._new_cell(view, key, table[key])
        for view, at, guard in self._guarded:
            summed: dict[Key, int] = defaultdict(int)
            for key in sorted(tables[view]):
                summed[self._guard_key(key, at)] += tables[view][key]
            for key, count in summed.items():
                self._new_cell(guard, key, count)

    def _guard_key(self, key: Key, at: int) -> Key:
        return (*key[:at], SENSITIVE if key[at] in self.family.sensitive else OTHERS, *key[at + 1 :])

    def _new_cell(self, view: int, key: Key, count: int) -> int:
        cell = len(self.counts)
        self.cells[view][key] = cell
        self.place.append((view, key))
        self.counts.append(count)
        self.marks.append(Mark.SHOWN)
        self.is_covered.append(False)
        if view >= len(self.views):
            self.thresholds.append(0)
            self.marks[cell] = Mark.WITHHELD
            return cell
        is_sensitive = self.sensitive_code(view, key) in self.family.sensitive
        self.thresholds.append(SENSITIVE_THRESHOLD if is_sensitive else THRESHOLD)
        if self.is_gap(view, key):
            return cell
        if is_sensitive and self.is_too_fine(view, key):
            self.marks[cell] = Mark.WITHHELD
        elif self.blanked and not self.blanked.isdisjoint({(view, ()), (view, key[:1])}):
            self.marks[cell] = Mark.BLANKED
        return cell

    def sensitive_code(self, view: int, key: Key) -> str:
        levels = self.views[view]
        level = self.family.sensitive_level
        return key[levels.index(level)] if level in levels else ""

    def is_gap(self, view: int, key: Key) -> bool:
        """Whether the cell is printed as not collected."""
        levels = self._gaps[view]
        part = tuple([code for level, code in zip(self.views[view], key, strict=True) if level in levels])
        return bool(levels) and part not in self.collected[levels]

    def is_guard(self, cell: int) -> bool:
        return self.place[cell][0] >= len(self.views)

    def guarded_by(self, guard: int) -> tuple[int, int, Key]:
        """The view that a guard's cell stands behind, where the group is in its keys, and the key of the cell."""
        position, key = self.place[guard]
        view, at, _guard = self._guarded[position - len(self.views)]
        return view, at, key

    def withheld_in(self, view: int, at: int, key: Key) -> list[Key]:
        """The cells of the sensitive groups beside a cell, as far as anybody is in them."""
        keys = [(*key[:at], code, *key[at + 1 :]) for code in sorted(self.family.sensitive)]
        return [each for each in keys if self.count_at(view, each)]

    def is_too_fine(self, view: int, key: Key) -> bool:
        """Whether a place is too small for a sensitive group: unless it is a whole province, as Islamabad is."""
        for index, (at, level) in enumerate(self._getters[view]):
            if level in self.family.too_fine_for_sensitive:
                dimension = self.family.dimensions[at]
                return not dimension.is_alone(level, key[index])
        return False

    def _withhold(self) -> None:
        """Every cell of a sensitive group in too small a place, zeros too, as long as anybody was reached there."""
        for view, levels in enumerate(self.views):
            if not (self.family.too_fine_for_sensitive & set(levels) and self.family.sensitive_level in levels):
                continue
            index = levels.index(self.family.sensitive_level)
            for key in list(self.cells[view]):
                for code in sorted(self.family.sensitive):
                    other = (*key[:index], code, *key[index + 1 :])
                    if self.is_too_fine(view, other) and not self.is_gap(view, other):
                        self.marks[self.cell_at(view, other)] = Mark.WITHHELD

    # --- How they are hidden ---------------------------------------------------------------------------------------

    def _cover(self, cell: int) -> None:
        """Choose a move for a cell. Where there is none, blank its row, its table, then all tables of three, two and one
        dimensions; in the end, publish nothing."""
        view, key = self.place[cell]
        if self.is_guard(cell):
            view = self.guarded_by(cell)[0]
        ladder: list[list[tuple[int, Key]]] = [[], [(view, key[:1])], [(view, ())]]
        for width in (3, 2, 1):
            ladder.append([(each, ()) for each, levels in enumerate(self.views) if len(levels) >= width])
        for step in ladder:
            for table, start in step:
                self._blank(table, start)
            move = self._mover.cheapest_for(cell)
            if move is not None:
                break
            if self._may_be_known(cell):
                return
        else:
            self.is_nothing_safe = True
            return
        self.moves.append(move)
        for touched in self.effect_of(move):
            if not self.marks[touched]:
                self.marks[touched] = Mark.COMPLEMENTARY
            self.is_covered[touched] = True

    def _blank(self, view: int, start: Key) -> None:
        """Hide all cells of a view whose key starts so, those that nobody is in as well. It widens every mark there."""
        self.blanked.add((view, start))
        for key, cell in self.cells[view].items():
            is_free = self.marks[cell] is not Mark.WITHHELD and not self.is_gap(view, key)
            if is_free and key[: len(start)] == start:
                self.marks[cell] = Mark.BLANKED

    def _may_be_known(self, cell: int) -> bool:
        """A zero or a large count that was blanked only for its row: nobody is harmed where it can be worked out."""
        count = self.counts[cell]
        return self.marks[cell] is Mark.BLANKED and (not count or count >= self.thresholds[cell])

    def _is_empty_above(self, cell: int) -> bool:
        """Whether a withheld zero follows from a shown zero of the whole province: then it says nothing new. Of the guards
        only the sensitive have to be covered, where there are any and the place is too small to show them."""
        if self.is_guard(cell):
            public, at, key = self.guarded_by(cell)
            return key[at] != SENSITIVE or not self.counts[cell] or not self.is_too_fine(public, key)
        if self.counts[cell]:
            return False
        empty = [parent for parent in self.parents_of(cell) if not self.counts[parent]]
        return any(not self.marks[parent] or self._is_empty_above(parent) for parent in empty)

    def parents_of(self, cell: int) -> list[int]:
        """The totals that a cell is a part of, one step up in one dimension."""
        if self.is_guard(cell):
            return []
        view, key = self.place[cell]
        levels = self.views[view]
        parents = []
        for index, (at, level) in enumerate(self._getters[view]):
            dimension = self.family.dimensions[at]
            above = dimension.coarser(level)
            if above:
                code = dimension.raise_code(level, above[0], key[index])
                wider = (*levels[:index], above[0], *levels[index + 1 :])
                parent_key = (*key[:index], code, *key[index + 1 :])
            else:
                wider, parent_key = levels[:index] + levels[index + 1 :], key[:index] + key[index + 1 :]
            parents.append(self.cell_at(self._view_index[wider], parent_key))
        return parents

    @property
    def _view_index(self) -> dict[tuple[str, ...], int]:
        if not hasattr(self, "_index"):
            self._index = {levels: view for view, levels in enumerate(self.views)}
        return self._index

    def _hide_more_of_thin_lines(self) -> bool:
        """Where all that a total hides are fewer people than may be printed, hide the next smallest part as well.

        A reader subtracts the shown parts from the total and so knows the sum of the hidden ones.
        """
        lines: dict[tuple[int, int], list[int]] = defaultdict(list)
        for cell in range(len(self.counts)):
            if self.counts[cell]:
                view, _key = self.place[cell]
                for index, parent in enumerate(self.parents_of(cell)):
                    if not self.marks[parent]:
                        lines[parent, view * 8 + index].append(cell)
        is_changed = False
        for parts in lines.values():
            hidden = [cell for cell in parts if self.marks[cell]]
            if not hidden:
                continue
            wanted = max(self.thresholds[cell] for cell in hidden)
            shown = sorted((cell for cell in parts if not self.marks[cell]), key=lambda cell: (self.counts[cell], cell))
            known = sum(self.counts[cell] for cell in hidden)
            while known < wanted and shown:
                known += self.counts[shown[0]]
                self.marks[shown.pop(0)] = Mark.COMPLEMENTARY
                is_changed = True
        return is_changed
