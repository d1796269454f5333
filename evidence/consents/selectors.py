"""Consents as their readers find them: the list, where each stands today, and what rests on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from core.access import Role
from core.waiting import Task, Wait, tasks_of
from evidence.models import Consent, ConsentPerson, ConsentProof, Story, StoryConsent, StoryPhoto

if TYPE_CHECKING:
    from datetime import date, datetime

    from core.access import Actor

#: How long before its end a consent counts as running out: time to reach the person again.
SOON = timedelta(days=60)
TASK_LIMIT = 5

#: Where a consent stands: code (of core.web.tones) → word.
STANDINGS = {
    "ACTIVE": gettext_lazy("Holds"),
    "WAITING": gettext_lazy("Runs out soon"),
    "EXPIRED": gettext_lazy("Has run out"),
    "REVOKED": gettext_lazy("Withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a consent stands today, as a code for the look and a word for the reader."""

    code: str
    label: Any

    @property
    def holds(self) -> bool:
        return self.code in {"ACTIVE", "WAITING"}


def standing_of(consent: Consent, today: date) -> Standing:
    """Where the consent stands today."""
    code = "ACTIVE"
    if consent.withdrawn_at or consent.is_erased:
        code = "REVOKED"
    elif consent.expires_on and consent.expires_on < today:
        code = "EXPIRED"
    elif consent.expires_on and consent.expires_on - SOON <= today:
        code = "WAITING"
    return Standing(code, STANDINGS[code])


def consents_for(actor: Actor, *, standing: str = "", today: date) -> QuerySet:
    """Consents that this reader finds in the list, what ends first on top."""
    rows = Consent.objects.visible_to(actor).select_related("organization")
    open_ones = Q(withdrawn_at=None, is_erased=False)
    chosen = {
        "ACTIVE": open_ones & (Q(expires_on=None) | Q(expires_on__gte=today)),
        "WAITING": open_ones & Q(expires_on__gte=today, expires_on__lte=today + SOON),
        "EXPIRED": open_ones & Q(expires_on__lt=today),
        "REVOKED": ~open_ones,
    }
    if standing in chosen:
        rows = rows.filter(chosen[standing])
    return rows.order_by(F("withdrawn_at").asc(nulls_first=True), "expires_on", "pk")


def stories_on(actor: Actor, consent: Consent) -> list[StoryConsent]:
    """The stories that rest on a consent, as far as this reader may see them, with what they use."""
    return list(
        StoryConsent.objects.visible_to(actor)
        .filter(consent=consent)
        .select_related("story__domain", "story__organization")
        .order_by("story_id")
    )


def photos_on(actor: Actor, consent: Consent) -> int:
    """How many photos show the person."""
    return StoryPhoto.objects.visible_to(actor).filter(consents=consent).count()


def read_person(actor: Actor, consent: Consent, *, at: datetime) -> ConsentPerson | None:
    """Whose consent it is. Each reading by somebody outside the organization is written into the audit log."""
    person = ConsentPerson.objects.visible_to(actor).filter(consent=consent).first()
    if person is not None:
        _log_reading(actor, consent, what="person", at=at)
    return person


def read_proof(actor: Actor, consent: Consent, *, at: datetime) -> ConsentProof:
    """The proof, to be streamed; logged as the person is. Raises DoesNotExist when there is none or it is not theirs."""
    proof = ConsentProof.objects.visible_to(actor).get(consent=consent)
    _log_reading(actor, consent, what="proof", at=at)
    return proof


def has_proof(actor: Actor, consent: Consent) -> bool:
    return ConsentProof.objects.visible_to(actor).filter(consent=consent).exists()


def _log_reading(actor: Actor, consent: Consent, *, what: str, at: datetime) -> None:
    if not actor.belongs_to(consent.organization_id):
        audit.record(actor=actor, action="consent.read", row=consent, at=at, what=what)


def tasks_for(actor: Actor) -> list[Task]:
    """Consents of the own organization that run out soon while a published story rests on them."""
    return tasks_of(waits_for(actor))


def waits_for(actor: Actor) -> list[Wait]:
    """The same, to be read with what else waits."""
    if not actor.organization_ids or actor.has(Role.DATA_PROTECTION_OFFICER):
        return []

    def task(since: datetime, words: dict[str, Any]) -> Task:
        return Task(
            title=_("A consent runs out soon: %(alias)s") % {"alias": words["alias"]},
            detail=_("A published story rests on it and disappears with it."),
            since=since,
            url=reverse("evidence:consent", args=[words["uuid"]]),
            action=_("Look at it"),
        )

    waiting = consents_for(actor, standing="WAITING", today=timezone.localdate()).filter(
        organization_id__in=actor.organization_ids, stories__in=Story.objects.live()
    )
    # A consent under several stories waits once.
    rows = Consent.objects.filter(pk__in=waiting.order_by().values("pk")).order_by("expires_on", "pk")
    return [
        Wait(rows, since="recorded_at", words={"uuid": "uuid", "alias": "alias"}, task=task, limit=TASK_LIMIT),
    ]
