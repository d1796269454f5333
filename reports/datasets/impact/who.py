"""Who works, under which policy, where, on what and with whom."""

from collections import Counter, defaultdict

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.text import in_own_language, listed
from organizations.models import Project
from reports.datasets.counting import (
    bars_figure,
    counted_organizations,
    counted_projects,
    ranked,
    register_source,
)
from reports.datasets.coverage import Coverage
from reports.datasets.frame import period_text
from reports.datasets.impact.facts import Facts
from reports.tables import (
    Block,
    Column,
    Paragraph,
    ReportTable,
    Section,
    not_applicable,
    not_collected,
)


def programme_section(facts: Facts) -> Section:
    programme = facts.programme
    summary = programme.display_summary
    blocks: list[Block] = [Paragraph(text=summary)] if summary else []
    rows = [
        (_("Programme"), str(programme)),
        (_("Leads"), in_own_language(programme.lead_name, programme.lead_name_ur)),
        (_("Carries out"), in_own_language(programme.executing_name, programme.executing_name_ur)),
        (_("Funds"), in_own_language(programme.funder_name, programme.funder_name_ur)),
        (
            _("Runs"),
            period_text(programme.starts_on, programme.ends_on) or not_collected(),
        ),
        (pgettext("report", "Organizations"), len(facts.organizations)),
    ]
    blocks.append(
        ReportTable(
            key="programme",
            title=_("The programme"),
            finding=_("Who leads, who carries out and who funds"),
            columns=(
                Column(key="what", label=_("Part"), share=3),
                Column(key="who", label=_("Who or what"), share=8),
            ),
            rows=tuple(rows),
            source=_("Source: programme record"),
        )
    )
    return Section(
        key="programme",
        title=_("The programme and its organizations"),
        blocks=tuple(blocks),
    )


def organizations_by_type_section(facts: Facts) -> Section:
    counts = Counter(organization.type.label for organization in facts.organizations)
    if not counts:
        return Section(key="types", title=_("Organizations by type"), level=2)
    types = counts.most_common()
    led = [
        (_("Led by women"), sum(row.is_women_led for row in facts.organizations)),
        (
            _("Led by young people"),
            sum(row.is_youth_led for row in facts.organizations),
        ),
        (
            _("Led by persons with disabilities"),
            sum(row.is_disability_led for row in facts.organizations),
        ),
    ]
    finding = _("“%(type)s” is the most frequent type, with %(count)d of %(all)d organizations.") % {
        "type": types[0][0],
        "count": types[0][1],
        "all": len(facts.organizations),
    }
    return Section(
        key="types",
        title=_("Organizations by type"),
        level=2,
        blocks=(
            bars_figure(
                "types",
                _("Organizations by type"),
                finding,
                types,
                n=counted_organizations(len(facts.organizations)),
                source=register_source(),
            ),
            ReportTable(
                key="leadership",
                title=_("Leadership"),
                finding=_("What organizations say about who leads them"),
                columns=(
                    Column(key="led", label=_("Leadership"), share=6),
                    Column(
                        key="count",
                        label=pgettext("report", "Organizations"),
                        share=2,
                        kind="number",
                    ),
                ),
                rows=tuple(led),
                n=counted_organizations(len(facts.organizations)),
                note=_("An organization may appear in several rows or in none."),
                source=register_source(),
            ),
        ),
    )


def alignment_sections(facts: Facts) -> list[Section]:
    """Projects under the national policy, the UN's plan and the SDG; a frame that no project serves is left out."""
    npve: dict[str, list[Project]] = defaultdict(list)
    areas: dict[str, list[Project]] = defaultdict(list)
    targets: dict[str, list[Project]] = defaultdict(list)
    for project in facts.projects:
        for term in project.npve_pillars.all():
            npve[term.code].append(project)
        for code in {term.extra.get("un_poa") for term in project.themes.all()} - {None}:
            areas[code].append(project)
        for term in project.sdg_targets.all():
            targets[term.code].append(project)
    tables = (
        _served_table(
            facts,
            npve,
            vocabulary="npve_pillar",
            key="npve",
            title=_("NPVE Policy 2024"),
            finding=_("Projects under the five aims of the national policy"),
            first=Column(key="aim", label=_("Aim"), share=8),
            note=_("A project may serve several aims."),
        ),
        _served_table(
            facts,
            areas,
            vocabulary="un_poa_area",
            key="un_poa",
            title=_("UN Plan of Action"),
            finding=_("Projects under the seven priority areas of the UN Plan of Action to Prevent Violent Extremism"),
            first=Column(key="area", label=_("Priority area"), share=8),
            note=_("Derived from the themes of each project (A/70/674)."),
        ),
        _sdg_table(facts, targets),
    )
    blocks = tuple(table for table in tables if table)
    return [Section(key="alignment", title=_("Alignment with policy"), blocks=blocks)] if blocks else []


def _served_table(
    facts: Facts,
    matches: dict[str, list[Project]],
    *,
    vocabulary: str,
    key: str,
    title: str,
    finding: str,
    first: Column,
    note: str,
) -> ReportTable | None:
    """Every term of a vocabulary with the projects that serve it and whose they are. None where no project serves any."""
    if not matches:
        return None
    return ReportTable(
        key=key,
        title=title,
        finding=finding,
        columns=(
            first,
            Column(key="projects", label=_("Projects"), share=2, kind="number"),
            Column(key="organizations", label=pgettext("report", "Organizations"), share=2, kind="number"),
        ),
        rows=tuple(
            (
                term.label,
                len(matches.get(term.code, [])),
                len({project.organization_id for project in matches.get(term.code, [])}),
            )
            for term in facts.vocabularies[vocabulary]
        ),
        n=counted_projects(len(facts.projects)),
        note=note,
        source=_("Source: project register"),
    )


def _sdg_table(facts: Facts, matches: dict[str, list[Project]]) -> ReportTable | None:
    """The SDG targets that a project serves; the vocabulary is too long to list those that none does."""
    if not matches:
        return None
    return ReportTable(
        key="sdg",
        title=_("Sustainable Development Goals"),
        finding=_("Projects by SDG target"),
        columns=(
            Column(key="code", label=_("Target"), share=2, kind="code"),
            Column(key="target", label=_("What it asks for"), share=8),
            Column(key="projects", label=_("Projects"), share=2, kind="number"),
        ),
        rows=tuple(
            (term.code, term.label, len(matches[term.code]))
            for term in facts.vocabularies["sdg_target"]
            if term.code in matches
        ),
        n=counted_projects(len(facts.projects)),
        source=_("Source: project register"),
    )


def coverage_sections(facts: Facts, coverage: Coverage) -> list[Section]:
    if not coverage.district_count:
        return []
    return [
        Section(
            key="coverage",
            title=_("Reach and coverage"),
            blocks=(coverage.tile_figure(project_count=len(facts.projects)),),
        ),
        Section(
            key="provinces",
            title=_("Provinces and territories"),
            level=2,
            blocks=(coverage.province_table(project_count=len(facts.projects)),),
        ),
    ]


def projects_section(facts: Facts) -> Section:
    if not facts.projects:
        return Section(key="projects", title=_("Projects"))
    rows = tuple(
        (
            project.organization.display_name,
            project.display_title,
            period_text(project.starts_on, project.ends_on) or not_collected(),
            str(Project.Status(project.status).label),
            listed([district.name for district in project.districts.all()])
            or (not_applicable() if project.is_online else not_collected()),
        )
        for project in facts.projects
    )
    states = Counter(str(Project.Status(project.status).label) for project in facts.projects).most_common()
    return Section(
        key="projects",
        title=_("Projects"),
        blocks=(
            Paragraph(
                text=_("Of %(all)d projects: %(states)s.")
                % {
                    "all": len(facts.projects),
                    "states": listed(
                        [_("%(state)s %(count)d") % {"state": state, "count": count} for state, count in states]
                    ),
                }
            ),
            ReportTable(
                key="projects",
                title=_("Projects of the period"),
                finding=_("Every project, who carries it out, when and where"),
                columns=(
                    Column(
                        key="organization",
                        label=pgettext("report", "Organization"),
                        share=6,
                    ),
                    Column(key="title", label=_("Project"), share=8),
                    Column(key="period", label=_("Period"), share=5),
                    Column(key="status", label=_("Status"), share=3),
                    Column(key="districts", label=_("Districts"), share=5),
                ),
                rows=rows,
                n=counted_projects(len(facts.projects)),
                source=_("Source: project register"),
                is_wide=True,
            ),
        ),
    )


def subjects_sections(facts: Facts) -> list[Section]:
    themes = ranked(facts.projects, "themes")
    groups = ranked(facts.projects, "target_groups")
    if not themes and not groups:
        return []
    sections = [Section(key="subjects", title=_("Themes and target groups"))]
    for key, title, rows, vocabulary, finding in (
        (
            "themes",
            _("Themes"),
            themes,
            "pve_theme",
            _("“%(first)s” leads, with %(count)d of %(all)d projects."),
        ),
        (
            "target_groups",
            _("Target groups"),
            groups,
            "target_group",
            _("Most projects work with “%(first)s”: %(count)d of %(all)d."),
        ),
    ):
        if not rows:
            continue
        absent = [term.label for term in facts.vocabularies[vocabulary] if term.label not in {row[0] for row in rows}]
        blocks: list[Block] = [
            bars_figure(
                key,
                title,
                finding
                % {
                    "first": rows[0][0],
                    "count": rows[0][1],
                    "all": len(facts.projects),
                },
                [(label, count) for label, count, _organizations in rows[:12]],
                n=counted_projects(len(facts.projects)),
                source=_("Source: project register"),
                note=_("A project may name several."),
            ),
            ReportTable(
                key=f"{key}_table",
                title=title,
                finding=_("The same in figures, with the organizations behind them"),
                columns=(
                    Column(key="label", label=title, share=8),
                    Column(key="projects", label=_("Projects"), share=2, kind="number"),
                    Column(
                        key="organizations",
                        label=pgettext("report", "Organizations"),
                        share=2,
                        kind="number",
                    ),
                ),
                rows=tuple(rows),
                n=counted_projects(len(facts.projects)),
                source=_("Source: project register"),
            ),
        ]
        if absent:
            blocks.append(Paragraph(text=_("No project names: %(labels)s.") % {"labels": listed(absent)}))
        sections.append(Section(key=key, title=title, level=2, blocks=tuple(blocks)))
    return sections
