"""Where the programme wants to go, how that was decided, where it starts, and which policy it serves."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.text import listed
from reports.datasets.counting import counted_actions
from reports.datasets.coverage import Coverage
from reports.datasets.frame import Order, day, evidence_statement, excerpt
from reports.datasets.roadmap.facts import Facts
from reports.tables import (
    Block,
    Bullets,
    Cell,
    Column,
    KeyFigure,
    KeyFigures,
    Paragraph,
    ReportTable,
    Section,
    not_applicable,
    not_collected,
)


def vision_section(facts: Facts, order: Order) -> Section:
    actions = facts.actions
    leads = {action.lead_id for action in actions if action.lead_id}
    blocks: list[Block] = [
        KeyFigures(
            items=(
                KeyFigure(value=len(facts.pillars), label=_("pillars")),
                KeyFigure(value=len(actions), label=_("actions")),
                KeyFigure(
                    value=sum(action.is_complete for action in actions),
                    label=_("complete actions"),
                    note=_("with lead, horizon, indicator and target"),
                ),
                KeyFigure(value=len(leads), label=_("organizations in the lead")),
            )
        )
    ]
    if facts.roadmap.display_vision:
        blocks.append(
            Paragraph(
                text=facts.roadmap.display_vision,
                aside=_("The roadmap starts on %(day)s.") % {"day": day(facts.roadmap.starts_on)},
            )
        )
    blocks.append(
        evidence_statement(
            text=_(
                "This document prints %(actions)d actions as they stood on %(day)s. An action counts as complete when"
                " it names one lead, one horizon, one measurable indicator and one target; %(missing)d do not yet."
            )
            % {
                "actions": len(actions),
                "day": day(order.local_time.date()),
                "missing": sum(not action.is_complete for action in actions),
            }
        )
    )
    return Section(key="vision", title=_("Vision and horizon"), blocks=tuple(blocks))


def making_section(facts: Facts, limitations: list[str]) -> Section:
    blocks: list[Block] = [
        Paragraph(
            text=_("The organizations met at %(workshop)s (%(start)s to %(end)s, %(venue)s).")
            % {
                "workshop": str(workshop),
                "start": day(workshop.starts_on),
                "end": day(workshop.ends_on),
                "venue": workshop.display_venue,
            },
            aside=_("%(count)d organizations in the programme") % {"count": len(facts.ground.organizations)},
        )
        for workshop in facts.ground.workshops
    ]
    blocks.append(Paragraph(text=endorsement_line(facts), aside=endorsement_edition(facts)))
    blocks += [
        Paragraph(text=_("What this document cannot say:")),
        Bullets(items=tuple(limitations)),
    ]
    return Section(key="making", title=_("How it was made"), blocks=tuple(blocks))


def endorsement_line(facts: Facts) -> str:
    """Whether NACTA stands behind the roadmap, in whose name and since when."""
    current = facts.endorsement
    if current is None:
        return _("NACTA has not endorsed this roadmap.")
    words = {"office": current.office, "day": day(timezone.localtime(current.endorsed_at).date())}
    return _("NACTA endorsed this roadmap on %(day)s: %(office)s.") % words


def endorsement_edition(facts: Facts) -> str:
    """Which edition that was, where it is not the one that is printed."""
    current = facts.endorsement
    if current is None or current.edition == facts.roadmap.edition:
        return ""
    return _("Changed since endorsement: edition %(endorsed)d was endorsed, edition %(printed)d is printed here.") % {
        "endorsed": current.edition,
        "printed": facts.roadmap.edition,
    }


def limitations(facts: Facts) -> list[str]:
    lines = [
        _("Group exercise, proposals and votes: not collected in the portal yet."),
        _("Commitments by organizations: not collected in the portal yet."),
        _("Dependencies between actions, risks and costs in figures: not collected in the portal yet."),
    ]
    if facts.ground.reviewed_showcase_count:
        lines.append(
            _("The starting point quotes the %(count)d showcases that are published.")
            % {"count": len(facts.ground.showcases)}
        )
    return lines


def starting_point_section(facts: Facts, coverage: Coverage) -> Section:
    ground = facts.ground
    blocks: list[Block] = [
        Paragraph(
            text=_(
                "%(organizations)d organizations with %(projects)d projects work in %(districts)d districts of"
                " %(provinces)d provinces and territories."
            )
            % {
                "organizations": len(ground.organizations),
                "projects": len(ground.projects),
                "districts": coverage.district_count,
                "provinces": coverage.province_count,
            },
            aside=_("Impact Report: the same figures with their tables"),
        )
    ]
    rows = tuple(
        (
            showcase.organization.display_name,
            excerpt(showcase.published_revision.challenges, words=24) or not_collected(),
            excerpt(showcase.published_revision.lessons_constraints, words=24) or not_collected(),
        )
        for showcase in ground.showcases
    )
    if rows:
        blocks.append(
            ReportTable(
                key="constraints",
                title=_("Challenges and constraints"),
                finding=_("What stood in the way, in the organizations' own words"),
                columns=(
                    Column(
                        key="organization",
                        label=pgettext("report", "Organization"),
                        share=5,
                    ),
                    Column(key="challenge", label=_("Challenges encountered"), share=9),
                    Column(key="constraint", label=_("Operational constraints"), share=9),
                ),
                rows=rows,
                note=_("Shortened to 24 words each. One organization's own account: evidence level E1."),
                source=_("Source: published showcases"),
                is_wide=True,
            )
        )
    return Section(key="starting_point", title=_("Starting point"), blocks=tuple(blocks))


def alignment_section(facts: Facts) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for pillar in facts.pillars:
        aim = facts.npve.get(pillar.term.extra.get("npve") or "")
        own = {action.npve_pillar.label for action in facts.actions_of(pillar) if action.npve_pillar}
        rows.append(
            (
                pillar.term.label,
                aim.label if aim else not_applicable(),
                listed(sorted(own)) or not_collected(),
                len(facts.actions_of(pillar)),
            )
        )
    return Section(
        key="alignment",
        title=_("Alignment with policy"),
        blocks=(
            ReportTable(
                key="alignment",
                title=_("Pillars and the NPVE Policy 2024"),
                finding=_("Each pillar serves an aim of the national policy"),
                columns=(
                    Column(key="pillar", label=_("Pillar"), share=7),
                    Column(key="aim", label=_("Aim of the pillar"), share=3),
                    Column(key="own", label=_("Aims of its actions"), share=5),
                    Column(key="actions", label=_("Actions"), share=2, kind="number"),
                ),
                rows=tuple(rows),
                n=counted_actions(len(facts.actions)),
                note=_("UN Plan of Action areas and SDG targets by pillar: not collected."),
                source=_("Source: roadmap"),
            ),
        ),
    )
