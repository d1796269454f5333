"""The style guide: every component with true-looking content, in the language and light of whoever looks. DEBUG only."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import get_language

from core.suppression import NOT_COLLECTED, Figure, single_count
from core.suppression.figures import COMPLEMENTARY, WITHHELD_AT_THIS_LEVEL
from core.web.icons import ICONS
from core.web.tones import LOOKS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

GEOGRAPHY = Path(__file__).resolve().parent.parent / "reference" / "geography.json"


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label="Title of the showcase",
        help_text="What a participant would call it.",
        max_length=120,
    )
    background = forms.CharField(
        label="Project background",
        help_text="Where the idea came from and what you set out to change.",
        widget=forms.Textarea(attrs={"data-words": "400", "rows": 6}),
    )
    email = forms.EmailField(label="E-mail of the presenter", required=False)
    held_on = forms.DateField(label="Held on", widget=forms.DateInput(attrs={"type": "date"}))
    province = forms.ChoiceField(
        label="Province or territory",
        choices=[("", "Choose"), ("KP", "Khyber Pakhtunkhwa"), ("SD", "Sindh")],
    )
    groups = forms.MultipleChoiceField(
        label="Target groups",
        help_text="All whom the project works with.",
        choices=[
            ("YOUTH", "Youth"),
            ("MOTHERS", "Mothers"),
            ("EDUCATOR", "Educators"),
            ("FAITH", "Religious scholars"),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    kind = forms.ChoiceField(
        label="Evidence",
        choices=[("A", "Attendance sheets"), ("B", "A survey")],
        widget=forms.RadioSelect,
    )
    papers = forms.FileField(
        label="Evidence file",
        help_text="PDF, JPG or PNG, at most 10 MB.",
        required=False,
    )
    agrees = forms.BooleanField(label="The people in the pictures agreed to be shown.")


class SampleFilter(forms.Form):
    """A filter bar that reads as a sentence."""

    q = forms.CharField(label="Search by name or acronym", required=False)
    province = forms.ChoiceField(
        label="in",
        choices=[("", "all provinces"), ("KP", "Khyber Pakhtunkhwa")],
        required=False,
    )
    theme = forms.ChoiceField(
        label="working on",
        choices=[("", "any theme"), ("YOUTH", "youth engagement")],
        required=False,
    )
    group = forms.ChoiceField(
        label="with",
        choices=[("", "any group"), ("MOTHERS", "mothers")],
        required=False,
    )


def styleguide(request: HttpRequest) -> HttpResponse:
    """Draw every component once. `?errors` shows the form as it comes back."""
    data = {"title": "", "email": "nobody", "background": "word " * 460} if "errors" in request.GET else None
    moment = datetime(2026, 1, 12, 9, 40, tzinfo=UTC)
    return render(
        request,
        "styleguide/page.html",
        {
            "form": SampleForm(data),
            "filter_form": SampleFilter(request.GET),
            "tiles": sample_tiles(),
            "icons": ICONS,
            "states": [(code, code.capitalize()) for code in LOOKS],
            "page": Paginator(range(312), 25).page(3),
            "organizations": ORGANIZATIONS,
            "tasks": [
                {
                    "title": "Mothers' listening circles in Peshawar",
                    "detail": "Returned to you with 3 comments.",
                    "since": moment,
                    "url": "#",
                    "action": "Answer the comments",
                    "is_late": True,
                },
                {
                    "title": "گھر گھر مکالمہ: ماؤں کی نشستیں",
                    "detail": "Sent by Mehran Women Peace Circle (demo).",
                    "since": moment,
                    "url": "#",
                    "action": "Review",
                },
            ],
            "sections": [
                {"label": "Project background", "url": "#a", "state": "COMPLETE"},
                {
                    "label": "Geographic reach",
                    "url": "#b",
                    "state": "COMMENTED",
                    "note": "2 comments",
                },
                {
                    "label": "Thematic focus and target groups",
                    "url": "#c",
                    "state": "STARTED",
                    "is_current": True,
                },
                {
                    "label": "Key activities",
                    "url": "#d",
                    "state": "MISSING",
                    "note": "Needed before you submit",
                },
                {"label": "Evidence files", "url": "#e", "state": "EMPTY"},
            ],
            "steps": [
                {"label": "Draft", "is_done": True},
                {"label": "Sent", "is_done": True},
                {"label": "Checked", "is_current": True},
                {"label": "Accepted"},
                {"label": "Published"},
            ],
            "history": [
                {
                    "at": moment,
                    "who": "Ayesha Khan",
                    "what": "Returned to the organization",
                    "state_code": "RETURNED",
                    "reason": "Say how the 412 mothers were counted, and which of the sessions was held in Pashto.",
                },
                {
                    "at": moment,
                    "who": "Bilal Ahmed",
                    "what": "Sent for review",
                    "state_code": "SUBMITTED",
                },
                {
                    "at": moment,
                    "who": "Bilal Ahmed",
                    "what": "Draft begun",
                    "state_code": "DRAFT",
                },
            ],
            "comments": [
                {
                    "author": "Ayesha Khan",
                    "at": moment,
                    "text": "How many sessions were held, and who led them?",
                    "where": "Key activities",
                    "where_url": "#d",
                    "is_resolved": False,
                    "resolve_url": "#",
                },
                {
                    "author": "Bilal Ahmed",
                    "at": moment,
                    "text": "بارہ نشستیں، ہر نشست کی قیادت دو استانیوں نے کی۔",
                    "is_resolved": True,
                },
            ],
            "before": "Forty mothers met every second week in the union council hall and spoke about their sons.",
            "after": "Forty-two mothers met each week in the union council hall and spoke about sons, school and work.",
            "files": [
                {
                    "name": "attendance-peshawar.pdf",
                    "url": "#",
                    "size": 481_204,
                    "note": "Attendance sheets, names removed",
                },
                {
                    "name": "نشست کی تصویر.jpg",
                    "url": "#",
                    "size": 2_310_442,
                    "kind": "image",
                    "remove_url": "#",
                },
            ],
            "facts": [
                ("Short name", "KBF"),
                ("Province", "Khyber Pakhtunkhwa"),
                ("Name in Urdu", "خیبر برجز فاؤنڈیشن"),
                ("Since", 2011),
            ],
            "key": [
                {
                    "value": 32,
                    "label": "organizations",
                    "note": "all with a signed grant",
                },
                {
                    "value": 60,
                    "label": "districts",
                    "note": "of 160, in all seven provinces and territories",
                },
                {
                    "value": 18412,
                    "label": "people reached",
                    "note": "n = 29 organizations, to December 2025",
                },
            ],
            "bars": [
                {"label": "Youth engagement", "value": 21, "target": 24, "baseline": 4},
                {
                    "label": "Women and mothers",
                    "value": 14,
                    "target": 12,
                    "baseline": 2,
                },
                {
                    "label": "Digital safety and counter-narratives",
                    "value": 9,
                    "target": 10,
                },
                {"label": "Interfaith work", "value": 3, "is_suppressed": True},
                {"label": "Sport and arts", "value": None},
            ],
            "people": [{"label": label, "figure": figure} for label, figure in PEOPLE],
            "people_figures": [figure for _label, figure in PEOPLE],
            "months": [
                {"label": label, "value": value}
                for label, value in zip(
                    ("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
                    (120, 340, None, 610, 585, 790),
                    strict=True,
                )
            ],
            "tabs": [
                {"label": "All", "url": "#", "is_current": True},
                {"label": "To be reviewed", "url": "#", "count": 7},
                {"label": "Published", "url": "#"},
            ],
        },
    )


def sample_tiles() -> list[dict[str, Any]]:
    """The 37 divisions with made-up counts, some of them not collected and some hidden."""
    geography = json.loads(GEOGRAPHY.read_text())
    shorts = {province["code"]: province["short"] for province in geography["provinces"]}
    name = "name_ur" if get_language() == "ur" else "name_en"
    return [
        {
            "code": division["code"],
            "label": division[name],
            "province": shorts[division["province"]],
            "column": division["tile"][0],
            "row": division["tile"][1],
            "value": None if index % 13 == 5 else (index * 7) % 19 if index % 3 else 0,
            **({"figure": PEOPLE[index - 6][1]} if index in (8, 9, 10) else {}),
            "url": f"?division={division['code']}",
        }
        for index, division in enumerate(geography["divisions"])
    ]


PEOPLE = [
    ("Women and girls", Figure(value=18964)),
    ("Men and boys", Figure(value=17222)),
    ("Chitral", single_count(3)),
    ("Dir", COMPLEMENTARY),
    ("Madrasa students in Dir", WITHHELD_AT_THIS_LEVEL),
    ("Kohistan", NOT_COLLECTED),
]
ORGANIZATIONS = [
    ("HANDS Pakistan", "ہینڈز پاکستان", "Sindh", 4, "PUBLISHED"),
    (
        "Khyber Bridges Foundation (demo)",
        "خیبر برجز فاؤنڈیشن",
        "Khyber Pakhtunkhwa",
        3,
        "SUBMITTED",
    ),
    (
        "The Association of Teachers, Parents and Young People for Dialogue, "
        "Livelihoods and Resilience in Southern Punjab (demo)",
        "جنوبی پنجاب مکالمہ انجمن",
        "Punjab",
        12,
        "RETURNED",
    ),
    ("Gilgit Youth Voices (demo)", "گلگت یوتھ وائسز", "Gilgit-Baltistan", 1, "DRAFT"),
]
