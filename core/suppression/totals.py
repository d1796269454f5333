"""The counts of all tables of a family, added up from the records so that a million of them take about a second."""

from __future__ import annotations

from collections import defaultdict
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.suppression.families import Family

Key = tuple[str, ...]
Table = tuple[Key, "Mapping[Key, int]"]


def add_up(family: Family, people: Mapping[Key, int]) -> list[Mapping[Key, int]]:
    """The counts above zero of each member of the family, each added up from the smallest table that holds it.

    The first tables are those of each dimension with all that it is crossed with: far smaller than all records.
    """
    levels = tuple(dimension.levels[0] for dimension in family.dimensions)
    done: list[Table] = [(levels, people)]
    for places in sorted({tuple(sorted(places)) for places in family.crossings}, key=len, reverse=True):
        fine = tuple(levels[place] for place in places)
        done.append((fine, _sum(family, _smallest(family, done, fine), fine)))
    tables: dict[Key, Mapping[Key, int]] = {}
    for view in sorted(family.members, key=lambda view: -_fineness(family, view)):
        tables[view] = _sum(family, _smallest(family, done, view), view)
        done.append((view, tables[view]))
    return [tables[view] for view in family.members]


def _smallest(family: Family, done: list[Table], view: Key) -> Table:
    return min((table for table in done if _holds(family, table[0], view)), key=lambda table: len(table[1]))


def _fineness(family: Family, view: Key) -> int:
    return sum(1 + len(family.dimension_of(level).coarser(level)) for level in view)


def _holds(family: Family, fine: Key, coarse: Key) -> bool:
    """Whether a table can be added up from another one: level by level the same, or from the finest."""
    here = {family.place_of(level): level for level in fine}
    return all(here.get(family.place_of(level)) in (level, family.dimension_of(level).levels[0]) for level in coarse)


def _sum(family: Family, source: Table, view: Key) -> Mapping[Key, int]:
    levels, table = source
    here = {family.place_of(level): index for index, level in enumerate(levels)}
    columns: list[Iterable[str]] = []
    for level in view:
        at = here[family.place_of(level)]
        column: Iterable[str] = map(itemgetter(at), table)
        if levels[at] != level:
            column = map(family.dimension_of(level).rolls_up[level].__getitem__, column)
        columns.append(column)
    summed: dict[Key, int] = defaultdict(int)
    for key, count in zip(zip(*columns, strict=True) if columns else repeat(()), table.values(), strict=bool(view)):
        summed[key] += count
    return summed
