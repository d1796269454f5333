"""Marks show what may tell who somebody is, and never change a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.stories.marking import MarkKind, find_marks, name_parts, pieces_of, words_in

#: English, Urdu, digits of both, punctuation, joiners, and whatever else people paste.
LETTERS = st.sampled_from("abc ABC 0123456789 ۰۱۲۳ گلالئی پشاور @.-+()\n\u200c’“،۔😀") | st.characters(
    max_codepoint=0x6FF
)
TEXTS = st.text(LETTERS, max_size=200)
WORDS = st.lists(st.text(LETTERS, max_size=12), max_size=6)
PLACES = ("Peshawar", "پشاور", "Landi Kotal")


@given(text=TEXTS, protected=WORDS)
def test_the_pieces_put_together_are_the_text(text, protected):
    pieces = pieces_of(text, find_marks(text, protected=protected, places=PLACES))
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)


@given(text=TEXTS, protected=WORDS)
def test_marks_stand_from_left_to_right_and_do_not_overlap(text, protected):
    marks = find_marks(text, protected=protected, places=PLACES)
    edges = [edge for mark in marks for edge in (mark.start, mark.end)]
    assert edges == sorted(edges)
    assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)


@given(before=TEXTS, after=TEXTS, name=st.sampled_from(["Gulalai Afridi", "گلالئی آفریدی", "Zarak"]))
def test_a_protected_name_is_found_wherever_it_stands_alone(before, after, name):
    text = f"{before} {name} {after}"
    marks = find_marks(text, protected=[name], places=())
    at = len(before) + 1
    covered = {index for mark in marks for index in range(mark.start, mark.end)}
    assert (
        set(range(at, at + len(name))) - covered <= {at + name.index(" ")}
        if " " in name
        else set(range(at, at + len(name))) <= covered
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Gulalai went to Peshawar.", [("Gulalai", MarkKind.NAME), ("Peshawar", MarkKind.PLACE)]),
        ("گلالئی پشاور گئی", [("گلالئی", MarkKind.NAME), ("پشاور", MarkKind.PLACE)]),
        (
            "Call 0301-2345678 or me@example.org",
            [("0301-2345678", MarkKind.NUMBER), ("me@example.org", MarkKind.NUMBER)],
        ),
        ("۰۳۰۱۲۳۴۵۶۷۸", [("۰۳۰۱۲۳۴۵۶۷۸", MarkKind.NUMBER)]),
        ("17301-1234567-1", [("17301-1234567-1", MarkKind.NUMBER)]),
        ("Dr. Salma Khan helped.", [("Salma Khan", MarkKind.NAME)]),
        ("مولانا حبیب نے کہا", [("حبیب", MarkKind.NAME)]),
        ("The reality of quality", []),
    ],
)
def test_what_is_marked(text, found):
    marks = find_marks(text, protected=["Gulalai", "گلالئی", "Ali"], places=PLACES)
    assert [(text[mark.start : mark.end], mark.kind) for mark in marks] == found


def test_parts_of_a_name_count_and_small_words_of_a_place_do_not():
    assert name_parts(["Gulalai Afridi", "the shop of Al"]) == {"Gulalai Afridi", "Gulalai", "Afridi", "the shop of Al"}
    assert words_in("In reality ALI came.", ["Ali"]) == ["ALI"]
