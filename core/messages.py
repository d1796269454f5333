"""Compiles the translations without gettext's programs, which a new machine does not have."""

from collections.abc import Iterable
from pathlib import Path

import polib


def compile_messages(directories: Iterable[Path]) -> list[Path]:
    """Write a `.mo` beside every `.po` that is newer; returns what was written."""
    written = []
    for directory in directories:
        for source in sorted(directory.glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
                continue
            new = target.with_suffix(".new")
            polib.pofile(str(source)).save_as_mofile(str(new))
            new.replace(target)
            written.append(target)
    return written
