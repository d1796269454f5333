"""Where projects work: counts by division, province and district, as a tile grid and as tables. No map is drawn."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.geography import District, Division, Province
from core.text import listed
from organizations.models import Project
from reports.datasets.counting import counted_projects
from reports.tables import Column, Figure, ReportTable, Tile


@dataclass(frozen=True, kw_only=True)
class Places:
    """The whole geography, read once."""

    provinces: list[Province]
    divisions: list[Division]
    districts: list[District]

    @classmethod
    def read(cls) -> "Places":
        return cls(
            provinces=list(Province.objects.order_by("position", "pk")),
            divisions=list(Division.objects.select_related("province").order_by("tile_row", "tile_column")),
            districts=list(
                District.objects.select_related("province", "division").order_by("province__position", "code")
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Projects by place. A project counts once in each place that it works in."""

    places: Places
    by_division: Counter[int]
    by_province: Counter[int]
    by_district: dict[int, list[Project]]

    @classmethod
    def of(cls, projects: list[Project], places: Places) -> "Coverage":
        by_division: Counter[int] = Counter()
        by_province: Counter[int] = Counter()
        by_district: dict[int, list[Project]] = defaultdict(list)
        for project in projects:
            districts = list(project.districts.all())
            by_division.update({district.division_id for district in districts})
            by_province.update({district.province_id for district in districts})
            for district in districts:
                by_district[district.pk].append(project)
        return cls(
            places=places,
            by_division=by_division,
            by_province=by_province,
            by_district=dict(by_district),
        )

    @property
    def district_count(self) -> int:
        return len(self.by_district)

    @property
    def province_count(self) -> int:
        return len(self.by_province)

    def empty_divisions(self) -> list[Division]:
        """Divisions in which no project works, in the order of provinces."""
        empty = [division for division in self.places.divisions if not self.by_division[division.pk]]
        return sorted(empty, key=lambda division: (division.province.position, division.name_en))

    def tiles(self) -> tuple[Tile, ...]:
        return tuple(
            Tile(
                column=division.tile_column,
                row=division.tile_row,
                label=division.name,
                region=division.province.short,
                value=self.by_division[division.pk],
                shade=min(4, self.by_division[division.pk]),
            )
            for division in self.places.divisions
        )

    def tile_figure(self, *, project_count: int) -> Figure:
        covered = len(self.places.divisions) - len(self.empty_divisions())
        finding = _("Projects work in %(covered)d of the %(all)d divisions.") % {
            "covered": covered,
            "all": len(self.places.divisions),
        }
        ranked = sorted(self.places.divisions, key=lambda division: -self.by_division[division.pk])[:3]
        alt = (
            finding
            + " "
            + _("Most projects: %(divisions)s.")
            % {"divisions": listed(f"{item.name} ({self.by_division[item.pk]})" for item in ranked)}
        )
        return Figure(
            key="divisions",
            kind="tiles",
            title=_("Projects by division"),
            finding=finding,
            alt=alt,
            n=counted_projects(project_count),
            note=_(
                "A project counts once in each division that it works in. Schematic layout of administrative divisions;"
                " not a map, not to scale, no boundaries shown."
            ),
            source=_("Source: project register"),
            tiles=self.tiles(),
            legend=(
                ("0", _("no project")),
                ("1", "1"),
                ("2", "2"),
                ("3", "3"),
                ("4", _("4 or more")),
            ),
        )

    def province_table(self, *, project_count: int) -> ReportTable:
        rows = []
        for province in self.places.provinces:
            districts = [item for item in self.places.districts if item.province_id == province.pk]
            covered = [item for item in districts if item.pk in self.by_district]
            organizations = {project.organization_id for item in covered for project in self.by_district[item.pk]}
            rows.append(
                (
                    province.name,
                    self.by_province[province.pk],
                    len(organizations),
                    len(covered),
                    len(districts),
                )
            )
        rows.sort(key=lambda row: -row[1])
        first = rows[0]
        return ReportTable(
            key="provinces",
            title=_("Coverage by province and territory"),
            finding=ngettext(
                "%(province)s has the most: %(count)d project.",
                "%(province)s has the most: %(count)d projects.",
                first[1],
            )
            % {"province": first[0], "count": first[1]},
            columns=(
                Column(key="province", label=_("Province or territory"), share=4),
                Column(key="projects", label=_("Projects"), share=2, kind="number"),
                Column(
                    key="organizations",
                    label=pgettext("report", "Organizations"),
                    share=2,
                    kind="number",
                ),
                Column(key="covered", label=_("Districts covered"), share=2, kind="number"),
                Column(key="districts", label=_("All districts"), share=2, kind="number"),
            ),
            rows=tuple(rows),
            n=counted_projects(project_count),
            note=_("A project counts once in each province that it works in, so the column does not add up."),
            source=_("Source: project register"),
        )

    def district_table(self) -> ReportTable:
        rows = []
        for district in self.places.districts:
            projects = self.by_district.get(district.pk, [])
            if projects:
                names = sorted({project.organization.display_name for project in projects})
                rows.append(
                    (
                        district.name,
                        district.province.name,
                        len(projects),
                        listed(names),
                    )
                )
        return ReportTable(
            key="districts",
            title=_("Districts covered"),
            finding=_("%(covered)d of %(all)d districts are covered.")
            % {"covered": len(rows), "all": len(self.places.districts)},
            columns=(
                Column(key="district", label=_("District"), share=4),
                Column(key="province", label=_("Province or territory"), share=4),
                Column(key="projects", label=_("Projects"), share=2, kind="number"),
                Column(key="organizations", label=_("Organizations at work"), share=10),
            ),
            rows=tuple(rows),
            source=_("Source: project register"),
            is_wide=True,
        )
