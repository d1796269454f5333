"""Two painters, one data set: tagged PDF and HTML hold the same words, and what people typed is never markup."""

from __future__ import annotations

import io

import pytest
from django.utils.html import escape
from pypdf import PdfReader

from reports import renderers
from reports.tables import sha256_of
from reports.tests.conftest import PERIOD
from reports.tests.ready import build_dataset

HOSTILE = '#read("secret") *bold* $x$ </style><script>alert(1)</script> ⟨⟩ \u202e\x07 \\ @ref <label> = // /* 😀'


@pytest.fixture
def snapshot(world, manager, actor_of, now):
    def make(language="en"):
        return build_dataset(
            "impact",
            actor=actor_of(manager),
            programme_id=world["programme"].pk,
            language=language,
            at=now,
            **PERIOD,
        )

    return make


def pdf_of(snapshot, *, is_final=False) -> bytes:
    return renderers.render_pdf(snapshot=snapshot, sha256=sha256_of(snapshot), is_final=is_final)


def html_of(snapshot, *, is_final=False) -> str:
    return renderers.render_html(snapshot=snapshot, sha256=sha256_of(snapshot), is_final=is_final).decode()


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_same_snapshot_gives_the_same_bytes(snapshot):
    assert pdf_of(snapshot()) == pdf_of(snapshot())


@pytest.mark.parametrize(("language", "tag"), [("en", "en-GB"), ("ur", "ur-PK")])
def test_pdf_is_tagged_says_its_language_and_title_and_claims_ua_1(snapshot, language, tag):
    pdf = pdf_of(snapshot(language))
    catalogue = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert bool(catalogue["/MarkInfo"]["/Marked"]) is True
    assert catalogue["/Lang"] == tag
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in catalogue["/Metadata"].get_data()


def test_every_page_carries_the_stamp_and_its_number(snapshot):
    data = snapshot()
    pages = PdfReader(io.BytesIO(pdf_of(data))).pages
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert data["stamp"]["document_id"] in text
        if number > 1:
            assert f"Page {number} of {len(pages)}" in text
            assert sha256_of(data)[:16] in text


def test_demo_is_marked_on_every_page_and_only_there(snapshot):
    data = snapshot()
    assert "DEMO" not in text_of(pdf_of(data))
    data["is_demo"] = True
    assert all("DEMO" in page.extract_text() for page in PdfReader(io.BytesIO(pdf_of(data))).pages)


def test_disclaimers_and_funding_are_in_both(snapshot):
    data = snapshot()
    text, page = text_of(pdf_of(data)), html_of(data)
    for words in (
        data["cover"]["funding"],
        "do not necessarily reflect the views of the European Union",
        "not a map",
    ):
        assert words in text
        assert words in page


def test_pdf_and_html_hold_the_same_tables(snapshot):
    data = snapshot()
    text, page = text_of(pdf_of(data)).replace(" ", ""), html_of(data)
    tables = [block for section in data["sections"] for block in section["blocks"] if block["block"] == "table"]
    assert tables
    for table in tables:
        for row in table["rows"]:
            for cell in row:
                words = cell["text"] if isinstance(cell, dict) else str(cell)
                assert escape(words) in page
                assert words.replace(" ", "") in text


def test_status_is_printed_as_draft_until_released(snapshot):
    data = snapshot()
    assert "Draft for review" in text_of(pdf_of(data))
    assert "Draft for review" not in text_of(pdf_of(data, is_final=True))
    assert "Final" in html_of(data, is_final=True)


def test_what_people_typed_is_printed_and_never_obeyed(snapshot, world):
    world["project"].title = HOSTILE
    world["project"].save()
    data = snapshot()
    text, page = text_of(pdf_of(data)), html_of(data)
    assert '#read("secret") *bold* $x$' in text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_urdu_body_text_can_be_searched(snapshot):
    text = text_of(pdf_of(snapshot("ur")))
    assert "Khyber" in text or "خیبر" in text


def test_missing_typeface_is_named(snapshot, monkeypatch, tmp_path):
    data = snapshot()
    monkeypatch.setattr(renderers, "FONTS", tmp_path)
    with pytest.raises(renderers.FontMissing, match="Noto Nastaliq Urdu"):
        pdf_of(data)


@pytest.mark.parametrize("language", ["en", "ur"])
def test_characters_without_a_glyph_never_stop_the_document(language, snapshot, world):
    world["project"].title = (
        "\u062a\u062c\u0631 \u27e8\U0001f600\U0001f469\U0001f3fd\u200d\U0001f3eb\u27e9 \u2192 \u6f22 \u041f"
        " \ufdfa \u202e \u0007 e\u0301\u0323\u20dd \U0010fffd"
    )
    world["project"].save()
    assert pdf_of(snapshot(language)).startswith(b"%PDF-")
