"""What may be uploaded, made safe: the content decides and not the name, and pictures lose their EXIF and GPS.

Files are private. Each app keeps them in a table of its own based on `StoredFile`, and they leave only through
`core.web.files.stream`, whose caller fetched the row with `visible_to`.
"""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import InvalidInput

#: The longest edge of a stored picture, in pixels.
MAX_EDGE = 2400
#: A picture may not claim more pixels than this before it is decoded (a decompression bomb).
MAX_PIXELS = 50_000_000
#: An office document may not unpack to more than this, nor more than this many times its own size.
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_UNPACK_RATIO = 120
MAX_ZIP_ENTRIES = 3000
#: The part of an office document that says what its other parts are, and how much of it is read.
CONTENT_TYPES = "[Content_Types].xml"
MAX_CONTENT_TYPES = 1024 * 1024
#: What zipfile raises for an archive that is damaged, locked, or of a kind that nobody sends.
NOT_AN_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)

OFFICE_TYPES = {
    "word/document.xml": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    "xl/workbook.xml": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    "ppt/presentation.xml": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pptx",
    ),
}
#: For the `accept` attribute of a file input; the server looks at the content all the same.
ACCEPT = ".jpg,.jpeg,.png,.webp,.pdf,.docx,.xlsx,.pptx"


@dataclass(frozen=True, slots=True)
class CleanFile:
    """An upload that has been looked at: safe bytes, the type they really have, and a suffix that fits."""

    content: bytes
    content_type: str
    suffix: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def storage_name(instance: StoredFile, filename: str) -> str:
    """A path that says nothing about the file: two characters of the identifier, and the identifier."""
    key = instance.uuid.hex
    return f"{instance._meta.label_lower}/{key[:2]}/{key}"


class StoredFile(models.Model):
    """A private file. The name the person gave it is kept for the download, never used as a path."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(upload_to=storage_name, max_length=200)
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")

    def keep(self, clean: CleanFile, *, name: str) -> None:
        """Fill the row from a cleaned upload; the caller sets the rest and saves."""
        self.name = f"{clean_name(name)}.{clean.suffix}"
        self.content_type = clean.content_type
        self.size = len(clean.content)
        self.sha256 = clean.sha256
        self.file = ContentFile(clean.content, name="upload")


def clean_name(name: str) -> str:
    """The stem of a file name without control, direction or path characters, at most 120 characters."""
    stem = PurePath(name.replace("\\", "/")).stem
    kept = "".join(char for char in stem if char.isprintable() and char not in '/\\:*?"<>|')
    return kept.strip(" .")[:120] or "file"


def clean_upload(upload: IO[bytes] | Any) -> CleanFile:
    """Look at an upload and return safe bytes. Raises InvalidInput with a sentence for the person.

    Accepted: JPEG, PNG and WebP (re-encoded), PDF, and Word, Excel and PowerPoint without macros.
    """
    content = upload.read(settings.UPLOAD_LIMIT_BYTES + 1)
    if not content:
        raise InvalidInput(_("The file is empty. Choose another one."), field="file")
    if len(content) > settings.UPLOAD_LIMIT_BYTES:
        raise InvalidInput(
            _("The file is larger than %(limit)s MB. Make it smaller or send it in parts.")
            % {"limit": settings.UPLOAD_LIMIT_BYTES // 1024 // 1024},
            field="file",
        )
    if content.startswith(b"%PDF-"):
        return CleanFile(content, "application/pdf", "pdf")
    if content.startswith(b"PK\x03\x04"):
        return _clean_office(content)
    return _clean_image(content)


def _clean_office(content: bytes) -> CleanFile:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _looked_through(content, archive)
    except NOT_AN_ARCHIVE:
        raise InvalidInput(
            _("The file is damaged. Save it again and upload it once more."),
            field="file",
        ) from None


def _looked_through(content: bytes, archive: zipfile.ZipFile) -> CleanFile:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if (
        len(entries) > MAX_ZIP_ENTRIES
        or unpacked > MAX_UNPACKED_BYTES
        or unpacked > max(len(content) * MAX_UNPACK_RATIO, 1024 * 1024)
    ):
        raise InvalidInput(
            _("The file unpacks to far more than its size and is not accepted."),
            field="file",
        )
    names = {entry.filename for entry in entries}
    if CONTENT_TYPES not in names:
        raise InvalidInput(_unknown_type(), field="file")
    with archive.open(CONTENT_TYPES) as listed:
        declared = listed.read(MAX_CONTENT_TYPES).lower()
    # A macro may lie under any name; what it is stands in the list of types, or Office would not run it.
    if (
        any(name.rsplit("/", 1)[-1].lower() in {"vbaproject.bin", "vbadata.xml"} for name in names)
        or b"vbaproject" in declared
        or b"macroenabled" in declared
    ):
        raise InvalidInput(
            _("The document contains macros. Save it without macros and upload it again."),
            field="file",
        )
    for marker, (content_type, suffix) in OFFICE_TYPES.items():
        if marker in names:
            return CleanFile(content, content_type, suffix)
    raise InvalidInput(_unknown_type(), field="file")


def _clean_image(content: bytes) -> CleanFile:
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise InvalidInput(_("The picture has too many pixels. Make it smaller."), field="file")
            has_alpha = "A" in image.getbands() or "transparency" in image.info
            picture = ImageOps.exif_transpose(image).convert("RGBA" if has_alpha else "RGB")
    except UnidentifiedImageError:
        raise InvalidInput(_unknown_type(), field="file") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise InvalidInput(
            _("The picture is damaged. Save it again and upload it once more."),
            field="file",
        ) from None
    picture.thumbnail((MAX_EDGE, MAX_EDGE))
    # Pixels are copied into a new picture: nothing that travelled beside them (EXIF, GPS, XMP, profiles) is kept.
    fresh = Image.new(picture.mode, picture.size)
    fresh.paste(picture)
    out = io.BytesIO()
    if has_alpha:
        fresh.save(out, "PNG", optimize=True)
        return CleanFile(out.getvalue(), "image/png", "png")
    fresh.save(out, "JPEG", quality=85, optimize=True)
    return CleanFile(out.getvalue(), "image/jpeg", "jpg")


def _unknown_type() -> Any:
    return _(
        "This kind of file is not accepted. Send a picture (JPEG, PNG, WebP), a PDF, or a Word, Excel or PowerPoint file."
    )
