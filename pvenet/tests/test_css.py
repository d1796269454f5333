"""Promises about the style sheets: start and end, colours from tokens, and contrast that holds in light and in dark."""

from __future__ import annotations

import math
import re
import zlib
from pathlib import Path

import pytest
from django.conf import settings

SHEETS = sorted((Path(settings.BASE_DIR) / "static" / "css").rglob("*.css"))
TOKENS = Path(settings.BASE_DIR) / "static" / "css" / "tokens.css"
COMPRESSED_LIMIT = 30_000

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARATION = re.compile(r"(?<![\w-])([a-z-]+)\s*:\s*([^;{}]+);")
PHYSICAL_PROPERTY = re.compile(
    r"^(left|right|top|bottom|(width|height)|(min|max)-(width|height)"
    r"|(margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right|top|bottom)(-.+)?"
    r"|border-(top|bottom)-(left|right)-radius)$"
)
PHYSICAL_VALUE = re.compile(r"\b(left|right)\b")
FOUR_SIDES = re.compile(r"^(margin|padding|inset|border-radius)$")
COLOR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\("
    r"|\b(white|black|red|green|blue|gray|grey|orange|yellow|navy|teal|silver|maroon|purple)\b"
)
ROLE = re.compile(r"--color-([\w-]+): light-dark\(oklch\(([^)]*)\), oklch\(([^)]*)\)\)")

PAPER = ("ground", "surface", "sunken")
STATES = ("waiting", "positive", "harm", "note", "quiet")
#: What is read, what it is read on, and the least contrast (WCAG 2.2: 4.5 for text, 3 for edges; 7 for states).
PAIRS = [
    *[(ink, paper, 7.0) for ink in ("ink", "ink-soft", "action", "action-strong") for paper in PAPER],
    *[(state, paper, 7.0) for state in STATES for paper in ("ground", "surface")],
    *[(state, f"{state}-soft", 7.0) for state in STATES],
    *[("ink", f"{state}-soft", 7.0) for state in STATES],
    ("action", "action-soft", 7.0),
    ("action-strong", "action-soft", 7.0),
    ("on-action", "action", 7.0),
    ("on-action", "action-strong", 7.0),
    ("on-harm", "harm", 7.0),
    *[("edge", paper, 3.0) for paper in PAPER],
    *[("focus", paper, 3.0) for paper in PAPER],
    *[(f"figure-{hue}", paper, 3.0) for hue in range(1, 6) for paper in ("ground", "surface")],
    *[("on-ramp-low", f"ramp-{level}", 7.0) for level in range(3)],
    *[("on-ramp-high", f"ramp-{level}", 4.5) for level in range(3, 6)],
]


def declarations(sheet: Path) -> list[tuple[str, str]]:
    """Every declaration of a style sheet as (property, value), without comments."""
    return DECLARATION.findall(COMMENT.sub("", sheet.read_text()))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_style_sheet_speaks_start_and_end(sheet: Path) -> None:
    physical = [
        (name, value)
        for name, value in declarations(sheet)
        if PHYSICAL_PROPERTY.match(name)
        or (not name.startswith("--") and PHYSICAL_VALUE.search(value))
        or (FOUR_SIDES.match(name) and len(value.split()) == 4)
    ]
    assert physical == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_colours_come_from_tokens(sheet: Path) -> None:
    colours = [
        (name, value)
        for name, value in declarations(sheet)
        if COLOR.search(re.sub(r"var\([^)]*\)|url\([^)]*\)", "", value))
        and not (sheet == TOKENS and name.startswith("--color-"))
    ]
    assert colours == []


def test_every_token_that_is_used_is_defined() -> None:
    text = "".join(COMMENT.sub("", sheet.read_text()) for sheet in SHEETS)
    defined = set(re.findall(r"(--[\w-]+)\s*:", text))
    assert set(re.findall(r"var\((--[\w-]+)\)", text)) - defined == set()


def test_the_style_sheets_of_a_page_stay_small() -> None:
    weight = sum(len(zlib.compress(sheet.read_bytes())) for sheet in SHEETS if sheet.parent == TOKENS.parent)
    assert weight < COMPRESSED_LIMIT


@pytest.mark.parametrize(("ink", "paper", "least"), PAIRS)
def test_a_pair_of_tokens_can_be_read_in_light_and_in_dark(ink: str, paper: str, least: float) -> None:
    roles = {name: (light, dark) for name, light, dark in ROLE.findall(TOKENS.read_text())}
    light, dark = (contrast(roles[ink][mode], roles[paper][mode]) for mode in range(2))
    assert (light >= least, dark >= least) == (True, True), f"{ink} on {paper}: {light:.2f} light, {dark:.2f} dark"


def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG 2.2 between two "lightness chroma hue" texts."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def luminance(lightness_chroma_hue: str) -> float:
    """Relative luminance of an oklch colour, by way of linear sRGB (CSS Color 4, section 17)."""
    lightness, chroma, hue = (float(part) for part in lightness_chroma_hue.split("/")[0].split())
    a, b = (
        chroma * math.cos(math.radians(hue)),
        chroma * math.sin(math.radians(hue)),
    )
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(1.0, max(0.0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
