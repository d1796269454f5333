"""Web input of stories: the original, the redacted text, consents and photos, and the filters of the public list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from core.geography import District, Province
from core.terms import Term
from core.web.forms import RecordForm
from evidence.consents.selectors import standing_of
from evidence.models import (
    STORY_FIELDS,
    Consent,
    ConsentScope,
    EvidenceLevel,
    Story,
    StoryOriginal,
    StoryPhoto,
    StoryRevision,
)
from evidence.records.forms import CleanCharField
from evidence.records.revisions import latest_revision
from evidence.stories.kind import REQUIRED
from evidence.stories.services import ALWAYS_USED, ORIGINAL_FIELDS, REDACTED_FIELDS
from organizations.models import Organization, Project

if TYPE_CHECKING:
    from datetime import date

    from core.access import Actor

#: Characters of one field of a story; more is refused and shown back.
LONGEST = 20_000
HELP = {
    "situation_before": _("How was it for the person, before?"),
    "what_changed": _("What is different now, for the person and around them?"),
    "why_it_matters": _("Why is this change the one the person chose to tell?"),
    "contribution": _("What the project did, and what others did. We claim contribution, not attribution."),
    "quote": _("One or two sentences in the person's own words."),
}


class LinesField(CleanCharField):
    """Words, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 5}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = [line.strip() for line in super().clean(value).split("\n")]
        return [line for line in lines if line]


class AboutForm(RecordForm):
    """What a story is filed under."""

    class Meta:
        model = Story
        fields = ["project", "domain", "anonymization"]

    def __init__(self, *args: Any, actor: Actor, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices = {"actor": actor, "organization": organization}
        self.fields["project"].queryset = (
            Project.objects.visible_to(actor).filter(organization=organization).order_by("code")
        )
        self.fields["domain"].queryset = Term.objects.of("story_domain")
        self.fields["domain"].empty_label = None

    def codes(self) -> dict[str, Any]:
        """What the services take."""
        data = self.cleaned_data
        return {
            "project_code": data["project"].code if data["project"] else None,
            "domain_code": data["domain"].code,
            "anonymization": data["anonymization"],
        }

    def _same_choices(self) -> dict[str, Any]:
        return self._choices


class OriginalForm(RecordForm):
    """The story as it was told."""

    protected_words = LinesField(
        label=_("Names and places that may not appear"),
        required=False,
        help_text=_("One a line: persons, villages, schools, shops. They are marked in both texts, and never shown."),
    )

    class Meta:
        model = StoryOriginal
        fields = list(ORIGINAL_FIELDS)
        widgets = {"collected_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = HELP

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=StoryOriginal._meta.get_field("language").verbose_name,
            choices=[(term.code, term.label) for term in Term.objects.of("language")],
            initial="ur",
        )
        _limit_texts(self)
        _districts(self, "district")
        self.order_fields(["language", "collected_on", "collected_by", "district", *STORY_FIELDS, "protected_words"])

    def clean_protected_words(self) -> list[str]:
        words = self.cleaned_data["protected_words"]
        if len(words) > 60 or any(len(word) > 80 for word in words):
            raise forms.ValidationError(_("At most 60 lines of at most 80 characters."))
        return words


class RedactionForm(RecordForm):
    """The text that others read. `version` is the story's."""

    class Meta:
        model = StoryRevision
        fields = list(REDACTED_FIELDS)

    def __init__(self, *args: Any, story: Story, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in REQUIRED:
            # A draft may leave it out, and still it is not "(optional)".
            self.fields[name].is_wanted = True
        self.fields["version"].initial = story.version
        self.fields["alias"].help_text = _("Never the real name, unless the person agreed to be named.")
        self.fields["province"].queryset = Province.objects.order_by("position", "pk")
        self.fields["district"].help_text = _("Only with the consent to the place. Otherwise name the province.")
        _limit_texts(self)
        _districts(self, "district")

    def _as_saved(self, current: Any) -> RedactionForm:
        return RedactionForm(instance=latest_revision(current), story=current)


def _limit_texts(form: forms.BaseForm) -> None:
    for name in STORY_FIELDS[1:]:
        field = form.fields[name]
        field.widget = forms.Textarea(attrs={"rows": 3 if name == "quote" else 7, "maxlength": LONGEST, "dir": "auto"})
        field.validators.append(MaxLengthValidator(LONGEST))


def _districts(form: forms.BaseForm, name: str) -> None:
    form.fields[name].queryset = District.objects.order_by("name_en", "pk")


class AttachForm(forms.Form):
    """Rest the story on a consent, and say what it uses beyond telling it online."""

    consent = forms.ModelChoiceField(
        Consent.objects.none(), label=_("Consent"), to_field_name="uuid", empty_label=_("Choose a consent")
    )
    uses = forms.MultipleChoiceField(
        label=_("What the story uses of this person"),
        choices=[choice for choice in ConsentScope.choices if choice[0] not in ALWAYS_USED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Telling the story on the internet is always part of it."),
    )

    def __init__(self, *args: Any, actor: Actor, story: Story, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Consent.objects.visible_to(actor).filter(organization_id=story.organization_id).valid()
        self.fields["consent"].queryset = own.order_by("alias", "pk")
        self.fields["consent"].label_from_instance = lambda row: f"{row.alias} ({standing_of(row, today).label})"


class PhotoForm(forms.ModelForm):
    """A photo with its description, its credit and the consents of those in it."""

    file = forms.FileField(label=_("Picture"), widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp"}))
    alt_text = CleanCharField(
        label=_("Description of the picture"),
        max_length=300,
        help_text=_("For readers who cannot see it: what is there, without names."),
    )
    alt_text_ur = CleanCharField(label=_("Description in Urdu"), max_length=300, required=False)
    credit = CleanCharField(label=_("Credit"), max_length=120, help_text=_("Who took it."))
    consents = forms.ModelMultipleChoiceField(
        Consent.objects.none(),
        label=_("Consents of those who can be seen"),
        required=False,
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = StoryPhoto
        fields = ["file", "alt_text", "alt_text_ur", "credit", "taken_on", "shows_nobody", "consents"]
        widgets = {"taken_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, actor: Actor, story: Story, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Consent.objects.visible_to(actor).filter(organization_id=story.organization_id).valid()
        self.fields["consents"].queryset = own.filter(scopes__contains=[ConsentScope.IMAGE]).order_by("alias", "pk")
        self.fields["consents"].label_from_instance = lambda row: row.alias

    def arguments(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "upload": data["file"],
            "name": data["file"].name,
            "alt_text": data["alt_text"],
            "alt_text_ur": data["alt_text_ur"],
            "credit": data["credit"],
            "taken_on": data["taken_on"],
            "shows_nobody": data["shows_nobody"],
            "consent_uuids": [row.uuid for row in data["consents"]],
        }


class GradeForm(forms.Form):
    """How strong the evidence behind a story is."""

    evidence_level = forms.ChoiceField(label=_("Evidence level"), choices=EvidenceLevel)


class StoryFilter(forms.Form):
    """Which stories the public list shows. Its labels are the words of a sentence."""

    q = CleanCharField(label=_("Words of the story"), required=False, max_length=200)
    domain = forms.ModelChoiceField(
        Term.objects.none(), label=_("about"), required=False, to_field_name="code", empty_label=_("any change")
    )
    province = forms.ModelChoiceField(
        Province.objects.none(), label=_("in"), required=False, to_field_name="code", empty_label=_("all provinces")
    )
    theme = forms.ModelChoiceField(
        Term.objects.none(),
        label=_("from projects on"),
        required=False,
        to_field_name="code",
        empty_label=_("every theme"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].queryset = Term.objects.of("story_domain")
        self.fields["province"].queryset = Province.objects.order_by("position", "pk")
        self.fields["theme"].queryset = Term.objects.of("pve_theme")

    def chosen(self) -> dict[str, Any]:
        """Rows and words by name; what is not in a list counts as not chosen, and the form says so."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields}
