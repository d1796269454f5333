"""Web input for invitations and their acceptance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from organizations.fields import NameField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.access import Role


class InvitationForm(forms.Form):
    """Whom to invite, as what, and in which language to write."""

    name = NameField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"))
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=settings.LANGUAGES, initial="en")

    def __init__(self, *args: Any, roles: Iterable[Role], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        self.fields["role"].error_messages["invalid_choice"] = _("Choose a role from the list.")


class NewPersonForm(forms.Form):
    """The name and password of somebody who had no account."""

    name = NameField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A few words in a row are easy to keep in mind."),
    )
    language = forms.ChoiceField(label=_("Language of the portal and its e-mails"), choices=settings.LANGUAGES)
