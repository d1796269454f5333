"""Form fields and widgets that several forms of organizations use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from core.terms import Term
from core.text import clean_text

if TYPE_CHECKING:
    from organizations.filters import Places


class CleanCharField(forms.CharField):
    """A line of text, cleaned of control and direction characters before anything else looks at it."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        ProhibitNullCharactersValidator()(text)
        return clean_text(text)


class TermField(forms.ModelChoiceField):
    """One term of a vocabulary."""

    def __init__(self, vocabulary: str, **options: Any) -> None:
        options.setdefault("empty_label", _("Choose one"))
        super().__init__(queryset=Term.objects.of(vocabulary), **options)


class GroupedCheckboxes(forms.CheckboxSelectMultiple):
    """Many choices in groups: each group opens by itself, and those with something chosen are open."""

    template_name = "organizations/widgets/grouped_choices.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["open_groups"] = {
            group
            for group, options, _index in context["widget"]["optgroups"]
            if any(option["selected"] for option in options)
        }
        return context


def district_choices(places: Places) -> list[tuple[str, list[tuple[int, str]]]]:
    """All districts under their provinces, as a field takes its choices."""
    return [
        (province.name, [(row.pk, row.name) for row in districts])
        for province, districts in places.grouped(places.districts)
    ]
