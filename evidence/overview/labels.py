"""The words for the codes of a release, in the reader's language."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.geography import District, Division, Province
from core.terms import label_of
from evidence.models import AgeBand, Disability, Sex
from evidence.overview.families import NO_DISTRICT, NOT_RECORDED

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Every level that a table can have, and theme, which counts activities only.
LEVELS: dict[str, Any] = {
    "province": gettext_lazy("Province or territory"),
    "division": gettext_lazy("Division"),
    "district": gettext_lazy("District"),
    "quarter": gettext_lazy("Quarter"),
    "month": gettext_lazy("Month"),
    "sex": gettext_lazy("Sex"),
    "sex_merged": gettext_lazy("Sex"),
    "age": gettext_lazy("Age"),
    "group": gettext_lazy("Target group"),
    "disability": gettext_lazy("Disability"),
    "type": gettext_lazy("Kind of activity"),
    "setting": gettext_lazy("Setting"),
    "theme": gettext_lazy("Theme"),
}
PLACES = {"province": Province, "division": Division, "district": District}
VOCABULARIES = {"group": "target_group", "type": "activity_type", "setting": "setting", "theme": "pve_theme"}


def labels_of(level: str, codes: Iterable[str]) -> dict[str, str]:
    """The label of each code of a level; one query for places, none where the words are in memory."""
    codes = list(codes)
    if level in PLACES:
        known = {place.code: place.name for place in PLACES[level].objects.all()}
        return {
            code: _("No single district (online or several)") if code == NO_DISTRICT else known[code] for code in codes
        }
    return {code: label(level, code) for code in codes}


def label(level: str, code: str) -> str:
    """The label of a code that is not a place."""
    if level in ("sex", "sex_merged"):
        return _("Other or not recorded") if code == "OTHER" else str(Sex(code).label)
    if level == "age":
        return str(AgeBand(code).label)
    if level == "disability":
        return str(Disability(code).label)
    if level == "month":
        return date_format(date(int(code[:4]), int(code[5:]), 1), "M Y")
    if level == "quarter":
        return _("Quarter %(quarter)s of %(year)s") % {"quarter": code[-1], "year": code[:4]}
    return _("Not recorded") if code == NOT_RECORDED else label_of(VOCABULARIES[level], code)
