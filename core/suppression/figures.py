"""A figure that leaves the portal: a number, or the reason why there is none. The five words are never mixed.

How it is decided what is hidden stands in `core.suppression.protection`; here stands only how it is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from core.errors import InvalidInput

#: A count of people from 1 to one less than this is not printed.
THRESHOLD = 5
#: The same for a sensitive target group.
SENSITIVE_THRESHOLD = 10
#: A percentage of fewer people than this is not printed, and one of fewer than the second has no decimals.
SMALLEST_BASE = 10
WHOLE_PERCENT_BELOW = 50


class Reason(StrEnum):
    """Why there is no number. *Redacted* is a word for texts and never stands in place of a figure."""

    SUPPRESSED = "suppressed"
    WITHHELD = "withheld"
    NOT_COLLECTED = "not_collected"
    NOT_APPLICABLE = "not_applicable"


class Detail(StrEnum):
    """Which rule suppressed or withheld a figure."""

    BELOW_5 = "below_5"
    BELOW_10 = "below_10"
    COMPLEMENTARY = "complementary"
    SMALL_BASE = "small_base"
    THIS_LEVEL = "this_level"


@dataclass(frozen=True, slots=True)
class Figure:
    """A count or percentage (`value`), or a `reason` with its `detail`. Never both; make one with the names below."""

    value: int | float | None = None
    reason: Reason | None = None
    detail: Detail | None = None
    is_percent: bool = False
    #: What was counted, such as "attendances" or "reach"; figures of two measures are never added.
    measure: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError("A figure has a value or a reason.")

    @property
    def is_shown(self) -> bool:
        return self.value is not None

    @property
    def is_suppressed(self) -> bool:
        return self.reason is Reason.SUPPRESSED

    @property
    def short(self) -> str:
        """What is printed in place of a number, in the reader's language; the number itself where there is one."""
        if self.value is not None:
            return f"{self.value:,}%" if self.is_percent else f"{self.value:,}"
        if self.detail is Detail.BELOW_5:
            return f"<{THRESHOLD}"
        if self.detail is Detail.BELOW_10:
            return f"<{SENSITIVE_THRESHOLD}"
        return {
            Reason.SUPPRESSED: _("suppressed"),
            Reason.WITHHELD: _("withheld"),
            Reason.NOT_COLLECTED: _("not collected"),
            Reason.NOT_APPLICABLE: _("not applicable"),
        }[self.reason or Reason.NOT_APPLICABLE]

    @property
    def explanation(self) -> str:
        """One sentence that says why there is no number; empty where there is one."""
        if self.value is not None:
            return ""
        said = {
            Detail.BELOW_5: _("Fewer than five people: too few to print without pointing at persons."),
            Detail.BELOW_10: _("Fewer than ten people of a group that needs protection: too few to print."),
            Detail.COMPLEMENTARY: _("Not printed, because another small count could be worked out from it."),
            Detail.SMALL_BASE: _("No percentage is printed of so few people."),
            Detail.THIS_LEVEL: _("Counts of this group are published for provinces and the whole country only."),
        }
        if self.detail:
            return said[self.detail]
        return {
            Reason.SUPPRESSED: _("A count too small to print without pointing at persons."),
            Reason.WITHHELD: _("The information exists, but you may not see it."),
            Reason.NOT_COLLECTED: _("Nobody has recorded it so far."),
            Reason.NOT_APPLICABLE: _("The question does not arise."),
        }[self.reason or Reason.NOT_APPLICABLE]

    def as_json(self) -> dict[str, Any]:
        """The form of the API: stable words for machines, the printed form and the sentence for people."""
        if self.value is not None:
            return {"value": self.value, "reason": None}
        return {
            "value": None,
            "reason": str(self.reason),
            "detail": str(self.detail) if self.detail else None,
            "shown": self.short,
            "explanation": self.explanation,
        }


BELOW_5 = Figure(reason=Reason.SUPPRESSED, detail=Detail.BELOW_5)
BELOW_10 = Figure(reason=Reason.SUPPRESSED, detail=Detail.BELOW_10)
COMPLEMENTARY = Figure(reason=Reason.SUPPRESSED, detail=Detail.COMPLEMENTARY)
SMALL_BASE = Figure(reason=Reason.SUPPRESSED, detail=Detail.SMALL_BASE)
WITHHELD = Figure(reason=Reason.WITHHELD)
WITHHELD_AT_THIS_LEVEL = Figure(reason=Reason.WITHHELD, detail=Detail.THIS_LEVEL)
NOT_COLLECTED = Figure(reason=Reason.NOT_COLLECTED)
NOT_APPLICABLE = Figure(reason=Reason.NOT_APPLICABLE)


def single_count(count: int, *, is_sensitive: bool = False) -> Figure:
    """One count that stands alone: no total, part or other cut of it is published anywhere. Else use a release."""
    if count < 0:
        raise InvalidInput(_("A count of people cannot be negative."))
    if is_sensitive and 0 < count < SENSITIVE_THRESHOLD:
        return BELOW_10
    return BELOW_5 if 0 < count < THRESHOLD else Figure(value=count)


def percentage(part: int, whole: int, *, is_sensitive: bool = False) -> Figure:
    """`part` of `whole` people in per cent, both standing alone: hidden where it would give away a small count.

    That is where fewer than ten were asked, and where the part or the rest of the whole is a small count itself.
    """
    if part < 0 or whole < part:
        raise InvalidInput(_("The part must lie between zero and the whole."))
    if not whole:
        return NOT_APPLICABLE
    if whole < SMALLEST_BASE:
        return SMALL_BASE
    hidden = [figure for figure in _parts(part, whole, is_sensitive=is_sensitive) if not figure.is_shown]
    return COMPLEMENTARY if hidden else _percent(part, whole)


def percentage_of(part: Figure, whole: Figure) -> Figure:
    """A percentage of two figures that a release has shown or hidden: it says nothing that the two do not say."""
    if part.value is None or whole.value is None:
        missing = part if part.value is None else whole
        return COMPLEMENTARY if missing.is_suppressed else missing
    if part.measure != whole.measure:
        raise InvalidInput(_("A percentage is taken of figures of one measure."))
    if not whole.value:
        return NOT_APPLICABLE
    return SMALL_BASE if whole.value < SMALLEST_BASE else _percent(part.value, whole.value)


def add(figures: list[Figure]) -> Figure:
    """The sum of figures of one additive measure as far as they are shown; hidden as soon as one of them is hidden."""
    if any(figure.is_percent for figure in figures):
        raise InvalidInput(_("Percentages cannot be added."))
    measures = {figure.measure for figure in figures if figure.measure}
    if len(measures) > 1:
        raise InvalidInput(_("Attendances, unique persons and media reach are different measures and are never added."))
    missing = [figure for figure in figures if not figure.is_shown]
    if missing:
        return COMPLEMENTARY if any(figure.is_suppressed for figure in missing) else missing[0]
    return Figure(value=sum(figure.value or 0 for figure in figures), measure="".join(measures))


def _parts(part: int, whole: int, *, is_sensitive: bool) -> tuple[Figure, Figure]:
    return single_count(part, is_sensitive=is_sensitive), single_count(whole - part, is_sensitive=is_sensitive)


def _percent(part: float, whole: float) -> Figure:
    share = 100 * part / whole
    return Figure(value=round(share) if whole < WHOLE_PERCENT_BELOW else round(share, 1), is_percent=True)
