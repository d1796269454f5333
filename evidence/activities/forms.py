"""Web input of activities: one form a section, the grid, and what the lists show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from core.geography import District
from core.terms import Term
from core.web.fields import CleanCharField, GroupedCheckboxes
from core.web.forms import FIRST_YEAR, LAST_YEAR
from evidence.activities.grid import (
    MOST_GROUPS,
    MOST_REACHED,
    NOT_RECORDED,
    Counts,
    cell_of,
    label_of_cell,
    parse_count,
)
from evidence.activities.sections import BY_KEY, STORED_CHARACTERS
from evidence.models import ActivityRevision
from organizations.models import Organization, Project

if TYPE_CHECKING:
    from core.access import Actor
    from evidence.activities.grid import Cell
    from evidence.activities.sections import Section

#: How many inputs of the grid a request may bring; more is no form of ours.
MOST_CELLS = 900


class DayField(forms.DateField):
    """A day, as the browser's own picker sends it."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**options)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise forms.ValidationError(_("Look at the year again."))


class TermsField(forms.ModelMultipleChoiceField):
    """Terms of a vocabulary, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple


class CountField(forms.CharField):
    """A count in Latin or Urdu digits."""

    def __init__(self, *, most: int, **options: Any) -> None:
        self.most = most
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr", "size": 10})
        super().__init__(required=False, widget=widget, **options)

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        try:
            return parse_count(str(value or ""), most=self.most)
        except InvalidInput as refused:
            raise forms.ValidationError(refused.message) from None


class SectionForm(forms.Form):
    """What every section has: the fingerprint that the writer started from."""

    key = ""
    version = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput, empty_value="")

    @property
    def section(self) -> Section:
        return BY_KEY[self.key]

    def values(self) -> dict[str, Any]:
        """The answers as the service takes them."""
        values = {}
        for name in self.section.fields:
            value = self.cleaned_data.get(name.removesuffix("_id"))
            if name.endswith("_id"):
                value = value.pk if value else None
            elif name in self.section.relations:
                value = [row.pk for row in value]
            values[name] = value
        return values


class AboutForm(SectionForm):
    """What and when."""

    key = "about"
    type = forms.ModelChoiceField(Term.objects.none(), label=_("Kind of activity"), empty_label=_("Choose one"))
    title = CleanCharField(label=_("Title"), max_length=200, help_text=_("In one line, what was done and with whom."))
    title_ur = CleanCharField(
        label=_("Title in Urdu"), max_length=200, required=False, widget=forms.TextInput(attrs={"lang": "ur"})
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    status = forms.ChoiceField(label=_("Status"), choices=ActivityRevision.Status.choices)
    status_note = CleanCharField(
        label=_("Why it was postponed or cancelled"),
        max_length=300,
        required=False,
        help_text=_("For example: the road was closed by the flood."),
    )
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"), help_text=_("The same as the first for an event of one day."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["type"].queryset = Term.objects.of("activity_type")


class PlaceForm(SectionForm):
    """Where. The project's districts come first."""

    key = "place"
    district = forms.ModelChoiceField(
        District.objects.none(), label=_("District"), required=False, empty_label=_("No district")
    )
    district_note = CleanCharField(
        label=_("Why outside the districts of the project"),
        max_length=300,
        required=False,
        help_text=_("Only needed for another district than the project's."),
    )
    setting = forms.ModelChoiceField(
        Term.objects.none(), label=_("Setting"), required=False, empty_label=_("Choose one")
    )
    place = CleanCharField(
        label=_("Place"),
        max_length=200,
        required=False,
        help_text=_("A village, a school, a hall. Never published."),
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["setting"].queryset = Term.objects.of("setting")
        district = self.fields["district"]
        district.queryset = District.objects.select_related("province").order_by("province__position", "name_en", "pk")
        own = set(project.districts.values_list("pk", flat=True))
        groups: dict[str, list[tuple[int, str]]] = {str(_("Districts of the project")): []}
        for row in district.queryset:
            group = str(_("Districts of the project")) if row.pk in own else str(row.province)
            groups.setdefault(group, []).append((row.pk, str(row)))
        district.choices = [("", _("No district")), *((name, rows) for name, rows in groups.items() if rows)]


class ContentForm(SectionForm):
    """What happened."""

    key = "content"
    description = CleanCharField(
        label=_("What happened"),
        required=False,
        help_text=_("What was done, in which order, and what came of it."),
        widget=forms.Textarea(attrs={"rows": 8, "data-words": 400}),
        validators=[MaxLengthValidator(STORED_CHARACTERS)],
    )
    methods = CleanCharField(
        label=_("Methods"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-words": 200}),
        validators=[MaxLengthValidator(STORED_CHARACTERS)],
    )
    themes = TermsField(Term.objects.none(), label=_("Themes"), required=False)
    drivers = forms.ModelMultipleChoiceField(
        Term.objects.none(),
        label=_("Drivers and resilience factors"),
        required=False,
        widget=GroupedCheckboxes,
        help_text=_("What the activity worked against, and what it strengthened."),
    )
    partners = forms.ModelMultipleChoiceField(
        Organization.objects.none(),
        label=_("Together with"),
        required=False,
        widget=GroupedCheckboxes,
        help_text=_("Organizations of the programme that took part in holding it."),
    )
    feedback_score = forms.DecimalField(
        label=_("Feedback of the participants, 1 to 5"),
        required=False,
        min_value=1,
        max_value=5,
        max_digits=2,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "size": 6}),
        help_text=_("The mean of what they answered, where they were asked."),
    )

    def __init__(self, *args: Any, actor: Actor, organization_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["themes"].queryset = Term.objects.of("pve_theme")
        drivers = self.fields["drivers"]
        drivers.queryset = Term.objects.filter(vocabulary__in=["driver", "resilience_factor"], retired_on=None)
        rows = list(drivers.queryset.order_by("vocabulary", "position", "pk"))
        drivers.choices = [
            (label, [(row.pk, row.label) for row in rows if row.vocabulary == vocabulary])
            for vocabulary, label in (("driver", _("Drivers")), ("resilience_factor", _("Resilience factors")))
        ]
        partners = self.fields["partners"]
        partners.queryset = Organization.objects.visible_to(actor).exclude(pk=organization_id).order_by("name", "pk")
        partners.choices = [(_("Organizations"), [(row.pk, row.display_name) for row in partners.queryset])]


class CostForm(SectionForm):
    """What it cost."""

    key = "cost"
    amount_pkr = forms.DecimalField(
        label=_("Cost in PKR"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "size": 14}),
    )

    def values(self) -> dict[str, Any]:
        amount = self.cleaned_data.get("amount_pkr")
        return {"amount_pkr": "" if amount is None else amount}


class CountsForm(forms.Form):
    """The three measures and the grid, whose cells are read from what was posted."""

    version = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput, empty_value="")
    attendances = CountField(
        label=_("Attendances"),
        most=1_000_000,
        help_text=_("Person-visits: who came on two days counts twice. Left empty, it is the sum of the grid."),
    )
    unique_persons = CountField(
        label=_("Distinct persons"),
        most=1_000_000,
        help_text=_("Different people, as far as you know. Never added to attendances."),
    )
    media_reach = CountField(
        label=_("Estimated media reach"),
        most=MOST_REACHED,
        help_text=_("Views, listeners, readers. Never added to people who came."),
    )
    is_disability_asked = forms.BooleanField(
        label=_("Disability was asked with the Washington Group questions"),
        required=False,
    )
    groups = forms.ModelMultipleChoiceField(
        Term.objects.none(),
        label=_("Groups counted apart"),
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["groups"].queryset = Term.objects.of("target_group")
        self.cell_errors: dict[str, str] = {}
        self.typed: dict[str, str] = {}
        self.cells: dict[Cell, int] = {}

    def clean_groups(self) -> Any:
        rows = self.cleaned_data["groups"]
        if len(rows) > MOST_GROUPS:
            raise forms.ValidationError(_("Choose at most %(most)s groups.") % {"most": MOST_GROUPS})
        return rows

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        labels = {row.code: row.label for row in self.fields["groups"].queryset}
        for name in list(self.data)[: MOST_CELLS + 100]:
            cell = cell_of(name)
            if cell is None or cell == NOT_RECORDED or (cell[3] and cell[3] not in labels):
                continue
            typed = str(self.data.get(name, ""))
            self.typed[name] = typed
            try:
                count = parse_count(typed)
            except InvalidInput as refused:
                self.cell_errors[name] = str(refused)
                self.add_error(None, f"{label_of_cell(cell, labels)}: {refused}")
            else:
                if count:
                    self.cells[cell] = count
        return data

    def counts(self) -> Counts:
        """What was typed, before it is added up."""
        return Counts(
            attendances=self.cleaned_data.get("attendances"),
            unique_persons=self.cleaned_data.get("unique_persons"),
            media_reach=self.cleaned_data.get("media_reach"),
            is_disability_asked=bool(self.cleaned_data.get("is_disability_asked")),
            cells=self.cells,
        )


class NewActivityForm(AboutForm):
    """A new activity: its project and district, and what and when. `key` makes a second click harmless."""

    project = forms.ModelChoiceField(
        Project.objects.none(), label=_("Project"), to_field_name="code", empty_label=_("Choose one")
    )
    district = forms.ModelChoiceField(
        District.objects.none(), label=_("District"), required=False, empty_label=_("No district")
    )
    district_note = CleanCharField(
        label=_("Why outside the districts of the project"),
        max_length=300,
        required=False,
        help_text=_("Only needed for another district than the project's."),
    )
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    field_order = (
        "project",
        "type",
        "title",
        "title_ur",
        "language",
        "starts_on",
        "ends_on",
        "district",
        "district_note",
        "status",
        "status_note",
    )

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["project"].queryset = (
            Project.objects.visible_to(actor)
            .filter(organization_id__in=actor.organization_ids)
            .order_by("-starts_on", "pk")
        )
        self.fields["district"].queryset = District.objects.order_by("name_en", "pk")

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **super().values(),
            "district_id": data["district"].pk if data["district"] else None,
            "district_note": data["district_note"],
        }
