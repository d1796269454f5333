"""What a proposed profile changes: field by field, words for texts, what came and went for lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Value
from django.utils.translation import gettext as _

from core.terms import label_of
from core.text import in_own_language, listed
from organizations.models import Organization
from organizations.models.organization import PROFILE_FIELDS

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from organizations.models.organization import ProfileFields

TEXTS = frozenset({"mission", "mission_ur"})
LISTS = frozenset({"districts", "themes", "target_groups"})
#: Fields kept in the row itself; the lists are in tables of their own.
SCALARS = tuple(name for name in PROFILE_FIELDS if name not in LISTS)
LABELS = {
    row.name: row.verbose_name
    for row in (*Organization._meta.fields, *Organization._meta.many_to_many)
    if row.name in PROFILE_FIELDS
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after. `kind` is "text", "list" or "value"."""

    name: str
    label: Any
    kind: str
    before: Any
    after: Any
    is_changed: bool
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def profile_changes(before: ProfileFields, after: ProfileFields) -> list[FieldChange]:
    """Compare two profiles, in the order of the form. The lists of both are read in one query."""
    lists = _read_lists(before, after)
    return [
        _list_change(name, lists[name]) if name in LISTS else _change(name, before, after) for name in PROFILE_FIELDS
    ]


def label_of_field(name: str) -> Any:
    """The word for a profile field; the whole profile when a comment names none."""
    if name not in PROFILE_FIELDS:
        return _("The whole profile")
    return LABELS[name]


def profile_values(row: ProfileFields) -> dict[str, Any]:
    """Everything a profile says, lists as lists of rows."""
    return {
        **{name: getattr(row, name) for name in SCALARS},
        **{name: list(getattr(row, name).all()) for name in LISTS},
    }


def shown(name: str, value: Any) -> str:
    """A value as a reader sees it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "languages":
        return listed(label_of("language", code) for code in value)
    if name in LISTS:
        return listed(sorted(str(item) for item in value))
    return str(value)


def _read_lists(*rows: ProfileFields) -> dict[str, tuple[dict[int, str], ...]]:
    """The lists of the rows by field: for each row the labels in the reader's language, by primary key."""
    queries = [
        _labels(name, row).values_list(Value(position), Value(name), "pk", _english(name), _urdu(name))
        for position, row in enumerate(rows)
        if row.pk
        for name in sorted(LISTS)
    ]
    lists: dict[str, tuple[dict[int, str], ...]] = {name: tuple({} for _row in rows) for name in LISTS}
    first, *others = queries
    for position, name, pk, english, urdu in first.union(*others, all=True):
        lists[name][position][pk] = in_own_language(english, urdu)
    return lists


def _labels(name: str, row: ProfileFields) -> QuerySet:
    return getattr(row, name).order_by()


def _english(name: str) -> str:
    return "name_en" if name == "districts" else "label_en"


def _urdu(name: str) -> str:
    return "name_ur" if name == "districts" else "label_ur"


def _list_change(name: str, sides: tuple[dict[Any, str], ...]) -> FieldChange:
    old, new = sides
    return FieldChange(
        name=name,
        label=label_of_field(name),
        kind="list",
        before=sorted(old.values()),
        after=sorted(new.values()),
        is_changed=old.keys() != new.keys(),
        added=sorted(new[key] for key in new.keys() - old.keys()),
        removed=sorted(old[key] for key in old.keys() - new.keys()),
        kept=sorted(new[key] for key in new.keys() & old.keys()),
    )


def _change(name: str, before: ProfileFields, after: ProfileFields) -> FieldChange:
    if name == "languages":
        sides = tuple({code: label_of("language", code) for code in row.languages} for row in (before, after))
        return _list_change(name, sides)
    old_value, new_value = getattr(before, name), getattr(after, name)
    is_text = name in TEXTS
    return FieldChange(
        name=name,
        label=label_of_field(name),
        kind="text" if is_text else "value",
        before=old_value if is_text else shown(name, old_value),
        after=new_value if is_text else shown(name, new_value),
        is_changed=old_value != new_value,
    )
