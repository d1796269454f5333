"""A field programme for the tests of reach: many activities at once, with small counts in it."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

from core.geography import District
from core.terms import term
from evidence.activities.bulk import NewActivity, bulk_create_activities
from evidence.activities.grid import Counts

#: Two divisions of one province, one district of another, and Islamabad, which is its own province.
PLACES = ("KP-KHYBER", "KP-PESHAWAR", "KP-BANNU", "SD-SUKKUR", "SD-GHOTKI", "IS-ISLAMABAD")


def field_work(project, user, *, count=60, seed=1):
    """Published activities of April to June 2025, the same each time. One district has one activity of three people."""
    chance = random.Random(seed)
    districts = {row.code: row for row in District.objects.filter(code__in=PLACES)}
    kinds = [term("activity_type", code).pk for code in ("DIALOGUE", "TRAINING", "SPORT")]
    rows = []
    for number in range(count):
        cells: dict[tuple[str, str, str, str], int] = {}
        for _cell in range(chance.randint(1, 6)):
            cell = (
                chance.choices("FMXU", (50, 44, 1, 5))[0],
                chance.choice(("A15_17", "A18_24", "A25_29", "A30_59", "AU")),
                chance.choices(("WITH", "WITHOUT", "U"), (3, 60, 37))[0],
                chance.choice(("", "", "", "STUDENT", "EDUCATOR", "FAITH", "MINORITY")),
            )
            cells[cell] = cells.get(cell, 0) + chance.choice((1, 2, 5, 9, 14, 20))
        place = chance.choice([code for code in PLACES if code in districts and code != "SD-GHOTKI"])
        if number == 0:
            place, cells = "SD-GHOTKI", {("F", "A18_24", "WITHOUT", ""): 3}
        day = date(2025, chance.randint(4, 6), chance.randint(1, 28))
        rows.append(
            NewActivity(
                project=project,
                code=f"field-{seed}-{number}",
                state="PUBLISHED",
                fields={
                    "type_id": chance.choice(kinds),
                    "title": f"Field work {number}",
                    "status": "COMPLETED",
                    "starts_on": day,
                    "ends_on": day,
                    "district": districts[place],
                },
                at=datetime(2025, 7, 1, tzinfo=UTC),
                counts=Counts(
                    attendances=sum(cells.values()),
                    unique_persons=1,
                    media_reach=400,
                    is_disability_asked=True,
                    cells=cells,
                ),
                theme_ids=[term("pve_theme", "DIALOGUE").pk, term("pve_theme", "YOUTH").pk],
            )
        )
    return bulk_create_activities(rows, writer_id=user.pk)
