"""Form fields and widgets that the forms of every app use."""

from __future__ import annotations

from typing import Any

from django import forms

from core.text import clean_text


class CleanCharField(forms.CharField):
    """Text without control and direction characters, so that what is checked is what is stored."""

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")


class GroupedCheckboxes(forms.CheckboxSelectMultiple):
    """Many choices in groups: each group opens by itself, and those with something chosen are open."""

    template_name = "components/grouped_checkboxes.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["open_groups"] = {
            group
            for group, options, _index in context["widget"]["optgroups"]
            if any(option["selected"] for option in options)
        }
        return context
