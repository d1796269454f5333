"""What is entered for one indicator, period and district: the figure, its breakdown, and what is said about it. Pure."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.errors import InvalidInput
from evidence.activities.sections import fingerprint
from evidence.models import AgeBand, Disability, Sex

if TYPE_CHECKING:
    from evidence.models import Indicator, ResultRevision

#: Dimensions of a breakdown that the form asks for: code of the reference data → column of a cell and its choices.
DIMENSIONS: dict[str, tuple[str, Any, Any]] = {
    "SEX": ("sex", Sex, Sex.NOT_RECORDED),
    "AGE": ("age_band", AgeBand, AgeBand.NOT_RECORDED),
    "DISAB": ("disability", Disability, Disability.NOT_RECORDED),
}
#: Units that count things: whole numbers only.
WHOLE_UNITS = frozenset({"PERSON", "EVENT", "GROUP", "ORG", "PRODUCT", "DISTRICT", "DAYS"})
HIGHEST = Decimal("999999999999")
#: Below this many the mean of a survey moves by several points with each person (domain.md, section 4).
SMALL_SAMPLE = 30
SCALES = {"SCORE": 100, "RATING": 5}

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫٬", "01234567890123456789.,")
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,2})?\Z|\d{1,3}(,\d{3}){1,3}(\.\d{1,2})?\Z", re.ASCII)

#: (dimension, code) of a part.
Part = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row of the form says. Everything empty is no report. `cells` maps a part to (value, of how many)."""

    value: Decimal | None = None
    numerator: int | None = None
    denominator: int | None = None
    cells: dict[Part, tuple[int, int | None]] = field(default_factory=dict)
    comment: str = ""
    change_reason: str = ""
    change_note: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Entry()

    @property
    def figure(self) -> Decimal | None:
        """The one number it comes to."""
        if self.value is not None:
            return self.value
        if self.numerator is not None and self.denominator:
            return (Decimal(100 * self.numerator) / self.denominator).quantize(Decimal("0.01"))
        return None

    @property
    def is_small_sample(self) -> bool:
        return self.denominator is not None and self.denominator < SMALL_SAMPLE

    @property
    def name(self) -> str:
        """A fingerprint: equal entries have equal names."""
        plain = asdict(self)
        plain["cells"] = sorted([*key, *pair] for key, pair in self.cells.items())
        if self.value is not None:
            plain["value"] = f"{self.value:.2f}"
        return fingerprint(plain)


def entry_of(revision: ResultRevision | None) -> Entry:
    """What a revision holds. Fetch it with `select_related("figure")` and `prefetch_related("cells")`."""
    if revision is None:
        return Entry()
    figure = getattr(revision, "figure", None)
    cells: dict[Part, tuple[int, int | None]] = {}
    for cell in revision.cells.all():
        for dimension, (column, _choices, unknown) in DIMENSIONS.items():
            code = getattr(cell, column)
            if code != unknown:
                cells[dimension, code] = (cell.value, cell.denominator)
    return Entry(
        value=figure.value if figure else None,
        numerator=figure.numerator if figure else None,
        denominator=figure.denominator if figure else None,
        cells=cells,
        comment=revision.comment,
        change_reason=revision.change_reason,
        change_note=revision.change_note,
    )


def parse_number(typed: str) -> Decimal | None:
    """A number of zero or more, in Latin or Urdu digits, with at most two decimals; None for nothing."""
    plain = typed.strip().translate(_DIGITS)
    if not plain:
        return None
    if plain[0] in "-−–":
        raise InvalidInput(_("“%(typed)s” is below zero. A result is zero or more.") % {"typed": typed[:20]})
    if not _NUMBER.match(plain):
        raise InvalidInput(
            _("“%(typed)s” is no number. Write digits, with a point and at most two decimals.") % {"typed": typed[:20]}
        )
    number = Decimal(plain.replace(",", ""))
    if number > HIGHEST:
        raise InvalidInput(_("“%(typed)s” is too large. Look at it again.") % {"typed": typed[:20]})
    return number


def refusals(indicator: Indicator, entry: Entry) -> list[tuple[str, str]]:
    """What not even a draft may hold: (name of the input, sentence)."""
    found: list[tuple[str, str]] = []
    unit = indicator.unit.code
    if indicator.is_percentage:
        found += _share(entry.numerator, entry.denominator)
    elif entry.value is not None:
        if unit in WHOLE_UNITS and entry.value != entry.value.to_integral_value():
            found.append(("value", _("A count is a whole number.")))
        if unit in SCALES and entry.value > SCALES[unit]:
            found.append(("value", _("The highest value is %(most)s.") % {"most": SCALES[unit]}))
    if entry.denominator == 0 and not indicator.is_percentage:
        found.append(("denominator", _("Of nobody there is no value. Leave both fields empty.")))
    found += _parts(indicator, entry)
    return found


def _share(numerator: int | None, denominator: int | None) -> list[tuple[str, str]]:
    if numerator is None and denominator is None:
        return []
    if denominator == 0:
        return [
            ("denominator", _("A percentage of nobody does not exist. Leave both fields empty if nobody was asked."))
        ]
    if numerator is None or denominator is None:
        missing = "numerator" if numerator is None else "denominator"
        return [(missing, _("A percentage needs both: how many, and of how many."))]
    if numerator > denominator:
        return [("numerator", _("The part is larger than the whole."))]
    return []


def _parts(indicator: Indicator, entry: Entry) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for dimension in DIMENSIONS:
        cells = {code: pair for (name, code), pair in entry.cells.items() if name == dimension}
        if not cells:
            continue
        if indicator.is_percentage:
            if any(whole is None or whole == 0 or part > whole for part, whole in cells.values()):
                found.append((dimension, _("In each part, write how many and of how many; the first is not larger.")))
                continue
            sums: tuple[tuple[int, Any], ...] = (
                (sum(part for part, _whole in cells.values()), entry.numerator),
                (sum(whole or 0 for _part, whole in cells.values()), entry.denominator),
            )
        else:
            sums = ((sum(part for part, _whole in cells.values()), entry.value),)
        for together, total in sums:
            if together > (total or 0):
                found.append(
                    (
                        dimension,
                        _("The parts add up to %(parts)s, which is more than the total, %(total)s.")
                        % {"parts": together, "total": f"{total or 0:f}".rstrip("0").rstrip(".") if total else 0},
                    )
                )
                break
    return found
