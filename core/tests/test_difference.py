"""Promises about the word difference: nothing is lost, and a change of several words reads as one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.web.difference import Piece, word_difference


def test_changed_words_that_touch_read_as_one_change() -> None:
    assert word_difference("met every second week", "met each week") == [
        Piece("same", "met "),
        Piece("deleted", "every second"),
        Piece("inserted", "each"),
        Piece("same", " week"),
    ]


def test_equal_texts_have_no_difference() -> None:
    assert word_difference("ماؤں کی نشستیں", "ماؤں کی نشستیں") == [Piece("same", "ماؤں کی نشستیں")]


def test_a_text_of_many_thousand_words_is_compared_by_paragraphs() -> None:
    before = "\n".join(f"{number} word word word" for number in range(4000))
    after = before.replace("7 word word", "7 other word", 1)
    kinds = [piece.kind for piece in word_difference(before, after)]
    assert kinds == ["same", "deleted", "inserted", "same"]


@settings(deadline=None)  # a machine that is busy is slow without being wrong
@given(
    st.lists(st.sampled_from(["peace", "school", "ماں", " ", "\n", "2026"])),
    st.lists(st.sampled_from(["peace", "school", "ماں", " ", "\n", "2026"])),
)
def test_the_words_of_the_new_text_are_all_kept(old: list[str], new: list[str]) -> None:
    before, after = " ".join(old), " ".join(new)
    pieces = word_difference(before, after)
    kept = "".join(piece.text for piece in pieces if piece.kind != "deleted")
    assert kept.split() == after.split()
