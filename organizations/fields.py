"""Form fields that several forms of organizations use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from core.terms import Term
from core.web.fields import CleanCharField

if TYPE_CHECKING:
    from organizations.filters import Places


class NameField(CleanCharField):
    """A name, or what somebody searches by. Nobody types a null character into one, so it is refused in words."""

    def to_python(self, value: Any) -> str:
        ProhibitNullCharactersValidator()(str(value or ""))
        return super().to_python(value)


class TermField(forms.ModelChoiceField):
    """One term of a vocabulary."""

    def __init__(self, vocabulary: str, **options: Any) -> None:
        options.setdefault("empty_label", _("Choose one"))
        super().__init__(queryset=Term.objects.of(vocabulary), **options)


def district_choices(places: Places) -> list[tuple[str, list[tuple[int, str]]]]:
    """All districts under their provinces, as a field takes its choices."""
    return [
        (province.name, [(row.pk, row.name) for row in districts])
        for province, districts in places.grouped(places.districts)
    ]
