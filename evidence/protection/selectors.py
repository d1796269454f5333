"""What the data-protection officer and those who answer for holds read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from core.waiting import Task
from evidence.models import (
    Consent,
    ConsentPerson,
    ConsentProof,
    Hold,
    HoldReason,
    Kind,
    PurgeEntry,
    StoryOriginal,
    StoryPhoto,
)
from evidence.protection import policies
from evidence.records.kinds import kind_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor

TASK_LIMIT = 10


def holds_for(actor: Actor, *, is_open: bool = True) -> QuerySet:
    """Holds, the longest first; those that were released by the newest."""
    rows = Hold.objects.visible_to(actor).select_related("organization")
    if is_open:
        return rows.filter(released_at=None).order_by("placed_at", "pk")
    return rows.exclude(released_at=None).order_by("-released_at", "pk")


def record_page(hold: Hold) -> str:
    """Where the officer reads the record."""
    if hold.kind == Kind.ITEM:
        return reverse("evidence:item", args=[hold.record_uuid])
    of = kind_of(hold.kind)
    row = of.record._default_manager.filter(uuid=hold.record_uuid).first()
    return reverse(of.page, args=of.page_arguments(row)) if row else ""


def reason_of(actor: Actor, hold: Hold) -> HoldReason | None:
    """Why it is held, for the officer and whoever placed the hold."""
    return HoldReason.objects.visible_to(actor).filter(hold=hold).first()


def purges_for(actor: Actor) -> QuerySet:
    """The purge log, the newest first."""
    return PurgeEntry.objects.visible_to(actor).order_by("-at", "-pk")


#: What the purge and an erasure delete, in the words of a reader.
TABLE_NAMES = {
    "evidence.consentperson": gettext_lazy("The person behind a consent"),
    "evidence.consentproof": gettext_lazy("Proof of a consent"),
    "evidence.storyoriginal": gettext_lazy("Story as it was told"),
    "evidence.storyphoto": gettext_lazy("Photo of a person"),
    "evidence.intake": gettext_lazy("File that was sent in"),
}


def table_name(label: str) -> Any:
    """The name of a table for a reader."""
    return TABLE_NAMES.get(label, label)


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of the officer's page."""

    consents: int
    withdrawn: int
    persons: int
    open_holds: int
    purged: int


def summary_for(actor: Actor) -> Summary:
    """What is held of people, in four queries."""
    consents = Consent.objects.visible_to(actor).aggregate(
        all=Count("pk"), withdrawn=Count("pk", filter=Q(withdrawn_at__isnull=False))
    )
    return Summary(
        consents=consents["all"],
        withdrawn=consents["withdrawn"],
        persons=ConsentPerson.objects.visible_to(actor).count(),
        open_holds=Hold.objects.visible_to(actor).filter(released_at=None).count(),
        purged=PurgeEntry.objects.visible_to(actor).aggregate(rows=Sum("row_count"))["rows"] or 0,
    )


def find_persons(actor: Actor, words: str, *, at: datetime) -> list[Consent]:
    """Consents by alias or by the name behind them, for an erasure. The search is logged, not what was searched for."""
    if not words:
        return []
    found = list(
        Consent.objects.visible_to(actor)
        .filter(Q(alias__icontains=words) | Q(person__name__icontains=words), is_erased=False)
        .select_related("organization")
        .order_by("organization__name", "alias", "pk")[:50]
    )
    for row in found:
        audit.record(actor=actor, action="consent.read", row=row, at=at, what="search")
    return found


def erasure_of(actor: Actor, uuid: UUID) -> tuple[Consent, list[tuple[Any, int]]]:
    """A consent, and how many rows of what an erasure of its person deletes. Raises DoesNotExist."""
    consent = Consent.objects.visible_to(actor).select_related("organization").get(uuid=uuid)
    stories = list(consent.story_consents.values_list("story_id", flat=True))
    return consent, [
        (_("Name, contact and guardian"), ConsentPerson.objects.filter(consent=consent).count()),
        (_("Proof of the consent"), ConsentProof.objects.filter(consent=consent).count()),
        (_("Photos that show the person"), StoryPhoto.objects.filter(consents=consent).count()),
        (_("Stories as they were told"), StoryOriginal.objects.filter(story_id__in=stories).count()),
        (_("Stories that are withdrawn"), len(stories)),
    ]


def tasks_for(actor: Actor) -> list[Task]:
    """Holds whose release waits for this person."""
    if not actor.has(*policies.GUARDIANS):
        return []
    rows = holds_for(actor).filter(release_asked_at__isnull=False)[:TASK_LIMIT]
    return [
        Task(
            title=_("A release is asked for: %(kind)s") % {"kind": hold.get_kind_display()},
            detail=str(hold.organization),
            since=hold.release_asked_at,
            url=reverse("evidence:hold", args=[hold.pk]),
            action=_("Decide"),
        )
        for hold in rows
        if policies.can_release(actor, hold)
    ]
