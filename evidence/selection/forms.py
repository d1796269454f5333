"""Web input of rounds and panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from core.geography import Province
from core.terms import Term
from core.web.forms import RecordForm
from evidence.models import Panel, SelectionRound
from evidence.records.forms import CleanCharField
from evidence.selection import policies
from organizations.models import Organization, Programme

if TYPE_CHECKING:
    from core.access import Actor

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RoundForm(RecordForm):
    """A round of selection."""

    class Meta:
        model = SelectionRound
        fields = ["programme", "title", "title_ur", "question", "question_ur", "starts_on", "ends_on"]
        widgets = {"starts_on": DAY, "ends_on": DAY}

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.visible_to(actor).order_by("code")
        self.fields["programme"].empty_label = None


class PanelForm(forms.Form):
    """A panel of a round."""

    level = forms.ChoiceField(label=_("Level"))
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=_("Organization"), to_field_name="slug", required=False
    )
    province = forms.ModelChoiceField(
        Province.objects.none(), label=_("Province"), to_field_name="code", required=False
    )
    domain = forms.ModelChoiceField(
        Term.objects.none(),
        label=_("Kind of change"),
        to_field_name="code",
        required=False,
        empty_label=_("any change"),
    )
    composition = CleanCharField(
        label=_("Who sat on the panel"),
        max_length=300,
        required=False,
        help_text=_("Offices and groups, not names: two teachers, an elder, the project officer."),
    )
    met_on = forms.DateField(label=_("Met on"), required=False, widget=DAY)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keeps_all = policies.can_keep_rounds(actor)
        members = Organization.objects.visible_to(actor).members().order_by("name", "pk")
        self.fields["organization"].queryset = members if keeps_all else members.filter(pk__in=actor.organization_ids)
        self.fields["province"].queryset = Province.objects.order_by("position", "pk")
        self.fields["domain"].queryset = Term.objects.of("story_domain")
        self.fields["level"].choices = Panel.Level.choices if keeps_all else [(Panel.Level.CSO, Panel.Level.CSO.label)]
        if not keeps_all:
            del self.fields["province"]
            self.fields["organization"].required = True

    def arguments(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "level": data["level"],
            "organization_slug": data["organization"].slug if data["organization"] else None,
            "province": data.get("province"),
            "domain": data["domain"],
            "composition": data["composition"],
            "met_on": data["met_on"],
        }


class WordsForm(forms.Form):
    """One text: the reason of a panel, or its feedback."""

    text = CleanCharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        validators=[MaxLengthValidator(4000)],
    )
