"""Promises about what people write: personal data is found before it becomes public, and figures are left alone."""

from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest
from django.utils.translation import override

from core.text import PersonalData, clean_text, find_personal_data, is_mobile, listed
from core.web.words import days_until


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("His CNIC is 17301-1234567-9.", PersonalData.CNIC, "17301-1234567-9"),
        ("شناختی کارڈ ۱۷۳۰۱۔ ۱۷۳۰۱-۱۲۳۴۵۶۷-۹", PersonalData.CNIC, "۱۷۳۰۱-۱۲۳۴۵۶۷-۹"),
        ("id 1730112345679 given", PersonalData.CNIC, "1730112345679"),
        ("call 0300-1234567 now", PersonalData.MOBILE, "0300-1234567"),
        ("call +92 300 1234567", PersonalData.MOBILE, "+92 300 1234567"),
        ("0092-333-1234567", PersonalData.MOBILE, "0092-333-1234567"),
        ("+92 (0)345 123 45 67", PersonalData.MOBILE, "+92 (0)345 123 45 67"),
        ("فون ۰۳۰۰۱۲۳۴۵۶۷", PersonalData.MOBILE, "۰۳۰۰۱۲۳۴۵۶۷"),
        (
            "write to amina.k@example.org.pk!",
            PersonalData.EMAIL,
            "amina.k@example.org.pk",
        ),
    ],
)
def test_personal_data_in_a_text_is_found_as_it_was_written(text, kind, found):
    assert [(item.kind, item.text) for item in find_personal_data(text)] == [(kind, found)]
    assert found in find_personal_data(text)[0].sentence


@pytest.mark.parametrize(
    "text",
    [
        "6,031 people in 5 districts, 2024-2025, for EUR 6,998,964",
        "ISBN 9789291371234 and telephone 051-9257001",
        "On 15.01.2026 at 09:00, 3001234567 grains",
        "",
    ],
)
def test_ordinary_figures_and_office_numbers_are_left_alone(text):
    assert find_personal_data(text) == []


def test_an_office_number_is_not_a_mobile():
    assert is_mobile("+92 300 1234567")
    assert is_mobile("0300 1234567")
    assert not is_mobile("+92 91 9213456")
    assert not is_mobile("051-9257001")


def test_a_long_run_of_letters_is_searched_in_no_time():
    text = "a" * 200_000
    started = perf_counter()
    assert find_personal_data(text) == []
    assert perf_counter() - started < 5


@pytest.mark.parametrize(("language", "expected"), [("en", "Swat, Dir"), ("ur", "Swat، Dir")])
def test_words_in_a_row_have_the_comma_of_the_language(language, expected):
    with override(language):
        assert listed(["Swat", "Dir"]) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 1, 14), date(2026, 1, 15), "14 to 15 January 2026"),
        (date(2026, 1, 31), date(2026, 2, 1), "31 January to 1 February 2026"),
        (date(2025, 12, 31), date(2026, 1, 1), "31 December 2025 to 1 January 2026"),
    ],
)
def test_month_and_year_are_said_once(first, last, expected):
    assert days_until(first, last) == expected


def test_one_day_is_one_day():
    assert "14 January 2026" in days_until(date(2026, 1, 14), date(2026, 1, 14))
    assert days_until(None, None) == ""


@pytest.mark.parametrize("unseen", ["\u200b", "\u061c", "\u200e", "\u202e", "\u2066", "\u2060", "\ufeff", "\U000e0041"])
def test_characters_that_show_nothing_are_not_kept(unseen):
    assert clean_text(f"Sw{unseen}at") == "Swat"


def test_joiners_that_urdu_needs_are_kept():
    assert clean_text("نا\u200cمہ") == "نا\u200cمہ"
