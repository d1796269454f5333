"""The style guide: every component with true-looking content, in the language and light of whoever looks. DEBUG only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import get_language

from core.web.icons import ICONS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

#: Division, its Urdu name, province, column, row, and projects; None where nothing was collected.
DIVISIONS: list[tuple[str, str, str, int, int, int | None]] = []


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="Title of the showcase", help_text="What a participant would call it.", max_length=120)
    background = forms.CharField(
        label="Project background",
        help_text="Where the idea came from and what you set out to change.",
        widget=forms.Textarea(attrs={"data-words": "400", "rows": 6}),
    )
    email = forms.EmailField(label="E-mail of the presenter", required=False)
    held_on = forms.DateField(label="Held on", widget=forms.DateInput(attrs={"type": "date"}))
    province = forms.ChoiceField(label="Province or territory", choices=[("", "Choose"), ("KP", "Khyber Pakhtunkhwa"), ("SD", "Sindh")])
    groups = forms.MultipleChoiceField(
        label="Target groups",
        help_text="All whom the project works with.",
        choices=[("YOUTH", "Youth"), ("MOTHERS", "Mothers"), ("EDUCATOR", "Educators"), ("FAITH", "Religious scholars")],
        widget=forms.CheckboxSelectMultiple,
    )
    kind = forms.ChoiceField(label="Evidence", choices=[("A", "Attendance sheets"), ("B", "A survey")], widget=forms.RadioSelect)
    papers = forms.FileField(label="Evidence file", help_text="PDF, JPG or PNG, at most 10 MB.", required=False)
    agrees = forms.BooleanField(label="The people in the pictures agreed to be shown.")


class SampleFilter(forms.Form):
    """A filter bar that reads as a sentence."""

    q = forms.CharField(label="Search by name or acronym", required=False)
    province = forms.ChoiceField(label="in", choices=[("", "all provinces"), ("KP", "Khyber Pakhtunkhwa")], required=False)
    theme = forms.ChoiceField(label="working on", choices=[("", "any theme"), ("YOUTH", "youth engagement")], required=False)
    group = forms.ChoiceField(label="with", choices=[("", "any group"), ("MOTHERS", "mothers")], required=False)
