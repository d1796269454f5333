"""Web input for projects: their texts, dates and places, their partners, and what pays for them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from core.access import Actor
from core.terms import Term
from core.text import clean_text, find_personal_data
from core.web.fields import GroupedCheckboxes
from organizations.fields import TermField, district_choices
from organizations.filters import Places
from organizations.models import Grant, Organization, Programme, Project

#: The vocabularies behind the choices of a project.
TERM_FIELDS = {
    "themes": "pve_theme",
    "target_groups": "target_group",
    "npve_pillars": "npve_pillar",
    "sdg_targets": "sdg_target",
}
TEXT_FIELDS = ("title", "title_ur", "summary", "summary_ur", "objectives", "approach")
TEXT_LENGTH = 8000


class ProjectForm(forms.ModelForm):
    """A project. The version it was opened with travels along, so that a stale write is refused."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    class Meta:
        model = Project
        fields = (
            "title",
            "title_ur",
            "summary",
            "summary_ur",
            "objectives",
            "approach",
            "status",
            "starts_on",
            "ends_on",
            "districts",
            "is_online",
            *TERM_FIELDS,
            "gender_marker",
            "disability_marker",
            "sensitivity",
            "is_listed",
        )
        widgets = {
            "title": forms.TextInput(attrs={"dir": "auto"}),
            "title_ur": forms.TextInput(attrs={"dir": "auto", "lang": "ur"}),
            "summary": forms.Textarea(attrs={"dir": "auto", "rows": 4}),
            "summary_ur": forms.Textarea(attrs={"dir": "auto", "lang": "ur", "rows": 4}),
            "objectives": forms.Textarea(attrs={"dir": "auto", "rows": 4}),
            "approach": forms.Textarea(attrs={"dir": "auto", "rows": 4}),
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "districts": GroupedCheckboxes,
            **dict.fromkeys(TERM_FIELDS, forms.CheckboxSelectMultiple),
        }

    def __init__(self, *args: Any, places: Places, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, vocabulary in TERM_FIELDS.items():
            self.fields[name].queryset = Term.objects.of(vocabulary)
            self.fields[name].help_text = ""
        self.fields["districts"].choices = district_choices(places)
        self.fields["sensitivity"].label = _("Who may read it")
        self.fields["is_listed"].help_text = _(
            "A project that is not listed is seen by its organizations and the programme's staff only."
        )
        for name in TEXT_FIELDS:
            field = self.fields[name]
            if field.max_length is None:
                field.validators.append(MaxLengthValidator(TEXT_LENGTH))
        self.current: list[tuple[str, Any]] = []
        if self.instance.pk:
            self.initial["version"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in TEXT_FIELDS:
            if data.get(name):
                data[name] = clean_text(data[name])
                for found in find_personal_data(data[name]):
                    self.add_error(name, found.sentence)
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The end is before the start."))
        if not data.get("districts") and not data.get("is_online"):
            self.add_error("districts", _("Choose at least one district, or “Also online”."))
        if not data.get("themes"):
            self.add_error("themes", _("Choose at least one theme."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What the service saves."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def show_both(self, current: Project) -> None:
        """After a stale write: keep what was typed, list what stands now, and let the next save know of it."""
        self.current = [
            (self.fields[name].label, getattr(current, name))
            for name in self._meta.fields
            if name not in (*TERM_FIELDS, "districts") and getattr(current, name) != self.cleaned_data[name]
        ]
        self.data = self.data.copy()
        self.data["version"] = current.version


class NewProjectForm(ProjectForm):
    """A new project also gets its code, its programme and the organization that implements it."""

    class Meta(ProjectForm.Meta):
        fields = ("organization", "programme", "code", *ProjectForm.Meta.fields)

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organization"].queryset = Organization.objects.visible_to(actor).order_by("name")
        self.fields["organization"].label = _("Implemented by")
        programmes = Programme.objects.visible_to(actor).order_by("code")
        self.fields["programme"].queryset = programmes
        self.fields["programme"].label = _("Programme")
        self.fields["programme"].initial = programmes.first()
        self.fields["code"].label = _("Code")
        self.fields["code"].help_text = _(
            "A short word for addresses and reports, in Latin letters, such as kbf-dialogue. It cannot be changed later."
        )

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].lower()
        if code == "new":
            raise forms.ValidationError(_("Choose another code: “new” is taken."))
        return code


class PartnerForm(forms.Form):
    """Another organization in the project, and its role."""

    organization = forms.ModelChoiceField(
        label=_("Organization"),
        queryset=Organization.objects.none(),
        empty_label=_("Choose one"),
    )
    role = TermField("project_role", label=_("Role"))

    def __init__(self, *args: Any, actor: Actor, project: Project, **options: Any):
        super().__init__(*args, prefix="partner", **options)
        self.fields["organization"].queryset = (
            Organization.objects.visible_to(actor).exclude(pk=project.organization_id).order_by("name")
        )


class GrantForm(forms.ModelForm):
    """What pays for the project."""

    class Meta:
        model = Grant
        fields = ("reference", "funder", "amount_eur", "amount_pkr")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, prefix="grant", **options)
        self.fields["funder"].queryset = Organization.objects.visible_to(actor).filter(is_member=False).order_by("name")
        self.fields["funder"].label = _("Paid by")

    def clean_reference(self) -> str:
        return clean_text(self.cleaned_data["reference"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in ("amount_eur", "amount_pkr"):
            if data.get(name) is not None and data[name] < 0:
                self.add_error(name, _("An amount cannot be negative."))
        return data
