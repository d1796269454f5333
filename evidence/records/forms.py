"""Web input of the review: what the queue shows, and the reason of a step."""

from __future__ import annotations

import re
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


#: Organizations in a list of choices; thousands of them would be slow to draw and impossible to look through.
MOST_OFFERED = 200
SLUG = re.compile(r"[a-zA-Z0-9_-]+\Z")


class ReasonForm(forms.Form):
    """Why something is returned or withdrawn."""

    reason = CleanCharField(
        label=_("Reason"),
        help_text=_("The organization reads it. Say what should change."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        validators=[MaxLengthValidator(4000)],
    )


def organization_field(actor: Actor, *, label: Any, nothing: Any) -> forms.Field:
    """A choice of organizations by slug while they are few enough to be looked through; else only links set it."""
    members = Organization.objects.visible_to(actor).members().order_by("name", "pk")
    found = list(members[: MOST_OFFERED + 1])
    if len(found) > MOST_OFFERED:
        return forms.SlugField(required=False, widget=forms.HiddenInput)
    choices = [("", nothing), *((row.slug, row.display_name) for row in found)]
    return forms.ChoiceField(label=label, required=False, choices=choices)


def offered_organizations(actor: Actor, chosen: str) -> list[Organization]:
    """The members that a list offers as a choice; where there are too many, only the one that a link chose."""
    members = Organization.objects.visible_to(actor).members().order_by("name", "pk")
    found = list(members[: MOST_OFFERED + 1])
    if len(found) <= MOST_OFFERED:
        return found
    return list(members.filter(slug=chosen)) if SLUG.match(chosen) else []


class QueueFilter(forms.Form):
    """What the review queue shows. Its labels are the words of a sentence."""

    kind = forms.ChoiceField(label=_("Show"), required=False)
    state = forms.ChoiceField(label=_("in the state"), required=False)
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
        self.fields["organization"] = organization_field(actor, label=_("from"), nothing=_("every organization"))
        self.order_fields(["kind", "state", "organization", "province"])
        self.fields["province"].queryset = Province.objects.order_by("position", "pk")

    def chosen(self) -> dict[str, str]:
        """Codes by name; a choice that does not exist counts as none, and the form says so."""
        self.is_valid()
        rows = self.cleaned_data
        return {
            "kind": rows.get("kind") or "",
            "state": rows.get("state") or "",
            "organization": rows.get("organization") or "",
            "province": rows["province"].code if rows.get("province") else "",
        }
