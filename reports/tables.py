"""What a report is made of before anything is painted: words, tables and figures as plain frozen values.

A `Dataset` is computed once and painted many times. It holds finished words in one language and whole numbers, so
that no renderer computes, translates or decides anything. It goes to JSON whole; its hash is taken over that JSON.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Literal

from django.utils.translation import gettext as _

from core.suppression import Figure as Count


class Absence(StrEnum):
    """Why a cell holds no figure. The five words are never mixed; `INCOMPLETE` is a gap that somebody must fill."""

    WITHHELD = "withheld"
    SUPPRESSED = "suppressed"
    REDACTED = "redacted"
    NOT_COLLECTED = "not_collected"
    NOT_APPLICABLE = "not_applicable"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class Mark:
    """A cell that stands for an absence, with the word that is printed for it."""

    absence: Absence
    text: str


Cell = str | int | Mark


def withheld() -> Mark:
    return Mark(Absence.WITHHELD, _("withheld"))


def suppressed(*, below: int) -> Mark:
    return Mark(Absence.SUPPRESSED, f"<{below}")


def not_collected() -> Mark:
    return Mark(Absence.NOT_COLLECTED, _("not collected"))


def not_applicable() -> Mark:
    return Mark(Absence.NOT_APPLICABLE, _("not applicable"))


def cell_of(figure: Count) -> Cell:
    """A figure of a release as a cell: its number, or its mark."""
    if figure.reason is not None:
        return Mark(Absence(str(figure.reason)), figure.short)
    return figure.value if isinstance(figure.value, int) and not figure.is_percent else figure.short


def incomplete() -> Mark:
    return Mark(Absence.INCOMPLETE, _("TBD"))


# --- Blocks: what a section is made of --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Running text; `aside` is printed beside it in the margin."""

    text: str
    aside: str = ""
    block: str = "paragraph"


@dataclass(frozen=True, kw_only=True)
class Bullets:
    items: tuple[str, ...]
    block: str = "bullets"


@dataclass(frozen=True, kw_only=True)
class Callout:
    """A statement set apart, such as the evidence statement."""

    title: str
    text: str
    block: str = "callout"


@dataclass(frozen=True, kw_only=True)
class KeyFigure:
    value: int
    label: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class KeyFigures:
    items: tuple[KeyFigure, ...]
    block: str = "key_figures"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One claim and the level of the evidence behind it, E0 to E4."""

    text: str
    level: str


@dataclass(frozen=True, kw_only=True)
class Findings:
    items: tuple[Finding, ...]
    block: str = "findings"


@dataclass(frozen=True, kw_only=True)
class VoicePart:
    """One text of an organization, in the language it was written in."""

    label: str
    text: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Voice:
    """What an organization says in its own words, under its name."""

    name: str
    detail: str
    parts: tuple[VoicePart, ...]
    block: str = "voice"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table. `share` is its part of the width; number columns align at the end."""

    key: str
    label: str
    share: int = 1
    kind: Literal["text", "number", "code"] = "text"


@dataclass(frozen=True, kw_only=True)
class ReportTable:
    """A numbered table. `title` names it, `finding` says what it shows; `n` says how many records it counts."""

    key: str
    title: str
    finding: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    source: str = ""
    n: str = ""
    is_wide: bool = False
    number: str = ""
    block: str = "table"


@dataclass(frozen=True, kw_only=True)
class Bar:
    label: str
    value: int


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One division: its place on the schematic grid and how dark it is painted, 0 (nothing) to 4."""

    column: int
    row: int
    label: str
    region: str
    value: int
    shade: int


@dataclass(frozen=True, kw_only=True)
class Span:
    """A bar on a time line, from one column to another (both included). `tone` is a state, shown by shape and word."""

    first: int
    last: int
    label: str
    tone: Literal["planned", "going", "done", "stopped", "incomplete"]
    word: str


@dataclass(frozen=True, kw_only=True)
class Lane:
    label: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A numbered picture. `alt` states the finding in full for who cannot see it; its table stands beside it."""

    key: str
    kind: Literal["bars", "tiles", "timeline"]
    title: str
    finding: str
    alt: str
    note: str = ""
    source: str = ""
    n: str = ""
    bars: tuple[Bar, ...] = ()
    tiles: tuple[Tile, ...] = ()
    columns: tuple[str, ...] = ()
    lanes: tuple[Lane, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    is_wide: bool = False
    number: str = ""
    block: str = "figure"


Block = Paragraph | Bullets | Callout | KeyFigures | Findings | Voice | ReportTable | Figure


@dataclass(frozen=True, kw_only=True)
class Section:
    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    level: Literal[1, 2] = 1
    number: str = ""


# --- The whole ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Cover:
    title: str
    subtitle: str
    programme: str
    period: str
    funding: str
    bodies: tuple[str, ...]
    demo_note: str = ""


@dataclass(frozen=True, kw_only=True)
class Term:
    """A short form or a word, and what it stands for."""

    short: str
    long: str


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """The inside of the cover: who is responsible, under which disclaimers, how to cite and whom to ask."""

    disclaimers: tuple[str, ...]
    lines: tuple[Term, ...]
    evidence_key: tuple[Term, ...]
    absence_key: tuple[Term, ...]


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """Where the figures come from; printed at the foot of each page."""

    document_id: str
    snapshot_id: str
    taken_at: str
    filter: str
    verify_url: str


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Everything a report says, in one language, computed from one snapshot of the database."""

    kind: str
    language: Literal["en", "ur"]
    generated_at: str
    is_demo: bool
    cover: Cover
    imprint: Imprint
    stamp: Stamp
    words: dict[str, str]
    sections: tuple[Section, ...]
    acronyms: tuple[Term, ...] = ()
    limitations: tuple[str, ...] = ()
    cover_tiles: tuple[Tile, ...] = ()
    #: The stories that are quoted, by their public identifiers: a report is built again when one is withdrawn.
    stories: tuple[str, ...] = ()
    version: int = field(default=1)

    def as_json(self) -> dict[str, Any]:
        """The dataset as plain JSON values, as stored in `Report.snapshot` and read by every renderer."""
        return json.loads(canonical(asdict(self)))


def canonical(snapshot: dict[str, Any]) -> str:
    """The one spelling of a snapshot that its hash is taken over: keys sorted, no spaces, no escapes."""
    return json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(snapshot: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(snapshot).encode()).hexdigest()
