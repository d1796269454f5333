"""Paint a stored snapshot: as PDF with Typst, as HTML with a Django template. Nothing is computed or looked up here."""

import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from core.errors import DomainError
from reports.glyphs import covered_by, printable
from reports.tables import canonical

DOCUMENTS = settings.BASE_DIR / "reports" / "documents"
FONTS = settings.BASE_DIR / "static" / "fonts" / "documents"
STYLES = settings.BASE_DIR / "static" / "css"
SHEETS = ("tokens.css", "page.css", "components.css", "work.css", "report.css")
NEEDED_FONTS = ("Noto Sans", "Noto Naskh Arabic", "Noto Nastaliq Urdu")


class FontMissing(DomainError):
    """A typeface that the documents are set in is not where it must be."""


class TypesettingFailed(DomainError):
    """Typst refused the document; its own words are in the cause."""


def render_pdf(*, snapshot: dict[str, Any], sha256: str, is_final: bool) -> bytes:
    """Set a snapshot as a tagged PDF (PDF/UA-1). The same snapshot gives the same bytes.

    Typst refuses to write PDF/UA without a title, a sound order of headings and a text alternative for each figure.
    Raises `FontMissing` or `TypesettingFailed`.
    """
    fonts = _pinned_fonts()
    fitting = printable(snapshot, points=covered_by(FONTS))
    compiler = typst.Compiler(
        DOCUMENTS / f"{snapshot['kind']}.typ",
        root=DOCUMENTS,
        font_paths=fonts,
        ignore_system_fonts=True,
        # Data travels as JSON text: a string in it is never read as markup.
        sys_inputs={
            "dataset": canonical(fitting),
            "sha256": sha256,
            "status": "final" if is_final else "draft",
        },
        package_path=Path(os.devnull),
        package_cache_path=Path(os.devnull),
    )
    try:
        pdf = compiler.compile(
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=datetime.fromisoformat(snapshot["generated_at"]),
        )
    except typst.TypstError as error:
        raise TypesettingFailed(error.message) from error
    assert isinstance(pdf, bytes)  # without an output file, all pages in one
    return pdf


def render_html(*, snapshot: dict[str, Any], sha256: str, is_final: bool) -> bytes:
    """A page that stands alone: the same words, tables and figures as the PDF, without the portal around them."""
    with translation.override(snapshot["language"]):
        page = render_to_string(
            "reports/document.html",
            {
                "dataset": snapshot,
                "sha256": sha256,
                "is_final": is_final,
                "styles": _styles(),
            },
        )
    return page.encode()


def _styles() -> SafeString:
    """The style sheets of a page that is opened as a file: inside it, and without the typefaces it could not reach."""
    sheets = "\n".join((STYLES / name).read_text(encoding="utf-8") for name in SHEETS)
    without_faces = re.sub(r"@font-face\s*{[^}]*}\s*", "", sheets)
    return mark_safe(f"<style>{without_faces}</style>")


def _pinned_fonts() -> typst.Fonts:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    missing = [family for family in NEEDED_FONTS if family not in fonts.families()]
    if missing:
        raise FontMissing(", ".join(missing))
    return fonts
