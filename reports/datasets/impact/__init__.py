"""The impact report: who works where, on what and with whom, what the organizations showed, and what is not known.

Only what the portal holds is reported. What it does not hold is listed as such, and no chapter stands empty.
"""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.datasets.coverage import Coverage
from reports.datasets.frame import Order, assemble
from reports.datasets.impact import annexes, meeting, reach, stories, summary, who
from reports.datasets.impact.facts import Facts, collect
from reports.tables import Dataset

__all__ = ["collect", "compose"]


def compose(*, facts: Facts, order: Order) -> Dataset:
    """Turn the facts into finished words, tables and figures in the language of the order. Reads nothing."""
    with override(order.language):
        return _compose(facts, order)


def _compose(facts: Facts, order: Order) -> Dataset:
    coverage = Coverage.of(facts.projects, facts.places)
    limitations = summary.limitations(facts)
    sections = [
        summary.summary_section(facts, coverage, order),
        who.programme_section(facts),
        who.organizations_by_type_section(facts),
        summary.methodology_section(limitations),
        *who.alignment_sections(facts),
        *who.coverage_sections(facts, coverage),
        *reach.reach_sections(facts),
        who.projects_section(facts),
        *who.subjects_sections(facts),
        *meeting.showcases_sections(facts),
        *stories.stories_sections(facts.stories),
        *meeting.roadmap_sections(facts),
        summary.conclusions_section(facts, coverage),
        annexes.organization_annex(facts),
        annexes.district_annex(coverage),
        annexes.quality_annex(facts),
    ]
    dataset = assemble(
        order=order,
        programme=facts.programme,
        title=_("Impact Report"),
        subtitle=_("What civil society organizations do together to prevent violent extremism"),
        sections=[section for section in sections if section.blocks or section.key == "subjects"],
        limitations=limitations,
        cover_tiles=coverage.tiles(),
        is_demo=facts.programme.is_demo or any(row.is_demo for row in (*facts.organizations, *facts.projects)),
    )
    return replace(dataset, stories=tuple(str(story.uuid) for story in facts.stories))
