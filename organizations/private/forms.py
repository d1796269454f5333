"""Web input for what an organization keeps private."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.terms import Term
from core.text import clean_text
from core.uploads import ACCEPT
from organizations.models import PrivateContact, Registration


class RegistrationForm(forms.ModelForm):
    """The law and the number."""

    class Meta:
        model = Registration
        fields = ("law", "number", "registered_on", "expires_on")
        widgets = {
            "number": forms.TextInput(attrs={"dir": "auto"}),
            "registered_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "expires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["law"].queryset = Term.objects.of("registration_law")

    def clean_number(self) -> str:
        return clean_text(self.cleaned_data["number"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        start, end = data.get("registered_on"), data.get("expires_on")
        if start and start > date.today():  # noqa: DTZ011 - a day, not a moment
            self.add_error("registered_on", _("This day is in the future."))
        if start and end and end < start:
            self.add_error("expires_on", _("It ends before it starts."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class PaperForm(forms.Form):
    """A scan and what it is. What the file really is, the service looks at."""

    title = forms.CharField(label=_("What it is"), max_length=120)
    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text=_(
            "PDF, picture, Word, Excel or PowerPoint. "
            "Seen by your organization, the programme's managers and the data-protection officer."
        ),
        allow_empty_file=True,
        max_length=255,
    )


class ContactForm(forms.ModelForm):
    """A person to reach. A mobile number is welcome here: this is not public."""

    class Meta:
        model = PrivateContact
        fields = ("name", "position", "email", "phone")
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "position": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"dir": "ltr", "inputmode": "tel", "autocomplete": "off"}),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in ("name", "position", "phone"):
            if name in data:
                data[name] = clean_text(data[name])
        if not data.get("email") and not data.get("phone"):
            self.add_error("email", _("Give an e-mail address or a telephone number."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields}
