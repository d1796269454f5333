"""What stands published of participation, for every reader: pages, charts, the spreadsheet, reports and the API.

Nothing here counts. A figure is taken from a stored release, or withheld with it, or it is the sum of figures that were
printed of several closed periods.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from django.utils.translation import gettext as _

from core.errors import InvalidInput
from core.suppression import (
    ATTENDANCES,
    NOT_APPLICABLE,
    NOT_COLLECTED,
    WITHHELD,
    Family,
    Figure,
    Reason,
    Release,
    add,
    single_count,
)
from core.suppression.release import Row
from evidence.models import ReachRelease
from evidence.overview.families import kinds_family, people_family

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from core.access import Actor

#: Levels whose codes belong to one period only.
TIMES = frozenset({"month", "quarter"})
#: Levels that are withheld in a closed place.
BELOW_PROVINCE = ("district", "division")
PLACES = ("district", "division", "province")


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one closed period."""

    people: Release
    kinds: Release

    @classmethod
    def of(cls, frame: Mapping[str, Any], figures: Mapping[str, Any]) -> Self:
        frame = dict(frame)
        return cls(
            people=Release.from_json(figures["people"], family=people_family(frame), measure=ATTENDANCES),
            kinds=Release.from_json(figures["kinds"], family=kinds_family(frame), measure=ATTENDANCES),
        )

    def holding(self, levels: Iterable[str]) -> Release:
        """The release that has these levels. Raises InvalidInput, naming all tables there are, where none has."""
        levels = tuple(levels)
        for release in (self.people, self.kinds):
            if any(frozenset(view) == frozenset(levels) for view in release.family.members):
                return release
        raise InvalidInput(
            _("This table is not published. Published are: %(allowed)s.") % {"allowed": "; ".join(self.tables())},
            field="by",
        )

    def tables(self) -> list[str]:
        """The tables that may be asked for, as the API writes them."""
        views = [view for release in (self.people, self.kinds) for view in release.family.members if view]
        return [",".join(view) for view in views]


def part_of(release: ReachRelease) -> Part:
    """The figures of a release, read from the database once a process: what is stored of it never changes."""
    return _part(release.pk, release.taken_at)


@lru_cache(maxsize=16)
def _part(pk: int, _taken_at: datetime) -> Part:
    # The door is `standing_reach`: who gets here has been given the row.
    row = ReachRelease.objects.only("frame", "figures").get(pk=pk)
    return Part.of(row.frame, row.figures)


@dataclass(frozen=True, slots=True)
class Reach:
    """All that stands published: one release for each closed period, the oldest first."""

    releases: list[ReachRelease]
    parts: list[Part] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.releases

    @property
    def starts_on(self) -> date:
        return self.releases[0].starts_on

    @property
    def ends_on(self) -> date:
        return self.releases[-1].ends_on

    @property
    def taken_at(self) -> datetime:
        return max(release.taken_at for release in self.releases)

    @property
    def is_demo(self) -> bool:
        return any(release.is_demo for release in self.releases)

    @property
    def edition(self) -> str:
        """What names this state of the figures: it changes when any of them does."""
        return "-".join(
            f"{release.pk}.{release.edition}{'p' if release.paused_at else ''}{''.join(release.closed_provinces)}"
            for release in self.releases
        )

    @property
    def closed_provinces(self) -> list[str]:
        return sorted({code for release in self.releases for code in release.closed_provinces})

    @property
    def is_paused(self) -> bool:
        return any(release.paused_at for release in self.releases)

    def tables(self) -> list[str]:
        """The closed list of what may be asked for: what every period has."""
        if not self.parts:
            return []
        return [table for table in self.parts[0].tables() if all(table in part.tables() for part in self.parts)]

    def codes(self, level: str) -> tuple[str, ...]:
        """The codes of a level in the order they are printed."""
        found: dict[str, None] = {}
        for part in self.parts:
            for release in (part.people, part.kinds):
                if release.family.has_level(level):
                    found.update(dict.fromkeys(release.family.dimension_of(level).codes_at(level)))
        return tuple(found)

    def figure(self, **codes: str) -> Figure:
        """One figure to date, such as figure(province="PK-SD", sex="F"); without arguments the total."""
        rows = [] if self.is_empty else self.table(tuple(codes), codes)
        return rows[0].figure if rows else NOT_COLLECTED

    def table(self, by: Iterable[str], where: Mapping[str, str] | None = None) -> list[Row]:
        """The figures of a table, a row each. Raises InvalidInput where it is not in the closed list."""
        by, where = tuple(by), dict(where or {})
        found: dict[tuple[tuple[str, str], ...], list[Figure]] = {}
        is_known = not TIMES & set(where)
        for release, part in zip(self.releases, self.parts, strict=True):
            source = part.holding(self._levels(part, by, where))
            if self._lacks(source.family, where):
                continue
            is_known = True
            for row in source.table(by, where):
                found.setdefault(tuple(row.codes.items()), []).append(_shown(release, row))
        if not is_known:
            level = next(level for level in where if level in TIMES)
            raise InvalidInput(_("There is no “%(code)s”.") % {"code": where[level]}, field=level)
        return [Row(dict(codes), _sum(figures)) for codes, figures in found.items()]

    def records(self, *path: str) -> dict[str, int]:
        """Counts of activities: `records("by", "theme")`. They are records that everybody may list, not people."""
        found: dict[str, int] = {}
        for release in self.releases:
            here: Any = release.records
            for name in path:
                here = here[name]
            for code, count in here.items():
                if isinstance(count, int):
                    found[code] = found.get(code, 0) + count
        return found

    @property
    def attendances(self) -> Figure:
        return self.figure()

    @property
    def unique_persons(self) -> Figure:
        """Distinct persons: every activity counts its own, and who came to two would be two persons in a sum."""
        return NOT_APPLICABLE

    @property
    def media_reach(self) -> Figure:
        """An estimate of how many people were reached by media. Never added to people who came."""
        stored = [release.records["media_reach"] for release in self.releases if not release.paused_at]
        if self.is_paused:
            return WITHHELD
        figures = [
            single_count(1) if isinstance(each, str) else Figure(value=each) for each in stored if each is not None
        ]
        return add(figures) if figures else NOT_COLLECTED

    def _levels(self, part: Part, by: tuple[str, ...], where: Mapping[str, str]) -> tuple[str, ...]:
        """What a question is about: a filter counts as a dimension, unless it is a coarser level of one."""
        for release in (part.people, part.kinds):
            family = release.family
            if all(family.has_level(level) for level in (*by, *where)):
                places = {family.place_of(level) for level in by}
                return (*by, *(level for level in where if family.place_of(level) not in places))
        return (*by, *where)

    def _lacks(self, family: Family, where: Mapping[str, str]) -> bool:
        return any(
            level in TIMES and code not in family.dimension_of(level).codes_at(level) for level, code in where.items()
        )


def standing_reach(actor: Actor) -> Reach:
    """What stands published now: one query, and the figures from memory."""
    rows = ReachRelease.objects.visible_to(actor).standing().defer("frame", "figures").order_by("starts_on", "pk")
    releases = list(rows)
    return Reach(releases, [part_of(release) for release in releases])


def _shown(release: ReachRelease, row: Row) -> Figure:
    if release.paused_at:
        return WITHHELD
    if release.closed_provinces and any(level in row.codes for level in BELOW_PROVINCE):
        family = part_of(release).people.family
        level = next(level for level in BELOW_PROVINCE if level in row.codes)
        if family.dimension_of(level).raise_code(level, "province", row.codes[level]) in release.closed_provinces:
            return WITHHELD
    return row.figure


def _sum(figures: list[Figure]) -> Figure:
    """The sum over closed periods. One in which nothing was collected adds nothing; one that is hidden hides it."""
    collected = [figure for figure in figures if figure.reason is not Reason.NOT_COLLECTED]
    return add(collected) if collected else NOT_COLLECTED
