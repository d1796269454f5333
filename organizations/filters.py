"""What the filter forms of organizations and projects share: choices from the tables, clear refusals, and removal links."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.geography import District
from core.terms import Term
from organizations.fields import NameField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.access import Actor
    from core.geography import Division, Province

SEARCH_LENGTH = 100


@dataclass(frozen=True)
class Places:
    """All districts with their divisions and provinces, read once for a page."""

    districts: tuple[District, ...]

    @classmethod
    def load(cls, actor: Actor) -> Places:
        rows = District.objects.visible_to(actor).select_related("division", "province")
        return cls(tuple(sorted(rows, key=lambda row: (row.province.position, row.name.casefold()))))

    @cached_property
    def provinces(self) -> list[Province]:
        return list({row.province.code: row.province for row in self.districts}.values())

    @cached_property
    def divisions(self) -> list[Division]:
        rows = {row.division.code: row.division for row in self.districts}
        return sorted(
            rows.values(),
            key=lambda row: (self.province_of[row.code].position, row.name.casefold()),
        )

    @cached_property
    def province_of(self) -> dict[str, Province]:
        """By the code of a division."""
        return {row.division.code: row.province for row in self.districts}

    @cached_property
    def by_id(self) -> dict[int, District]:
        return {row.pk: row for row in self.districts}

    def in_province(self, code: str) -> list[District]:
        return [row for row in self.districts if code in ("", row.province.code)]

    def grouped(self, districts: Iterable[District]) -> list[tuple[Province, list[District]]]:
        """Districts under their provinces, in the order of the geography."""
        chosen = {row.pk for row in districts}
        groups: dict[str, tuple[Province, list[District]]] = {}
        for row in self.districts:
            if row.pk in chosen:
                groups.setdefault(row.province.code, (row.province, []))[1].append(row)
        return list(groups.values())


def load_terms(actor: Actor, *vocabularies: str) -> dict[str, list[Term]]:
    """The terms that may be chosen, by vocabulary, in one query."""
    terms: dict[str, list[Term]] = {name: [] for name in vocabularies}
    rows = Term.objects.visible_to(actor).filter(vocabulary__in=vocabularies, retired_on=None)
    for row in rows.order_by("vocabulary", "position", "pk"):
        terms[row.vocabulary].append(row)
    return terms


class SearchField(NameField):
    """Free text in a filter: cleaned like stored text, and short."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.SearchInput(attrs={"dir": "auto"}))
        super().__init__(required=False, max_length=SEARCH_LENGTH, **options)


class ListFilter(forms.Form):
    """A GET form over a list. A value that is not offered is refused with a sentence, never ignored."""

    #: Fields that are no filter of their own and get no removal link.
    plain_fields = ("sort",)

    def offer(
        self,
        name: str,
        *,
        label: Any,
        choices: Iterable[tuple[str, Any]],
        nothing: Any,
        refusal: Any,
    ) -> None:
        """Add a choice; `label` is the word of the sentence before it, `nothing` the entry that filters nothing."""
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=[("", nothing), *choices],
            required=False,
            error_messages={"invalid_choice": refusal},
        )

    def offer_provinces(self, places: Places) -> None:
        self.offer(
            "province",
            label=_("in"),
            choices=[(row.code, row.name) for row in places.provinces],
            nothing=_("all provinces"),
            refusal=_("There is no province or territory “%(value)s”."),
        )

    def offer_themes(self, themes: list[Term]) -> None:
        self.offer(
            "theme",
            label=_("working on"),
            choices=[(row.code, row.label) for row in themes],
            nothing=_("all themes"),
            refusal=_("There is no theme “%(value)s”."),
        )

    def offer_sort(self, *keys: str) -> None:
        both = [(value, value) for key in keys for value in (key, f"-{key}")]
        self.fields["sort"] = forms.ChoiceField(
            choices=[("", ""), *both],
            required=False,
            widget=forms.HiddenInput,
            error_messages={"invalid_choice": _("The list cannot be sorted by “%(value)s”.")},
        )

    @property
    def values(self) -> dict[str, str]:
        """What was asked for and could be understood."""
        cleaned = getattr(self, "cleaned_data", {})
        return {name: cleaned.get(name) or "" for name in self.fields}

    @property
    def refusals(self) -> list[str]:
        """One sentence for each value that could not be used."""
        return [message for messages in self.errors.values() for message in messages]

    def removals(self) -> list[dict[str, Any]]:
        """What is filtered, each with the address of the list without it."""
        links = []
        for name, field in self.fields.items():
            raw = self.data.get(name, "").strip()
            if not raw or name in self.plain_fields:
                continue
            query = self.data.copy()
            query.pop(name, None)
            query.pop("page", None)
            word = dict(_flat(getattr(field, "choices", []))).get(raw, raw)
            links.append({"name": name, "label": word, "url": f"?{query.urlencode()}"})
        return links


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label
