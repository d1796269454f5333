"""Web input of evidence: a file or a link, and what it shows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import uploads
from core.geography import District
from core.terms import Term
from core.web.fields import CleanCharField


class ItemForm(forms.Form):
    """A piece of evidence. An item that has its file already is asked no second one."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A picture, a PDF, or a Word, Excel or PowerPoint file of at most 10 MB. The place is removed from pictures. "
            "No attendance sheets with names."
        ),
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
        allow_empty_file=True,
        required=False,
    )
    url = forms.CharField(
        label=_("or a link"),
        help_text=_("To a page or recording that everyone can open."),
        max_length=200,
        required=False,
        widget=forms.URLInput(attrs={"dir": "ltr"}),
    )
    type = forms.ModelChoiceField(
        Term.objects.none(), label=_("Kind of evidence"), to_field_name="code", empty_label=_("Choose one")
    )
    title = CleanCharField(label=_("Title"), max_length=160, help_text=_("What it shows."))
    happened_on = forms.DateField(
        label=_("Date"),
        help_text=_("The day it is about. A dated document counts for more."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    district = forms.ModelChoiceField(
        District.objects.none(),
        label=_("District"),
        to_field_name="code",
        required=False,
        empty_label=_("No district"),
    )
    alt_text = CleanCharField(
        label=_("Description of the picture"),
        help_text=_("For readers who cannot see it. Needed for pictures."),
        max_length=300,
        required=False,
    )
    has_method = forms.BooleanField(
        label=_("States its method and its limitations"),
        help_text=_("For an evaluation or a survey."),
        required=False,
    )
    shows_person = forms.BooleanField(
        label=_("Shows or names a person"),
        help_text=_("Then only you and the reviewers ever see it."),
        required=False,
    )
    is_released = forms.BooleanField(
        label=_("Show it with what is published"),
        required=False,
    )

    def __init__(self, *args: Any, has_file: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = Term.objects.of("evidence_type")
        self.fields["district"].queryset = District.objects.order_by("name_en", "pk")
        if has_file:
            del self.fields["file"], self.fields["url"]

    def values(self) -> dict[str, Any]:
        """What the service takes, without the file."""
        data = self.cleaned_data
        return {
            **{name: value for name, value in data.items() if name != "file"},
            "type": data["type"].code,
            "district": data["district"].code if data["district"] else "",
        }
