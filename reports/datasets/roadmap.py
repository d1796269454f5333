"""The roadmap report: where the programme wants to go, from where, by which actions, and what is still undecided.

An action needs one lead, one horizon, one indicator and one target. What is missing prints as TBD and counts as
incomplete; nothing is filled in for it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from core.access import Actor
from core.terms import Term
from organizations.models import Organization
from partnerships.models import Action, Pillar, Roadmap
from reports.datasets import impact
from reports.datasets.counting import counted_actions
from reports.datasets.coverage import Coverage
from reports.datasets.frame import (
    NothingToReport,
    Order,
    assemble,
    day,
    evidence_statement,
    excerpt,
    listed,
)
from reports.datasets.impact.facts import AUDIENCE
from reports.datasets.impact.facts import Facts as ProgrammeFacts
from reports.models import Report
from reports.tables import (
    Block,
    Bullets,
    Cell,
    Column,
    Dataset,
    Figure,
    KeyFigure,
    KeyFigures,
    Lane,
    Paragraph,
    ReportTable,
    Section,
    Span,
    incomplete,
    not_applicable,
    not_collected,
)

TONES = {
    "INPROGRESS": "going",
    "DONE": "done",
    "BLOCKED": "stopped",
    "DROPPED": "stopped",
}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Rows as they stood in one snapshot, with what the programme's own facts say about the starting point."""

    ground: ProgrammeFacts
    roadmap: Roadmap
    pillars: list[Pillar]
    actions: list[Action]
    horizons: list[Term]
    npve: dict[str, Term]


def collect(
    *, actor: Actor, programme_id: int, period_start: date, period_end: date
) -> Facts:
    """Read everything, through the door of each table. Raises `NothingToReport`."""
    ground = impact.collect(
        actor=actor,
        programme_id=programme_id,
        period_start=period_start,
        period_end=period_end,
    )
    if ground.roadmap is None:
        raise NothingToReport(Report.Failure.NO_ROADMAP)
    # A name is printed where its organization is shared with all partners; elsewhere the lead is withheld.
    return Facts(
        ground=ground,
        roadmap=ground.roadmap,
        pillars=list(
            Pillar.objects.visible_to(actor)
            .filter(roadmap=ground.roadmap)
            .select_related("term")
            .order_by("position", "pk")
        ),
        actions=list(
            Action.objects.visible_to(actor)
            .filter(pillar__roadmap=ground.roadmap)
            .select_related("pillar__term", "horizon", "status", "lead", "npve_pillar")
            .prefetch_related("partners")
            .order_by("pillar__position", "code", "pk")
        ),
        horizons=list(Term.objects.of("roadmap_horizon")),
        npve={term.code: term for term in Term.objects.of("npve_pillar")},
    )


def build_dataset(
    *,
    actor: Actor,
    programme_id: int,
    period_start: date,
    period_end: date,
    language: str,
    at: datetime,
    number: int,
    identity: str,
) -> Dataset:
    """Collect and compose in one call, for whoever needs the figures without a job."""
    facts = collect(
        actor=actor,
        programme_id=programme_id,
        period_start=period_start,
        period_end=period_end,
    )
    order = Order(
        kind="roadmap",
        language=language,
        period_start=period_start,
        period_end=period_end,
        taken_at=at,
        number=number,
        identity=identity,
    )
    return compose(facts=facts, order=order)


def compose(*, facts: Facts, order: Order) -> Dataset:
    """Turn the facts into finished words, tables and figures in the language of the order. Reads nothing."""
    with override(order.language):
        coverage = Coverage.of(facts.ground.projects, facts.ground.places)
        limitations = _limitations(facts)
        sections = [
            _vision(facts, order),
            _making(facts, limitations),
            _starting_point(facts, coverage),
            _alignment(facts),
            Section(
                key="pillars",
                title=_("Pillars and actions"),
                blocks=(_pillar_table(facts),),
            ),
            *[_pillar(facts, pillar) for pillar in facts.pillars],
            _timeline(facts),
            _resources(facts),
            _undecided(facts),
            _organizations(facts),
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


def _vision(facts: Facts, order: Order) -> Section:
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
                aside=_("The roadmap starts on %(day)s.")
                % {"day": day(facts.roadmap.starts_on)},
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
                "day": day(order.taken_at.date()),
                "missing": sum(not action.is_complete for action in actions),
            }
        )
    )
    return Section(key="vision", title=_("Vision and horizon"), blocks=tuple(blocks))


def _making(facts: Facts, limitations: list[str]) -> Section:
    blocks: list[Block] = [
        Paragraph(
            text=_(
                "The organizations met at %(workshop)s (%(start)s to %(end)s, %(venue)s)."
            )
            % {
                "workshop": str(workshop),
                "start": day(workshop.starts_on),
                "end": day(workshop.ends_on),
                "venue": workshop.display_venue,
            },
            aside=_("%(count)d organizations in the programme")
            % {"count": len(facts.ground.organizations)},
        )
        for workshop in facts.ground.workshops
    ]
    blocks += [
        Paragraph(text=_("What this document cannot say:")),
        Bullets(items=tuple(limitations)),
    ]
    return Section(key="making", title=_("How it was made"), blocks=tuple(blocks))


def _limitations(facts: Facts) -> list[str]:
    lines = [
        _("Group exercise, proposals and votes: not collected in the portal yet."),
        _("Commitments by organizations: not collected in the portal yet."),
        _(
            "Dependencies between actions, risks and costs in figures: not collected in the portal yet."
        ),
    ]
    if facts.ground.unpublished_showcase_count:
        lines.append(
            _("The starting point quotes the %(count)d showcases that are published.")
            % {"count": len(facts.ground.showcases)}
        )
    return lines


def _starting_point(facts: Facts, coverage: Coverage) -> Section:
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
            excerpt(showcase.published_revision.challenges, words=24)
            or not_collected(),
            excerpt(showcase.published_revision.lessons_constraints, words=24)
            or not_collected(),
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
                    Column(key="organization", label=_("Organization"), share=5),
                    Column(key="challenge", label=_("Challenges encountered"), share=9),
                    Column(
                        key="constraint", label=_("Operational constraints"), share=9
                    ),
                ),
                rows=rows,
                note=_(
                    "Shortened to 24 words each. One organization's own account: evidence level E1."
                ),
                source=_("Source: published showcases"),
                is_wide=True,
            )
        )
    return Section(
        key="starting_point", title=_("Starting point"), blocks=tuple(blocks)
    )


def _alignment(facts: Facts) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for pillar in facts.pillars:
        aim = facts.npve.get(pillar.term.extra.get("npve") or "")
        own = {
            action.npve_pillar.label
            for action in _of(facts, pillar)
            if action.npve_pillar
        }
        rows.append(
            (
                pillar.term.label,
                aim.label if aim else not_applicable(),
                listed(sorted(own)) or not_collected(),
                len(_of(facts, pillar)),
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
                note=_(
                    "UN Plan of Action areas and SDG targets by pillar: not collected."
                ),
                source=_("Source: roadmap"),
            ),
        ),
    )


def _pillar_table(facts: Facts) -> ReportTable:
    codes = list(dict.fromkeys(action.status.label for action in facts.actions))
    rows = tuple(
        (
            pillar.term.label,
            len(actions := _of(facts, pillar)),
            sum(action.is_complete for action in actions),
            *[
                sum(action.status.label == label for action in actions)
                for label in codes
            ],
        )
        for pillar in facts.pillars
    )
    return ReportTable(
        key="pillars",
        title=_("Actions by pillar and status"),
        finding=_(
            "%(complete)d of %(all)d actions are complete: lead, horizon, indicator and target."
        )
        % {
            "complete": sum(action.is_complete for action in facts.actions),
            "all": len(facts.actions),
        },
        columns=(
            Column(key="pillar", label=_("Pillar"), share=7),
            Column(key="actions", label=_("Actions"), share=2, kind="number"),
            Column(key="complete", label=_("Complete"), share=2, kind="number"),
            *[
                Column(key=f"status{index}", label=label, share=2, kind="number")
                for index, label in enumerate(codes)
            ],
        ),
        rows=rows,
        n=counted_actions(len(facts.actions)),
        source=_("Source: roadmap"),
    )


def _pillar(facts: Facts, pillar: Pillar) -> Section:
    actions = _of(facts, pillar)
    blocks: list[Block] = []
    if pillar.display_objective:
        blocks.append(Paragraph(text=pillar.display_objective, aside=_("Objective")))
    if actions:
        missing = sum(not action.is_complete for action in actions)
        blocks.append(
            ReportTable(
                key=f"pillar_{pillar.term.code.lower()}",
                title=_("Actions of the pillar"),
                finding=_("%(all)d actions, %(missing)d incomplete")
                % {"all": len(actions), "missing": missing},
                columns=(
                    Column(key="code", label=_("Code"), share=2, kind="code"),
                    Column(key="action", label=_("Action"), share=8),
                    Column(key="who", label=_("Lead and partners"), share=9),
                    Column(key="horizon", label=_("Horizon"), share=4),
                    Column(key="indicator", label=_("Indicator"), share=6),
                    Column(key="target", label=_("Target"), share=4),
                    Column(key="resources", label=_("Resources"), share=5),
                    Column(key="status", label=_("Status"), share=4),
                ),
                rows=tuple(_action_row(facts, action) for action in actions),
                source=_("Source: roadmap"),
                is_wide=True,
            )
        )
    return Section(
        key=f"pillar_{pillar.position}",
        title=pillar.term.label,
        level=2,
        blocks=tuple(blocks),
    )


def _action_row(facts: Facts, action: Action) -> tuple[Cell, ...]:
    lead: Cell = _name(facts, action.lead) if action.lead else incomplete()
    partners = listed([_name(facts, partner) for partner in action.partners.all()])
    if isinstance(lead, str) and partners:
        lead = _("%(lead)s, with %(partners)s") % {"lead": lead, "partners": partners}
    return (
        action.code,
        action.display_title,
        lead,
        action.horizon.label if action.horizon else incomplete(),
        action.indicator or incomplete(),
        action.target or incomplete(),
        action.resources or not_collected(),
        action.status.label,
    )


def _timeline(facts: Facts) -> Section:
    order = {horizon.code: index for index, horizon in enumerate(facts.horizons)}
    lanes = []
    for pillar in facts.pillars:
        spans = [
            Span(
                first=order[action.horizon.code],
                last=order[action.horizon.code],
                label=f"{action.code} {excerpt(action.display_title, words=7)}",
                tone="incomplete"
                if not action.is_complete
                else TONES.get(action.status.code, "planned"),
            )
            for action in _of(facts, pillar)
            if action.horizon
        ]
        lanes.append(Lane(label=pillar.term.label, spans=tuple(spans)))
    counts = Counter(action.horizon.label for action in facts.actions if action.horizon)
    finding = _("Actions by horizon: %(counts)s.") % {
        "counts": listed(
            [f"{horizon.label} – {counts[horizon.label]}" for horizon in facts.horizons]
        )
    }
    undated = [action.code for action in facts.actions if not action.horizon]
    quick = [
        action
        for action in facts.actions
        if action.horizon and action.horizon.code == "H0"
    ]
    blocks: list[Block] = [
        Figure(
            key="timeline",
            kind="timeline",
            title=_("Time line by pillar and horizon"),
            finding=finding,
            alt=finding,
            n=counted_actions(len(facts.actions)),
            note=_("Without a horizon, and so not shown: %(codes)s.")
            % {"codes": listed(undated)}
            if undated
            else "",
            source=_("Source: roadmap"),
            columns=tuple(horizon.label for horizon in facts.horizons),
            lanes=tuple(lanes),
            legend=(
                ("planned", _("proposed or agreed")),
                ("going", _("in progress")),
                ("done", _("done")),
                ("stopped", _("blocked or dropped")),
                ("incomplete", _("incomplete")),
            ),
            is_wide=True,
        )
    ]
    if quick:
        blocks.append(Paragraph(text=_("Quick wins, due in the first horizon:")))
        blocks.append(
            Bullets(
                items=tuple(f"{action.code} {action.display_title}" for action in quick)
            )
        )
    return Section(
        key="timeline", title=_("Time line and quick wins"), blocks=tuple(blocks)
    )


def _resources(facts: Facts) -> Section:
    rows = tuple(
        (
            pillar.term.label,
            len(actions := _of(facts, pillar)),
            sum(bool(action.resources) for action in actions),
            sum(not action.resources for action in actions),
        )
        for pillar in facts.pillars
    )
    named = sum(row[2] for row in rows)
    if not named:
        return Section(key="resources", title=_("Resources"))
    return Section(
        key="resources",
        title=_("Resources"),
        blocks=(
            ReportTable(
                key="resources",
                title=_("Resources by pillar"),
                finding=_("%(named)d of %(all)d actions say what they need.")
                % {"named": named, "all": len(facts.actions)},
                columns=(
                    Column(key="pillar", label=_("Pillar"), share=8),
                    Column(key="actions", label=_("Actions"), share=2, kind="number"),
                    Column(
                        key="named", label=_("Resources named"), share=3, kind="number"
                    ),
                    Column(key="open", label=_("Not yet"), share=2, kind="number"),
                ),
                rows=rows,
                n=counted_actions(len(facts.actions)),
                note=_("Amounts and the funding gap: not collected."),
                source=_("Source: roadmap"),
            ),
        ),
    )


def _undecided(facts: Facts) -> Section:
    rows = []
    for action in facts.actions:
        missing = [
            name
            for name, value in (
                (_("Lead"), action.lead_id),
                (_("Horizon"), action.horizon_id),
                (_("Indicator"), action.indicator),
                (_("Target"), action.target),
            )
            if not value
        ]
        if missing:
            rows.append((action.code, action.display_title, listed(missing)))
    if not rows:
        return Section(key="undecided", title=_("What is still to be decided"))
    return Section(
        key="undecided",
        title=_("What is still to be decided"),
        blocks=(
            ReportTable(
                key="undecided",
                title=_("Incomplete actions"),
                finding=_("%(count)d actions wait for a decision.")
                % {"count": len(rows)},
                columns=(
                    Column(key="code", label=_("Code"), share=2, kind="code"),
                    Column(key="action", label=_("Action"), share=9),
                    Column(key="missing", label=_("What is missing"), share=5),
                ),
                rows=tuple(rows),
                n=counted_actions(len(facts.actions)),
                source=_("Source: roadmap"),
            ),
        ),
    )


def _organizations(facts: Facts) -> Section:
    leads = Counter(
        _name(facts, action.lead) for action in facts.actions if action.lead
    )
    partners = Counter(
        _name(facts, partner)
        for action in facts.actions
        for partner in action.partners.all()
    )
    names = sorted({*leads, *partners})
    if not names:
        return Section(
            key="annex_organizations", title=_("Organizations in the roadmap")
        )
    return Section(
        key="annex_organizations",
        title=_("Organizations in the roadmap"),
        blocks=(
            ReportTable(
                key="organizations",
                title=_("Who leads and who takes part"),
                finding=_("%(count)d organizations lead an action or take part in one.")
                % {"count": len(names)},
                columns=(
                    Column(key="organization", label=_("Organization"), share=9),
                    Column(key="leads", label=_("Leads"), share=2, kind="number"),
                    Column(
                        key="partner", label=_("Takes part"), share=2, kind="number"
                    ),
                ),
                rows=tuple((name, leads[name], partners[name]) for name in names),
                n=counted_actions(len(facts.actions)),
                source=_("Source: roadmap"),
            ),
        ),
    )


def _of(facts: Facts, pillar: Pillar) -> list[Action]:
    return [action for action in facts.actions if action.pillar_id == pillar.pk]


def _name(facts: Facts, organization: Organization) -> str:
    """The organization's name, or the word that it is withheld from the readers of a report."""
    if organization.is_active and organization.sensitivity in AUDIENCE:
        return organization.display_name
    return _("withheld")
