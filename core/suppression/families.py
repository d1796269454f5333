"""Which tables of people may be published at all. The list is closed: what is not a member is refused.

A family names the widest views; every total of theirs is a member too, so that a page can print margins and nobody
can ask for a margin that was not looked at. All members are decided together, on one snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, product

from django.utils.translation import gettext as _

from core.errors import InvalidInput

#: The two codes that stand in the tables which nobody sees, in place of the groups.
SENSITIVE, OTHERS = "sensitive", "others"
#: No table of people crosses more than this many dimensions.
WIDEST_CROSS = 3


@dataclass(frozen=True)
class Dimension:
    """One way to divide people. `levels` go from the finest, which the rows carry, to the coarsest.

    `codes` are the finest ones, in the order they are printed. `rolls_up` gives for each coarser level the code that each
    finest code belongs to: {"province": {"SD-SUKKUR": "PK-SD", …}}. Where `has_gaps`, a code without any row was not
    collected (a district, a month); elsewhere it is a zero.
    """

    code: str
    levels: tuple[str, ...]
    codes: tuple[str, ...]
    rolls_up: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    has_gaps: bool = False

    def __post_init__(self) -> None:
        for level in self.levels[1:]:
            if set(self.rolls_up[level]) != set(self.codes):
                raise ValueError(f"Some code of {self.code} belongs to no {level}, or one too many does.")
        for fine, coarse in pairwise(self.levels[1:]):
            pairs = {(self.rolls_up[fine][code], self.rolls_up[coarse][code]) for code in self.codes}
            if len(pairs) != len({pair[0] for pair in pairs}):
                raise ValueError(f"Some {fine} lies in two of {coarse}.")

    @classmethod
    def flat(cls, code: str, codes: Iterable[str]) -> Dimension:
        """A dimension without levels, such as the age band."""
        return cls(code, (code,), tuple(codes))

    def codes_at(self, level: str) -> tuple[str, ...]:
        """All codes of a level, in the order they are printed."""
        return tuple(dict.fromkeys(self.at(level, code) for code in self.codes))

    def at(self, level: str, code: str) -> str:
        """The code at `level` that a finest code belongs to."""
        if level == self.levels[0]:
            return code
        return self.rolls_up[level][code]

    def coarser(self, level: str) -> tuple[str, ...]:
        """The levels above `level`."""
        return self.levels[self.levels.index(level) + 1 :]

    def codes_under(self, level: str, code: str) -> list[str]:
        """The finest codes that make up a code of `level`."""
        return [code] if level == self.levels[0] else self._under[level].get(code, [])

    def raise_code(self, level: str, above: str, code: str) -> str:
        """The code at the coarser level `above` that a code of `level` belongs to."""
        return self.at(above, code if level == self.levels[0] else self._under[level][code][0])

    def distance(self, level: str, here: str, there: str) -> int:
        """In how many coarser levels two codes of `level` belong to different codes."""
        return sum(self.raise_code(level, up, here) != self.raise_code(level, up, there) for up in self.coarser(level))

    def is_alone(self, level: str, code: str) -> bool:
        """Whether a code is all there is of the coarsest code above it, as Islamabad is of its territory."""
        top = self.levels[-1]
        return len(self.codes_under(top, self.raise_code(level, top, code) if level != top else code)) == 1

    @cached_property
    def _under(self) -> dict[str, dict[str, list[str]]]:
        under: dict[str, dict[str, list[str]]] = {level: {} for level in self.levels[1:]}
        for level, codes in under.items():
            for fine in sorted(self.rolls_up[level]):
                codes.setdefault(self.rolls_up[level][fine], []).append(fine)
        return under


@dataclass(frozen=True)
class Family:
    """The publishable tables of one measure.

    `dimensions` are in the order of the codes of a row, `views` name the levels of the widest tables. `sensitive`
    holds codes of `sensitive_level` that are counted as small below ten, and that are withheld in every table that
    also has one of the levels `too_fine_for_sensitive`. `is_possible` tells combinations that cannot exist in life
    (a man among mothers): a second world that holds one would convince nobody.
    """

    dimensions: tuple[Dimension, ...]
    views: tuple[tuple[str, ...], ...]
    sensitive_level: str = ""
    sensitive: frozenset[str] = frozenset()
    too_fine_for_sensitive: frozenset[str] = frozenset()
    is_possible: Callable[[tuple[str, ...]], bool] = field(default=lambda person: True)

    def __post_init__(self) -> None:
        for view in self.views:
            if len(view) > WIDEST_CROSS:
                raise ValueError(f"{view} crosses more than {WIDEST_CROSS} dimensions.")
            if len({self.place_of(level) for level in view}) != len(view):
                raise ValueError(f"{view} names one dimension twice.")

    def place_of(self, level: str) -> int:
        """The index of the dimension that has this level."""
        return self._places[level]

    def has_level(self, level: str) -> bool:
        return level in self._places

    def gap_levels(self, view: tuple[str, ...]) -> tuple[str, ...]:
        """The levels of a view in which nothing may have been collected."""
        return tuple(level for level in view if self.dimension_of(level).has_gaps)

    def collected(self, records: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], frozenset[tuple[str, ...]]]:
        """For each set of levels with gaps that a member has, the codes of which there are records."""
        gaps = [place for place, dimension in enumerate(self.dimensions) if dimension.has_gaps]
        seen = {tuple([record[place] for place in gaps]) for record in records}
        found = {}
        for levels in {self.gap_levels(view) for view in self.members}:
            steps = [(gaps.index(self.place_of(level)), self.dimension_of(level), level) for level in levels]
            found[levels] = frozenset(
                tuple([dimension.at(level, codes[at]) for at, dimension, level in steps]) for codes in seen
            )
        return found

    def dimension_of(self, level: str) -> Dimension:
        return self.dimensions[self.place_of(level)]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {level: place for place, dimension in enumerate(self.dimensions) for level in dimension.levels}

    @cached_property
    def members(self) -> tuple[tuple[str, ...], ...]:
        """Every view and every total of it, the coarsest first; levels stand in the order of the dimensions."""
        found: set[tuple[str, ...]] = {()}
        for view in self.views:
            choices = []
            for level in sorted(view, key=self.place_of):
                choices.append((level, *self.dimensions[self.place_of(level)].coarser(level), None))
            found |= {tuple(level for level in chosen if level) for chosen in product(*choices)}
        return tuple(sorted(found, key=lambda view: (len(view), [self._fineness(level) for level in view], view)))

    @cached_property
    def guards(self) -> tuple[tuple[str, ...], ...]:
        """Of the members, those that withhold sensitive groups, whose sum must not be known either: a place's total less its
        other groups."""
        return tuple(
            view
            for view in self.members
            if self.sensitive_level in view and not self.too_fine_for_sensitive.isdisjoint(view)
        )

    @cached_property
    def crossings(self) -> tuple[frozenset[int], ...]:
        """For each dimension, those that some view crosses it with, itself among them."""
        together: list[set[int]] = [set() for _dimension in self.dimensions]
        for view in self.views:
            places = {self.place_of(level) for level in view}
            for place in places:
                together[place] |= places
        return tuple(frozenset(places) for places in together)

    def member(self, levels: tuple[str, ...] | list[str]) -> tuple[str, ...]:
        """The view with these levels in any order. Raises InvalidInput, naming what may be asked."""
        wanted = frozenset(levels)
        for view in self.members:
            if frozenset(view) == wanted and len(levels) == len(view):
                return view
        allowed = "; ".join(" × ".join(view) for view in self.members if view)
        message = _("This table is not published. Published are: %(allowed)s.") % {"allowed": allowed}
        raise InvalidInput(message, field="by")

    def _fineness(self, level: str) -> int:
        dimension = self.dimensions[self.place_of(level)]
        return len(dimension.levels) - dimension.levels.index(level)


def participation_family(
    *,
    geography: Mapping[str, tuple[str, str]],
    ages: Iterable[str],
    groups: Iterable[str],
    sensitive_groups: Iterable[str],
    quarters: Mapping[str, str],
    is_possible: Callable[[tuple[str, ...]], bool] | None = None,
) -> Family:
    """What is published about participation: the one list for page, chart, API, XLSX and PDF.

    A row is (district, sex, age band, target group, month). `geography` gives the division and province of each
    district, `quarters` the quarter of each month; both in the order they are printed.
    """
    district = Dimension(
        "district",
        ("district", "division", "province"),
        tuple(geography),
        {
            "division": {code: above[0] for code, above in geography.items()},
            "province": {code: above[1] for code, above in geography.items()},
        },
        has_gaps=True,
    )
    # Transgender persons are few everywhere: below the province, and where sex is crossed, they stand with those whose
    # sex was not recorded, so that the counts of women and men need not be hidden for their sake.
    merged = {"F": "F", "M": "M", "X": "OTHER", "U": "OTHER"}
    sex = Dimension("sex", ("sex", "sex_merged"), tuple(merged), {"sex_merged": merged})
    month = Dimension("month", ("month", "quarter"), tuple(quarters), {"quarter": quarters}, has_gaps=True)
    return Family(
        dimensions=(district, sex, Dimension.flat("age", ages), Dimension.flat("group", groups), month),
        views=(
            ("province", "sex"),
            ("district", "sex_merged"),
            ("district", "age"),
            ("district", "group"),
            ("district", "quarter"),
            ("province", "sex_merged", "age"),
            ("province", "sex_merged", "group"),
            ("province", "sex_merged", "quarter"),
            ("province", "month"),
        ),
        sensitive_level="group",
        sensitive=frozenset(sensitive_groups),
        too_fine_for_sensitive=frozenset({"district", "division"}),
        is_possible=is_possible or (lambda person: True),
    )
