"""What every report has around its sections: cover, disclaimers, keys, data stamp, numbering, the words of a page."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from organizations.models import Programme
from reports.datasets.acronyms import acronyms_in
from reports.models import Report
from reports.tables import (
    Block,
    Callout,
    Cover,
    Dataset,
    Figure,
    Imprint,
    ReportTable,
    Section,
    Stamp,
    Term,
    Tile,
    canonical,
)

#: Where a quoted text was cut; it never begins a line.
ELLIPSIS = "\u00a0…"


class NothingToReport(DomainError):
    """The portal holds nothing that this report could print. `failure` says what is missing."""

    def __init__(self, failure: Report.Failure) -> None:
        super().__init__(failure.label)
        self.failure = failure


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for, and when the snapshot was taken. `identity` is the report's public identifier."""

    kind: str
    language: str
    period_start: date
    period_end: date
    taken_at: datetime
    number: int
    identity: str

    @property
    def local_time(self) -> datetime:
        """When the snapshot was taken, on the clock of the programme; every date that is printed comes from here."""
        return timezone.localtime(self.taken_at)

    @property
    def document_id(self) -> str:
        return f"PVENET-{self.kind.upper()}-{self.local_time:%Y}-{self.number:04d}-{self.language.upper()}"

    @property
    def snapshot_id(self) -> str:
        return f"S{self.local_time:%Y%m%d-%H%M%S}-{self.identity[:8]}"


def day(value: date | None) -> str:
    return formats.date_format(value, "j F Y") if value else ""


def month(value: date | None) -> str:
    return formats.date_format(value, "F Y") if value else ""


def period_text(start: date | None, end: date | None) -> str:
    """A period in months, whichever of its ends is known."""
    if start and end:
        return _("%(start)s to %(end)s") % {"start": month(start), "end": month(end)}
    if start:
        return _("from %(start)s") % {"start": month(start)}
    if end:
        return _("until %(end)s") % {"end": month(end)}
    return ""


def assemble(
    *,
    order: Order,
    programme: Programme,
    title: str,
    subtitle: str,
    sections: list[Section],
    limitations: list[str],
    cover_tiles: tuple[Tile, ...],
    is_demo: bool,
) -> Dataset:
    """Put the frame around the sections. Call it in the language of the report."""
    numbered = _numbered(sections)
    taken_at = order.local_time
    dataset = Dataset(
        kind=order.kind,
        language="ur" if order.language == "ur" else "en",
        generated_at=taken_at.isoformat(timespec="seconds"),
        is_demo=is_demo,
        cover=_cover(order, programme, title=title, subtitle=subtitle, is_demo=is_demo),
        imprint=_imprint(order, programme, title=title),
        stamp=Stamp(
            document_id=order.document_id,
            snapshot_id=order.snapshot_id,
            taken_at=formats.date_format(taken_at, "j F Y, H:i"),
            filter=_("%(programme)s, %(start)s to %(end)s")
            % {
                "programme": programme.code,
                "start": day(order.period_start),
                "end": day(order.period_end),
            },
            verify_url=f"{settings.SITE_URL}/reports/verify/{order.identity}",
        ),
        words=_words(),
        sections=numbered,
        limitations=tuple(limitations),
        cover_tiles=cover_tiles,
    )
    return replace(dataset, acronyms=acronyms_in(canonical(dataset.as_json())))


def evidence_statement(*, text: str) -> Callout:
    return Callout(title=_("Evidence statement"), text=text)


def _cover(order: Order, programme: Programme, *, title: str, subtitle: str, is_demo: bool) -> Cover:
    is_urdu = order.language == "ur"
    return Cover(
        title=title,
        subtitle=subtitle,
        programme=str(programme),
        period=period_text(order.period_start, order.period_end),
        funding=_("Funded by the European Union"),
        bodies=(
            (programme.executing_name_ur if is_urdu else "") or programme.executing_name,
            (programme.lead_name_ur if is_urdu else "") or programme.lead_name,
        ),
        demo_note=_("Demonstration data. Nothing in this document is a real result.") if is_demo else "",
    )


def _imprint(order: Order, programme: Programme, *, title: str) -> Imprint:
    is_urdu = order.language == "ur"
    author = (programme.executing_name_ur if is_urdu else "") or programme.executing_name
    lines = [
        Term(
            short=_("Copyright"),
            long=_("© %(year)s %(author)s") % {"year": order.local_time.year, "author": author},
        ),
        Term(
            short=_("Suggested citation"),
            long=_("%(author)s (%(year)s). %(title)s: %(programme)s. Document %(document)s.")
            % {
                "author": author,
                "year": order.local_time.year,
                "title": title,
                "programme": str(programme),
                "document": order.document_id,
            },
        ),
        Term(
            short=_("Data"),
            long=_("Snapshot %(snapshot)s, taken on %(day)s.")
            % {
                "snapshot": order.snapshot_id,
                "day": day(order.local_time.date()),
            },
        ),
        Term(short=_("Photographs"), long=_("This document holds no photographs.")),
    ]
    if programme.contact_email:
        lines.append(Term(short=_("Contact"), long=programme.contact_email))
    return Imprint(
        disclaimers=(
            _(
                "This publication was funded by the European Union. Its contents are the sole responsibility of"
                " %(author)s and do not necessarily reflect the views of the European Union."
            )
            % {"author": author},
            _(
                "The designations employed and the presentation of material in this publication do not imply the"
                " expression of any opinion whatsoever on the part of the Secretariat of the United Nations concerning"
                " the legal status of any country, territory, city or area, or of its authorities, or concerning the"
                " delimitation of its frontiers or boundaries. This publication has not been formally edited."
            ),
            _("Schematic layout of administrative divisions; not a map, not to scale, no boundaries shown."),
            _(
                "Figures are reported by partner organisations and verified at the level shown. Counts below 5 (10 for"
                " sensitive groups) are suppressed. Attendances are not unique persons."
            ),
            _("Names and identifying details have been changed unless the person gave written consent."),
        ),
        lines=tuple(lines),
        evidence_key=(
            Term(short="E0", long=_("Assertion: no source recorded")),
            Term(short="E1", long=_("Anecdotal: one story or staff observation")),
            Term(
                short="E2",
                long=_("Documented: a dated record or document stands behind it"),
            ),
            Term(
                short="E3",
                long=_("Triangulated: two or more independent sources or methods agree"),
            ),
            Term(
                short="E4",
                long=_("Evaluated: an independent evaluation, or a baseline and endline study"),
            ),
        ),
        absence_key=(
            Term(
                short=_("withheld"),
                long=_("The information exists, but this document's readers may not see it."),
            ),
            Term(
                short=_("suppressed"),
                long=_("A count too small to print without pointing at persons."),
            ),
            Term(short=_("redacted"), long=_("A person took words out of a text.")),
            Term(short=_("not collected"), long=_("Nobody has recorded it so far.")),
            Term(short=_("not applicable"), long=_("The question does not arise.")),
        ),
    )


def _words() -> dict[str, str]:
    """The words that renderers print themselves."""
    return {
        "about": _("About this document"),
        "absence_key": _("Words for what is not printed"),
        "acronyms": _("Acronyms"),
        "contents": _("Contents"),
        "demo_mark": "DEMO",
        "evidence_key": _("Levels of evidence"),
        "filter": _("Filter:"),
        "meaning": _("Meaning"),
        "page_of": _("Page {page} of {pages}"),
        "snapshot": _("Snapshot"),
        "status_draft": _("Draft for review"),
        "status_final": _("Final"),
        "term": _("Term"),
        "verify": _("Verify at"),
    }


def _numbered(sections: list[Section]) -> tuple[Section, ...]:
    """Number chapters 1, 2.1, annexes A, B, and all tables and figures in the order of reading."""
    chapter, part, annex, tables, figures = 0, 0, 0, 0, 0
    numbered = []
    for section in sections:
        if section.key.startswith("annex"):
            number = chr(ord("A") + annex)
            annex += 1
        elif section.level == 1:
            chapter, part = chapter + 1, 0
            number = str(chapter)
        else:
            part += 1
            number = f"{chapter}.{part}"
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, ReportTable):
                tables += 1
                block = replace(block, number=_("Table %(number)d") % {"number": tables})
            elif isinstance(block, Figure):
                figures += 1
                block = replace(block, number=_("Figure %(number)d") % {"number": figures})
            blocks.append(block)
        numbered.append(replace(section, number=number, blocks=tuple(blocks)))
    return tuple(numbered)


def excerpt(text: str, *, words: int) -> str:
    """The beginning of what somebody wrote, on one line: at most `words` words, up to the end of a sentence where one
    ends in the second half, and always with an ellipsis where something was left out."""
    found = re.split(r"\s+", text.strip())
    if len(found) <= words:
        return " ".join(found)
    kept = " ".join(found[:words])
    ends = [match.end() for match in re.finditer(r"[.!?۔؟](?=\s|$)", kept)]
    if ends and ends[-1] > len(kept) / 2:
        return kept[: ends[-1]] + ELLIPSIS
    return kept.rstrip(",;:،؛") + ELLIPSIS
