"""Pictures and PDF files for the demo evidence: drawn and written here, the same bytes every time."""

from __future__ import annotations

import io
import math
import random
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    import uuid

SIZE = (1200, 800)
PALETTES = (
    ("#e8efe9", "#1f5f4a", "#c9a24b", "#7fa895"),
    ("#eef1f6", "#27476e", "#d98e4a", "#8fa9c8"),
    ("#f6f0e8", "#7a3f2b", "#c9862f", "#d7b48a"),
)


def draw_picture(key: uuid.UUID) -> bytes:
    """A flat drawing of hills, a path and people as circles. It shows nobody and no place."""
    # A seeded generator makes the same drawing each time; nothing here needs to be unpredictable.
    chance = random.Random(key.int)  # noqa: S311
    sky, ground, sun, hill = chance.choice(PALETTES)
    image = Image.new("RGB", SIZE, sky)
    draw = ImageDraw.Draw(image)
    height = SIZE[1]
    x: float = chance.randint(150, 1000)
    y: float = chance.randint(100, 240)
    draw.ellipse((x - 70, y - 70, x + 70, y + 70), fill=sun)
    for color, base in ((hill, 470), (ground, 580)):
        peaks = [(step * 200, base - chance.randint(20, 170)) for step in range(-1, 9)]
        draw.polygon([(-200, height), *peaks, (1800, height)], fill=color)
    # The path: a band of discs that swings out less the farther away it is.
    left, swing = chance.randint(380, 820), chance.choice((-1, 1))
    for step in range(240):
        near = step / 239
        middle = left + swing * math.sin(near * 4) * 150 * near
        reach = 5 + near * 30
        down = 590 + near * 230
        draw.ellipse(
            (middle - reach, down - reach / 2, middle + reach, down + reach / 2),
            fill=sky,
        )
    for spot in range(chance.randint(6, 9)):
        left, top = 70 + spot * 125 + chance.randint(0, 50), chance.randint(610, 690)
        draw.ellipse((left + 12, top, left + 42, top + 30), fill=sun)
        draw.rounded_rectangle((left, top + 34, left + 54, top + 94), 20, fill=sky)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def write_pdf(title: str, lines: list[str]) -> bytes:
    """A one-page PDF 1.4 with the title and a few lines in Helvetica."""
    text = ["BT", "/F1 20 Tf", "72 750 Td", f"({_escape(title)}) Tj", "/F1 12 Tf"]
    for line in [*lines, "This file is fictional and was made by the demo loader."]:
        text += ["0 -28 Td", f"({_escape(line)}) Tj"]
    stream = "\n".join([*text, "ET"]).encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
