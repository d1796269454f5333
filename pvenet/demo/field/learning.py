"""Lessons, challenges and innovations as records: those of the showcases, and others; with evidence and who took them up."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from core.workflow import State
from evidence.items.levels import evidence_level
from evidence.learning.likeness import settle_library
from evidence.learning.shapes import SHAPES
from evidence.models import Challenge, EvidenceItem, Innovation, Kind, Lesson, Uptake
from evidence.records.kinds import kind_of
from pvenet.demo.content import read, stable_uuid
from pvenet.demo.field.frame import Field, Frame, at_noon
from pvenet.demo.field.store import Entry, Text, store

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Kinds of lessons: 40, 27, 20, 8 and 5 of a hundred.
LESSONS = {"WORKED": 38, "ADAPTED": 26, "CONSTRAINT": 19, "NOTWORKED": 8, "UNINTENDED": 5}
CHALLENGES = 70
#: Innovations by maturity.
INNOVATIONS = {"IDEA": 6, "PILOT": 16, "PROVEN": 9, "REPLICATED": 4, "SCALED": 1}
SECTIONS = {"WORKED": "lessons_worked", "ADAPTED": "lessons_adapted", "CONSTRAINT": "lessons_constraints"}
THEMES = ("LOCALOWN", "ADAPTIVE", "PRESENCE", "TRUST", "INCLUSION", "QUALCHANGE", "COORD", "SAFEGUARD")
#: A showcase's innovation is of the kind that its theme makes likely.
INNOVATION_OF = {
    "DIGITAL": "DIGITAL",
    "SPORTARTS": "METHOD",
    "LIVELIHOOD": "FINANCE",
    "RESEARCH": "MEASURE",
    "NARRATIVE": "CONTENT",
}
PATHS = {
    "draft": (),
    "submitted": ("submit",),
    "returned": ("submit", "return"),
    "verified": ("submit", "verify"),
    "published": ("submit", "verify", "approve", "publish"),
}
#: Of twelve in a row, nine are published.
FATES = ("published",) * 5 + ("submitted",) + ("published",) * 3 + ("verified", "published", "draft")
RETURN_REASON = "Say what you would do differently, so that another organization can use it."
#: Every twelfth lesson was worded anew for the library by a reviewer.
VALIDATED = 12
UPTAKES = 24


class LearningLoader:
    """Holds the projects, their evidence, and the showcases' texts."""

    def __init__(self, frame: Frame, items: dict[str, list[int]]) -> None:
        self.frame, self.items = frame, items
        self.file = read("learning")
        self.showcases = [row for row in read("showcases")["showcases"] if row["project"]]
        self.fields = {field.key: field for field in frame.fields}
        rows = EvidenceItem.objects.filter(pk__in=[pk for found in items.values() for pk in found]).select_related(
            "type"
        )
        self.item_rows = {row.pk: row for row in rows}

    def load_all(self) -> dict[str, int]:
        """Store every record; returns how many there are of each kind."""
        for kind, entries in (
            ("lesson", list(self._lessons())),
            ("challenge", list(self._challenges())),
            ("innovation", list(self._innovations())),
        ):
            store(kind_of(kind), entries)
            settle_library(SHAPES[Kind(kind)])
        self._load_uptakes()
        return {"lessons": sum(LESSONS.values()), "challenges": CHALLENGES, "innovations": sum(INNOVATIONS.values())}

    def _told(self, section: str, count: int) -> Iterator[tuple[Field, dict[str, Any], str]]:
        """What showcases say in a section, from the first organizations that say something."""
        found = [(self.fields[row["project"]], row, row[section]) for row in self.showcases if row[section]]
        yield from found[:count]

    def _lessons(self) -> Iterator[Entry]:
        number = 0
        own = self.file["lessons"]
        for kind, count in LESSONS.items():
            told = list(self._told(SECTIONS[kind], count)) if kind in SECTIONS else []
            for field, row, body in told:
                number += 1
                recommended = self.file["recommendations"][kind][number % 3]
                if row["language"] == "ur":
                    recommended = self.file["recommendations_ur"][kind]
                values = {"type": kind, "theme": THEMES[number % len(THEMES)], "recommendation": recommended}
                yield self._lesson(field, number, {**values, **_texts(body, row["language"])})
            extra = [row for row in own if row["type"] == kind]
            for at in range(count - len(told)):
                number += 1
                yield self._lesson(self._some_field(number), number, {**extra[at], "language": "en"})

    def _lesson(self, field: Field, number: int, values: dict[str, Any]) -> Entry:
        fields = {**values, "theme_id": self._term("lesson_theme", values["theme"])}
        del fields["theme"]
        entry = self._entry(Lesson, "lesson", field, number, fields)
        if number % VALIDATED == 0 and entry.steps:
            first = entry.texts[0]
            worded = {**first.fields, "is_validation": True, "for_whom": "Organizations that begin in a new district"}
            entry.texts.append(
                Text(
                    fields=worded,
                    writer_id=self.frame.second_reviewer,
                    links={**first.links, "writers": [first.writer_id]},
                )
            )
        return entry

    def _challenges(self) -> Iterator[Entry]:
        told = list(self._told("challenges", CHALLENGES))
        own = self.file["challenges"]
        for number in range(1, CHALLENGES + 1):
            kind = own[number % len(own)]
            if number <= len(told):
                field, row, body = told[number - 1]
                values = _texts(body, row["language"])
            else:
                field = self._some_field(number)
                values = {
                    key: kind[key] for key in ("title", "body", "effect", "response", "outcome", "support_needed")
                }
            yield self._entry(
                Challenge,
                "challenge",
                field,
                number,
                {
                    **values,
                    "category_id": self._term("challenge_category", kind["category"]),
                    "severity_id": self._term("severity", kind["severity"]),
                    "resolution_id": self._term("resolution_status", kind["resolution"]),
                    "began_on": field.starts_on + timedelta(days=40 + number * 13 % 200),
                },
            )

    def _innovations(self) -> Iterator[Entry]:
        told = list(self._told("innovations", 30))
        ranks = [code for code, count in INNOVATIONS.items() for _each in range(count)]
        for number, maturity in enumerate(ranks, start=1):
            if number <= len(told):
                field, row, body = told[-number]
                code = next((INNOVATION_OF[theme] for _pk, theme in field.themes if theme in INNOVATION_OF), "METHOD")
                values = {**_texts(body, row["language"]), "what_is_new": body}
            else:
                own = self.file["innovations"][number - len(told) - 1]
                field, code = self._some_field(number), own["type"]
                values = {key: text for key, text in own.items() if key != "type"}
            links = {
                "type_id": self._term("innovation_type", code),
                "maturity_id": self._term("innovation_maturity", maturity),
            }
            is_proven = maturity not in {"IDEA", "PILOT"}
            yield self._entry(Innovation, "innovation", field, number, {**values, **links}, is_proven=is_proven)

    def _entry(
        self, model: Any, kind: str, field: Field, number: int, fields: dict[str, Any], *, is_proven: bool = False
    ) -> Entry:
        fate = "returned" if number == 17 else "published" if is_proven else FATES[(number * 5 + 1) % len(FATES)]
        # What is proven needs evidence of two kinds; the others have one piece, two, or none.
        wanted = 2 if is_proven else (1, 2, 0, 1)[number % 4]
        items = [self.items[field.key][(number + at) % 8] for at in range(wanted)]
        begins = at_noon(field.starts_on + (field.ends_on - field.starts_on) * (3 + number % 5) // 8)
        record = model(
            uuid=stable_uuid(kind, number),
            organization_id=field.organization_id,
            project=field.project,
            evidence_level=evidence_level(self.item_rows[pk] for pk in items),
            created_at=begins - timedelta(days=3),
            is_demo=True,
        )
        links = {
            "evidence": items,
            "districts": [pk for pk, _code, _name in field.districts[: 1 + number % 2]],
            "themes": [pk for pk, _code in field.themes[: 1 + number % 2]],
        }
        steps = self.frame.steps(PATHS[fate], writer_id=field.writer_id, begins=begins, reason=RETURN_REASON)
        return Entry(record=record, texts=[Text(fields=fields, writer_id=field.writer_id, links=links)], steps=steps)

    def _load_uptakes(self) -> None:
        """Others reuse what is published, lessons and innovations in turn; each said once by one organization."""
        lessons = list(Lesson.objects.filter(is_demo=True, state=State.PUBLISHED).order_by("pk"))
        innovations = list(Innovation.objects.filter(is_demo=True, state=State.PUBLISHED).order_by("pk"))
        rows = []
        for number in range(UPTAKES):
            is_lesson = number % 2 == 0
            pool: list[Any] = lessons if is_lesson else innovations
            record = pool[number * 3 % len(pool)]
            others = [field for field in self.frame.fields if field.organization_id != record.organization_id]
            field = others[number * 7 % len(others)]
            used_on = at_noon(record.published_at.date(), after=20).date()
            rows.append(
                Uptake(
                    lesson=record if is_lesson else None,
                    innovation=None if is_lesson else record,
                    organization_id=field.organization_id,
                    district_id=field.districts[0][0],
                    note=self.file["uptakes"][number % len(self.file["uptakes"])],
                    used_on=used_on,
                    recorded_by_id=field.writer_id,
                    recorded_at=at_noon(used_on, after=2),
                )
            )
        Uptake.objects.bulk_create(rows)

    def _some_field(self, number: int) -> Field:
        return self.frame.fields[number * 11 % len(self.frame.fields)]

    def _term(self, vocabulary: str, code: str) -> int:
        return self.frame.lookup.term(vocabulary, code).pk


def _texts(body: str, language: str) -> dict[str, Any]:
    """Title and text of what a showcase says in one: its first sentence is the title."""
    title = re.split(r"[.۔;:]", body)[0].strip()
    if len(title) > 110:
        title = title[:110].rsplit(" ", 1)[0] + " …"
    return {"title": title, "title_ur": title if language == "ur" else "", "body": body, "language": language}
