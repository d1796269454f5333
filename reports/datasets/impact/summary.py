"""The first and the last word of the impact report: what stands out, how it was counted, what it cannot say."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.text import listed
from organizations.models import Project
from reports.datasets.counting import ranked
from reports.datasets.coverage import Coverage
from reports.datasets.frame import Order, day, evidence_statement, period_text
from reports.datasets.impact.facts import Facts
from reports.tables import (
    Block,
    Bullets,
    Finding,
    Findings,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Section,
)


def summary_section(facts: Facts, coverage: Coverage, order: Order) -> Section:
    figures = [
        KeyFigure(
            value=len(facts.organizations),
            label=_("organizations"),
            note=_("active members of the programme"),
        ),
        KeyFigure(
            value=len(facts.projects),
            label=_("projects"),
            note=_("%(count)d of them completed")
            % {"count": sum(project.status == Project.Status.CLOSED for project in facts.projects)},
        ),
        KeyFigure(
            value=coverage.district_count,
            label=_("districts"),
            note=_("in %(count)d provinces and territories") % {"count": coverage.province_count},
        ),
        KeyFigure(
            value=len(facts.showcases),
            label=_("published showcases"),
            note=_("%(count)d more are under review") % {"count": facts.reviewed_showcase_count},
        ),
    ]
    blocks: list[Block] = [
        KeyFigures(items=tuple(figures)),
        Paragraph(
            text=_(
                "Between %(start)s and %(end)s, %(organizations)d civil society organizations worked in %(districts)d"
                " districts under the programme. This report says who they are, where and with whom they work, and what"
                " they showed each other. It holds only what the organizations entered and the programme published."
            )
            % {
                "start": day(order.period_start),
                "end": day(order.period_end),
                "organizations": len({project.organization_id for project in facts.projects}),
                "districts": coverage.district_count,
            },
        ),
        Findings(items=tuple(_findings(facts, coverage))),
        evidence_statement(
            text=_(
                "This report uses %(projects)d project records, %(organizations)d organization profiles and"
                " %(showcases)d published showcases from %(districts)d districts, %(period)s, and quotes %(stories)d"
                " stories. Activity records and data sets from before and after are not part of it yet. It describes"
                " contribution to change; it does not claim attribution."
            )
            % {
                "projects": len(facts.projects),
                "organizations": len(facts.organizations),
                "showcases": len(facts.showcases),
                "stories": len(facts.stories),
                "districts": coverage.district_count,
                "period": period_text(order.period_start, order.period_end),
            }
        ),
    ]
    return Section(key="summary", title=_("Executive summary"), blocks=tuple(blocks))


def _findings(facts: Facts, coverage: Coverage) -> Iterable[Finding]:
    yield Finding(
        text=_("Projects reach %(districts)d districts in %(provinces)d of %(all)d provinces and territories.")
        % {
            "districts": coverage.district_count,
            "provinces": coverage.province_count,
            "all": len(facts.places.provinces),
        },
        level="E2",
    )
    themes = ranked(facts.projects, "themes")
    if len(themes) > 1:
        yield Finding(
            text=_("The themes that most projects work on are “%(first)s” (%(one)d) and “%(second)s” (%(two)d).")
            % {
                "first": themes[0][0],
                "one": themes[0][1],
                "second": themes[1][0],
                "two": themes[1][1],
            },
            level="E2",
        )
    groups = ranked(facts.projects, "target_groups")
    if groups:
        yield Finding(
            text=_("The group that most projects work with is “%(group)s”: %(count)d of %(all)d projects.")
            % {
                "group": groups[0][0],
                "count": groups[0][1],
                "all": len(facts.projects),
            },
            level="E2",
        )
    if facts.showcases:
        yield Finding(
            text=_(
                "%(count)d organizations have published what they tried, what hindered them and what they learned."
                " These are their own accounts."
            )
            % {"count": len(facts.showcases)},
            level="E1",
        )
    if facts.actions:
        complete = sum(action.is_complete for action in facts.actions)
        yield Finding(
            text=_(
                "The roadmap holds %(all)d actions; %(complete)d of them name a lead, a horizon, an indicator and a"
                " target."
            )
            % {"all": len(facts.actions), "complete": complete},
            level="E2",
        )


def methodology_section(lines: list[str]) -> Section:
    return Section(
        key="methodology",
        title=_("Methodology and limitations"),
        blocks=(
            Paragraph(
                text=_(
                    "All figures were computed once, from one snapshot of the portal's database, and every edition of"
                    " this report is painted from them. A project is counted when its dates overlap the period. An"
                    " organization is counted when it is active. A showcase is quoted when it has been published."
                ),
                aside=_("The data stamp at the foot of each page names the snapshot and its fingerprint."),
            ),
            Paragraph(
                text=_(
                    "Projects and profiles are entered by the organizations and checked by the programme; this is"
                    " documented evidence (E2). What a showcase tells is one organization's own account (E1)."
                )
            ),
            Paragraph(text=_("What this report cannot say:")),
            Bullets(items=tuple(lines)),
        ),
    )


def limitations(facts: Facts) -> list[str]:
    lines = [
        _("Activities, participants and attendance: not collected in the portal yet.")
        if facts.reach.is_empty
        else _("How people were counted differs between organizations; attendances are no distinct persons."),
        _("Indicators, baselines and targets: not collected in the portal yet, so no result is measured."),
        _("All information is reported by the organizations about themselves."),
    ]
    if not facts.stories:
        lines.append(_("Human stories: none was published in this period with a consent to print."))
    empty = [
        row for row in facts.organizations if not any(project.organization_id == row.pk for project in facts.projects)
    ]
    if empty:
        lines.append(
            ngettext(
                "%(count)d organization has no project in this period: %(names)s.",
                "%(count)d organizations have no project in this period: %(names)s.",
                len(empty),
            )
            % {
                "count": len(empty),
                "names": listed([row.display_name for row in empty]),
            }
        )
    nowhere = sum(not project.districts.all() for project in facts.projects)
    if nowhere:
        lines.append(
            ngettext(
                "%(count)d project names no district and is missing from the coverage figures.",
                "%(count)d projects name no district and are missing from the coverage figures.",
                nowhere,
            )
            % {"count": nowhere}
        )
    if facts.withheld_project_count:
        lines.append(
            ngettext(
                "%(count)d project is withheld, because it is not shared with all partners.",
                "%(count)d projects are withheld, because they are not shared with all partners.",
                facts.withheld_project_count,
            )
            % {"count": facts.withheld_project_count}
        )
    if facts.reviewed_showcase_count:
        lines.append(
            ngettext(
                "%(count)d showcase is under review and not quoted.",
                "%(count)d showcases are under review and not quoted.",
                facts.reviewed_showcase_count,
            )
            % {"count": facts.reviewed_showcase_count}
        )
    lines.append(_("Budgets are withheld: not every reader of this report may see them."))
    return lines


def conclusions_section(facts: Facts, coverage: Coverage) -> Section:
    """Only what follows from the figures above."""
    items = []
    empty = coverage.empty_divisions()
    if empty and coverage.district_count:
        items.append(
            _("No project works in %(count)d divisions: %(names)s.")
            % {
                "count": len(empty),
                "names": listed([division.name for division in empty]),
            }
        )
    rare = [label for label, count, _organizations in ranked(facts.projects, "themes") if count == 1]
    if rare:
        items.append(_("One project each works on: %(themes)s.") % {"themes": listed(rare)})
    missing = sum(not action.is_complete for action in facts.actions)
    if missing:
        items.append(
            ngettext(
                "%(count)d action of the roadmap is incomplete and needs a decision.",
                "%(count)d actions of the roadmap are incomplete and need a decision.",
                missing,
            )
            % {"count": missing}
        )
    items.append(_("Whether people changed cannot be said before activities and indicators are part of this report."))
    return Section(
        key="conclusions",
        title=_("What follows from the figures"),
        blocks=(Bullets(items=tuple(items)),),
    )
