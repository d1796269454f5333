"""Second worlds: small changes of a few people's records, looked for so that they change as few shown cells as can be."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice, product
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.suppression.protection import Key, Person, Protection

    Search = Callable[[int], Iterator[tuple[float, "Move"]]]

Move = tuple[tuple[tuple[str, ...], int], ...]

#: How many neighbours, candidates and people are looked at. More finds cheaper moves and takes longer.
NEIGHBOURS = 10
CANDIDATES = 12
PEOPLE = 24
A_PLACE = 60
TRIED = 12


class Mover:
    """Finds the cheapest move that covers one cell. Everything is looked at in a fixed order, so the same people give
    the same tables."""

    def __init__(self, protection: Protection) -> None:
        self.of = protection
        self.family = protection.family
        self._by_anchor: dict[str, list[Person]] = defaultdict(list)
        self._buckets: dict[tuple[str, int], dict[str, list[Person]]] = {}
        self._people_in: dict[tuple[int, Key], list[Person]] = {}
        self._lines: dict[tuple[int, int, str], list[Key]] = {}
        self._near_by: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._apart_by: dict[tuple[str, str, str], int] = {}
        self._likeness: dict[tuple[int, Key, tuple[int, ...]], dict[Key, Person]] = {}
        self._together = self.family.crossings
        for person in protection.people:
            self._by_anchor[person[0]].append(person)

    def cheapest_for(self, cell: int) -> Move | None:
        """The move that covers `cell` and hides least, or None where none was found."""
        steps: tuple[tuple[Search, ...], ...] = (
            (self._nearest_swaps, self._swaps, self._cubes, self._changes_of_one),
            (self._farther_swaps,),
            (self._one_more_or_less,),
        )
        if self.of.is_guard(cell):
            steps = ((self._swaps_over_guard,), (self._changes_over_guard,), (self._one_more_or_less,))
        for searches in steps:
            move = self._cheapest(cell, searches)
            if move is not None:
                return move
        return None

    def _cheapest(self, cell: int, searches: tuple[Search, ...]) -> Move | None:
        best: Move | None = None
        best_price = inf
        for search in searches:
            if not best_price:
                break
            for least, move in search(cell):
                if least >= best_price:
                    break
                if self._is_possible(move):
                    effect = self.of.effect_of(move)
                    price = self.of.price_of(effect) if effect.get(cell) else inf
                    if price < best_price:
                        best, best_price = move, price
        return best

    def _is_possible(self, move: Move) -> bool:
        """Whether the people are there who would be changed, and could be what they would be changed to."""
        net: dict[Person, int] = defaultdict(int)
        for person, change in move:
            net[person] += change
        return all(
            self.of.people.get(person, 0) + change >= 0 and (change <= 0 or self.family.is_possible(person))
            for person, change in net.items()
        )

    # --- Two people exchange one thing -----------------------------------------------------------------------------

    def _swaps(
        self, cell: int, *, breadth: int = NEIGHBOURS, skipped: int = 0, limit: int = CANDIDATES
    ) -> Iterator[tuple[float, Move]]:
        view, key = self.of.place[cell]
        for price, at, near, corner in sorted(self._rectangles(view, key, breadth))[skipped:limit]:
            place = self.family.place_of(self.of.views[view][at])
            far = (*corner[:at], key[at], *corner[at + 1 :])
            others = tuple(self.family.place_of(level) for i, level in enumerate(self.of.views[view]) if i != at)
            for one, two in ((key, corner), (near, far)):
                for first, second in self._pairs(view, one, two, place, others):
                    yield price, _exchange(first, second, (place,))
                    yield price, _exchange(first, second, others)

    def _nearest_swaps(self, cell: int) -> Iterator[tuple[float, Move]]:
        return self._swaps(cell, breadth=3)

    def _farther_swaps(self, cell: int) -> Iterator[tuple[float, Move]]:
        return self._swaps(cell, skipped=CANDIDATES, limit=CANDIDATES * 8)

    def _rectangles(self, view: int, key: Key, breadth: int) -> Iterator[tuple[float, int, Key, Key]]:
        """Pairs of a neighbour in which one code differs and a cell in which others differ, with a guess of the price."""
        for at in range(len(key)):
            across = self._neighbours(view, key, at, is_same=False)[:breadth]
            along = self._neighbours(view, key, at, is_same=True)[: breadth * 2]
            for near, far in product(across, along):
                corner = (*far[:at], near[at], *far[at + 1 :])
                opposite = self.of.cells[view].get(corner)
                if opposite is None or corner == near:
                    continue
                price = sum(self._guess(view, each) for each in (near, far, corner))
                yield price + 4 * self._distance(view, key, corner), at, near, corner

    def _neighbours(self, view: int, key: Key, at: int, *, is_same: bool) -> list[Key]:
        """Cells with another code at `at` and all else the same; or with the same code there and something else
        different. The near ones first, then the hidden, then the small."""
        if is_same and len(key) == 3:
            found = [
                (self._distance(view, key, other), self._guess(view, other), other)
                for other in self._line(view, at, key[at])
                if other != key
            ]
            return [other for _distance, _guess, other in sorted(found)]
        if is_same:
            at = 1 - at if len(key) == 2 else -1
        found = []
        if at >= 0:
            for distance, code in self._near(self.of.views[view][at], key[at]):
                other = (*key[:at], code, *key[at + 1 :])
                if self.of.count_at(view, other):
                    found.append((distance, self._guess(view, other), other))
                    if len(found) == 4 * NEIGHBOURS:
                        break
        return [other for _distance, _guess, other in sorted(found)]

    def _near(self, level: str, code: str) -> list[tuple[int, str]]:
        """The other codes of a level, those that share the most totals with this one first."""
        if (level, code) not in self._near_by:
            codes = self.family.dimension_of(level).codes_at(level)
            self._near_by[level, code] = sorted(
                (self._apart(level, code, other), other) for other in codes if other != code
            )
        return self._near_by[level, code]

    def _line(self, view: int, at: int, code: str) -> list[Key]:
        place = (view, at, code)
        if place not in self._lines:
            for key in sorted(self.of.cells[view]):
                if self.of.counts[self.of.cells[view][key]]:
                    for index, part in enumerate(key):
                        self._lines.setdefault((view, index, part), []).append(key)
        return self._lines.setdefault(place, [])

    def _guess(self, view: int, key: Key) -> float:
        cell = self.of.cells[view].get(key)
        return inf if cell is None else self.of.price_to_hide(cell)

    def _distance(self, view: int, key: Key, other: Key) -> int:
        """In how many coarser levels two cells differ: the totals there change with them."""
        return sum(
            self._apart(level, here, there)
            for level, here, there in zip(self.of.views[view], key, other, strict=True)
            if here != there
        )

    def _apart(self, level: str, here: str, there: str) -> int:
        place = (level, here, there)
        if place not in self._apart_by:
            self._apart_by[place] = self.family.dimension_of(level).distance(level, here, there)
        return self._apart_by[place]

    def _pairs(
        self, view: int, one: Key, two: Key, place: int, others: tuple[int, ...]
    ) -> Iterator[tuple[Person, Person]]:
        """Two people of two cells who are alike in all that is counted together with what they exchange."""
        alike = tuple(sorted(self._together[place] - {place, *others}))
        here, there = self._by_likeness(view, one, alike), self._by_likeness(view, two, alike)
        same = min(here.keys() & there.keys(), default=None)
        if same is not None:
            yield here[same], there[same]
            return
        pairs = sorted(
            (sum(a != b for a, b in zip(left, right, strict=True)), left, right)
            for left, right in product(islice(here, 8), islice(there, 8))
        )
        for _different, left, right in pairs[:3]:
            yield here[left], there[right]

    def _by_likeness(self, view: int, key: Key, alike: tuple[int, ...]) -> dict[Key, Person]:
        place = (view, key, alike)
        if place not in self._likeness:
            people = self._people(view, key)
            self._likeness[place] = {tuple(person[each] for each in alike): person for person in reversed(people)}
        return self._likeness[place]

    # --- What the sensitive groups of a place are together ---------------------------------------------------------

    def _swaps_over_guard(self, guard: int) -> Iterator[tuple[float, Move]]:
        """A sensitive person here and another one in a near place exchange their groups, or the other way round."""
        view, at, key = self.of.guarded_by(guard)
        if len(key) != 2:
            return
        level, beside = self.of.views[view][at], 1 - at
        place, others = self.family.place_of(level), (self.family.place_of(self.of.views[view][beside]),)
        candidates = []
        for distance, code in self._near(self.of.views[view][beside], key[beside])[: 2 * NEIGHBOURS]:
            for group in self.family.dimension_of(level).codes_at(level):
                if group not in self.family.sensitive:
                    here = (*key[:at], group, *key[at + 1 :])
                    there = (*here[:beside], code, *here[beside + 1 :])
                    price = self._guess(view, here) + self._guess(view, there)
                    if price < inf:
                        candidates.append((price + 4 * distance, here, there))
        for price, here, there in sorted(candidates)[:CANDIDATES]:
            for one, two in ((here, there), (there, here)):
                for sensitive in self.of.withheld_in(view, at, one)[:4]:
                    for first, second in self._pairs(view, sensitive, two, place, others):
                        yield price, _exchange(first, second, (place,))

    def _changes_over_guard(self, guard: int) -> Iterator[tuple[float, Move]]:
        view, at, key = self.of.guarded_by(guard)
        for sensitive in self.of.withheld_in(view, at, key)[:3]:
            yield from self._changes_of_one(self.of.cells[view][sensitive])

    # --- Four people, in two places --------------------------------------------------------------------------------

    def _cubes(self, cell: int) -> Iterator[tuple[float, Move]]:
        view, key = self.of.place[cell]
        if len(key) == 3:
            for price, layer, corner, opposite in sorted(self._corners(view, key))[:CANDIDATES]:
                for move in self._cube(view, key, layer, corner, opposite):
                    yield price, move

    def _corners(self, view: int, key: Key) -> Iterator[tuple[float, int, Key, Key]]:
        """Cells that with `key` span a cube of eight: in two layers, people exchange the same thing in opposite ways."""
        codes = [
            [other[index] for other in self._neighbours(view, key, index, is_same=False)[:NEIGHBOURS]]
            for index in range(3)
        ]
        for opposite in product(*codes):
            price = sum(self._guess(view, each) for each in product(*zip(key, opposite, strict=True)))
            if price < inf:
                for layer in range(3):
                    yield price, layer, (*opposite[:layer], key[layer], *opposite[layer + 1 :]), opposite

    def _cube(self, view: int, key: Key, layer: int, corner: Key, opposite: Key) -> Iterator[Move]:
        a, b = [index for index in range(3) if index != layer]
        for at, other in ((a, b), (b, a)):
            place = self.family.place_of(self.of.views[view][at])
            kept = (self.family.place_of(self.of.views[view][other]),)
            here_side, there_side = list(opposite), list(key)
            here_side[at], there_side[layer], there_side[at] = key[at], opposite[layer], corner[at]
            near, far = list(key), list(corner)
            near[at], far[at] = corner[at], key[at]
            mirror = (tuple(here_side), tuple(there_side))
            straight = ((*key[:layer], opposite[layer], *key[layer + 1 :]), opposite)
            for one, two in (((key, corner), mirror), ((tuple(near), tuple(far)), straight)):
                first = next(self._pairs(view, *one, place, kept), None)
                second = next(self._pairs(view, *two, place, kept), None)
                if first and second:
                    yield _exchange(*first, (place,)) + _exchange(*second, (place,))

    # --- One person ------------------------------------------------------------------------------------------------

    def _changes_of_one(self, cell: int) -> Iterator[tuple[float, Move]]:
        """One person in this cell would be in a neighbouring one, or the other way round."""
        view, key = self.of.place[cell]
        candidates = []
        for at, level in enumerate(self.of.views[view]):
            total = self.of.views.index((level,))
            for near in self._neighbours(view, key, at, is_same=False)[:NEIGHBOURS]:
                price = self._guess(total, key[at : at + 1]) + self._guess(total, near[at : at + 1])
                if len(key) > 1:
                    price += self._guess(view, near)
                candidates.append((price, self.family.place_of(level), near))
        for price, place, near in sorted(candidates):
            for source, target in ((key, near), (near, key)):
                for person, code in self._likely(view, source, target, place):
                    yield price, _change(person, code, place)

    def _likely(self, view: int, source: Key, target: Key, place: int) -> list[tuple[Person, str]]:
        """People of one cell who would fit into another one: with somebody like them there already."""
        there = self._people(view, target)[:PEOPLE]
        met = {each: {person[each] for person in there} for each in self._together[place] - {place}}
        codes = sorted({person[place] for person in there})[:3]
        people = sorted(
            self._people(view, source), key=lambda person: (sum(person[each] not in met[each] for each in met), person)
        )
        return [(person, code) for person in people[:TRIED] for code in codes]

    def _one_more_or_less(self, cell: int) -> Iterator[tuple[float, Move]]:
        view, key = self.of.place[cell]
        if self.of.is_guard(cell):
            view, at, key = self.of.guarded_by(cell)
            people = [each for code in self.of.withheld_in(view, at, key) for each in self._people(view, code)]
        else:
            people = self._people(view, key)
        for person in people:
            yield 0, ((person, 1),)
            yield 0, ((person, -1),)

    # --- People ----------------------------------------------------------------------------------------------------

    def _people(self, view: int, key: Key) -> list[Person]:
        """Some of the people counted in a cell: all of them where they are few."""
        if (view, key) not in self._people_in:
            cell = self.of.cells[view].get(key)
            found = self._search(view, key) if cell is not None and self.of.counts[cell] else ()
            self._people_in[view, key] = list(found)
        return self._people_in[view, key]

    def _search(self, view: int, key: Key) -> Iterator[Person]:
        levels = self.of.views[view]
        cell = self.of.cells[view][key]
        wanted = {self.family.place_of(level): (level, code) for level, code in zip(levels, key, strict=True)}
        anchors = self.family.dimensions[0].codes_under(*wanted.pop(0)) if 0 in wanted else sorted(self._by_anchor)
        for anchor in anchors:
            if anchor not in self._by_anchor:
                continue
            candidates = self._by_anchor[anchor]
            for place, (level, code) in wanted.items():
                bucket = self._bucket(anchor, place)
                narrow = [
                    person
                    for under in self.family.dimensions[place].codes_under(level, code)
                    for person in bucket.get(under, ())
                ]
                candidates = min(candidates, narrow, key=len)
            yield from islice((person for person in candidates if self.of.project(person)[view] == cell), A_PLACE)

    def _bucket(self, anchor: str, place: int) -> dict[str, list[Person]]:
        if (anchor, place) not in self._buckets:
            bucket: dict[str, list[Person]] = defaultdict(list)
            for person in self._by_anchor[anchor]:
                bucket[person[place]].append(person)
            self._buckets[anchor, place] = bucket
        return self._buckets[anchor, place]


def _exchange(first: Person, second: Person, places: tuple[int, ...]) -> Move:
    one, two = list(first), list(second)
    for place in places:
        one[place], two[place] = two[place], one[place]
    return ((first, -1), (second, -1), (tuple(one), 1), (tuple(two), 1))


def _change(person: Person, code: str, place: int) -> Move:
    return ((person, -1), ((*person[:place], code, *person[place + 1 :]), 1))
