"""Web input of doubts: what the list shows, and an explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evidence.quality.rules import RULES
from evidence.quality.selectors import EXPLAINED, OPEN, SETTLED
from organizations.models import Organization

if TYPE_CHECKING:
    from core.access import Actor


class DoubtFilter(forms.Form):
    """What the list shows. Its labels are the words of a sentence."""

    state = forms.ChoiceField(
        label=_("Show"),
        choices=[(OPEN, _("what is open")), (EXPLAINED, _("what was explained")), (SETTLED, _("what is settled"))],
        required=False,
    )
    rule = forms.ChoiceField(label=_("about"), required=False)
    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label=_("from"),
        required=False,
        to_field_name="slug",
        empty_label=_("every organization"),
    )

    def __init__(self, *args: Any, actor: Actor, sees_queue: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [("", _("everything")), *((rule.code, rule.label) for rule in RULES)]
        if sees_queue:
            rows = Organization.objects.visible_to(actor).members().order_by("name", "pk")
            self.fields["organization"].queryset = rows
        else:
            del self.fields["organization"]

    def chosen(self) -> dict[str, str]:
        """Codes by name; a choice that does not exist counts as none, and the form says so."""
        self.is_valid()
        rows = self.cleaned_data
        return {
            "state": rows.get("state") or OPEN,
            "rule": rows.get("rule") or "",
            "organization": rows["organization"].slug if rows.get("organization") else "",
        }
