"""Web input of the review: what the queue shows, and the reason of a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from core.geography import Province
from core.web.fields import CleanCharField
from core.workflow import State
from evidence.records.kinds import all_kinds
from organizations.models import Organization

if TYPE_CHECKING:
    from core.access import Actor


class ReasonForm(forms.Form):
    """Why something is returned or withdrawn."""

    reason = CleanCharField(
        label=_("Reason"),
        help_text=_("The organization reads it. Say what should change."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        validators=[MaxLengthValidator(4000)],
    )


class QueueFilter(forms.Form):
    """What the review queue shows. Its labels are the words of a sentence."""

    kind = forms.ChoiceField(label=_("Show"), required=False)
    state = forms.ChoiceField(label=_("in the state"), required=False)
    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label=_("from"),
        required=False,
        to_field_name="slug",
        empty_label=_("every organization"),
    )
    province = forms.ModelChoiceField(
        Province.objects.none(),
        label=_("in"),
        required=False,
        to_field_name="code",
        empty_label=_("all provinces"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            ("", _("everything")),
            *((of.kind, of.label_plural) for of in all_kinds()),
        ]
        self.fields["state"].choices = [
            ("", _("that waits for the programme")),
            *((state.value, state.label) for state in State if state != State.DRAFT),
        ]
        self.fields["organization"].queryset = Organization.objects.visible_to(actor).members().order_by("name", "pk")
        self.fields["province"].queryset = Province.objects.order_by("position", "pk")

    def chosen(self) -> dict[str, str]:
        """Codes by name; a choice that does not exist counts as none, and the form says so."""
        self.is_valid()
        rows = self.cleaned_data
        return {
            "kind": rows.get("kind") or "",
            "state": rows.get("state") or "",
            "organization": rows["organization"].slug if rows.get("organization") else "",
            "province": rows["province"].code if rows.get("province") else "",
        }
