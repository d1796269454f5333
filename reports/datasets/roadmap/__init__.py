"""The roadmap report: where the programme wants to go, from where, by which actions, and what is still undecided.

An action needs one lead, one horizon, one indicator and one target. What is missing prints as TBD and counts as
incomplete; nothing is filled in for it.
"""

from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.datasets.coverage import Coverage
from reports.datasets.frame import Order, assemble
from reports.datasets.roadmap import actions, direction
from reports.datasets.roadmap.facts import Facts, collect
from reports.tables import Dataset, Section

__all__ = ["collect", "compose"]


def compose(*, facts: Facts, order: Order) -> Dataset:
    """Turn the facts into finished words, tables and figures in the language of the order. Reads nothing."""
    with override(order.language):
        coverage = Coverage.of(facts.ground.projects, facts.ground.places)
        limitations = direction.limitations(facts)
        sections = [
            direction.vision_section(facts, order),
            direction.making_section(facts, limitations),
            direction.starting_point_section(facts, coverage),
            direction.alignment_section(facts),
            Section(
                key="pillars",
                title=_("Pillars and actions"),
                blocks=(actions.pillar_table(facts),),
            ),
            *[actions.pillar_section(facts, pillar) for pillar in facts.pillars],
            actions.timeline_section(facts),
            actions.resources_section(facts),
            actions.undecided_section(facts),
            actions.organizations_annex(facts),
        ]
        return assemble(
            order=order,
            programme=facts.ground.programme,
            title=_("Strategic Roadmap"),
            subtitle=str(facts.roadmap),
            sections=[section for section in sections if section.blocks],
            limitations=limitations,
            cover_tiles=coverage.tiles(),
            is_demo=facts.roadmap.is_demo or facts.ground.programme.is_demo,
        )
