"""The word difference between two versions of a text, for a reader: what was kept, put in, and taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Above this many words in both texts together, paragraphs are compared instead of words, so that an answer comes at once.
WORD_LIMIT = 12_000

_WORDS = re.compile(r"\s+|[^\s]+")
_PARAGRAPHS = re.compile(r"\n+|[^\n]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: `kind` is "same", "inserted" or "deleted"."""

    kind: str
    text: str


def word_difference(before: str, after: str) -> list[Piece]:
    """Compare two texts word by word; spaces go with the words, so joining the kept and inserted pieces gives `after`."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > WORD_LIMIT:
        old, new = _PARAGRAPHS.findall(before), _PARAGRAPHS.findall(after)
    pieces: list[Piece] = []
    for verb, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            pieces.append(Piece("same", "".join(old[start:end])))
            continue
        if end > start:
            pieces.append(Piece("deleted", "".join(old[start:end])))
        if new_end > new_start:
            pieces.append(Piece("inserted", "".join(new[new_start:new_end])))
    return _joined(pieces)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Read "a b" → "c d" as one change: a space alone between two changes belongs to both of them."""
    joined: list[Piece] = []
    index = 0
    while index < len(pieces):
        run_deleted, run_inserted = "", ""
        while index < len(pieces):
            piece = pieces[index]
            if piece.kind == "deleted":
                run_deleted += piece.text
            elif piece.kind == "inserted":
                run_inserted += piece.text
            elif (run_deleted or run_inserted) and piece.text.strip() == "" and index + 1 < len(pieces):
                run_deleted += piece.text
                run_inserted += piece.text
            else:
                break
            index += 1
        if run_deleted.strip():
            joined.append(Piece("deleted", run_deleted))
        if run_inserted:
            # Spaces alone are no change that a reader wants to see, but they belong to the new text.
            kind = "inserted" if run_inserted.strip() else "same"
            joined.append(Piece(kind, run_inserted))
        if index < len(pieces):
            joined.append(pieces[index])
            index += 1
    return joined
