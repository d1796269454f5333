"""The only way a private file leaves: streamed as a download, never shown inside the portal's own origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse

if TYPE_CHECKING:
    from core.uploads import StoredFile


def stream(row: StoredFile, *, inline: bool = False) -> FileResponse:
    """Answer with the bytes of a row that the caller fetched with `visible_to`. Only pictures may be shown inline."""
    response = FileResponse(
        row.file.open("rb"),
        as_attachment=not (inline and row.is_image),
        filename=row.name,
        content_type=row.content_type,
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
