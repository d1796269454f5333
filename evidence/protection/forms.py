"""Web input of protection."""

from __future__ import annotations

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from evidence.records.forms import CleanCharField


class HoldForm(forms.Form):
    """What could happen."""

    text = CleanCharField(
        label=_("What could happen"),
        help_text=_("Only the data-protection officer and you read it."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        validators=[MaxLengthValidator(4000)],
    )


class ReleaseForm(forms.Form):
    """Why it may be shown again."""

    text = CleanCharField(
        label=_("Why it may be shown again"),
        help_text=_("Read by the data-protection officer and whoever placed the hold."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        validators=[MaxLengthValidator(4000)],
    )


class FindPerson(forms.Form):
    """Whom to erase."""

    q = CleanCharField(label=_("Alias or name"), required=False, max_length=120)
