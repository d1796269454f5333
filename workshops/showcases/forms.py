"""Web input of showcases. Each form cleans what was typed; what must hold whoever writes is in the services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from core import uploads
from core.access import Sensitivity
from core.geography import District, Province
from core.terms import Term
from core.text import count_words
from core.web.fields import CleanCharField, GroupedCheckboxes
from core.workflow import State
from organizations.models import Project
from workshops.models import Presenter, Workshop
from workshops.showcases.sections import BY_KEY, STORED_CHARACTERS, STORED_WORDS, Kind
from workshops.showcases.services.writing import too_long

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from core.access import Actor
    from workshops.models import PresenterContact, Showcase
    from workshops.showcases.sections import Field, Section

#: The vocabulary behind a choice of many.
VOCABULARIES = {"themes": "pve_theme", "target_groups": "target_group"}


class WordsField(CleanCharField):
    """Running text. More words than wanted are kept in a draft; far too many are refused, and shown back."""

    def __init__(self, *, max_words: int, **kwargs: Any) -> None:
        rows = 12 if max_words > 300 else 9 if max_words > 200 else 5
        kwargs["widget"] = forms.Textarea(attrs={"rows": rows, "data-words": max_words})
        super().__init__(strip=False, **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > STORED_CHARACTERS or count_words(value) > STORED_WORDS:
            raise forms.ValidationError(too_long(value), code="too_long")


class SectionForm(forms.Form):
    """One section of the form, made from its data. Nothing is required here: a draft may be incomplete."""

    version = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput, empty_value=None)

    def __init__(
        self,
        *args: Any,
        section: Section,
        showcase: Showcase,
        actor: Actor,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.section = section
        for question in section.fields:
            field = _field_for(question, showcase, actor)
            # A draft may leave it out, and still it is not "(optional)".
            field.is_wanted = question.is_required  # type: ignore[attr-defined]
            self.fields[question.name] = field

    def values(self) -> dict[str, Any]:
        """The answers as the service takes them."""
        return {question.name: self._value(question) for question in self.section.fields}

    def _value(self, question: Field) -> Any:
        value = self.cleaned_data[question.name]
        if question.kind is Kind.MANY:
            return [row.pk for row in value]
        if question.name == "project":
            return value.pk if value else None
        return value


def _field_for(question: Field, showcase: Showcase, actor: Actor) -> forms.Field:
    shared: dict[str, Any] = {
        "label": question.label,
        "help_text": question.help,
        "required": False,
    }
    if question.kind is Kind.TEXT:
        return WordsField(max_words=question.max_words, **shared)
    if question.kind is Kind.LINE:
        return CleanCharField(max_length=200, **shared)
    if question.kind is Kind.FLAG:
        return forms.BooleanField(**shared)
    if question.name == "language":
        return forms.ChoiceField(choices=settings.LANGUAGES, **{**shared, "required": True})
    if question.name == "project":
        return forms.ModelChoiceField(
            Project.objects.visible_to(actor).filter(organization_id=showcase.organization_id).order_by("title", "pk"),
            empty_label=_("No project"),
            **shared,
        )
    if question.name == "districts":
        return DistrictsField(**shared)
    return TermsField(Term.objects.of(VOCABULARIES[question.name]), **shared)


class TermsField(forms.ModelMultipleChoiceField):
    """Terms of a vocabulary, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple


class DistrictsField(forms.ModelMultipleChoiceField):
    """Districts as boxes to tick, under their province."""

    widget = GroupedCheckboxes

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            District.objects.select_related("province").order_by("province__position", "name_en", "pk"),
            **kwargs,
        )
        self.choices = self._by_province

    def _by_province(self) -> Iterable[tuple[str, list[tuple[int, str]]]]:
        groups: dict[str, list[tuple[int, str]]] = {}
        for district in self.queryset or ():
            groups.setdefault(str(district.province), []).append((district.pk, str(district)))
        return list(groups.items())


class EvidenceForm(forms.Form):
    """A file as evidence."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
        allow_empty_file=True,
    )
    type = forms.ModelChoiceField(
        Term.objects.of("evidence_type"),
        label=_("Kind of evidence"),
        to_field_name="code",
        empty_label=_("Choose one"),
    )
    title = CleanCharField(label=_("Title"), max_length=160, help_text=_("What the file shows."))
    alt_text = CleanCharField(
        label=_("Description of the picture"),
        help_text=_("For readers who cannot see it. Needed for pictures."),
        max_length=300,
        required=False,
    )
    is_released = forms.BooleanField(
        label=_("Show this file with the published showcase"),
        help_text=_("Release no picture on which a person can be recognized unless that person agreed."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "A picture, a PDF, or a Word, Excel or PowerPoint file of at most %(limit)s MB. The place is removed from"
            " pictures."
        ) % {"limit": settings.UPLOAD_LIMIT_BYTES // 1024 // 1024}


class PresenterForm(forms.Form):
    """A person who presents. The contact part is read by the organization and the programme's managers only."""

    name = CleanCharField(label=_("Name"), max_length=120)
    name_ur = CleanCharField(label=_("Name in Urdu"), max_length=120, required=False)
    position = CleanCharField(label=_("Position"), max_length=120, required=False)
    may_be_named = forms.BooleanField(
        label=_("This person agrees to be named in public"),
        help_text=_(
            "On the showcase's page and in the agenda. Without this the portal shows only the name of your organization."
        ),
        required=False,
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = CleanCharField(label=_("Telephone"), max_length=24, required=False)
    access_needs = CleanCharField(
        label=_("Access needs"),
        help_text=_("For example a ramp, a sign-language interpreter, a prayer room."),
        max_length=300,
        required=False,
    )

    @staticmethod
    def known(presenter: Presenter, contact: PresenterContact | None) -> dict[str, Any]:
        """What is known of a person, as the form shows it."""
        return {
            "name": presenter.name,
            "name_ur": presenter.name_ur,
            "position": presenter.position,
            "may_be_named": presenter.named_publicly_since is not None,
            "email": contact.email if contact else "",
            "phone": contact.phone if contact else "",
            "access_needs": contact.access_needs if contact else "",
        }


class ReasonForm(forms.Form):
    """Why something is returned or withdrawn."""

    reason = CleanCharField(
        label=_("Reason"),
        help_text=_("The organization reads it. Say what should change."),
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[MaxLengthValidator(4000)],
    )


class SensitivityForm(forms.Form):
    """Who may read a showcase, and why that changes."""

    sensitivity = forms.ChoiceField(
        label=_("Who may read it once it is live"),
        choices=[
            (Sensitivity.PUBLIC, _("Everyone")),
            (Sensitivity.PARTNER, _("People of the programme: its organizations, staff and funder")),
            (Sensitivity.RESTRICTED, _("The organization and programme staff")),
            (
                Sensitivity.CONFIDENTIAL,
                _("The organization, its reviewers, programme managers and the data-protection officer"),
            ),
        ],
        widget=forms.RadioSelect,
    )
    reason = CleanCharField(
        label=_("Reason"),
        help_text=_("The organization reads it."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        validators=[MaxLengthValidator(4000)],
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)


class CommentForm(forms.Form):
    """A comment on a section, or an answer to one."""

    section = forms.CharField(max_length=24, required=False)
    answers = forms.IntegerField(required=False)
    body = CleanCharField(
        label=_("Comment"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the comment first.")},
    )


class SentenceFilter(forms.Form):
    """Conditions on a list of showcases. The labels are the words of a sentence, the values codes in the address."""

    theme = forms.ModelChoiceField(
        Term.objects.of("pve_theme"),
        label=_("working on"),
        required=False,
        to_field_name="code",
        empty_label=_("all themes"),
    )
    province = forms.ModelChoiceField(
        Province.objects.order_by("position", "pk"),
        label=_("in"),
        required=False,
        to_field_name="code",
        empty_label=_("all provinces"),
    )

    def chosen(self) -> dict[str, str]:
        """What was chosen, as a text by field; a choice that does not exist counts as none, and the form says so."""
        self.is_valid()
        return {name: self._text(name) for name in self.fields}

    def _text(self, name: str) -> str:
        value = self.cleaned_data.get(name)
        key = getattr(self.fields[name], "to_field_name", None)
        return getattr(value, key) if value and key else value or ""


class KnownPresenterForm(forms.Form):
    """Somebody whom the organization named before."""

    presenter = forms.ModelChoiceField(
        Presenter.objects.none(),
        label=_("Somebody of your organization"),
        empty_label=_("Choose a person"),
        error_messages={"invalid_choice": _("This is not in the list any more. Choose another one.")},
    )

    def __init__(self, *args: Any, people: QuerySet[Presenter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = list(people)
        field = self.fields["presenter"]
        field.queryset = people
        field.choices = [("", field.empty_label), *((row.pk, _with_position(row)) for row in self.people)]


def _with_position(person: Presenter) -> str:
    return f"{person}, {person.position}" if person.position else str(person)


class RemarkForm(forms.Form):
    """A remark of NACTA on a section or on the whole."""

    section = forms.ChoiceField(label=_("About"), required=False)
    body = CleanCharField(
        label=_("Remark"),
        help_text=_("Read by NACTA, reviewers and managers. The organization does not read this."),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = [(key, section.title) for key, section in BY_KEY.items()]
        self.fields["section"].choices = [("", _("The whole showcase")), *sections]


class QueueFilter(SentenceFilter):
    """What the review queue shows."""

    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("everything that waits")), *((state.value, state.label) for state in State)],
    )
    workshop = forms.ModelChoiceField(
        Workshop.objects.none(),
        label=_("for"),
        required=False,
        to_field_name="slug",
        empty_label=_("every workshop"),
    )
    field_order = ["state", "workshop", "province", "theme"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workshop"].queryset = Workshop.objects.visible_to(actor).order_by("-starts_on", "pk")


class ShowcaseFilter(SentenceFilter):
    """What the public list of a workshop's showcases shows."""

    q = CleanCharField(label=_("Search title or organization"), max_length=200, required=False)
    group = forms.ModelChoiceField(
        Term.objects.of("target_group"),
        label=_("with"),
        required=False,
        to_field_name="code",
        empty_label=_("all target groups"),
    )
    field_order = ["q", "theme", "province", "group"]

    def chosen(self) -> dict[str, str]:
        chosen = super().chosen()
        return {"search": chosen.pop("q"), **chosen}
