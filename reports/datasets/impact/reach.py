"""The tables of people in the chapter on reach: the published figures as they stand, nothing counted here."""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.suppression import Figure
from evidence.overview.families import NO_DISTRICT
from evidence.overview.labels import LEVELS, label
from evidence.overview.selectors import Reach
from reports.datasets.frame import day, period_text
from reports.datasets.impact.facts import Facts
from reports.tables import Block, Callout, Column, KeyFigure, KeyFigures, Paragraph, ReportTable, Section, cell_of


def reach_sections(facts: Facts) -> list[Section]:
    """People reached: attendances by who, where and when. Where nothing was decided yet, a sentence says so."""
    title = _("People reached")
    if facts.reach.is_empty:
        text = _(
            "How many people were reached, by sex, age and disability: not decided yet. Figures are decided once a"
            " quarter, when its activities have been verified and published."
        )
        return [Section(key="people", title=title, level=2, blocks=(Paragraph(text=text),))]
    return [Section(key="people", title=title, level=2, blocks=tuple(_blocks(facts, facts.reach)))]


def _blocks(facts: Facts, reach: Reach) -> list[Block]:
    words = _words(facts, reach)
    blocks: list[Block] = [
        Paragraph(text=_totals(reach)),
        _cross(reach, "age", "sex_merged", _("Attendances by age and sex"), words),
        _cross(reach, "group", "sex_merged", _("Attendances by target group and sex"), words),
        _cross(reach, "province", "sex", _("Attendances by province or territory and sex"), words),
        _simple(reach, "quarter", _("Attendances by quarter"), words),
        _simple(reach, "disability", _("Attendances by disability"), words),
        Callout(
            title=_("Attendances are not unique persons"),
            text=_(
                "Somebody who came to two activities is two attendances. Each activity counts its own distinct persons;"
                " they are not added. Media reach is an estimate. The three are never added. Counts below 5 (10 for"
                " sensitive groups) are suppressed, and others from which one could be worked out with them."
            ),
        ),
    ]
    count = reach.records().get("activities", 0)
    if count:
        blocks.insert(0, KeyFigures(items=(KeyFigure(value=count, label=_("published activities counted")),)))
    return blocks


def _totals(reach: Reach) -> str:
    return _(
        "From %(start)s to %(end)s: %(attendances)s attendances; distinct persons %(persons)s; estimated media reach"
        " %(media)s. The figures were decided on %(day)s (state %(state)s)."
    ) % {
        "start": day(reach.starts_on),
        "end": day(reach.ends_on),
        "attendances": reach.attendances.short,
        "persons": reach.unique_persons.short,
        "media": reach.media_reach.short,
        "day": day(timezone.localtime(reach.taken_at).date()),
        "state": reach.edition,
    }


def _simple(reach: Reach, level: str, title: str, words: Mapping[str, str]) -> ReportTable:
    lines = {row.codes[level]: (row.figure,) for row in reach.table((level,))}
    return _table(reach, level, title, (_("Attendances"),), lines, words)


def _cross(reach: Reach, level: str, across: str, title: str, words: Mapping[str, str]) -> ReportTable:
    cells: dict[str, dict[str, Figure]] = {}
    for row in reach.table((level, across)):
        cells.setdefault(row.codes[level], {})[row.codes[across]] = row.figure
    columns = list(next(iter(cells.values())))
    lines = {code: tuple(row[column] for column in columns) for code, row in cells.items()}
    return _table(reach, f"{level}-{across}", title, tuple(label(across, column) for column in columns), lines, words)


def _table(
    reach: Reach,
    key: str,
    title: str,
    columns: tuple[str, ...],
    lines: Mapping[str, tuple[Figure, ...]],
    words: Mapping[str, str],
) -> ReportTable:
    level = key.split("-")[0]
    hidden = sum(not figure.is_shown for figures in lines.values() for figure in figures)
    finding = (
        ngettext("%(count)d figure is not printed.", "%(count)d figures are not printed.", hidden) % {"count": hidden}
        if hidden
        else _("Every figure is printed.")
    )
    return ReportTable(
        key=f"reach-{key}",
        title=title,
        finding=finding,
        columns=(
            Column(key=level, label=str(LEVELS[level]), share=5),
            *(Column(key=f"c{index}", label=words_, share=3, kind="number") for index, words_ in enumerate(columns, 1)),
        ),
        rows=tuple(
            (words.get(code) or label(level, code), *(cell_of(figure) for figure in figures))
            for code, figures in lines.items()
            if any(figure.value != 0 for figure in figures)
        ),
        note=_("Published activities, %(period)s. A row with nobody is left out.")
        % {"period": period_text(reach.starts_on, reach.ends_on)},
        source=_("Source: published figures of participation"),
    )


def _words(facts: Facts, reach: Reach) -> dict[str, str]:
    """Labels of places and groups from what was read already."""
    words = {province.code: province.name for province in facts.places.provinces}
    words[NO_DISTRICT] = _("No single district (online or several)")
    return words | {term.code: term.label for term in facts.vocabularies["target_group"]}
