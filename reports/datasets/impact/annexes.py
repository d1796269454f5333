"""The annexes of the impact report: every organization, every district, and how complete the records are."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.text import listed
from reports.datasets.counting import counted_organizations, register_source
from reports.datasets.coverage import Coverage
from reports.datasets.impact.facts import Facts
from reports.tables import (
    Cell,
    Column,
    Paragraph,
    ReportTable,
    Section,
    not_applicable,
    not_collected,
)


def organization_annex(facts: Facts) -> Section:
    rows = tuple(
        (
            organization.display_name,
            organization.type.label,
            organization.headquarters.province.name if organization.headquarters else not_collected(),
            listed([district.name for district in organization.districts.all()]) or not_collected(),
            listed([term.label for term in organization.themes.all()]) or not_collected(),
        )
        for organization in facts.organizations
    )
    if not rows:
        return Section(key="annex_organizations", title=pgettext("report", "Organizations"))
    return Section(
        key="annex_organizations",
        title=pgettext("report", "Organizations"),
        blocks=(
            ReportTable(
                key="organizations",
                title=_("Organizations of the programme"),
                finding=_("Every organization, its type, where and on what it works"),
                columns=(
                    Column(key="name", label=pgettext("report", "Organization"), share=6),
                    Column(key="type", label=_("Type"), share=4),
                    Column(key="province", label=_("Head office"), share=4),
                    Column(key="districts", label=_("Districts"), share=5),
                    Column(key="themes", label=_("Themes"), share=7),
                ),
                rows=rows,
                n=counted_organizations(len(facts.organizations)),
                source=register_source(),
                is_wide=True,
            ),
        ),
    )


def district_annex(coverage: Coverage) -> Section:
    blocks = (coverage.district_table(),) if coverage.district_count else ()
    return Section(key="annex_districts", title=_("Districts covered"), blocks=blocks)


def quality_annex(facts: Facts) -> Section:
    def share(rows: int, of: int) -> Cell:
        return f"{rows} / {of}" if of else not_applicable()

    projects, organizations = facts.projects, facts.organizations
    rows = (
        (
            _("Projects with a start and an end"),
            share(sum(bool(p.starts_on and p.ends_on) for p in projects), len(projects)),
        ),
        (
            _("Projects with a district"),
            share(sum(bool(p.districts.all()) for p in projects), len(projects)),
        ),
        (
            _("Projects with a theme"),
            share(sum(bool(p.themes.all()) for p in projects), len(projects)),
        ),
        (
            _("Projects with an aim of the national policy"),
            share(sum(bool(p.npve_pillars.all()) for p in projects), len(projects)),
        ),
        (
            _("Organizations with a mission"),
            share(
                sum(bool(o.mission or o.mission_ur) for o in organizations),
                len(organizations),
            ),
        ),
        (
            _("Organizations with staff by sex"),
            share(
                sum(o.women_staff_count is not None for o in organizations),
                len(organizations),
            ),
        ),
        (_("Activity records"), not_collected()),
        (_("Pre and post data"), not_collected()),
        (_("Stories quoted, each with a consent to print"), len(facts.stories)),
    )
    return Section(
        key="annex_quality",
        title=_("Data quality and suppression"),
        blocks=(
            ReportTable(
                key="quality",
                title=_("How complete the records are"),
                finding=_("What was filled in, and what is not collected"),
                columns=(
                    Column(key="what", label=_("Record"), share=8),
                    Column(key="filled", label=_("Filled in"), share=3, kind="number"),
                ),
                rows=rows,
                source=_("Source: project and organization registers"),
            ),
            Paragraph(
                text=_(
                    "This report counts organizations, projects, districts and actions. It counts no persons, so no"
                    " cell had to be suppressed."
                ),
                aside=_("Suppressed cells: 0"),
            ),
        ),
    )
