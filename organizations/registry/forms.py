"""The programme's form for an entry of the registry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.access import Sensitivity
from core.terms import Term
from organizations.fields import NameField, TermField
from organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Entry:
    """What the programme says about an organization."""

    name: str
    name_ur: str
    acronym: str
    type: Term
    is_member: bool
    is_active: bool
    sensitivity: str


#: The fields of an entry, in the order of the form.
ENTRY_FIELDS = tuple(Entry.__dataclass_fields__)


class EntryForm(forms.Form):
    """Names, type, membership, and who may see the organization."""

    name = NameField(label=_("Name"), max_length=160, widget=forms.TextInput(attrs={"dir": "auto"}))
    name_ur = NameField(
        label=_("Name in Urdu"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "lang": "ur"}),
    )
    acronym = NameField(
        label=_("Acronym"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    type = TermField("partner_type", label=_("Type"))
    is_member = forms.BooleanField(
        label=_("A civil society organization of the programme"),
        help_text=_("Authorities, agencies and funders are kept here too, but they are not counted as CSOs."),
        required=False,
        initial=True,
    )
    is_active = forms.BooleanField(
        label=_("Active"),
        help_text=_("An inactive organization is hidden from the public, and its people can no longer act for it."),
        required=False,
        initial=True,
    )
    sensitivity = forms.ChoiceField(
        label=_("Who may read its profile"),
        choices=Sensitivity.choices,
        initial=Sensitivity.PUBLIC,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, data: Any = None, *, instance: Organization | None = None) -> None:
        initial = {}
        if instance is not None:
            initial = {name: getattr(instance, name) for name in ENTRY_FIELDS}
            initial["seen"] = instance.updated_at.isoformat()
        super().__init__(data, initial=initial)
        self.current: list[tuple[str, Any]] = []

    def clean_seen(self) -> datetime | None:
        value = self.cleaned_data["seen"]
        if not value:
            return None
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            raise forms.ValidationError(_("The form is damaged. Open it again.")) from None

    @property
    def entry(self) -> Entry:
        return Entry(**{name: self.cleaned_data[name] for name in ENTRY_FIELDS})

    def show_both(self, current: Organization) -> None:
        """After a stale write: keep what was typed, list what stands now, and let the next save know of it."""
        self.current = [
            (self.fields[name].label, _shown(getattr(current, name)))
            for name in ENTRY_FIELDS
            if getattr(current, name) != self.cleaned_data[name]
        ]
        self.data = self.data.copy()
        self.data["seen"] = current.updated_at.isoformat()


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value
