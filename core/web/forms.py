"""A form over one row: text is cleaned, a stale save shows both versions and loses neither."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text import clean_text, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.errors import DomainError, StaleWrite


#: Years in which a programme of today can plan; others are typing errors.
FIRST_YEAR, LAST_YEAR = 2000, 2100
#: Addresses that the portal keeps for its own pages.
KEPT_SLUGS = frozenset({"new"})

STALE = gettext_lazy("Somebody else saved this after you opened it. Compare both below, then save again to keep yours.")
STALE_WITHOUT_DIFFERENCE = gettext_lazy(
    "Somebody else saved this after you opened it, with the same words. Save again to keep yours."
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which what is saved differs from what the writer sends."""

    label: Any
    saved: str
    sent: str


class StaleForm(forms.BaseForm):
    """Part of a form that shows what was saved meanwhile beside what was sent. It has a field `version`."""

    differences: tuple[Difference, ...] = ()

    def show_stale(self, error: StaleWrite) -> None:
        """Set what was saved meanwhile beside what was sent. Saving again is then a decision, and is accepted."""
        theirs = self._as_saved(error.current)
        compared = [
            Difference(
                field.label,
                _in_words(field, theirs.get_initial_for_field(theirs.fields[name], name)),
                _in_words(field, self.cleaned_data.get(name)),
            )
            for name, field in self.fields.items()
            if name != "version" and not field.widget.is_hidden
        ]
        self.differences = tuple(one for one in compared if one.saved != one.sent)
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(error.current.version)
        self.add_error(None, STALE if self.differences else STALE_WITHOUT_DIFFERENCE)

    def _as_saved(self, current: Any) -> Any:
        """The same form over the row as it stands now."""
        raise NotImplementedError


class RecordForm(StaleForm, forms.ModelForm):
    """Validates and hands `values()` to a service; it never saves by itself. `version` is the one the writer opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and hasattr(self.instance, "version"):
            self.fields["version"].initial = self.instance.version
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.error_messages["invalid_choice"] = gettext_lazy(
                    "This is not in the list any more. Choose another one."
                )

    def _post_clean(self) -> None:
        # The service and the database keep the constraints: they know which row is in the way, and see a double click.
        self.instance.validate_constraints = lambda exclude=None: None
        super()._post_clean()

    def validate_unique(self) -> None:
        """The same."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if hasattr(value, "year") and not FIRST_YEAR <= value.year <= LAST_YEAR:
                self.add_error(name, _("Look at the year again."))
            elif isinstance(value, str):
                cleaned[name] = clean_text(value)
                if value and not cleaned[name] and self.fields[name].required:
                    self.add_error(name, _("Write at least one letter or figure."))
        return cleaned

    def clean_slug(self) -> str:
        """For records whose address is chosen once: it is not one of the portal's own."""
        slug = self.cleaned_data["slug"]
        if slug in KEPT_SLUGS:
            raise forms.ValidationError(_("The portal uses this address itself. Choose another one."))
        return slug

    def values(self) -> dict[str, Any]:
        """What the writer sent, by the names of the model's fields."""
        return {name: self.cleaned_data[name] for name in self._meta.fields if name in self.cleaned_data}

    def refuse(self, error: DomainError) -> None:
        """Put a refusal of the service where the writer looks: at its field, or above the form."""
        field = getattr(error, "field", None)
        self.add_error(field if field in self.fields else None, str(error))

    def _as_saved(self, current: Any) -> Any:
        return type(self)(instance=current, **self._same_choices())

    def _same_choices(self) -> dict[str, Any]:
        """Arguments beyond `instance` that a subclass needs to be made again."""
        return {}


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ModelMultipleChoiceField):
        return listed(sorted(map(str, _rows(field.queryset, value))))
    if isinstance(field, forms.ModelChoiceField):
        return listed(_rows(field.queryset, [value] if value else []))
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value or ""))
    if isinstance(field, forms.BooleanField):
        return _("Yes") if value else _("No")
    if hasattr(value, "strftime"):
        return date_format(value, "H:i" if isinstance(field, forms.TimeField) else "DATE_FORMAT")
    return "" if value is None else str(value)


def _rows(queryset: QuerySet, values: Iterable[Any]) -> Iterable[Model]:
    keys = [value.pk if isinstance(value, Model) else value for value in values or []]
    return queryset.filter(pk__in=keys)
