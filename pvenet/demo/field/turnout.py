"""Who took part: counts whose shares over the whole programme are those of `docs/demo.md`, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evidence.models import Participation, Turnout
from pvenet.demo.field.frame import chance, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pvenet.demo.field.frame import Field

#: All attendances of the programme, and the shares in per cent that they show.
ATTENDANCES = 38_000
FEMALE = 52.0
YOUNG = 61.0
WITH_DISABILITY = 2.4
#: Projects in which the sheets of some sessions had no column for sex, and the share of attendances it concerns.
WITHOUT_SEX = frozenset({"PVE-DEMO-11", "PVE-DEMO-18", "PVE-DEMO-26"})
SEX_NOT_RECORDED = 6.0

#: Ages 15 to 29, and the others: bands with their weights.
YOUNG_BANDS = (("A15_17", 22), ("A18_24", 48), ("A25_29", 30))
OTHER_BANDS = (("A10_14", 14), ("A30_59", 74), ("A60P", 12))
#: Where women or young people are more, or fewer, than on average, in points.
FEMALE_LEAN = {"WOMEN": 34, "FAITH": -22, "SPORTARTS": -16, "MINORITY": 4, "MHPSS": 8, "COMMUNITY": -8}
YOUNG_LEAN = {"YOUTH": 16, "SPORTARTS": 18, "EDU": 8, "WOMEN": -18, "COMMUNITY": -14, "FAITH": -10, "DIGITAL": 14}


class Shares:
    """Hands out whole persons so that the share of all that were handed out stays the wanted one, to the person."""

    def __init__(self, percent: float) -> None:
        self.percent = percent
        self.due = 0.0

    def of(self, people: int) -> int:
        """How many of these people."""
        self.due += people * self.percent / 100
        taken = max(0, min(people, int(self.due + 0.5)))
        self.due -= taken
        return taken


class Counter:
    """Counts of one activity after the other. `people` are the attendances that will be counted, by project."""

    def __init__(self, fields: Sequence[Field], people: dict[str, int]) -> None:
        self.female = _by_project(FEMALE, FEMALE_LEAN, fields, people)
        self.young = _by_project(YOUNG, YOUNG_LEAN, fields, people)
        self.disability = Shares(WITH_DISABILITY)
        self.unrecorded = Shares(SEX_NOT_RECORDED)

    def parts(self, of: Field, code: str, attendances: int, *, asks: bool, group_id: int | None) -> list[Any]:
        """The turnout and the cells of an activity; they add up to the attendances."""
        unrecorded = self.unrecorded.of(attendances) if of.key in WITHOUT_SEX else 0
        known = attendances - unrecorded
        women = self.female[of.key].of(known)
        young = self.young[of.key].of(attendances)
        cells = _cells({"F": women, "M": known - women, "U": unrecorded}, young, attendances)
        parts: list[Any] = []
        for (sex, age), count in cells.items():
            with_it = self.disability.of(count) if asks else 0
            rest = "WITHOUT" if asks else "U"
            parts += [
                Participation(sex=sex, age_band=age, disability=disability, group_id=group_id, count=number)
                for disability, number in (("WITH", with_it), (rest, count - with_it))
                if number
            ]
        persons = None if chance("persons", of.key, code).random() < 0.3 else max(1, attendances * 7 // 8)
        return [Turnout(attendances=attendances, unique_persons=persons, is_disability_asked=asks), *parts]


def _by_project(
    percent: float, leans: dict[str, int], fields: Sequence[Field], people: dict[str, int]
) -> dict[str, Shares]:
    """A share for each project: more or fewer by its themes, and the wanted one over all."""
    lean = {field.key: sum(leans.get(code, 0) for _pk, code in field.themes) / len(field.themes) for field in fields}
    least, most = 0.0, 100.0
    whole = sum(people.values())

    def share(base: float, key: str) -> float:
        return min(96.0, max(4.0, base + lean[key]))

    for _step in range(50):
        middle = (least + most) / 2
        if sum(share(middle, key) * number for key, number in people.items()) < percent * whole:
            least = middle
        else:
            most = middle
    return {key: Shares(share(least, key)) for key in people}


def three_people() -> list[Any]:
    """The one activity of a district in which three people came: too few to print anywhere."""
    return [
        Turnout(attendances=3, unique_persons=3, is_disability_asked=False),
        Participation(sex="F", age_band="A30_59", count=2),
        Participation(sex="M", age_band="A30_59", count=1),
    ]


def _cells(by_sex: dict[str, int], young: int, total: int) -> dict[tuple[str, str], int]:
    """Sexes by age bands; both margins are kept."""
    left = young
    cells: dict[tuple[str, str], int] = {}
    people = total
    for sex, count in by_sex.items():
        if not count:
            continue
        of_young = min(count, round(left * count / people)) if people > count else left
        left, people = left - of_young, people - count
        for bands, number in ((YOUNG_BANDS, of_young), (OTHER_BANDS, count - of_young)):
            for (band, _weight), part in zip(bands, spread(number, [weight for _, weight in bands]), strict=True):
                if part:
                    cells[sex, band] = part
    return cells


def sizes(keys: Sequence[str], total: int, *, least: int, most: int) -> list[int]:
    """Different numbers for each key that add up to the total and stay within the limits."""
    found = [least + chance("size", key).randint(0, most - least) for key in keys]
    found[0], found[1] = least, most
    order = list(range(2, len(keys)))
    at = 0
    while sum(found) != total:
        index = order[at % len(order)]
        step = 1 if sum(found) < total else -1
        if least < found[index] + step < most:
            found[index] += step
        at += 1
    return found
