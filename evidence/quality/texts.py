"""Rules that read what people wrote: the database finds what may be meant, and the kernel's patterns decide.

A finding never repeats the words: it says in which fields they stand.
"""

# ruff: noqa: S608 - no statement holds what somebody typed: that goes in as a parameter.

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import connection, models

from core.geography import District, Province
from core.text import find_personal_data
from evidence.models.safety import Kind
from evidence.quality.finding import MOST, Asked, Finding, found
from evidence.records.kinds import all_kinds
from evidence.stories.marking import TITLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BATCH = 500
#: Ten digits with little between them, or the sign of an e-mail address.
_MAY_BE_PERSONAL = r"@|[0-9۰-۹٠-٩]([-–—. ()]{0,2}[0-9۰-۹٠-٩]){9}"
_LABEL = r"terrorist|radicali[sz]ed|extremist|militant|دہشت ?گرد|انتہا ?پسند|شدت ?پسند"
_LABELS = re.compile(_LABEL, re.IGNORECASE)
#: How far from the label a name is looked for, in characters.
_NEAR = 60
_TITLED = re.compile(rf"(?:(?<=\s)|^)(?:{TITLES})\s+\S+")
_NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][a-z’'-]+(?:\s+(?:ul|ur|bin|s/o|d/o)?\s*[A-Z][a-z’'-]+)+")
#: Words with capitals that are no person's.
_NO_NAMES = frozenset(
    """
    National Action Plan Provincial District Government Pakistan Khyber Pakhtunkhwa Punjab Sindh Balochistan Gilgit
    Baltistan Azad Jammu Kashmir Islamabad Federal United Nations European Union Policy Programme Program Project
    Police Department Ministry Council Committee Violent Extremism Prevention Counter Terrorism Peace Youth Women
    Community January February March April May June July August September October November December Monday Tuesday
    Wednesday Thursday Friday Saturday Sunday Islam Islamic Muslim Quran Paigham Urdu English Pashto University College
    School Centre Center North South East West The This That They Their
    """.split()  # noqa: SIM905 - a list of a hundred strings is no easier to read.
)
#: How alike two stories are that tell the same (pg_trgm).
ALIKE = 0.6
#: A text shorter than this is like many others.
SHORTEST = 60


def personal_data(asked: Asked) -> Iterator[Finding]:
    """Rule 11: numbers of identity cards and mobiles, and addresses, in texts that become public."""
    return _in_texts(asked, _MAY_BE_PERSONAL, lambda text: bool(find_personal_data(text)))


def label_beside_name(asked: Asked) -> Iterator[Finding]:
    """Rule 11: a label that may not be given to anybody, beside what looks like a name."""
    places = _place_words()
    return _in_texts(asked, _LABEL, lambda text: has_label_beside_name(text, places))


def has_label_beside_name(text: str, places: frozenset[str] = frozenset()) -> bool:
    """Whether one of the labels stands near a title with a name, or near two words with capitals in a sentence."""
    for label in _LABELS.finditer(text):
        around = text[max(0, label.start() - _NEAR) : label.end() + _NEAR]
        if _TITLED.search(around):
            return True
        for name in _NAME.finditer(around):
            words = [word for word in re.split(r"\s+", name.group()) if word[:1].isupper()]
            known = _NO_NAMES | places
            if len([word for word in words if word not in known and not _LABELS.match(word)]) > 1:
                return True
    return False


def _place_words() -> frozenset[str]:
    names = [*District.objects.values_list("name_en", flat=True), *Province.objects.values_list("name_en", flat=True)]
    return frozenset(word for name in names for word in name.split())


def text_fields(revision: type[models.Model]) -> list[str]:
    """The columns of a revision in which people write freely."""
    return [
        field.name
        for field in revision._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices and field.name != "language"
    ]


def _in_texts(asked: Asked, pattern: str, is_meant: Callable[[str], bool]) -> Iterator[Finding]:
    """The newest revisions whose text the pattern meets and `is_meant` confirms, with the fields it stands in."""
    kind = next((one for one in all_kinds() if one.kind == asked.kind), None)
    if kind is None:
        return
    fields = text_fields(kind.revision)
    together = "concat_ws(E'\\n', " + ", ".join(f'r."{name}"' for name in fields) + ")"
    statement = f"""
        SELECT a.uuid, a.organization_id, a.first_submitted_at IS NOT NULL, {", ".join(f'r."{name}"' for name in fields)}
        FROM "{kind.record._meta.db_table}" a
        JOIN LATERAL (
          SELECT * FROM "{kind.revision._meta.db_table}" r WHERE r.record_id = a.id ORDER BY r.number DESC LIMIT 1
        ) r ON true
        WHERE NOT a.is_held AND (%(ids)s::bigint[] IS NULL OR a.id = ANY(%(ids)s)) AND {together} ~* %(pattern)s
        LIMIT {MOST}"""
    ids = list(asked.ids) if asked.ids is not None else None
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": ids, "pattern": pattern})
        while rows := cursor.fetchmany(BATCH):
            for uuid, organization_id, is_submitted, *texts in rows:
                where = [name for name, text in zip(fields, texts, strict=True) if text and is_meant(text)]
                if where:
                    yield Finding(uuid, organization_id, is_submitted, {"fields": where})


def story_twice(asked: Asked) -> Iterator[Finding]:
    """Near-equal redacted texts within one organization. Between organizations it would tell of the other's drafts."""
    return found(
        asked,
        f"""
WITH newest AS (
  SELECT a.id, a.uuid, a.organization_id, a.first_submitted_at IS NOT NULL AS is_submitted,
    ur_norm(left(concat_ws(' ', r.title, r.situation_before, r.what_changed, r.quote), 4000)) AS words
  FROM evidence_story a
  JOIN LATERAL (
    SELECT * FROM evidence_storyrevision r WHERE r.record_id = a.id ORDER BY r.number DESC LIMIT 1
  ) r ON true
  WHERE NOT a.is_held AND (%(ids)s::bigint[] IS NULL OR a.organization_id IN (
    SELECT organization_id FROM evidence_story WHERE id = ANY(%(ids)s)))
)
SELECT l.uuid, l.organization_id, l.is_submitted, jsonb_build_object('others', jsonb_agg(o.uuid ORDER BY o.uuid))
FROM newest l JOIN newest o ON o.organization_id = l.organization_id AND o.id <> l.id
WHERE length(l.words) > {SHORTEST} AND length(o.words) > {SHORTEST} AND similarity(l.words, o.words) > {ALIKE}
  AND (%(ids)s::bigint[] IS NULL OR l.id = ANY(%(ids)s))
GROUP BY l.uuid, l.organization_id, l.is_submitted""",
    )


def image_undescribed(asked: Asked) -> Iterator[Finding]:
    """Rule 14: of evidence the description, of a story's photo the description and the credit."""
    return found(asked, _ITEMS if asked.kind == Kind.ITEM else _PHOTOS)


_ITEMS: Any = """
SELECT i.uuid, i.organization_id, i.first_submitted_at IS NOT NULL, '{}'::jsonb
FROM evidence_evidenceitem i JOIN core_term t ON t.id = i.type_id
WHERE t.code = 'PHOTO' AND btrim(i.alt_text) = '' AND NOT i.is_held
  AND (%(ids)s::bigint[] IS NULL OR i.id = ANY(%(ids)s))"""
_PHOTOS: Any = """
SELECT s.uuid, s.organization_id, s.first_submitted_at IS NOT NULL, '{}'::jsonb
FROM evidence_story s
WHERE NOT s.is_held AND (%(ids)s::bigint[] IS NULL OR s.id = ANY(%(ids)s)) AND EXISTS (
  SELECT 1 FROM evidence_storyphoto p WHERE p.story_id = s.id AND (btrim(p.alt_text) = '' OR btrim(p.credit) = ''))"""
