"""The form that asks for a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from organizations.models import Programme
from reports import services
from reports.models import Report
from reports.selectors import usual_period

if TYPE_CHECKING:
    from datetime import date, datetime

    from core.access import Actor


class ReportForm(forms.Form):
    """Which report, of which programme and period, in which language."""

    kind = forms.ChoiceField(label=_("Report"), choices=Report.Kind, widget=forms.RadioSelect)
    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none(), empty_label=None)
    period_start = forms.DateField(
        label=_("From"),
        help_text=_("Projects whose dates overlap the period are counted."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    period_end = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, actor: Actor, today: date, **arguments: Any) -> None:
        super().__init__(*args, **arguments)
        programmes = Programme.objects.visible_to(actor).order_by("pk")
        self.fields["programme"].queryset = programmes
        first = programmes.first()
        if first is not None:
            self.initial.setdefault("programme", first.pk)
            start, end = usual_period(actor=actor, programme=first, today=today)
            self.initial.setdefault("period_start", start)
            self.initial.setdefault("period_end", end)
        self.initial.setdefault("kind", Report.Kind.IMPACT)
        self.initial.setdefault("language", get_language())
        self.actor = actor

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("period_start"), values.get("period_end")
        if start and end and end < start:
            self.add_error(
                "period_end",
                _("The period ends before it starts. Correct one of the two dates."),
            )
        return values

    def save(self, *, at: datetime) -> Report | None:
        """Ask for the report; a refusal becomes an error of the form."""
        values = self.cleaned_data
        try:
            return services.request_report(
                actor=self.actor,
                kind=values["kind"],
                programme_id=values["programme"].pk,
                period_start=values["period_start"],
                period_end=values["period_end"],
                language=values["language"],
                at=at,
            )
        except DomainError as refusal:
            self.add_error(None, str(refusal.message))
            return None
