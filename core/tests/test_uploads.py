"""Promises about what may be uploaded: the content decides, a picture keeps nothing but pixels, and bombs do not go off."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from core import uploads
from core.errors import InvalidInput
from core.uploads import clean_name, clean_upload
from core.web.files import stream

TYPES = "[Content_Types].xml"


def office(**parts: bytes) -> bytes:
    """A Word document without a word, with more parts in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {TYPES: b"<Types/>", "word/document.xml": b"<document/>", **parts}.items():
            archive.writestr(name, content)
    return out.getvalue()


def picture(mode: str = "RGB", size: tuple[int, int] = (40, 30), kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "green").save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "content_type", "suffix"),
    [
        (b"%PDF-1.7\n", "application/pdf", "pdf"),
        (office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        (picture(), "image/jpeg", "jpg"),
        (picture("RGBA"), "image/png", "png"),
        (picture(kind="WEBP"), "image/jpeg", "jpg"),
    ],
)
def test_the_content_says_what_a_file_is(content, content_type, suffix):
    clean = clean_upload(io.BytesIO(content))
    assert (clean.content_type, clean.suffix) == (content_type, suffix)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"MZ\x90\x00 a program", "This kind of file is not accepted."),
        (b"<html><script>", "This kind of file is not accepted."),
        (picture()[:60], "The picture is damaged."),
        (b"PK\x03\x04 and no more", "The file is damaged."),
        (office(**{"word/vbaProject.bin": b"x"}), "The document contains macros."),
        (office(**{"deep/down/VBADATA.XML": b"x"}), "The document contains macros."),
        (office(**{"word/zeros": b"\0" * 40_000_000}), "The file unpacks to far more than its size"),
        (office(**{f"word/{number}": b"" for number in range(3001)}), "The file unpacks to far more than its size"),
    ],
)
def test_what_is_not_accepted_is_refused_with_a_sentence(content, words):
    with pytest.raises(InvalidInput, match=words) as refused:
        clean_upload(io.BytesIO(content))
    assert refused.value.field == "file"


def test_a_file_over_the_limit_is_refused_without_being_read_to_its_end(settings):
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    upload = io.BytesIO(b"%PDF-" + b"x" * 5_000_000)
    with pytest.raises(InvalidInput, match="larger than 1 MB"):
        clean_upload(upload)
    assert upload.tell() == 1024 * 1024 + 1


def test_a_picture_that_claims_too_many_pixels_is_not_decoded(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_PIXELS", 40 * 30)
    assert clean_upload(io.BytesIO(picture(size=(40, 30)))).suffix == "jpg"
    with pytest.raises(InvalidInput, match="too many pixels"):
        clean_upload(io.BytesIO(picture(size=(40, 31))))


def test_a_picture_keeps_its_pixels_and_nothing_that_travelled_beside_them():
    exif = Image.Exif()
    exif[0x010F] = "⟦camera⟧"
    exif[0x8825] = {1: "N", 2: (34.0, 1.0, 0.0)}
    clean = clean_upload(io.BytesIO(picture(kind="JPEG", size=(60, 40), exif=exif)))
    kept = Image.open(io.BytesIO(clean.content))
    assert (kept.size, dict(kept.getexif()), kept.info.get("exif")) == ((60, 40), {}, None)


def test_a_large_picture_is_made_smaller():
    clean = clean_upload(io.BytesIO(picture(size=(4800, 1200))))
    assert Image.open(io.BytesIO(clean.content)).size == (2400, 600)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("report.pdf", "report"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\photo.jpg", "photo"),
        ("a\u202egpj.exe", "agpj"),
        ("رپورٹ.docx", "رپورٹ"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 120),
    ],
)
def test_the_name_of_an_upload_is_never_a_path(name, stem):
    assert clean_name(name) == stem


@pytest.mark.parametrize(
    ("is_image", "inline", "disposition"),
    [(True, True, "inline"), (True, False, "attachment"), (False, True, "attachment"), (False, False, "attachment")],
)
def test_only_a_picture_is_ever_shown_and_every_other_file_is_a_download(is_image, inline, disposition):
    row = SimpleNamespace(
        file=ContentFile(b"x", name="kept"), name="Report.pdf", content_type="application/pdf", is_image=is_image
    )
    response = stream(row, inline=inline)
    assert response["Content-Disposition"].split(";")[0] == disposition
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"
