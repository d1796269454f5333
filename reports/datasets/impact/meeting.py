"""What the organizations showed each other at the workshop, and the way forward they are part of."""

from django.utils.translation import gettext as _

from partnerships.models import Action
from reports.datasets import quotes
from reports.datasets.counting import counted_actions
from reports.datasets.frame import day
from reports.datasets.impact.facts import Facts
from reports.tables import Block, Column, Paragraph, ReportTable, Section


def showcases_sections(facts: Facts) -> list[Section]:
    if not facts.workshops:
        return []
    blocks: list[Block] = []
    for workshop in facts.workshops:
        blocks.append(
            Paragraph(
                text=_("%(workshop)s, %(start)s to %(end)s, %(venue)s.")
                % {
                    "workshop": str(workshop),
                    "start": day(workshop.starts_on),
                    "end": day(workshop.ends_on),
                    "venue": workshop.display_venue,
                },
                aside=_("%(count)d showcases published, %(rest)d under review")
                % {
                    "count": len(facts.showcases),
                    "rest": facts.reviewed_showcase_count,
                },
            )
        )
        if workshop.display_summary:
            blocks.append(Paragraph(text=workshop.display_summary))
    sections = [
        Section(
            key="workshop",
            title=_("The workshop and its showcases"),
            blocks=tuple(blocks),
        )
    ]
    voices = [voice for voice in (quotes.voice_of(showcase) for showcase in facts.showcases) if voice.parts]
    if voices:
        intro = Paragraph(
            text=_(
                "In the organizations' own words, shortened to %(words)d words and otherwise unchanged. The whole texts"
                " stand on the portal."
            )
            % {"words": quotes.QUOTED_WORDS},
            aside=_("Own account of each organization: evidence level E1"),
        )
        sections.append(
            Section(
                key="voices",
                title=_("Innovations, challenges and lessons"),
                level=2,
                blocks=(intro, *voices),
            )
        )
    return sections


def roadmap_sections(facts: Facts) -> list[Section]:
    if facts.roadmap is None or not facts.actions:
        return []
    by_pillar: dict[str, list[Action]] = {}
    for action in facts.actions:
        by_pillar.setdefault(action.pillar.term.label, []).append(action)
    rows = tuple(
        (
            label,
            len(actions),
            sum(action.is_complete for action in actions),
            sum(action.status.code == "INPROGRESS" for action in actions),
            sum(action.status.code == "DONE" for action in actions),
        )
        for label, actions in by_pillar.items()
    )
    blocks: list[Block] = []
    if facts.roadmap.display_vision:
        blocks.append(Paragraph(text=facts.roadmap.display_vision, aside=str(facts.roadmap)))
    blocks.append(
        ReportTable(
            key="roadmap",
            title=_("The roadmap by pillar"),
            finding=_("%(complete)d of %(all)d actions are complete: lead, horizon, indicator and target.")
            % {"complete": sum(row[2] for row in rows), "all": len(facts.actions)},
            columns=(
                Column(key="pillar", label=_("Pillar"), share=8),
                Column(key="actions", label=_("Actions"), share=2, kind="number"),
                Column(key="complete", label=_("Complete"), share=2, kind="number"),
                Column(key="going", label=_("In progress"), share=2, kind="number"),
                Column(key="done", label=_("Carried out"), share=2, kind="number"),
            ),
            rows=rows,
            n=counted_actions(len(facts.actions)),
            note=_("The roadmap report holds every action."),
            source=_("Source: roadmap"),
        )
    )
    return [Section(key="roadmap", title=_("The way forward"), blocks=tuple(blocks))]
