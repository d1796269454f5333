"""What the lists of activities show. The labels of each form are the words of a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from core.terms import Term
from core.web.fields import CleanCharField
from core.workflow import State
from evidence.records.forms import organization_field
from organizations.models import Project

if TYPE_CHECKING:
    from core.access import Actor
    from core.geography import District, Province


class ActivityFilter(forms.Form):
    """What a list of activities shows. Its labels are the words of a sentence."""

    q = CleanCharField(label=_("Search titles"), max_length=100, required=False)
    type = forms.ModelChoiceField(
        Term.objects.none(), label=_("that are"), required=False, to_field_name="code", empty_label=_("of any kind")
    )
    theme = forms.ModelChoiceField(
        Term.objects.none(), label=_("working on"), required=False, to_field_name="code", empty_label=_("all themes")
    )
    province = forms.ChoiceField(label=_("in"), required=False)
    district = forms.ChoiceField(label=_("in the district"), required=False)
    month = forms.CharField(
        label=_("in the month"),
        required=False,
        widget=forms.TextInput(attrs={"type": "month"}),
        validators=[RegexValidator(re.compile(r"20\d\d-(0[1-9]|1[0-2])\Z"), _("Write the month as 2025-03."))],
    )

    def __init__(self, *args: Any, provinces: list[Province], districts: list[District], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["type"].queryset = Term.objects.of("activity_type")
        self.fields["theme"].queryset = Term.objects.of("pve_theme")
        self.fields["province"].choices = [("", _("all provinces")), *((row.code, row.name) for row in provinces)]
        self.fields["district"].choices = [("", _("every district")), *((row.code, row.name) for row in districts)]

    def chosen(self) -> dict[str, str]:
        """Codes by name; a choice that does not exist counts as none, and the form says so."""
        self.is_valid()
        chosen = {}
        for name in self.fields:
            value = self.cleaned_data.get(name) or ""
            chosen["search" if name == "q" else name] = getattr(value, "code", value)
        return chosen


class PublishedFilter(ActivityFilter):
    """The list for everyone. Organizations are offered while they are few enough to be looked through."""

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organization"] = organization_field(actor, label=_("by"), nothing=_("all organizations"))


class OwnFilter(ActivityFilter):
    """The list of an organization's own activities."""

    state = forms.ChoiceField(label=_("in the state"), required=False)
    project = forms.ModelChoiceField(
        Project.objects.none(), label=_("of"), required=False, to_field_name="code", empty_label=_("all projects")
    )
    field_order = ("q", "state", "project", "type", "district", "month")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["theme"], self.fields["province"]
        self.fields["state"].choices = [("", _("any state")), *((state.value, state.label) for state in State)]
        self.fields["project"].queryset = (
            Project.objects.visible_to(actor).filter(organization_id__in=actor.organization_ids).order_by("title", "pk")
        )
