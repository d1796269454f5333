"""Web input of lessons, challenges and innovations: one form made from the shape, the library's filters, and uptake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from core.geography import District
from core.terms import Term
from core.web.fields import CleanCharField, GroupedCheckboxes
from core.web.forms import FIRST_YEAR, LAST_YEAR, StaleForm
from evidence.learning.services import STORED_CHARACTERS
from evidence.learning.shapes import Shape
from evidence.models import Activity, ActivityRevision, EvidenceLevel
from organizations.filters import ListFilter, SearchField
from organizations.models import Organization, Project

if TYPE_CHECKING:
    from core.access import Actor
    from organizations.filters import Places

#: Activities of the organization that can be chosen, the newest first.
OFFERED = 200
HELP = {
    "title": _("In one line, so that somebody elsewhere knows whether to read on."),
    "body": _("In a few sentences, for somebody who was not there. No names of persons."),
    "recommendation": _("What should others do, or not do?"),
    "for_whom": _("For example: organizations that start in a new district."),
    "replicability": _("People, time, money, permissions."),
    "support_needed": _("Who could help, and with what."),
    "what_is_new": _("What was not done like this before, here or elsewhere?"),
    "safeguards": _("What could go wrong for the people involved, and what you do about it."),
}
#: Words of a text at which its counter turns.
WORDS = {"body": 250}


class LearningForm(StaleForm, forms.Form):
    """The text of one record. `version` is the fingerprint of what the writer started from."""

    version = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput, empty_value="")

    def __init__(
        self,
        data: Any = None,
        *,
        shape: Shape,
        actor: Actor,
        organization_id: int | None,
        places: Places,
        is_wording: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.shape = shape
        self._made = {"shape": shape, "actor": actor, "organization_id": organization_id, "places": places}
        if organization_id and not is_wording:
            self.fields["project"] = forms.ModelChoiceField(
                Project.objects.visible_to(actor)
                .filter(organization_id=organization_id)
                .select_related("organization")
                .order_by("-starts_on", "pk"),
                label=_("Project"),
                required=False,
                to_field_name="code",
                empty_label=_("No project"),
            )
        for name in shape.fields:
            self.fields[name] = _field(shape, name)
        self._offer_relations(actor, organization_id, places, is_wording)
        self.order_fields(_order(shape))

    def _offer_relations(self, actor: Actor, organization_id: int | None, places: Places, is_wording: bool) -> None:
        self.fields["themes"] = forms.ModelMultipleChoiceField(
            Term.objects.of("pve_theme"), label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple
        )
        districts = forms.ModelMultipleChoiceField(
            District.objects.all(), label=_("Districts"), required=False, widget=GroupedCheckboxes
        )
        self.fields["districts"] = districts
        districts.choices = [
            (province.name, [(row.pk, row.name) for row in rows]) for province, rows in places.grouped(places.districts)
        ]
        if organization_id and not is_wording:
            own = Activity.objects.visible_to(actor).filter(organization_id=organization_id)
            activities = forms.ModelMultipleChoiceField(
                own,
                label=_("Activities it comes from"),
                required=False,
                widget=GroupedCheckboxes,
            )
            self.fields["activities"] = activities
            newest = (
                ActivityRevision.objects.visible_to(actor)
                .filter(record__in=own.order_by("-saved_at", "-pk").values("pk")[:OFFERED])
                .select_related("record__project")
                .order_by("record_id", "-number")
                .distinct("record_id")
            )
            groups: dict[str, list[tuple[int, str]]] = {}
            for row in newest:
                groups.setdefault(str(row.record.project), []).append((row.record_id, row.display_title))
            activities.choices = list(groups.items())

    @property
    def groups(self) -> list[Any]:
        """The visible fields, in order."""
        return [field for field in self if not field.is_hidden]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.shape.dates:
            day = cleaned.get(name)
            if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, _("Look at the year again."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What was written, as the service takes it."""
        values: dict[str, Any] = {}
        for name in self.shape.fields:
            value = self.cleaned_data[name]
            if name in self.shape.choices:
                values[f"{name}_id"] = value.pk if value else None
            else:
                values[name] = value
        for name in ("districts", "themes", "activities"):
            if name in self.fields:
                values[name] = [row.pk for row in self.cleaned_data[name]]
        return values

    @property
    def project_code(self) -> str | None:
        """The chosen project; None where the form does not ask."""
        if "project" not in self.fields:
            return None
        project = self.cleaned_data.get("project")
        return project.code if project else ""

    def _as_saved(self, current: Any) -> LearningForm:
        return LearningForm(initial=initial_of(current.values), **self._made)


def initial_of(values: dict[str, Any]) -> dict[str, Any]:
    """What is stored, by the names of the form."""
    return {name.removesuffix("_id"): value for name, value in values.items()}


def _field(shape: Shape, name: str) -> forms.Field:
    column: Any = shape.revision._meta.get_field(name)
    label, help_text = column.verbose_name, HELP.get(name, "")
    # What has to be there is asked for when it is sent; a draft needs a title, and what no row can lack.
    required = name in {"title", "language", *shape.own_choices}
    if name in shape.choices:
        return forms.ModelChoiceField(
            Term.objects.of(shape.choices[name]), label=label, required=False, empty_label=_("Choose one")
        )
    if column.choices:
        return forms.ChoiceField(label=label, choices=column.choices, required=required)
    if name in shape.dates:
        return forms.DateField(
            label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        )
    if name in shape.texts:
        rows = 7 if name == "body" else 4
        words = WORDS.get(name, 150)
        return CleanCharField(
            label=label,
            help_text=help_text,
            required=False,
            widget=forms.Textarea(attrs={"rows": rows, "dir": "auto", "data-words": words}),
            validators=[MaxLengthValidator(STORED_CHARACTERS)],
        )
    widget = forms.TextInput(attrs={"lang": "ur"} if name.endswith("_ur") else {"dir": "auto"})
    return CleanCharField(
        label=label, help_text=help_text, required=required, max_length=column.max_length, widget=widget
    )


def _order(shape: Shape) -> list[str]:
    """The order of the page: which one it is, the text, the choices, then where it belongs."""
    return [
        *("title", "title_ur", "language", *shape.own_choices),
        *(name for name in shape.choices if name != "theme"),
        *shape.texts,
        *shape.lines,
        *shape.dates,
        *("theme", "themes", "districts", "project", "activities"),
    ]


class NewLearningForm(LearningForm):
    """A new record. `once` makes a second click harmless."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=_("Organization"), to_field_name="slug", empty_label=None
    )

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, actor=actor, **options)
        own = Organization.objects.visible_to(actor).filter(pk__in=actor.organization_ids).order_by("name", "pk")
        self.fields["organization"].queryset = own
        if len(actor.organization_ids) == 1:
            self.fields["organization"].widget = forms.HiddenInput()
            self.fields["organization"].initial = next(iter(own.values_list("slug", flat=True)), "")


class UptakeForm(forms.Form):
    """What an organization did with what it found."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=_("Organization"), to_field_name="slug", empty_label=None
    )
    note = CleanCharField(
        label=_("How you used it"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Others read it. No names of persons."),
    )
    used_on = forms.DateField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    district = forms.ModelChoiceField(
        District.objects.none(), label=_("District"), required=False, to_field_name="code", empty_label=_("No district")
    )

    def __init__(self, *args: Any, actor: Actor, besides: int, places: Places, **options: Any) -> None:
        super().__init__(*args, **options)
        own = Organization.objects.visible_to(actor).filter(pk__in=actor.organization_ids).exclude(pk=besides)
        self.fields["organization"].queryset = own.order_by("name", "pk")
        district = self.fields["district"]
        district.queryset = District.objects.all()
        district.choices = [
            ("", _("No district")),
            *(
                (province.name, [(row.code, row.name) for row in rows])
                for province, rows in places.grouped(places.districts)
            ),
        ]

    def clean_used_on(self) -> Any:
        day = self.cleaned_data["used_on"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Look at the year again."))
        return day


class LibraryFilter(ListFilter):
    """What the library shows. Its labels are the words of a sentence; what is not offered is refused."""

    q = SearchField(label=_("Words in English or Urdu"))

    def __init__(
        self,
        data: Any,
        *,
        shape: Shape,
        places: Places,
        terms: dict[str, list[Term]],
        organizations: list[Organization],
        years: list[int],
    ) -> None:
        super().__init__(data)
        sorts: list[tuple[str, Any]] = (
            list(shape.revision._meta.get_field(shape.sort).choices)
            if shape.sort in shape.own_choices
            else [(row.code, row.label) for row in terms[shape.choices[shape.sort]]]
        )
        unknown = _("There is no choice “%(value)s”.")
        self._offer("sort", _("that are"), sorts, _("of any kind"), unknown)
        themes = [(row.code, row.label) for row in terms["pve_theme"]]
        self._offer("theme", _("on"), themes, _("all themes"), unknown)
        provinces = [(row.code, row.name) for row in places.provinces]
        self._offer("province", _("in"), provinces, _("all provinces"), unknown)
        districts = [(row.code, row.name) for row in places.districts]
        self._offer("district", _("in the district"), districts, _("every district"), unknown)
        self._offer("level", _("resting on"), EvidenceLevel.choices, _("any evidence"), unknown)
        names = [(row.slug, row.display_name) for row in organizations]
        self._offer("organization", _("by"), names, _("all organizations"), unknown)
        self._offer("year", _("published in"), [(str(year), str(year)) for year in years], _("any year"), unknown)

    def _offer(self, name: str, label: Any, choices: Any, nothing: Any, refusal: Any) -> None:
        self.offer(name, label=label, choices=choices, nothing=nothing, refusal=refusal)

    def chosen(self) -> dict[str, str]:
        """The choices of the closed list, without the words that are searched."""
        return {name: value for name, value in self.values.items() if name != "q"}
