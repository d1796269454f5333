"""The only code that writes consents: recording one, its proof, its withdrawal, and the erasure of a person.

Withdrawal takes every story that rests on the consent away in the same transaction, and tells the apps above.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import person_of, require
from core.errors import InvalidInput
from core.retraction import retract
from core.text import clean_text
from core.uploads import clean_upload
from evidence.consents import policies
from evidence.models import (
    Consent,
    ConsentPerson,
    ConsentProof,
    ConsentScope,
    Kind,
    PurgeEntry,
    Story,
    StoryOriginal,
    StoryPhoto,
)
from evidence.records.kinds import kind_of
from evidence.records.services import take_away
from organizations.models import Organization

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from core.access import Actor

#: Domain.md, section 5: a consent holds for two years unless the person chose a shorter time.
DEFAULT_TERM = timedelta(days=730)
#: How long the name behind a consent is kept after it ran out or was withdrawn, to answer for what was published.
KEPT_AFTER_END = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Person:
    """Whose consent it is. Guardian and relation are required for somebody under 18."""

    name: str
    explained_by: str
    contact: str = ""
    guardian_name: str = ""
    guardian_relation: str = ""


def record_consent(
    *,
    actor: Actor,
    organization_slug: str,
    alias: str,
    person: Person,
    is_minor: bool,
    scopes: Iterable[str],
    language: str,
    method: str,
    refusal_was_free: bool,
    withdrawal_channel: str,
    given_at: datetime,
    expires_on: date | None,
    proof: IO[bytes] | Any | None = None,
    proof_name: str = "",
    at: datetime,
) -> Consent:
    """Keep what a person agreed to. Raises InvalidInput naming the field.

    Without a date of expiry the consent holds for two years. A double click records it once.
    """
    organization = Organization.objects.visible_to(actor).get(slug=organization_slug)
    require(
        policies.can_record(actor, organization.pk),
        _("Consents are recorded by the organization that spoke with the person."),
    )
    scopes = sorted(set(scopes))
    person = Person(**{name: clean_text(getattr(person, name)) for name in Person.__dataclass_fields__})
    alias = clean_text(alias)
    expires_on = expires_on or (timezone.localtime(given_at).date() + DEFAULT_TERM)
    _check_consent(alias, person, is_minor, scopes, refusal_was_free, withdrawal_channel, given_at, expires_on, at)
    clean = clean_upload(proof) if proof else None
    with transaction.atomic():
        Organization.objects.select_for_update(of=("self",)).get(pk=organization.pk)
        same = Consent.objects.visible_to(actor).filter(
            organization=organization, alias=alias, given_at=given_at, scopes=scopes, person__name=person.name
        )
        if found := same.first():
            return found
        consent = Consent.objects.create(
            organization=organization,
            alias=alias,
            is_minor=is_minor,
            scopes=scopes,
            language=language,
            method=method,
            refusal_was_free=refusal_was_free,
            withdrawal_channel=clean_text(withdrawal_channel),
            given_at=given_at,
            expires_on=expires_on,
            recorded_by_id=person_of(actor),
            recorded_at=at,
        )
        ConsentPerson.objects.create(
            consent=consent,
            name=person.name,
            contact=person.contact,
            guardian_name=person.guardian_name,
            guardian_relation=person.guardian_relation,
            explained_by=person.explained_by,
            purge_on=expires_on + KEPT_AFTER_END,
        )
        if clean:
            row = ConsentProof(consent=consent, uploaded_by_id=person_of(actor), uploaded_at=at)
            row.keep(clean, name=proof_name)
            row.save()
        audit.record(actor=actor, action="consent.record", row=consent, at=at, scopes=scopes)
    return consent


def _check_consent(
    alias: str,
    person: Person,
    is_minor: bool,
    scopes: list[str],
    refusal_was_free: bool,
    withdrawal_channel: str,
    given_at: datetime,
    expires_on: date,
    at: datetime,
) -> None:
    for field, value, sentence in (
        ("alias", alias, _("Give an alias by which you find this consent again.")),
        ("name", person.name, _("Give the name of the person. Only your organization and the officer read it.")),
        ("explained_by", person.explained_by, _("Say who explained it.")),
        ("withdrawal_channel", withdrawal_channel.strip(), _("Say how the person can withdraw.")),
    ):
        if not value:
            raise InvalidInput(sentence, field=field)
    if not scopes or set(scopes) - set(ConsentScope.values):
        raise InvalidInput(_("Choose what the person agreed to."), field="scopes")
    if person.name.casefold() in alias.casefold():
        raise InvalidInput(_("The alias may not contain the name."), field="alias")
    if not refusal_was_free:
        raise InvalidInput(
            _("A consent holds only if the person was told that a refusal costs nothing."), field="refusal_was_free"
        )
    if is_minor and not (person.guardian_name and person.guardian_relation):
        raise InvalidInput(
            _("For somebody under 18 a guardian agrees, too: give name and relation."), field="guardian_name"
        )
    if is_minor and ConsentScope.NAME in scopes:
        raise InvalidInput(_("Nobody under 18 is named, even with consent. Take this out."), field="scopes")
    if given_at > at:
        raise InvalidInput(_("The consent cannot be given in the future."), field="given_at")
    if expires_on <= timezone.localtime(given_at).date():
        raise InvalidInput(_("The consent must expire after the day it was given."), field="expires_on")


@transaction.atomic
def renew_consent(
    *, actor: Actor, uuid: UUID, scopes: Iterable[str], at: datetime, **details: Any
) -> tuple[Consent, int]:
    """Record what the person agrees to now. It takes the place of the old consent, which ends.

    The last word of a person counts: a story that uses more than is agreed now is withdrawn. `details` are those of
    `record_consent`. Returns the new consent, and how many stories left the public because of it.
    """
    old = (
        Consent.objects.visible_to(actor).select_for_update(of=("self",)).select_related("organization").get(uuid=uuid)
    )
    require(policies.can_renew(actor, old), _("A consent that was withdrawn is not renewed. Record a new one."))
    scopes = sorted(set(scopes))
    fresh = record_consent(actor=actor, organization_slug=old.organization.slug, scopes=scopes, at=at, **details)
    if fresh.pk == old.pk:
        return old, 0
    rows = Story.objects.filter(pk__in=old.story_consents.values("story_id")).select_for_update(of=("self",))
    stories = {story.pk: story for story in rows.order_by("pk")}
    covered = old.story_consents.filter(uses__contained_by=scopes).exclude(story__story_consents__consent=fresh)
    moved = set(covered.values_list("story_id", flat=True))
    old.story_consents.filter(story_id__in=moved).update(consent=fresh)
    if ConsentScope.IMAGE in scopes:
        for photo in old.photos.filter(story_id__in=moved):
            photo.consents.remove(old)
            photo.consents.add(fresh)
    audit.record(actor=actor, action="consent.renew", row=fresh, at=at, before=str(old.uuid), stories=len(moved))
    left = sum(story.published_revision_id is not None for pk, story in stories.items() if pk not in moved)
    withdraw_consent(actor=actor, uuid=old.uuid, at=at)
    if set(old.scopes) - set(scopes):
        for pk in sorted(moved):
            # Printed where print was agreed once: those files are built again.
            retract(kind=Kind.STORY, uuid=stories[pk].uuid, at=at)
    return fresh, left


@transaction.atomic
def withdraw_consent(*, actor: Actor, uuid: UUID, at: datetime) -> Consent:
    """The person takes it back: every story and photo that rests on it leaves everything, now, in this transaction.

    Withdrawing twice changes nothing. What the person was is kept until its purge date, to prove what was agreed.
    """
    consent = Consent.objects.visible_to(actor).select_for_update(of=("self",)).get(uuid=uuid)
    require(
        policies.can_withdraw(actor, consent),
        _("A consent is withdrawn by the organization of the person or the data-protection officer."),
    )
    if consent.withdrawn_at is None:
        consent.withdrawn_at, consent.withdrawn_by_id = at, person_of(actor)
        consent.version += 1
        consent.save(update_fields=["withdrawn_at", "withdrawn_by", "version"])
        ConsentPerson.objects.filter(consent=consent).update(purge_on=timezone.localtime(at).date() + KEPT_AFTER_END)
        audit.record(actor=actor, action="consent.withdraw", row=consent, at=at)
        take_stories_away(consent, actor=actor, at=at)
    return consent


def take_stories_away(consent: Consent, *, actor: Actor, at: datetime) -> None:
    """Withdraw every published story that rests on the consent, or shows a photo that does, in the caller's transaction."""
    story_ids = set(consent.story_consents.values_list("story_id", flat=True)) | set(
        consent.photos.values_list("story_id", flat=True)
    )
    resting = consent.story_consents.values_list("story_id", flat=True)
    rows = Story.objects.filter(pk__in=story_ids).select_for_update(of=("self",)).order_by("pk")
    for story in rows.select_related("organization"):
        if story.pk in set(resting) and story.published_revision_id is not None:
            take_away(kind_of(Kind.STORY), story, actor=actor, reason=_("A consent was withdrawn."), at=at)
        # A photo leaves by its own queryset; files that contain it are built again.
        retract(kind=Kind.STORY, uuid=story.uuid, at=at)


@transaction.atomic
def erase_person(*, actor: Actor, uuid: UUID, at: datetime) -> list[PurgeEntry]:
    """Remove what is kept of the person behind a consent: name, guardian, proof, originals, photos. Counts stay.

    Withdraws the consent first. Returns what was removed, table by table, for the purge log.
    """
    consent = Consent.objects.visible_to(actor).select_for_update(of=("self",)).get(uuid=uuid)
    require(policies.can_erase(actor), _("A person is erased by the data-protection officer."))
    withdraw_consent(actor=actor, uuid=uuid, at=at)
    stories = list(consent.story_consents.values_list("story_id", flat=True))
    removed = {
        ConsentPerson: ConsentPerson.objects.filter(consent=consent),
        ConsentProof: ConsentProof.objects.filter(consent=consent),
        StoryPhoto: StoryPhoto.objects.filter(consents=consent),
        StoryOriginal: StoryOriginal.objects.filter(story_id__in=stories),
    }
    entries = []
    for model, rows in removed.items():
        count = delete_with_files(rows)
        if count:
            entries.append(
                PurgeEntry(
                    at=at,
                    rule=PurgeEntry.Rule.ERASURE,
                    table=model._meta.label_lower,
                    row_count=count,
                    asked_by_id=person_of(actor),
                    reference=consent.uuid,
                )
            )
    PurgeEntry.objects.bulk_create(entries)
    Consent.objects.filter(pk=consent.pk).update(is_erased=True, alias=_erased_alias(consent))
    audit.record(actor=actor, action="consent.erase", row=consent, at=at)
    return entries


def _erased_alias(consent: Consent) -> str:
    # The alias is the CSO's word for the person, and may say too much.
    return f"–{consent.pk}"


def delete_with_files(rows: Any) -> int:
    """Delete rows; the bytes of stored files go once the transaction holds. Returns how many rows there were."""
    rows = list(rows)
    for row in rows:
        if stored := getattr(row, "file", None):
            transaction.on_commit(partial(stored.storage.delete, stored.name))
        row.delete()
    return len(rows)
