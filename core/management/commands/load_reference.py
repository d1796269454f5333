"""`manage.py load_reference`: loads vocabularies and geography from `core/reference/`. Run as often as you like."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Q

from core.geography import District, Division, Province
from core.terms import Term

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
KINDS = {
    "province": Province.Kind.PROVINCE,
    "federal_capital_territory": Province.Kind.CAPITAL,
    "administered_area": Province.Kind.TERRITORY,
}


class Command(BaseCommand):
    """Brings the tables to what the files say. Labels that a person edited or reviewed in the portal are kept."""

    help = "Load the controlled vocabularies and the geography. Idempotent."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        terms = load_terms(json.loads((REFERENCE / "vocabularies.json").read_text(encoding="utf-8")))
        places = load_geography(json.loads((REFERENCE / "geography.json").read_text(encoding="utf-8")))
        cache.delete_many([f"terms:{name}" for name in Term.objects.values_list("vocabulary", flat=True).distinct()])
        if options["verbosity"]:
            self.stdout.write(f"{terms} terms, {places} places.")


def load_terms(data: dict[str, Any]) -> int:
    """Create or update every term; returns how many there are."""
    reviewed = set(Term.objects.filter(Q(is_ur_reviewed=True) | Q(version__gt=1)).values_list("vocabulary", "code"))
    rows = [
        Term(
            vocabulary=name,
            code=item["code"],
            label_en=item["en"],
            label_ur=item.get("ur") or "",
            position=position,
            extra={key: value for key, value in item.items() if key not in {"code", "en", "ur"}},
        )
        for name, vocabulary in data["vocabularies"].items()
        for position, item in enumerate(vocabulary["items"])
    ]
    kept = [row for row in rows if (row.vocabulary, row.code) in reviewed]
    fresh = [row for row in rows if (row.vocabulary, row.code) not in reviewed]
    for chunk, fields in (
        (fresh, ["label_en", "label_ur", "position", "extra"]),
        (kept, ["position", "extra"]),
    ):
        Term.objects.bulk_create(
            chunk,
            update_conflicts=True,
            unique_fields=["vocabulary", "code"],
            update_fields=fields,
        )
    return len(rows)


def load_geography(data: dict[str, Any]) -> int:
    """Create or update provinces, divisions and districts; returns how many places there are."""
    Province.objects.bulk_create(
        [
            Province(
                code=row["code"],
                short=row["short"],
                name_en=row["name_en"],
                name_ur=row["name_ur"] or "",
                kind=KINDS[row["type"]],
                pcode=row["pcode"] or "",
                position=position,
            )
            for position, row in enumerate(data["provinces"])
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["short", "name_en", "name_ur", "kind", "pcode", "position"],
    )
    provinces = {row.code: row for row in Province.objects.all()}
    Division.objects.bulk_create(
        [
            Division(
                code=row["code"],
                name_en=row["name_en"],
                name_ur=row["name_ur"] or "",
                province=provinces[row["province"]],
                tile_column=row["tile"][0],
                tile_row=row["tile"][1],
            )
            for row in data["divisions"]
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_en", "name_ur", "province", "tile_column", "tile_row"],
    )
    divisions = {row.code: row for row in Division.objects.all()}
    District.objects.bulk_create(
        [
            District(
                code=row["code"],
                name_en=row["name_en"],
                name_ur=row["name_ur"] or "",
                division=divisions[row["division"]],
                province=provinces[row["province"]],
                pcode=row["pcode"],
                aliases=row["aliases"],
                headquarters=row["hq"] or "",
                latitude=row["lat"],
                longitude=row["lon"],
                population=row["population_2023"],
            )
            for row in data["districts"]
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[
            "name_en",
            "name_ur",
            "division",
            "province",
            "pcode",
            "aliases",
            "headquarters",
            "latitude",
            "longitude",
            "population",
        ],
    )
    return len(data["provinces"]) + len(data["divisions"]) + len(data["districts"])
