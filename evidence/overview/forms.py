"""The closed list of filters of the reach pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.geography import District, Division, Province


@dataclass(frozen=True, slots=True)
class Place:
    """The place that a page is about: the finest that was chosen, or the whole country."""

    level: str
    code: str
    name: str

    @property
    def codes(self) -> dict[str, str]:
        return {self.level: self.code} if self.level else {}

    @property
    def lookup(self) -> dict[str, str]:
        """The filter on revisions of activities."""
        paths = {"district": "district", "division": "district__division", "province": "district__province"}
        return {f"{paths[self.level]}__code": self.code} if self.level else {}


class PlaceFilter(forms.Form):
    """A province; with `with_places`, for the page of sources, also a division or a district."""

    province = forms.ModelChoiceField(
        Province.objects.none(),
        label=gettext_lazy("in"),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("the whole country"),
    )

    def __init__(self, *args: Any, with_places: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["province"].queryset = Province.objects.order_by("position", "pk")
        if with_places:
            for name, model in (("division", Division), ("district", District)):
                self.fields[name] = forms.ModelChoiceField(
                    model.objects.order_by("name_en", "pk"), required=False, to_field_name="code"
                )

    @property
    def place(self) -> Place:
        for level in ("district", "division", "province"):
            chosen = self.cleaned_data.get(level)
            if chosen:
                return Place(level, chosen.code, chosen.name)
        return Place("", "", _("The whole country"))
