"""The actions: by pillar, over time, with their resources, what is still undecided, and who takes part."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.text import listed
from partnerships.models import Action, Pillar
from reports.datasets.counting import counted_actions
from reports.datasets.frame import excerpt
from reports.datasets.roadmap.facts import Facts, shown_name
from reports.tables import (
    Block,
    Bullets,
    Cell,
    Column,
    Figure,
    Lane,
    Paragraph,
    ReportTable,
    Section,
    Span,
    incomplete,
    not_collected,
)

#: How a status looks on the time line; every other status is planned.
TONES = {
    "INPROGRESS": "going",
    "DONE": "done",
    "BLOCKED": "stopped",
    "DROPPED": "stopped",
}


def pillar_table(facts: Facts) -> ReportTable:
    codes = list(dict.fromkeys(action.status.label for action in facts.actions))
    rows = tuple(
        (
            pillar.term.label,
            len(actions := facts.actions_of(pillar)),
            sum(action.is_complete for action in actions),
            *[sum(action.status.label == label for action in actions) for label in codes],
        )
        for pillar in facts.pillars
    )
    return ReportTable(
        key="pillars",
        title=_("Actions by pillar and status"),
        finding=_("%(complete)d of %(all)d actions are complete: lead, horizon, indicator and target.")
        % {
            "complete": sum(action.is_complete for action in facts.actions),
            "all": len(facts.actions),
        },
        columns=(
            Column(key="pillar", label=_("Pillar"), share=7),
            Column(key="actions", label=_("Actions"), share=2, kind="number"),
            Column(key="complete", label=_("Complete"), share=2, kind="number"),
            *[Column(key=f"status{index}", label=label, share=2, kind="number") for index, label in enumerate(codes)],
        ),
        rows=rows,
        n=counted_actions(len(facts.actions)),
        source=_("Source: roadmap"),
        is_wide=True,
    )


def pillar_section(facts: Facts, pillar: Pillar) -> Section:
    actions = facts.actions_of(pillar)
    blocks: list[Block] = []
    if pillar.display_objective:
        blocks.append(Paragraph(text=pillar.display_objective, aside=_("Objective")))
    if actions:
        missing = sum(not action.is_complete for action in actions)
        blocks.append(
            ReportTable(
                key=f"pillar_{pillar.term.code.lower()}",
                title=_("Actions of the pillar"),
                finding=_("%(all)d actions, %(missing)d incomplete") % {"all": len(actions), "missing": missing},
                columns=(
                    Column(key="code", label=_("Code"), share=2, kind="code"),
                    Column(key="action", label=_("Action"), share=7),
                    Column(key="who", label=_("Lead and partners"), share=10),
                    Column(key="horizon", label=_("Horizon"), share=5),
                    Column(key="indicator", label=_("Indicator"), share=6),
                    Column(key="target", label=_("Target"), share=5),
                    Column(key="resources", label=_("Resources"), share=5),
                    Column(key="status", label=_("Status"), share=4),
                ),
                rows=tuple(_action_row(action) for action in actions),
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


def _action_row(action: Action) -> tuple[Cell, ...]:
    lead: Cell = shown_name(action.lead) if action.lead else incomplete()
    partners = listed([shown_name(partner) for partner in action.partners.all()])
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


def timeline_section(facts: Facts) -> Section:
    order = {horizon.code: index for index, horizon in enumerate(facts.horizons)}
    lanes = []
    for pillar in facts.pillars:
        spans = [
            Span(
                first=order[action.horizon.code],
                last=order[action.horizon.code],
                label=f"{action.code} {excerpt(action.display_title, words=7)}",
                tone="incomplete" if not action.is_complete else TONES.get(action.status.code, "planned"),
                word=action.status.label if action.is_complete else _("incomplete"),
            )
            for action in facts.actions_of(pillar)
            if action.horizon
        ]
        lanes.append(Lane(label=pillar.term.label, spans=tuple(spans)))
    counts = Counter(action.horizon.label for action in facts.actions if action.horizon)
    finding = _("Actions by horizon: %(counts)s.") % {
        "counts": listed([f"{horizon.label} – {counts[horizon.label]}" for horizon in facts.horizons])
    }
    undated = [action.code for action in facts.actions if not action.horizon]
    quick = [action for action in facts.actions if action.horizon and action.horizon.code == "H0"]
    blocks: list[Block] = [
        Figure(
            key="timeline",
            kind="timeline",
            title=_("Time line by pillar and horizon"),
            finding=finding,
            alt=finding,
            n=counted_actions(len(facts.actions)),
            note=_("Without a horizon, and so not shown: %(codes)s.") % {"codes": listed(undated)} if undated else "",
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
        blocks.append(Bullets(items=tuple(f"{action.code} {action.display_title}" for action in quick)))
    return Section(key="timeline", title=_("Time line and quick wins"), blocks=tuple(blocks))


def resources_section(facts: Facts) -> Section:
    rows = tuple(
        (
            pillar.term.label,
            len(actions := facts.actions_of(pillar)),
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
                    Column(key="named", label=_("Resources named"), share=3, kind="number"),
                    Column(key="open", label=_("Not yet"), share=2, kind="number"),
                ),
                rows=rows,
                n=counted_actions(len(facts.actions)),
                note=_("Amounts and the funding gap: not collected."),
                source=_("Source: roadmap"),
            ),
        ),
    )


def undecided_section(facts: Facts) -> Section:
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
                finding=_("%(count)d actions wait for a decision.") % {"count": len(rows)},
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


def organizations_annex(facts: Facts) -> Section:
    leads = Counter(shown_name(action.lead) for action in facts.actions if action.lead)
    partners = Counter(shown_name(partner) for action in facts.actions for partner in action.partners.all())
    names = sorted({*leads, *partners})
    if not names:
        return Section(key="annex_organizations", title=_("Organizations in the roadmap"))
    return Section(
        key="annex_organizations",
        title=_("Organizations in the roadmap"),
        blocks=(
            ReportTable(
                key="organizations",
                title=_("Who leads and who takes part"),
                finding=_("%(count)d organizations lead an action or take part in one.") % {"count": len(names)},
                columns=(
                    Column(
                        key="organization",
                        label=pgettext("report", "Organization"),
                        share=9,
                    ),
                    Column(key="leads", label=_("Leads"), share=2, kind="number"),
                    Column(key="partner", label=_("Takes part"), share=2, kind="number"),
                ),
                rows=tuple((name, leads[name], partners[name]) for name in names),
                n=counted_actions(len(facts.actions)),
                source=_("Source: roadmap"),
            ),
        ),
    )
