"""Web input of consents: what a person agreed to, and who the person is. What must hold is in the services."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.terms import Term
from core.uploads import ACCEPT
from core.web.forms import FIRST_YEAR, LAST_YEAR
from evidence.consents.selectors import STANDINGS
from evidence.consents.services import DEFAULT_TERM, Person
from evidence.models import Consent, ConsentPerson, ConsentScope
from evidence.records.forms import CleanCharField
from organizations.models import Organization

if TYPE_CHECKING:
    from datetime import date

    from core.access import Actor


class ConsentFilter(forms.Form):
    """Which consents are shown."""

    standing = forms.ChoiceField(label=_("Show"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["standing"].choices = [("", _("all consents")), *STANDINGS.items()]

    def chosen(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("standing") or ""


def _text(model: Any, name: str, **kwargs: Any) -> CleanCharField:
    column = model._meta.get_field(name)
    kwargs.setdefault("label", column.verbose_name)
    return CleanCharField(max_length=column.max_length, **kwargs)


class ConsentForm(forms.Form):
    """Everything that domain.md, section 5, asks of a consent."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=_("Organization"), to_field_name="slug", empty_label=None
    )
    alias = _text(
        Consent, "alias", help_text=_("A word by which you find this consent again. Never the name of the person.")
    )
    name = _text(
        ConsentPerson,
        "name",
        label=_("Name of the person"),
        help_text=_("Only your organization and the data-protection officer read it."),
    )
    contact = _text(ConsentPerson, "contact", required=False)
    is_minor = forms.BooleanField(label=_("The person is under 18"), required=False)
    guardian_name = _text(
        ConsentPerson, "guardian_name", required=False, help_text=_("For somebody under 18 a guardian agrees, too.")
    )
    guardian_relation = _text(ConsentPerson, "guardian_relation", required=False)
    scopes = forms.MultipleChoiceField(
        label=_("The person agreed to"),
        choices=ConsentScope,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick only what the person said yes to. Each is asked for by itself."),
    )
    language = forms.ChoiceField(label=_("Language in which it was explained"))
    method = forms.ChoiceField(label=_("How the person agreed"), choices=Consent.Method)
    explained_by = _text(
        ConsentPerson, "explained_by", help_text=_("Who sat with the person and explained what will happen.")
    )
    given_on = forms.DateField(label=_("Given on"), widget=forms.DateInput(attrs={"type": "date"}))
    expires_on = forms.DateField(
        label=_("Expires on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Left empty, it holds for two years."),
    )
    withdrawal_channel = _text(
        Consent,
        "withdrawal_channel",
        help_text=_("What the person was told to do to take it back, such as a number to call or a person to ask."),
    )
    refusal_was_free = forms.BooleanField(
        label=_("The person was told that a refusal costs nothing, and no service is lost"), required=False
    )
    proof = forms.FileField(
        label=_("Proof"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("The signed form, or a picture of the thumbprint. Confidential."),
    )

    def __init__(self, *args: Any, actor: Actor, renewed: Consent | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Organization.objects.visible_to(actor).filter(pk__in=actor.organization_ids).order_by("name", "pk")
        self.fields["organization"].queryset = own
        if len(own) == 1 or renewed:
            only = renewed.organization if renewed else own[0]
            self.fields["organization"].widget = forms.HiddenInput()
            self.fields["organization"].initial = only.slug
        self.fields["language"].choices = [(term.code, term.label) for term in Term.objects.of("language")]
        self.fields["given_on"].widget.attrs["max"] = timezone.localdate().isoformat()
        for name in ("withdrawal_channel", "contact"):
            self.fields[name].validators.append(MaxLengthValidator(160))

    def clean_given_on(self) -> date:
        return self._in_reach("given_on")

    def clean_expires_on(self) -> date | None:
        return self._in_reach("expires_on")

    def _in_reach(self, name: str) -> Any:
        value = self.cleaned_data[name]
        if value and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise forms.ValidationError(_("Look at the year again."))
        return value

    def arguments(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        proof = data.get("proof")
        return {
            "organization_slug": data["organization"].slug,
            "alias": data["alias"],
            "person": Person(**{name: data[name] for name in Person.__dataclass_fields__}),
            "is_minor": data["is_minor"],
            "scopes": data["scopes"],
            "language": data["language"],
            "method": data["method"],
            "refusal_was_free": data["refusal_was_free"],
            "withdrawal_channel": data["withdrawal_channel"],
            # The day is what the person can say; the start of it is never in the future.
            "given_at": timezone.make_aware(datetime.combine(data["given_on"], time.min)),
            "expires_on": data["expires_on"],
            "proof": proof,
            "proof_name": proof.name if proof else "",
        }

    def refuse(self, error: Any) -> None:
        """Put a refusal of the service where the writer looks."""
        field = {"given_at": "given_on", "file": "proof"}.get(error.field or "", error.field)
        self.add_error(field if field in self.fields else None, str(error))


def renewal_of(consent: Consent, person: ConsentPerson | None, today: date) -> dict[str, Any]:
    """What a renewal starts from: the same person and the same uses, given today."""
    return {
        "alias": consent.alias,
        "is_minor": consent.is_minor,
        "scopes": consent.scopes,
        "language": consent.language,
        "method": consent.method,
        "withdrawal_channel": consent.withdrawal_channel,
        "given_on": today,
        "expires_on": today + DEFAULT_TERM,
        **(
            {name: getattr(person, name) for name in ("name", "contact", "guardian_name", "guardian_relation")}
            if person
            else {}
        ),
    }
