"""Endorsements: NACTA states in the name of an office that it stands behind a document, in one edition of it.

An app keeps two tables for each kind of document. `Endorsement` holds what every reader of the document may know: the
office, the day, the edition. `EndorsementRecord` holds what staff say to each other around it: who asked, who endorsed,
who withdrew, and their notes. Who may do this is the app's policy; `core.web.endorsement` has the pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from core.access import Role, StaffOnlyQuerySet, person_of
from core.errors import InvalidInput, StaleWrite, WrongState
from core.text import clean_text

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor

OFFICE_CHARACTERS = 120
NOTE_CHARACTERS = 2000


class Verb(models.TextChoices):
    """What staff do about an endorsement."""

    ASK = "ask", gettext_lazy("Endorsement asked for")
    ENDORSE = "endorse", gettext_lazy("Endorsed")
    WITHDRAW = "withdraw", gettext_lazy("Endorsement withdrawn")


class Endorsement(models.Model):
    """That a document is endorsed. Read by everyone who reads the document; a subclass adds `subject` and the door."""

    edition = models.PositiveIntegerField()
    office = models.CharField(max_length=OFFICE_CHARACTERS)
    endorsed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    endorsed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class EndorsementRecordQuerySet(StaffOnlyQuerySet):
    """What NACTA and the programme say to each other about an endorsement."""

    readers = (Role.MANAGER, Role.REVIEWER, Role.NACTA)


class EndorsementRecord(models.Model):
    """One step: asked, endorsed, withdrawn. Rows are never changed; a subclass adds the foreign key `subject`."""

    verb = models.CharField(max_length=8, choices=Verb)
    edition = models.PositiveIntegerField()
    note = models.TextField(blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = EndorsementRecordQuerySet.as_manager()

    class Meta:
        abstract = True


@dataclass(frozen=True, slots=True)
class Tables:
    """The two tables of one kind of document."""

    endorsements: type[Any]
    records: type[Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A record in the words of its reader, for a time line."""

    what: Any
    who: str
    at: datetime
    reason: str
    state_code: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a document stands: `current` is the endorsement that holds, `steps` what staff read about it, newest first."""

    current: Any
    endorsed_by: str
    is_changed: bool
    is_asked: bool
    steps: tuple[Step, ...]


# --- Services. The caller has fetched the document through its door, locked it, and asked its policy ------------------


def ask(tables: Tables, *, actor: Actor, subject: Any, edition: int, note: str, at: datetime) -> bool:
    """Ask NACTA to endorse the document as it stands. False when this edition was asked for, or is endorsed, already."""
    last = tables.records.objects.filter(subject=subject).order_by("-pk").first()
    if last and last.edition == edition and last.verb in {Verb.ASK, Verb.ENDORSE}:
        return False
    _record(tables, Verb.ASK, actor=actor, subject=subject, edition=edition, note=_note(note), at=at)
    return True


def endorse(
    tables: Tables,
    *,
    actor: Actor,
    subject: Any,
    edition: int,
    read_edition: int,
    office: str,
    note: str,
    at: datetime,
) -> bool:
    """Endorse the edition that was read. False when this edition is endorsed already, as after a double click.

    Raises StaleWrite when the document has changed since it was read.
    """
    if read_edition != edition:
        raise StaleWrite(_("The text has changed since you read it. Read it again before you endorse it."))
    office = clean_text(office)
    if not office:
        raise InvalidInput(_("Name the office in whose name you endorse."), field="office")
    if len(office) > OFFICE_CHARACTERS:
        raise InvalidInput(_("Name the office in fewer words."), field="office")
    standing = tables.endorsements.objects.filter(subject=subject, withdrawn_at=None)
    if standing.filter(edition=edition).exists():
        return False
    tables.endorsements.objects.create(
        subject=subject,
        edition=edition,
        office=office,
        endorsed_by_id=person_of(actor),
        endorsed_at=at,
    )
    _record(tables, Verb.ENDORSE, actor=actor, subject=subject, edition=edition, note=_note(note), at=at)
    return True


def withdraw(tables: Tables, *, actor: Actor, subject: Any, edition: int, reason: str, at: datetime) -> None:
    """Take the endorsement back, with those of earlier editions. Raises WrongState when there is none."""
    reason = _note(reason)
    if not reason:
        raise InvalidInput(_("Give the reason. Programme staff read it."), field="note")
    if not tables.endorsements.objects.filter(subject=subject, withdrawn_at=None).update(withdrawn_at=at):
        raise WrongState(_("There is no endorsement that could be withdrawn."))
    _record(tables, Verb.WITHDRAW, actor=actor, subject=subject, edition=edition, note=reason, at=at)


def _note(text: str) -> str:
    text = clean_text(text)
    if len(text) > NOTE_CHARACTERS:
        raise InvalidInput(
            _("This holds at most %(limit)d characters. Shorten it.") % {"limit": NOTE_CHARACTERS}, field="note"
        )
    return text


def _record(tables: Tables, verb: Verb, *, actor: Actor, subject: Any, edition: int, note: str, at: datetime) -> None:
    tables.records.objects.create(
        subject=subject, verb=verb, edition=edition, note=note, actor_id=person_of(actor), at=at
    )
    audit.record(actor=actor, action=f"endorsement.{verb}", row=subject, at=at, edition=edition)


# --- Reads ------------------------------------------------------------------------------------------------------------


def current_of(tables: Tables, actor: Actor, subject: Any) -> Any:
    """The endorsement that holds, or None."""
    rows = tables.endorsements.objects.visible_to(actor).filter(subject=subject, withdrawn_at=None)
    return rows.order_by("-endorsed_at", "-pk").first()


def standing_of(tables: Tables, actor: Actor, subject: Any, *, edition: int) -> Standing:
    """What a reader may know about the endorsement of a document that they may read."""
    current = current_of(tables, actor, subject)
    records = list(tables.records.objects.visible_to(actor).filter(subject=subject).order_by("-pk"))
    people = {record.actor_id for record in records} | ({current.endorsed_by_id} if current and records else set())
    names = {user.pk: str(user) for user in get_user_model().objects.visible_to(actor).filter(pk__in=people)}
    return Standing(
        current=current,
        endorsed_by=names.get(current.endorsed_by_id, "") if current else "",
        is_changed=bool(current and current.edition != edition),
        is_asked=bool(records and records[0].verb == Verb.ASK),
        steps=tuple(
            Step(
                what=Verb(record.verb).label,
                who=names.get(record.actor_id, str((Role.MANAGER if record.verb == Verb.ASK else Role.NACTA).label)),
                at=record.at,
                reason=record.note,
                state_code=_CODES[Verb(record.verb)],
            )
            for record in records
        ),
    )


def asked(tables: Tables, actor: Actor) -> Any:
    """Requests that nobody has answered yet, the oldest first: for the list of what waits."""
    later = tables.records.objects.filter(subject=models.OuterRef("subject"), pk__gt=models.OuterRef("pk"))
    return (
        tables.records.objects.visible_to(actor)
        .filter(verb=Verb.ASK)
        .exclude(models.Exists(later))
        .select_related("subject")
        .order_by("at", "pk")
    )


_CODES = {Verb.ASK: "WAITING", Verb.ENDORSE: "APPROVED", Verb.WITHDRAW: "WITHDRAWN"}
