"""The forms of accounts. allauth's own are only put into our words; what they check stays theirs."""

from __future__ import annotations

import struct
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from allauth.account import forms as account_forms
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from cryptography.exceptions import InvalidSignature
from django import forms
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient, User
from core.access import GRANTED_ROLES, Role, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# --- allauth's forms, in our words ----------------------------------------------------------------------------------


def _say(form: forms.Form, words: Mapping[str, Any], helps: Mapping[str, Any]) -> None:
    """Set labels and help, and drop placeholders: a placeholder is gone when it is needed."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = words.get(name, field.label)
        field.help_text = helps.get(name, "")


class SignInForm(account_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, {"login": _("E-mail address"), "password": _("Password")}, {})
        self.fields["login"].widget.attrs.update(autocomplete="username webauthn", dir="ltr")


class ForgottenPasswordForm(account_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, {"email": _("E-mail address")}, {})
        self.fields["email"].widget.attrs["dir"] = "ltr"


NEW_PASSWORD_WORDS = {
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("New password again"),
}
NEW_PASSWORD_HELP = {"password1": _("At least 12 characters. Three or four unrelated words are good.")}


class TwiceMixin:
    """Says in our words that the two new passwords differ, which is the only thing allauth finds wrong with the second."""

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        if self.data.get("password2") and "password2" in self.errors:
            self.errors["password2"] = self.error_class([_("The two new passwords are not the same.")])
        return cleaned


class NewPasswordForm(TwiceMixin, account_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, NEW_PASSWORD_WORDS, NEW_PASSWORD_HELP)


class ChangePasswordForm(TwiceMixin, account_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, NEW_PASSWORD_WORDS, NEW_PASSWORD_HELP)


class ConfirmPasswordForm(account_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, {"password": _("Password")}, {})


CODE_WORDS = {"code": _("Code")}
CODE_HELP = {"code": _("Six digits from your authenticator app, or one of your recovery codes.")}


class OnceMixin:
    """A code works once for as long as it is good. allauth takes it for three periods and remembers it for one, and does
    not count the code with which the app was set up.
    """

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        key = f"second-factor-code:{self.user.pk}:{normalize_user_code(code)}"  # type: ignore[attr-defined]
        if not cache.add(key, True, mfa_settings.TOTP_PERIOD * (2 * mfa_settings.TOTP_TOLERANCE + 1)):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondFactorForm(OnceMixin, mfa_forms.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, CODE_WORDS, CODE_HELP)


class ConfirmCodeForm(OnceMixin, mfa_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, CODE_WORDS, CODE_HELP)


class ActivateAppForm(OnceMixin, totp_forms.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, CODE_WORDS, {"code": _("The six digits that the app shows now.")})
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


#: What the parsers of allauth and fido2 raise for a credential that no browser made.
MADE_UP = (ArithmeticError, AttributeError, InvalidSignature, LookupError, TypeError, ValueError, struct.error)  # fmt: skip


def _parsed(parse: Callable[[], Any]) -> Any:
    """What `parse` returns; a credential that cannot be read is refused as one that is wrong."""
    try:
        return parse()
    except MADE_UP as problem:
        raise get_adapter().validation_error("incorrect_code") from problem


class PasskeyForm(webauthn_forms.AuthenticateWebAuthnForm):
    def clean_credential(self) -> Any:
        return _parsed(super().clean_credential)


class PasskeySignInForm(webauthn_forms.LoginWebAuthnForm):
    def clean_credential(self) -> Any:
        return _parsed(super().clean_credential)


class ConfirmPasskeyForm(webauthn_forms.ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Any:
        return _parsed(super().clean_credential)


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self,
            {
                "name": _("Name of the key"),
                "passwordless": _("Sign in with this key alone, without a password"),
            },
            {
                "name": _("So that you know it again, such as “Office laptop”."),
                "passwordless": _("The device then asks for your fingerprint, face or PIN."),
            },
        )

    def clean(self) -> Any:
        return _parsed(super().clean)


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, {"name": _("Name of the key")}, {})


# --- Our own --------------------------------------------------------------------------------------------------------


class ProfileForm(forms.ModelForm):
    """A person's own name and language."""

    class Meta:
        model = User
        fields = ("name", "language")


class UserFilterForm(forms.Form):
    """The filters above the list of people."""

    q = forms.CharField(label=_("Name or e-mail address"), required=False, max_length=200)
    role = forms.ChoiceField(
        label=_("holding the role"),
        required=False,
        choices=[("", _("any"))] + [(role.value, role.label) for role in GRANTED_ROLES],
    )
    state = forms.ChoiceField(
        label=_("with an account that is"),
        required=False,
        choices=[
            ("", _("open or closed")),
            ("open", _("open")),
            ("closed", _("closed")),
        ],
    )


class GrantRoleForm(forms.Form):
    """A role to give."""

    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, held: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [
            ("", _("Choose one")),
            *((role.value, role.label) for role in GRANTED_ROLES if role not in held),
        ]


class RevokeRoleForm(forms.Form):
    """A role to take."""

    role = forms.ChoiceField(choices=[(role.value, role.label) for role in Role])


class EmailForm(forms.Form):
    """Another e-mail address for an account."""

    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )


class ApiClientForm(forms.ModelForm):
    """A partner's machine."""

    class Meta:
        model = ApiClient
        fields = ("name", "purpose")
        labels = {"name": _("Name of the client"), "purpose": _("What it is for")}
        help_texts = {"name": _("The organization and its system, such as “UNODC results database”.")}
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3, "maxlength": 1000})}


SCOPE_LABELS = {
    Scope.ORGANIZATIONS: _("Organizations"),
    Scope.PROJECTS: _("Projects"),
    Scope.WORKSHOPS: _("Workshops and sessions"),
    Scope.SHOWCASES: _("Showcases"),
    Scope.ROADMAP: _("Roadmap"),
    Scope.ACTIVITIES: _("Activities"),
    Scope.INDICATORS: _("Indicators"),
    Scope.RESULTS: _("Results"),
    Scope.STORIES: _("Stories"),
    Scope.LEARNING: _("Lessons, challenges and innovations"),
    Scope.REACH: _("Reach: numbers of people, small ones not shown"),
    Scope.GEOGRAPHY: _("Provinces, divisions and districts"),
    Scope.VOCABULARIES: _("Vocabularies"),
}


class ApiKeyForm(forms.Form):
    """Scopes and last day of a key. `once` lets a double click make one key."""

    scopes = forms.MultipleChoiceField(
        label=_("What it may read"),
        choices=[(scope.value, label) for scope, label in SCOPE_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        help_text=_("After this day the key stops working. A year is usual."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    once = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def clean_expires_on(self) -> Any:
        day = self.cleaned_data["expires_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day."))
        if day > timezone.localdate() + timedelta(days=3 * 366):
            raise forms.ValidationError(_("Choose a day within three years."))
        return day

    def expires_at(self) -> datetime:
        """The end of the last day, in the portal's time zone."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["expires_on"] + timedelta(days=1), time.min))
