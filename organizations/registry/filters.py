"""The filters of the registry: which organizations, where, on what, with whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Func, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import get_language
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from organizations.filters import ListFilter, SearchField
from organizations.models.organization import UrSort
from organizations.registry.search import search_organizations

if TYPE_CHECKING:
    from core.terms import Term
    from organizations.filters import Places
    from organizations.models.organization import OrganizationQuerySet

AMONG_OTHERS = "others"
AMONG_INACTIVE = "inactive"
#: The public word for a sort, and what the database orders by; the name and a primary key always follow.
SORTS = {
    "name": "",
    "type": "type__position",
    "districts": "district_count",
    "projects": "project_count",
}


class RegistryFilter(ListFilter):
    """Reads as a sentence: "Organizations in Sindh, in Sukkur, working on Education, with Students"."""

    q = SearchField(label=_("Name, acronym or Urdu name"))

    def __init__(
        self,
        data: Any,
        *,
        places: Places,
        terms: dict[str, list[Term]],
        can_see_inactive: bool,
    ) -> None:
        super().__init__(data)
        self.places = places
        self._offer_places(places)
        self._offer_subjects(terms)
        others = [(AMONG_OTHERS, _("authorities, agencies and funders"))]
        if can_see_inactive:
            others.append((AMONG_INACTIVE, _("inactive entries")))
        self.offer(
            "among",
            label=_("among"),
            choices=others,
            nothing=_("the programme’s CSOs"),
            refusal=_("The registry has no list “%(value)s”."),
        )
        self.offer_sort(*SORTS)

    def _offer_places(self, places: Places) -> None:
        """Province, division and district; the narrower ones only where the wider one leads."""
        self.offer_provinces(places)
        province = self.data.get("province", "")
        if province not in {row.code for row in places.provinces}:
            province = ""
        self.offer(
            "division",
            label=_("in"),
            choices=[
                (row.code, _text("%(name)s division") % {"name": row.name})
                for row in places.divisions
                if province in ("", places.province_of[row.code].code)
            ],
            nothing=_("all divisions"),
            refusal=self._not_there(province, _("There is no division “%(value)s”.")),
        )
        if not self.data.get("division"):
            # A division is chosen on the tile grid; the sentence names it only once it is.
            self.fields["division"].widget = forms.HiddenInput()
        self.offer(
            "district",
            label=_("district"),
            choices=[
                (group.name, [(row.code, row.name) for row in rows])
                for group, rows in places.grouped(places.in_province(province))
            ],
            nothing=_("any"),
            refusal=self._not_there(province, _("There is no district “%(value)s”.")),
        )

    def _offer_subjects(self, terms: dict[str, list[Term]]) -> None:
        self.offer_themes(terms["pve_theme"])
        self.offer(
            "group",
            label=_("with"),
            choices=[(row.code, row.label) for row in terms["target_group"]],
            nothing=_("all groups"),
            refusal=_("There is no target group “%(value)s”."),
        )
        self.offer(
            "type",
            label=_("of the type"),
            choices=[(row.code, row.label) for row in terms["partner_type"]],
            nothing=_("any"),
            refusal=_("There is no type of organization “%(value)s”."),
        )

    def _not_there(self, province: str, otherwise: Any) -> Any:
        if not province:
            return otherwise
        name = next(row.name for row in self.places.provinces if row.code == province)
        return _text("“%(value)s” is not in %(province)s. Choose a place there, or remove the province.").replace(
            "%(province)s", name
        )

    def narrow(self, rows: OrganizationQuerySet) -> OrganizationQuerySet:
        """Everything but the place, so that the tile grid can count the same organizations by place."""
        values = self.values
        if values["among"] == AMONG_INACTIVE:
            rows = rows.filter(is_active=False)
        else:
            rows = rows.filter(is_active=True, is_member=values["among"] != AMONG_OTHERS)
        if values["type"]:
            rows = rows.filter(type__code=values["type"])
        if values["theme"]:
            rows = rows.filter(themes__code=values["theme"])
        if values["group"]:
            rows = rows.filter(target_groups__code=values["group"])
        if values["q"]:
            rows = search_organizations(rows, values["q"])
        return rows

    def narrow_places(self, rows: OrganizationQuerySet) -> OrganizationQuerySet:
        """Organizations whose published profile names a district there."""
        values = self.values
        wanted = {
            row.pk
            for row in self.places.districts
            if values["province"] in ("", row.province.code)
            and values["division"] in ("", row.division.code)
            and values["district"] in ("", row.code)
        }
        if len(wanted) == len(self.places.districts):
            return rows
        through = rows.model.districts.through.objects.filter(district_id__in=wanted)
        return rows.filter(pk__in=through.values("organization_id"))

    def order(self, rows: OrganizationQuerySet) -> OrganizationQuerySet:
        """By what was asked for; otherwise by likeness when something is searched, and by name."""
        sort = self.values["sort"]
        name = _name_key()
        if not sort:
            likeness = ["-likeness"] if self.values["q"] else []
            return rows.order_by(*likeness, name.asc(), "pk")
        is_backwards = sort.startswith("-")
        key = SORTS[sort.removeprefix("-")]
        if not key:
            return rows.order_by(name.desc() if is_backwards else name.asc(), "pk")
        return rows.order_by(f"-{key}" if is_backwards else key, name.asc(), "pk")


def _name_key() -> Func:
    """The name that the reader sees, in the order of the reader's alphabet."""
    if get_language() == "ur":
        return UrSort(Coalesce(NullIf("name_ur", Value("")), "name"))
    return Lower("name")
