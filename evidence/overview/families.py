"""The frame of a release: which places, groups and months its figures are of, and the closed list of its tables.

There are two families. *People* is that of `core.suppression`: place, sex, age, target group, month. *Kinds* counts the
same attendances by kind of activity, setting and disability, for the whole country and one at a time. The two have no
dimension in common and no table crosses them, so they are safe together: a second world of one changes who people are
or where they came, and leaves their kind of activity as it is, and the other way round (docs/adr/0012).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.geography import District
from core.suppression import Dimension, Family, participation_family
from core.terms import Term
from evidence.models import AgeBand, Disability, Sex
from evidence.overview.calendar import months

if TYPE_CHECKING:
    from datetime import date

#: The place of activities online or in several districts, at every level.
NO_DISTRICT = "NO-DISTRICT"
#: No target group, or no setting, was recorded.
NOT_RECORDED = "U"

#: Who can be in a group; a table in which a reader sees that somebody cannot exist would protect nobody.
ONLY_FEMALE = frozenset({"WOMEN", "MOTHERS"})
ONLY_AGES = {
    "YOUTH": frozenset({AgeBand.A15_17, AgeBand.A18_24, AgeBand.A25_29, AgeBand.NOT_RECORDED}),
    "ADOLESC": frozenset({AgeBand.A10_14, AgeBand.NOT_RECORDED}),
}


def frame_for(starts_on: date, ends_on: date) -> dict[str, Any]:
    """The codes of a period as of now, to be stored with its release: geography and vocabularies may change later."""
    districts = District.objects.order_by("province__position", "division__name_en", "name_en", "pk")
    rows = districts.values_list("code", "division__code", "province__code")
    geography = {code: [division, province] for code, division, province in rows}
    terms: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    vocabularies = Term.objects.filter(vocabulary__in=["target_group", "activity_type", "setting"])
    for vocabulary, code, extra in vocabularies.order_by("position", "pk").values_list("vocabulary", "code", "extra"):
        terms.setdefault(vocabulary, []).append((code, extra))
    groups = terms.get("target_group", [])
    return {
        # An object of JSON does not keep its order in the database.
        "geography": [[code, *above] for code, above in geography.items()] + [[NO_DISTRICT] * 3],
        "ages": AgeBand.values,
        "groups": [*(code for code, _extra in groups), NOT_RECORDED],
        "sensitive": [code for code, extra in groups if extra.get("sensitive")],
        "quarters": sorted(months(starts_on, ends_on).items()),
        "types": [code for code, _extra in terms.get("activity_type", [])],
        "settings": [*(code for code, _extra in terms.get("setting", [])), NOT_RECORDED],
        "disabilities": Disability.values,
    }


#: What is given up, one after the other, where a period cannot be printed safely with it: groups below the province first,
#: because most groups that need protection are withheld there anyway.
NARROWER: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (("district", "group"),),
    (("district", "group"), ("district", "quarter")),
    (("district", "group"), ("district", "quarter"), ("district", "age"), ("district", "sex_merged")),
)


def people_family(frame: dict[str, Any]) -> Family:
    """The tables of people by who and where they are, and when they came, without those that the period gave up."""
    family = participation_family(
        geography={code: (division, province) for code, division, province in frame["geography"]},
        ages=frame["ages"],
        groups=frame["groups"],
        sensitive_groups=frame["sensitive"],
        quarters=dict(frame["quarters"]),
        is_possible=is_possible,
    )
    given_up = [tuple(view) for view in frame.get("given_up", [])]
    return replace(family, views=tuple(view for view in family.views if view not in given_up))


def kinds_family(frame: dict[str, Any]) -> Family:
    """The tables by what people came to, and by disability: one dimension each, for the whole country."""
    return Family(
        dimensions=(
            Dimension.flat("type", frame["types"]),
            Dimension.flat("setting", frame["settings"]),
            Dimension.flat("disability", frame["disabilities"]),
        ),
        views=(("type",), ("setting",), ("disability",)),
        sensitive_level="disability",
        sensitive=frozenset({Disability.WITH}),
    )


def is_possible(person: tuple[str, ...]) -> bool:
    """Whether somebody of this sex and age can be in this group. What was recorded stays, however odd."""
    _district, sex, age, group, _month = person
    if group in ONLY_FEMALE and sex == Sex.MALE:
        return False
    return age in ONLY_AGES.get(group, (age,))
