"""The activities of the demo programme with their counts, and the evidence behind them; edge cases on purpose."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from evidence.models import Activity, ActivityCost, ActivitySite, EvidenceItem, Turnout
from evidence.records.kinds import kind_of
from organizations.models import Project
from pvenet.demo.content import read, stable_uuid
from pvenet.demo.field.frame import PRESENT, Field, Frame, at_noon, chance, spread
from pvenet.demo.field.store import Entry, Text, store
from pvenet.demo.field.turnout import ATTENDANCES, Counter, sizes, three_people

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTIVITIES = 640
#: Disability was asked in these of a hundred activities.
ASKED = 55
#: One activity in this district, with three people.
LONE_PROJECT, LONE_DISTRICT = "PVE-DEMO-31", "JK-NEELUM"
#: Postponed because of the flood; returned by the reviewer; the same event entered twice.
FLOODED, RETURNED, TWICE = ("PVE-DEMO-07", 9), ("PVE-DEMO-27", 5), ("PVE-DEMO-24", 6)
#: Kinds of activity that reach people through media and count nobody in the room.
IN_MEDIA = frozenset({"CAMPAIGN", "CONTENT"})
PLACES = ("Community hall", "Girls' high school", "Boys' college", "Courtyard of the union council", "Youth centre")
RETURN_REASON = "The sheet says 48 and the grid adds up to 84. Look at the second day again and send it once more."


def load_items(frame: Frame) -> dict[str, list[int]]:
    """Sheets, reports and notes of each project, by the project's code; numbers of released reports come first."""
    terms = {
        code: frame.lookup.term("evidence_type", code).pk for code in ("REPORT", "ATTEND", "PREPOST", "FGD", "NEWS")
    }
    rows, keys = [], []
    for field in frame.fields:
        site = f"https://{field.project.organization.slug}.example.org/records/{field.project.code}"
        start, end = field.starts_on, field.ends_on
        days = [start + (end - start) * step // 9 for step in range(1, 9)]
        kinds = ["REPORT", "ATTEND", "PREPOST", "FGD", "ATTEND", "NEWS", "ATTEND", "REPORT"]
        titles = {
            "REPORT": "Progress report", "ATTEND": "Attendance sheets", "PREPOST": "Tests before and after",
            "FGD": "Notes of the focus groups", "NEWS": "Report in the district's newspaper",
        }  # fmt: skip
        for number, (kind, day) in enumerate(zip(kinds, days, strict=True), start=1):
            is_report = kind in {"REPORT", "NEWS"}
            keys.append(field.key)
            rows.append(
                EvidenceItem(
                    uuid=stable_uuid("item", field.key, number),
                    organization_id=field.organization_id,
                    project=field.project,
                    type_id=terms[kind],
                    title=f"{titles[kind]}, {day:%B %Y}",
                    happened_on=day,
                    url=f"{site}/{number}",
                    shows_person=kind == "ATTEND",
                    is_released=is_report,
                    first_submitted_at=at_noon(day, after=10),
                    live_since=at_noon(day, after=20) if is_report else None,
                    added_by_id=field.writer_id,
                    added_at=at_noon(day),
                    is_demo=True,
                )
            )
    found: dict[str, list[int]] = {}
    for key, row in zip(keys, EvidenceItem.objects.bulk_create(rows), strict=True):
        found.setdefault(key, []).append(row.pk)
    return found


def load_activities(frame: Frame, items: dict[str, list[int]]) -> int:
    """Every activity, in the states in which a programme shortly after its workshop would have them."""
    file = read("activities")
    counts = sizes([field.key for field in frame.fields], ACTIVITIES, least=8, most=40)
    plans = [plan for field, count in zip(frame.fields, counts, strict=True) for plan in _plans(field, count, file)]
    _count(frame, plans)
    store(kind_of("activity"), [_entry(frame, plan, items[plan["field"].key]) for plan in plans])
    return len(plans)


def _plans(field: Field, count: int, file: dict[str, Any]) -> Iterator[dict[str, Any]]:
    offered = [row for _pk, code in field.themes for row in file["by_theme"][code]]
    theme_of = {row[1]: pk for pk, code in field.themes for row in file["by_theme"][code]}
    start, end = field.starts_on, field.ends_on
    districts = [row for row in field.districts if row[1] != LONE_DISTRICT]
    seen: dict[str, int] = {}
    for number in range(1, count + 1):
        source = number - 1 if (field.key, number - 1) == TWICE else number
        # Every sixth is one of the kinds that all projects have.
        pool, at = (file["common"], source // 6 - 1) if source % 6 == 0 else (offered, source - source // 6 - 1)
        kind, title, title_ur, text = pool[at % len(pool)]
        seen[title] = seen.get(title, 0) + (source == number)
        held = start + timedelta(days=10) + (end - start - timedelta(days=20)) * source // (count + 1)
        is_lone = field.key == LONE_PROJECT and number == 7
        district = districts[source % len(districts)]
        if is_lone:
            district = next(row for row in field.districts if row[1] == LONE_DISTRICT)
        yield {
            "field": field,
            "number": number,
            "source": source,
            "kind": kind,
            "title": f"{title}, {seen[title]}" if seen[title] > 1 else title,
            "title_ur": f"{title_ur} ({seen[title]})" if seen[title] > 1 else title_ur,
            "text": text,
            "held": held,
            "days": 2 if kind in {"TRAINING", "TOT"} else 0,
            "district": district,
            "theme_ids": [theme_of.get(title, field.themes[0][0])],
            "status": _status(field, number, held),
            "is_lone": is_lone,
            "is_last": number > count - 2,
        }


def _status(field: Field, number: int, held: date) -> str:
    if (field.key, number) == FLOODED:
        return "POSTPONED"
    if number == 13 and field.key == "PVE-DEMO-20":
        return "CANCELLED"
    return "PLANNED" if held > PRESENT.date() - timedelta(days=4) else "COMPLETED"


def _count(frame: Frame, plans: list[dict[str, Any]]) -> None:
    """Give each activity its counts. The same event entered twice has the same."""
    for plan in plans:
        plan["parts"] = []
    held = [plan for plan in plans if plan["status"] == "COMPLETED"]
    for plan in held:
        if plan["kind"] in IN_MEDIA:
            reach = 1_000 * chance("reach", plan["field"].key, plan["number"]).randint(4, 90)
            plan["parts"] = [Turnout(media_reach=reach)]
        elif plan["is_lone"]:
            plan["parts"] = three_people()
    meeting = [plan for plan in held if not plan["parts"]]
    weights = [chance("people", plan["field"].key, plan["source"]).uniform(0.35, 1.65) for plan in meeting]
    people = spread(ATTENDANCES - 3, weights)
    by_project: dict[str, int] = {}
    for plan, number in zip(meeting, people, strict=True):
        by_project[plan["field"].key] = by_project.get(plan["field"].key, 0) + number
    counter = Counter(frame.fields, by_project)
    asked = 0
    for index, (plan, number) in enumerate(zip(meeting, people, strict=True)):
        # Asked in 55 of 100 activities, media and events that did not take place included.
        asks = asked < (index + 1) * ACTIVITIES * ASKED / 100 / len(meeting)
        asked += asks
        field = plan["field"]
        groups = field.groups
        group_id = None
        if groups and index % 4:
            group_id = frame.lookup.term("target_group", groups[plan["number"] % len(groups)]).pk
        plan["parts"] = counter.parts(field, str(plan["number"]), number, asks=asks, group_id=group_id)


def _verbs(plan: dict[str, Any]) -> tuple[str, ...]:
    """How far an activity has come: most are published, those of the last weeks are still on their way."""
    field, number = plan["field"], plan["number"]
    if (field.key, number) == RETURNED:
        return ("submit", "return")
    if plan["status"] == "PLANNED":
        return ()
    if plan["status"] != "COMPLETED":
        return ("submit", "verify", "approve", "publish")
    if field.project.status != Project.Status.CLOSED and plan["is_last"]:
        return ("submit",) if number % 2 else ()
    toss = chance("state", field.key, number).random()
    if toss < 0.05 and not plan["is_lone"]:
        return ("submit",)
    if toss < 0.08:
        return ("submit", "verify")
    if toss < 0.10:
        return ("submit", "verify", "approve")
    return ("submit", "verify", "approve", "publish")


def _entry(frame: Frame, plan: dict[str, Any], items: list[int]) -> Entry:
    field, number, held = plan["field"], plan["number"], plan["held"]
    ends = held + timedelta(days=plan["days"])
    district_id, _code, district = plan["district"]
    parts = [*plan["parts"], ActivitySite(place=f"{PLACES[number % len(PLACES)]}, {district}")]
    if plan["status"] == "COMPLETED":
        cost = chance("cost", field.key, number).randint(18, 240) * 1_000
        parts.append(ActivityCost(amount_pkr=Decimal(cost)))
    note = {
        "POSTPONED": "The road was under water after the flood of August. It is held once the families are back.",
        "CANCELLED": "The school was needed as an examination centre, and no other place was found.",
    }.get(plan["status"], "")
    text = Text(
        fields={
            "type_id": frame.lookup.term("activity_type", plan["kind"]).pk,
            "title": plan["title"],
            "title_ur": plan["title_ur"],
            "status": plan["status"],
            "status_note": note,
            "starts_on": held,
            "ends_on": ends,
            "district_id": district_id,
            "setting_id": frame.lookup.term("setting", ("RURAL", "URBAN", "PERI")[number % 3]).pk,
            "description": plan["text"] if plan["status"] == "COMPLETED" else "",
            "methods": "Small groups, one question at a time." if number % 3 == 0 else "",
            "feedback_score": Decimal(33 + number % 16) / 10 if number % 2 and plan["status"] == "COMPLETED" else None,
        },
        writer_id=field.writer_id,
        links={
            "themes": plan["theme_ids"],
            "evidence": [items[number % len(items)]] if plan["status"] == "COMPLETED" else [],
        },
        parts=parts,
    )
    return Entry(
        record=Activity(
            uuid=stable_uuid("activity", field.key, number),
            organization_id=field.organization_id,
            project=field.project,
            code=f"A{number:02d}",
            created_at=at_noon(ends, after=2),
            is_demo=True,
        ),
        texts=[text],
        steps=frame.steps(_verbs(plan), writer_id=field.writer_id, begins=at_noon(ends, after=5), reason=RETURN_REASON),
    )
