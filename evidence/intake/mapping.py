"""How the columns of an export of KoboToolbox or ODK become the columns of an activity: mapped once, then remembered.

A repeat that was laid out beside each other (`people[1]/sex`, `people[2]/sex`) is one column, `people[]/sex`. Each of
its turns is a part of the counts: of one sex, age band, disability and group, of `part.count` people or of one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text import clean_text
from evidence.activities.grid import label_of_cell, name_of
from evidence.intake.choices import Choices
from evidence.intake.layout import FIXED, MOST_THEMES, Column, Holds
from evidence.intake.reading import Formula
from evidence.models import AgeBand, Disability, Sex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evidence.models import FormMapping

_TURN = re.compile(r"\[(\d{1,3})\]")
_TURN_BEFORE = re.compile(r"(?<=[A-Za-z_])_(\d{1,2})(?=/)")
#: What the tools add by themselves; not part of what makes a form the same form.
_OWN = re.compile(
    r"(?:(?:.*/)?_.*|start|end|today|username|deviceid|simserial|phonenumber|meta/.*|formhub/.*|instanceID|KEY)\Z"
)
FORM_COLUMN, KEY_COLUMNS = "_xform_id_string", ("_uuid", "meta/instanceID", "KEY", "instanceID")

PART = {
    "part.sex": Column("part.sex", gettext_lazy("A part of the participants: sex"), Holds.CHOICE, choices="sex"),
    "part.age": Column("part.age", gettext_lazy("A part: age band"), Holds.CHOICE, choices="age"),
    "part.disability": Column(
        "part.disability", gettext_lazy("A part: disability"), Holds.CHOICE, choices="disability"
    ),
    "part.group": Column("part.group", gettext_lazy("A part: target group"), Holds.CHOICE, choices="group"),
    "part.count": Column("part.count", gettext_lazy("A part: how many people"), Holds.COUNT),
}
#: Fields without which no line is an activity.
NEEDED = ("type", "title", "starts_on")


def targets() -> dict[str, Column]:
    """What a column may become, by key, in the order of the list."""
    fixed = {key: column for key, column in FIXED.items() if key != "row"}
    cells = [(sex, age, Disability.NOT_RECORDED, "") for sex in Sex.values for age in AgeBand.values]
    counts = {
        name_of(cell): Column(name_of(cell), label_of_cell(cell, {}), Holds.COUNT)
        for cell in cells
        if cell != (Sex.NOT_RECORDED, AgeBand.NOT_RECORDED, Disability.NOT_RECORDED, "")
    }
    return {**fixed, **PART, **counts}


def part_lists() -> dict[str, Choices]:
    """The lists of sex, age band and disability, by code and label."""
    lists = {}
    for name, choices in (("sex", Sex), ("age", AgeBand), ("disability", Disability)):
        rows = [(one.value, one.value, str(one.label)) for one in choices]
        written = {word.casefold(): value for value, code, label in rows for word in (code, label)}
        lists[name] = Choices(rows, written)
    lists["sex"].written.update({"female": "F", "male": "M", "woman": "F", "man": "M", "women": "F", "men": "M"})
    return lists


def plain_name(header: str) -> str:
    """The name of a column without the number of its turn."""
    return _TURN.sub("[]", _TURN_BEFORE.sub(r"[\1]", header))


def questions_of(headers: Iterable[str]) -> list[str]:
    """The columns that a person maps: each repeat once, without what the tool adds."""
    names = dict.fromkeys(plain_name(header) for header in headers)
    return [name for name in names if not _OWN.match(name)]


def form_of(headers: Iterable[str], first: Mapping[str, Any]) -> str:
    """What the form is known by: its identifier where the export has one, else a digest of its columns."""
    if name := str(first.get(FORM_COLUMN, "")).strip():
        return name[:120]
    digest = hashlib.sha256("\n".join(sorted(questions_of(headers))).encode()).hexdigest()
    return f"columns-{digest[:24]}"


def key_of(cells: Mapping[str, Any]) -> str:
    """The identifier that the tool gave the submission, or nothing."""
    for name in KEY_COLUMNS:
        if value := str(cells.get(name, "")).strip():
            return value.removeprefix("uuid:")[:70]
    return ""


def guess(questions: Iterable[str]) -> dict[str, str]:
    """A first proposal: columns whose last name is that of a field."""
    words = {
        **{key: key for key in targets()},
        "date": "starts_on",
        "start_date": "starts_on",
        "end_date": "ends_on",
        "activity_type": "type",
        "activity_title": "title",
        "name": "title",
        "district_code": "district",
        "theme": "theme1",
        "total": "attendances",
        "participants": "attendances",
        "sex": "part.sex",
        "age_band": "part.age",
        "count": "part.count",
    }
    taken: set[str] = set()
    found = {}
    for question in questions:
        target = words.get(question.rsplit("/", 1)[-1].casefold(), "")
        if target.startswith("part.") and "[]" not in question:
            continue
        if target and target not in taken:
            found[question] = target
            taken.add(target)
    return found


def lacking(columns: Mapping[str, str]) -> list[str]:
    """The labels of needed fields to which no column leads."""
    chosen = set(columns.values())
    return [str(FIXED[name].label) for name in NEEDED if name not in chosen]


@dataclass(frozen=True, slots=True)
class Translated:
    """A line in our columns. `origin` tells by our key which column of the file it came from."""

    cells: dict[str, Any]
    origin: dict[str, str]
    wrong: dict[str, str]


def translate(mapping: FormMapping, cells: Mapping[str, Any], lists: Mapping[str, Choices]) -> Translated:
    """The cells of an export as cells of our columns, answers as codes."""
    out: dict[str, Any] = {}
    origin: dict[str, str] = {}
    wrong: dict[str, str] = {}
    turns: dict[str, dict[str, Any]] = {}
    for header, value in cells.items():
        target = mapping.columns.get(plain_name(header), "")
        if not target:
            continue
        value = _answer(mapping, target, value)
        if target in PART:
            found = _TURN.search(_TURN_BEFORE.sub(r"[\1]", header))
            turns.setdefault(found.group(1) if found else "0", {})[target] = value
            origin.setdefault(target, header)
        elif target == "theme1" and isinstance(value, str) and " " in value.strip():
            # A question with several answers is exported as its codes with spaces between them.
            for number, code in enumerate(value.split()[:MOST_THEMES], start=1):
                out[f"theme{number}"] = _answer(mapping, target, code)
                origin[f"theme{number}"] = header
        else:
            out[target] = value
            origin[target] = header
    _add_parts(turns, out, wrong, lists)
    return Translated(out, origin, wrong)


def _answer(mapping: FormMapping, target: str, value: Any) -> Any:
    if isinstance(value, Formula):
        return value
    field = "theme1" if target.startswith("theme") else target
    return mapping.choices.get(field, {}).get(clean_text(str(value)), "") or value


def _add_parts(
    turns: Mapping[str, Mapping[str, Any]], out: dict[str, Any], wrong: dict[str, str], lists: Mapping[str, Choices]
) -> None:
    for part in turns.values():
        code = {}
        for target, nothing in (("part.sex", "U"), ("part.age", "AU"), ("part.disability", "U"), ("part.group", "")):
            value, choices = part.get(target, ""), lists[PART[target].choices]
            found = choices.find(str(value)) if value != "" else nothing
            if found is None:
                wrong[target] = _(
                    "“%(typed)s” is not in the list “%(list)s”. Map this answer to one of its entries."
                ) % {
                    "typed": str(value)[:40],
                    "list": PART[target].label,
                }
                break
            code[target] = next((row[1] for row in choices.rows if row[0] == found), found) if found else found
        else:
            name = name_of((code["part.sex"], code["part.age"], code["part.disability"], code["part.group"]))
            count = part.get("part.count", 1)
            try:
                out[name] = int(str(out.get(name, 0))) + int(float(str(count)))
            except (ValueError, OverflowError):
                # Left as it was typed: the reader of counts says what is wrong with it.
                out[name] = count
            if str(count).strip().startswith("-") or (isinstance(count, float) and not count.is_integer()):
                out[name] = count
            if code["part.disability"] != "U":
                out.setdefault("is_disability_asked", "yes")


def unknown_answers(
    mapping: FormMapping, rows: Iterable[Mapping[str, Any]], lists: Mapping[str, Choices], *, most: int = 200
) -> dict[str, list[str]]:
    """Answers of lists that neither the list nor the mapping knows, by field; at most `most` of each."""
    columns = targets()
    found: dict[str, dict[str, None]] = {}
    for cells in rows:
        for header, value in cells.items():
            target = mapping.columns.get(plain_name(header), "")
            if not target or columns[target].holds not in {Holds.CHOICE, Holds.YES_NO} or isinstance(value, Formula):
                continue
            field = "theme1" if target.startswith("theme") else target
            text = clean_text(str(value))
            words = text.split() if field == "theme1" and lists["theme"].find(text) is None else [text]
            for word in words:
                known = (
                    mapping.choices.get(field, {}).get(word) or lists[columns[target].choices].find(word) is not None
                )
                if word and not known and len(found.setdefault(field, {})) < most:
                    found[field][word[:80]] = None
    return {field: list(words) for field, words in found.items() if words}
