"""Web input for a profile: every field with its limits, and the stale write that shows both texts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxLengthValidator, URLValidator
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from core.terms import Term
from core.text import clean_text, count_words, find_personal_data, is_mobile
from core.web.fields import GroupedCheckboxes
from organizations.fields import district_choices
from organizations.models import ProfileRevision
from organizations.models.organization import PROFILE_FIELDS
from organizations.profiles.changes import TEXTS, label_of_field, profile_values, shown
from organizations.profiles.services import REQUIRED

if TYPE_CHECKING:
    from organizations.filters import Places

MISSION_WORDS = 150
MISSION_LENGTH = 2400
EARLIEST_YEAR = 1850
MOST_STAFF = 100_000
VOCABULARIES = {"themes": "pve_theme", "target_groups": "target_group"}


class ProfileForm(forms.ModelForm):
    """What an organization says about itself. The version it was opened with travels along."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr"}),
    )

    class Meta:
        model = ProfileRevision
        fields = PROFILE_FIELDS
        widgets = {
            "mission": forms.Textarea(attrs={"rows": 5, "data-words": MISSION_WORDS}),
            "mission_ur": forms.Textarea(attrs={"rows": 5, "lang": "ur", "data-words": MISSION_WORDS}),
            "districts": GroupedCheckboxes,
            "themes": forms.CheckboxSelectMultiple,
            "target_groups": forms.CheckboxSelectMultiple,
            "public_email": forms.EmailInput(attrs={"dir": "ltr"}),
            "public_phone": forms.TextInput(attrs={"dir": "ltr", "inputmode": "tel"}),
        }
        help_texts = {
            "mission": _("What the organization is for, in two or three sentences."),
            "districts": _("Where the organization works now."),
            "public_email": _("An address of the office, not of a person."),
            "public_phone": _("An office number. Mobile numbers belong to people and are not accepted."),
        }

    def __init__(
        self,
        *args: Any,
        places: Places,
        terms: dict[str, list[Term]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["districts"].choices = district_choices(places)
        self.fields["headquarters"].choices = [
            ("", _text("not given")),
            *self.fields["districts"].choices,
        ]
        for name, vocabulary in VOCABULARIES.items():
            self.fields[name].queryset = Term.objects.of(vocabulary)
            self.fields[name].choices = [(row.pk, row.label) for row in terms[vocabulary]]
        self.fields["languages"].choices = [(row.code, row.label) for row in terms["language"]]
        for name in TEXTS:
            self.fields[name].validators.append(MaxLengthValidator(MISSION_LENGTH))
        self.fields["website"].validators = [URLValidator(schemes=["http", "https"])]
        for name in ("women_staff_count", "men_staff_count"):
            self.fields[name].max_value = MOST_STAFF
        for name, field in self.fields.items():
            field.required = name in REQUIRED
        self.current: list[tuple[Any, Any]] = []
        if self.instance.pk:
            self.initial["version"] = self.instance.version

    def full_clean(self) -> None:
        """A draft may be saved with gaps. What must be there is marked, and refused only when the draft is sent."""
        for name in REQUIRED:
            self.fields[name].required = False
        super().full_clean()
        for name in REQUIRED:
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in TEXTS & data.keys():
            data[name] = clean_text(data[name])
            if count_words(data[name]) > MISSION_WORDS:
                self.add_error(
                    name,
                    _text("Write at most %(limit)s words.") % {"limit": MISSION_WORDS},
                )
                continue
            for found in find_personal_data(data[name]):
                self.add_error(name, found.sentence)
                break
        year = data.get("founded_year")
        if year is not None and not EARLIEST_YEAR <= year <= date.today().year:  # noqa: DTZ011
            self.add_error(
                "founded_year",
                _text("Give a year between %(first)s and this year.") % {"first": EARLIEST_YEAR},
            )
        for name in ("women_staff_count", "men_staff_count"):
            if (data.get(name) or 0) > MOST_STAFF:
                self.add_error(name, _text("This number is too large."))
        return data

    def clean_public_phone(self) -> str:
        phone = clean_text(self.cleaned_data["public_phone"])
        if is_mobile(phone):
            raise forms.ValidationError(
                _("This is a mobile number, which belongs to a person. Give the number of the office.")
            )
        if phone and not any(char.isdigit() for char in phone):
            raise forms.ValidationError(_("Give a telephone number in digits."))
        return phone

    @property
    def values(self) -> dict[str, Any]:
        """What the service saves: the fields that could be understood."""
        return {
            name: list(value) if name in VOCABULARIES or name == "districts" else value
            for name, value in self.cleaned_data.items()
            if name in PROFILE_FIELDS
        }

    def show_both(self, current: ProfileRevision) -> None:
        """After a stale write: keep what was typed, list what stands now, and let the next save know of it."""
        now = profile_values(current)
        self.current = [
            (label_of_field(name), shown(name, now[name]))
            for name, value in self.values.items()
            if shown(name, value) != shown(name, now[name])
        ]
        self.data = self.data.copy()
        self.data["version"] = current.version


class CommentForm(forms.Form):
    """A remark on one field."""

    field = forms.ChoiceField(label=_("About"), required=False)
    body = forms.CharField(
        label=_("Comment"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["field"].choices = [
            ("", label_of_field("")),
            *((name, label_of_field(name)) for name in PROFILE_FIELDS),
        ]


def read_version(raw: str | None) -> int:
    """The version a form was opened with. A damaged one is no version of the row, so it is refused as stale."""
    return int(raw) if raw and raw.isascii() and raw.isdigit() and len(raw) < 10 else 0
