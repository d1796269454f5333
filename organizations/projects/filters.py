"""The filters of the project list: how far, where, on what, by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q, Value
from django.db.models.functions import Greatest, Lower
from django.utils.translation import gettext_lazy as _

from organizations.filters import ListFilter, SearchField
from organizations.models import Project, ProjectPartner
from organizations.models.organization import UrNorm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.terms import Term
    from organizations.filters import Places
    from organizations.models import Organization
    from organizations.models.project import ProjectQuerySet

#: One wrong letter in a word of six; as in the search of organizations.
LIKENESS = 0.4
SORTS = {
    "title": Lower("title"),
    "organization": Lower("organization__name"),
    "starts": "starts_on",
    "ends": "ends_on",
}


class ProjectFilter(ListFilter):
    """Reads as a sentence: "Projects ongoing, in Sindh, working on Education, by Thar Harmony Initiative"."""

    q = SearchField(label=_("Title or code"))

    def __init__(
        self,
        data: Any,
        *,
        places: Places,
        terms: dict[str, list[Term]],
        organizations: Iterable[Organization],
    ) -> None:
        super().__init__(data)
        self.places = places
        self.offer(
            "status",
            label=_("that are"),
            choices=Project.Status.choices,
            nothing=_("in any state"),
            refusal=_("There is no project state “%(value)s”."),
        )
        self.offer_provinces(places)
        self.offer_themes(terms["pve_theme"])
        self.offer(
            "organization",
            label=_("by"),
            choices=[(row.slug, row.display_name) for row in organizations],
            nothing=_("all organizations"),
            refusal=_("No project here belongs to an organization “%(value)s”."),
        )
        self.offer_sort(*SORTS)

    def narrow(self, rows: ProjectQuerySet) -> ProjectQuerySet:
        values = self.values
        if values["status"]:
            rows = rows.filter(status=values["status"])
        if values["province"]:
            through = Project.districts.through.objects.filter(district__province__code=values["province"])
            rows = rows.filter(pk__in=through.values("project_id"))
        if values["theme"]:
            rows = rows.filter(themes__code=values["theme"])
        if values["organization"]:
            partner_in = ProjectPartner.objects.filter(organization__slug=values["organization"])
            rows = rows.filter(Q(organization__slug=values["organization"]) | Q(pk__in=partner_in.values("project_id")))
        if values["q"]:
            rows = _search(rows, values["q"])
        return rows

    def order(self, rows: ProjectQuerySet) -> ProjectQuerySet:
        """By what was asked for; otherwise by likeness when something is searched, and by title."""
        sort = self.values["sort"]
        if not sort:
            likeness = ["-likeness"] if self.values["q"] else []
            return rows.order_by(*likeness, Lower("title"), "pk")
        key = SORTS[sort.removeprefix("-")]
        if not isinstance(key, str):
            key = key.desc() if sort.startswith("-") else key.asc()
        elif sort.startswith("-"):
            key = f"-{key}"
        return rows.order_by(key, Lower("title"), "pk")


def _search(rows: ProjectQuerySet, text: str) -> ProjectQuerySet:
    wanted = UrNorm(Value(text))
    return rows.annotate(
        likeness=Greatest(*(TrigramWordSimilarity(wanted, UrNorm(column)) for column in ("title", "title_ur", "code")))
    ).filter(likeness__gte=LIKENESS)
