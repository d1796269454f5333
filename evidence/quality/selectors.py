"""What is doubtful, whose it is, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Role
from core.waiting import Task, Wait, tasks_of
from evidence.models import Doubt, EvidenceItem
from evidence.models.safety import Kind
from evidence.quality import policies
from evidence.quality.rules import BY_CODE, sentence_of
from evidence.records.kinds import all_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from core.access import Actor

OPEN, EXPLAINED, SETTLED = "open", "explained", "settled"
#: Duplicates that a row links to.
LINKED = 5


def doubts(actor: Actor, *, state: str = OPEN, rule: str = "", organization: str = "") -> QuerySet[Doubt]:
    """Doubts that the actor may see, the oldest first; settled ones the newest first."""
    rows = Doubt.objects.visible_to(actor).select_related("organization", "settled_by")
    if state == SETTLED:
        rows = rows.filter(settled_at__isnull=False).order_by("-settled_at", "-pk")
    else:
        rows = rows.filter(settled_at=None).order_by("found_at", "pk")
        rows = rows.exclude(explanation="") if state == EXPLAINED else rows
    if rule:
        rows = rows.filter(rule=rule)
    return rows.filter(organization__slug=organization) if organization else rows


def with_records(actor: Actor, rows: list[Doubt]) -> list[dict[str, Any]]:
    """The doubts of a page with title, link, sentence and what may be done. A record that is held shows no title."""
    wanted: dict[str, set[UUID]] = {}
    for row in rows:
        wanted.setdefault(row.kind, set()).update([row.record_uuid, *_others(row)])
    links = {kind: _links(actor, kind, uuids) for kind, uuids in wanted.items()}
    return [
        {
            "doubt": row,
            "link": links[row.kind].get(row.record_uuid),
            "others": [link for one in _others(row) if (link := links[row.kind].get(one))],
            "label": BY_CODE[row.rule].label if row.rule in BY_CODE else row.rule,
            "sentence": sentence_of(row.rule, row.values),
            "can_explain": row.settled_at is None and policies.can_explain(actor, row),
            "can_accept": row.settled_at is None and bool(row.explanation) and policies.can_accept(actor, row),
        }
        for row in rows
    ]


def _others(row: Doubt) -> list[UUID]:
    return [UUID(one) for one in row.values.get("others", [])[:LINKED]]


def _links(actor: Actor, kind: str, uuids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Title and address of the records that the actor may see, where it works on them or reads them."""
    if kind == Kind.ITEM:
        items = EvidenceItem.objects.visible_to(actor).filter(uuid__in=uuids)
        return {row.uuid: (row.title, reverse("evidence:item", args=[row.uuid])) for row in items}
    of = next((one for one in all_kinds() if one.kind == kind), None)
    if of is None:
        return {}
    # One query a kind: a revision that the actor may read belongs to a record that the actor may see.
    revisions = (
        of.revision._default_manager.visible_to(actor)
        .filter(record__uuid__in=uuids)
        .select_related("record__organization")
        .order_by("record_id", "-number")
        .distinct("record_id")
    )
    return {
        row.record.uuid: (of.title(row.record, row) or str(of.label), _address(actor, of, row.record))
        for row in revisions
    }


def _address(actor: Actor, of: Any, record: Any) -> str:
    if actor.belongs_to(record.organization_id):
        return reverse(of.edit_page, args=of.page_arguments(record))
    return reverse("evidence:review", args=[of.kind, record.uuid])


def start_panel(actor: Actor) -> dict[str, Any]:
    """How many doubts of each rule the organization has."""
    rows = (
        Doubt.objects.visible_to(actor)
        .filter(settled_at=None, explanation="", organization_id__in=actor.organization_ids)
        .values("rule")
        .annotate(count=Count("pk"))
        .order_by("-count", "rule")[:5]
    )
    return {
        "rules": [
            {"code": row["rule"], "label": BY_CODE[row["rule"]].label, "count": row["count"]}
            for row in rows
            if row["rule"] in BY_CODE
        ]
    }


def tasks_for(actor: Actor) -> list[Task]:
    """Explanations that wait for a reviewer; severe challenges that have been open for long, for a manager."""
    return tasks_of(waits_for(actor))


def waits_for(actor: Actor) -> list[Wait]:
    """The same, to be read with what else waits."""
    waits = []
    if actor.has(Role.REVIEWER):
        waits.append(
            _wait(
                doubts(actor, state=EXPLAINED).exclude(organization_id__in=actor.organization_ids),
                lambda count: ngettext("%(count)d explanation of a doubt", "%(count)d explanations of doubts", count),
                _("An organization says why what looks doubtful is right."),
                "?state=explained",
            )
        )
    if actor.has(Role.MANAGER):
        waits.append(
            _wait(
                doubts(actor, rule="challenge-open"),
                lambda count: ngettext(
                    "%(count)d severe challenge open for long", "%(count)d severe challenges open for long", count
                ),
                _("High or critical, and open for more than 30 days."),
                "?rule=challenge-open",
            )
        )
    return waits


def _wait(rows: QuerySet[Doubt], title: Any, detail: str, query: str) -> Wait:
    def task(since: datetime, words: dict[str, Any]) -> Task:
        return Task(
            title=title(words["count"]) % {"count": words["count"]},
            detail=detail,
            since=since,
            url=reverse("evidence:doubts") + query,
            action=_("Look"),
        )

    return Wait(rows, since=Min("found_at"), words={"count": Count("pk")}, task=task, is_counted=True)
