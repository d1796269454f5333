"""Web input of managers: statements, assumptions, indicators, baselines and targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from core.terms import Term
from evidence.activities.forms import CountField, DayField
from evidence.models import Aggregation, Assumption, Baseline, Frequency, Indicator, Level, ResultNode
from evidence.records.forms import CleanCharField
from evidence.results.figures import parse_number

if TYPE_CHECKING:
    from organizations.models import Programme

MOST_COUNTED = 999_999_999


class NumberField(forms.CharField):
    """A number of zero or more in Latin or Urdu digits."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "dir": "ltr", "size": 12})
        super().__init__(required=False, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        try:
            return parse_number(str(value or ""))
        except InvalidInput as refused:
            raise forms.ValidationError(refused.message) from None


class NodeForm(forms.Form):
    """A statement of the framework."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    parent = forms.ModelChoiceField(
        ResultNode.objects.none(), label=_("Stands under"), required=False, empty_label=_("nothing")
    )
    code = forms.SlugField(label=_("Code"), max_length=12)
    statement = CleanCharField(label=_("Statement"), max_length=400)
    statement_ur = CleanCharField(
        label=_("Statement in Urdu"), max_length=400, required=False, widget=forms.TextInput(attrs={"lang": "ur"})
    )

    def __init__(self, *args: Any, programme: Programme, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent"].queryset = ResultNode.objects.filter(
            programme=programme, level__in=[Level.IMPACT, Level.OUTCOME]
        ).order_by("position", "pk")


class AssumptionForm(forms.Form):
    """What must hold."""

    text = CleanCharField(label=_("Assumption"), max_length=400)
    text_ur = CleanCharField(
        label=_("Assumption in Urdu"), max_length=400, required=False, widget=forms.TextInput(attrs={"lang": "ur"})
    )
    status = forms.ChoiceField(label=_("Status"), choices=Assumption.Status.choices)
    checked_on = DayField(label=_("Last checked"), required=False)


class IndicatorForm(forms.Form):
    """A definition. With results, only the Urdu name, the means and the source may change."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    code = forms.SlugField(label=_("Code"), max_length=32)
    node = forms.ModelChoiceField(
        ResultNode.objects.none(), label=_("Measures"), required=False, empty_label=_("Choose one")
    )
    parent = forms.ModelChoiceField(
        Indicator.objects.none(), label=_("Adds to"), required=False, empty_label=_("Choose one")
    )
    name = CleanCharField(label=_("Name"), max_length=240)
    name_ur = CleanCharField(
        label=_("Name in Urdu"), max_length=240, required=False, widget=forms.TextInput(attrs={"lang": "ur"})
    )
    is_ur_reviewed = forms.BooleanField(label=_("The Urdu name was reviewed"), required=False)
    unit = forms.ModelChoiceField(Term.objects.none(), label=_("Unit"), empty_label=_("Choose one"))
    aggregation = forms.ChoiceField(label=_("Put together by"), choices=Aggregation.choices)
    frequency = forms.ChoiceField(label=_("Reported"), choices=Frequency.choices)
    disaggregations = forms.MultipleChoiceField(
        label=_("Broken down by"), required=False, widget=forms.CheckboxSelectMultiple
    )
    higher_is_better = forms.BooleanField(label=_("Higher is better"), required=False, initial=True)
    means_of_verification = CleanCharField(label=_("Means of verification"), max_length=240, required=False)
    source = CleanCharField(label=_("Source of the definition"), max_length=240, required=False)
    method_note = CleanCharField(
        label=_("Method"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: Any, programme: Programme, is_own: bool = False, is_new: bool = True, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = Term.objects.of("indicator_unit")
        self.fields["disaggregations"].choices = [(row.code, row.label) for row in Term.objects.of("disaggregation")]
        self.fields["node"].queryset = ResultNode.objects.filter(programme=programme).order_by("position", "pk")
        self.fields["parent"].queryset = Indicator.objects.filter(
            project=None, node__programme=programme, replaced_by=None
        ).order_by("position", "pk")
        del self.fields["node" if is_own or not is_new else "parent"]
        if not is_new:
            self.fields.pop("parent", None)

    def values(self) -> dict[str, Any]:
        return {"node": None, "parent": None, **self.cleaned_data}


class ProjectIndicatorsForm(forms.Form):
    """Which standard indicators a project reports."""

    indicators = forms.ModelMultipleChoiceField(
        Indicator.objects.none(), label=_("Reports on"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, programme: Programme, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["indicators"]
        field.queryset = Indicator.objects.filter(project=None, node__programme=programme, replaced_by=None).order_by(
            "position", "pk"
        )
        field.label_from_instance = lambda row: f"{row.code} {row}"


class BaselineForm(forms.Form):
    """Where a project started, or why nobody knows."""

    value = NumberField(label=_("Value"))
    numerator = CountField(most=MOST_COUNTED, label=_("How many"))
    denominator = CountField(most=MOST_COUNTED, label=_("Of how many"))
    measured_on = DayField(label=_("Measured on"), required=False)
    source = CleanCharField(label=_("Source"), max_length=240, required=False)
    missing_reason = forms.ChoiceField(
        label=_("Why there is none"),
        required=False,
        choices=[("", _("There is one")), *Baseline.Missing.choices],
    )

    def __init__(self, *args: Any, indicator: Indicator, **options: Any) -> None:
        super().__init__(*args, **options)
        if indicator.is_percentage:
            del self.fields["value"]
        else:
            del self.fields["numerator"]
            if indicator.unit.code not in {"SCORE", "RATING"}:
                del self.fields["denominator"]

    def values(self) -> dict[str, Any]:
        return {"value": None, "numerator": None, "denominator": None, **self.cleaned_data}
