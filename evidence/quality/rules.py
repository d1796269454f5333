"""The rules of data quality (domain.md, section 4), as data: what each looks at, and how it says what it found.

How a rule finds its rows stands in `figures.py` and `texts.py`. What is refused when it is typed is not here; these rules
ask about what was stored, whichever way it came in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from evidence.models.safety import Kind
from evidence.quality import figures, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from evidence.quality.finding import Asked, Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `sentence` names the values that the finding carries; `find` gives what breaks it, among the asked."""

    code: str
    kinds: tuple[Kind, ...]
    label: Any
    sentence: Any
    find: Callable[[Asked], Iterable[Finding]]


TEXT_KINDS = (Kind.ACTIVITY, Kind.RESULT, Kind.STORY, Kind.LESSON, Kind.CHALLENGE, Kind.INNOVATION)

RULES = (
    Rule(
        "parts-and-total",
        (Kind.ACTIVITY,),
        _("Parts and total differ"),
        _("The parts add up to %(parts)s, and the attendances are %(total)s."),
        figures.parts_and_total,
    ),
    Rule(
        "nobody-came",
        (Kind.ACTIVITY,),
        _("Completed without participants"),
        _("The activity is completed, and nobody is counted. Was it cancelled or postponed?"),
        figures.nobody_came,
    ),
    Rule(
        "people-at-none",
        (Kind.ACTIVITY,),
        _("People at an activity that did not take place"),
        _("The activity was cancelled or postponed, and %(total)s people are counted."),
        figures.people_at_none,
    ),
    Rule(
        "district-outside",
        (Kind.ACTIVITY,),
        _("District outside the project"),
        _("The district is not one of the project's, and no reason is given."),
        figures.district_outside,
    ),
    Rule(
        "dates-outside",
        (Kind.ACTIVITY,),
        _("Dates outside the project"),
        _("The activity is more than 30 days before the beginning or after the end of the project."),
        figures.dates_outside,
    ),
    Rule(
        "completed-ahead",
        (Kind.ACTIVITY,),
        _("Completed in the future"),
        _("The activity is completed, and its last day is still to come."),
        figures.completed_ahead,
    ),
    Rule(
        "activity-twice",
        (Kind.ACTIVITY,),
        _("Perhaps entered twice"),
        _("Another activity of the project has the same kind, district and first day."),
        figures.activity_twice,
    ),
    Rule(
        "title-twice",
        (Kind.ACTIVITY,),
        _("Nearly the same title"),
        _("Another activity of the project has nearly the same title and the same first day."),
        figures.title_twice,
    ),
    Rule(
        "percent-without-parts",
        (Kind.RESULT,),
        _("Percentage without numerator and denominator"),
        _("A percentage needs its numerator and a denominator above zero."),
        figures.percent_without_parts,
    ),
    Rule(
        "small-sample",
        (Kind.RESULT,),
        _("Small sample"),
        _("The percentage is of %(denominator)s; below 30 it says little."),
        figures.small_sample,
    ),
    Rule(
        "cells-and-value",
        (Kind.RESULT,),
        _("Parts are more than the value"),
        _("The parts of the result add up to %(parts)s, and the value is %(total)s."),
        figures.cells_and_value,
    ),
    Rule(
        "periods-overlap",
        (Kind.RESULT,),
        _("Periods overlap"),
        _("Another result of the indicator is for a period that overlaps this one."),
        figures.periods_overlap,
    ),
    Rule(
        "cumulative-falls",
        (Kind.RESULT,),
        _("A cumulative value falls"),
        _("The value fell from %(before)s to %(now)s, and no comment says why."),
        figures.cumulative_falls,
    ),
    Rule(
        "target-missed",
        (Kind.RESULT,),
        _("Far from the target"),
        _("The value is %(percent)s %% of the target, and no comment says why."),
        figures.target_missed,
    ),
    Rule(
        "baseline-late",
        (Kind.RESULT,),
        _("Baseline after the first value"),
        _("The baseline was measured after the period of this result had ended."),
        figures.baseline_late,
    ),
    Rule(
        "personal-data",
        TEXT_KINDS,
        _("Personal data in a text"),
        _("There is what looks like an identity card number, a mobile number or an e-mail address."),
        texts.personal_data,
    ),
    Rule(
        "label-beside-name",
        TEXT_KINDS,
        _("A label beside a name"),
        _("A word such as “terrorist” or “radicalized” stands beside what looks like a person's name."),
        texts.label_beside_name,
    ),
    Rule(
        "story-twice",
        (Kind.STORY,),
        _("Perhaps the same story"),
        _("Another story of the organization tells nearly the same."),
        texts.story_twice,
    ),
    Rule(
        "image-undescribed",
        (Kind.ITEM, Kind.STORY),
        _("Picture without description or credit"),
        _("A picture needs a description for readers who cannot see it, and in a story a credit."),
        texts.image_undescribed,
    ),
    Rule(
        "challenge-open",
        (Kind.CHALLENGE,),
        _("Severe challenge open for long"),
        _("A severe challenge has been open for more than %(days)s days."),
        figures.challenge_open,
    ),
)
BY_CODE = {rule.code: rule for rule in RULES}


def sentence_of(code: str, values: dict[str, Any]) -> str:
    """What a doubt says, in the reader's language. A rule that is gone says its code."""
    if code not in BY_CODE:
        return code
    return str(BY_CODE[code].sentence) % values if "%(" in str(BY_CODE[code].sentence) else str(BY_CODE[code].sentence)
