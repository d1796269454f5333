"""Consent as a record: one a person, with scopes, a term and a withdrawal. Who the person is stands in other tables.

Domain.md, section 5. The scopes are vocabulary `consent_scope`; a use needs its scope at the moment of showing.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.access import Role, VisibleQuerySet
from core.uploads import StoredFile
from organizations.models import Organization

if TYPE_CHECKING:
    from core.access import Actor


class ConsentScope(models.TextChoices):
    """Vocabulary `consent_scope`: what a person allows."""

    STORY = "STORY", _("The story may be told")
    NAME = "NAME", _("The real name may be shown")
    IMAGE = "IMAGE", _("A picture may be shown")
    VOICE = "VOICE", _("A recording may be used")
    LOCATION = "LOCATION", _("The place may be named")
    ONLINE = "ONLINE", _("On the internet")
    PRINT = "PRINT", _("In print")
    SOCIAL = "SOCIAL", _("In social media")
    DONOR = "DONOR", _("Sharing with EU and NACTA")
    API = "API", _("Through the programming interface")


def today() -> Any:
    """Today in the portal's own zone, as the database knows it: a queryset that is kept does not keep its day."""
    return TruncDate(Now(), tzinfo=timezone.get_default_timezone())


def is_valid_now(prefix: str = "") -> Q:
    """Consents that hold today: given, not withdrawn, not run out, not erased. `prefix` is the path to the consent."""
    return (
        Q(**{f"{prefix}withdrawn_at": None, f"{prefix}given_at__lte": Now()})
        & (Q(**{f"{prefix}expires_on": None}) | Q(**{f"{prefix}expires_on__gte": today()}))
        & Q(**{f"{prefix}is_erased": False})
    )


class ConsentQuerySet(VisibleQuerySet):
    """The owner, reviewers, managers and the officer see that a consent is there, not whose it is."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.DATA_PROTECTION_OFFICER):
            return self
        own = Q(organization_id__in=actor.organization_ids)
        if actor.has(Role.MANAGER, Role.REVIEWER):
            from evidence.models.stories import Story  # stories stand above consents

            return self.filter(own | Q(stories__in=Story.objects.visible_to(actor))).distinct()
        return self.filter(own)

    def valid(self) -> Self:
        """Consents that hold today."""
        return self.filter(is_valid_now())


class Consent(models.Model):
    """What a person agreed to, and until when. `alias` is a word the CSO finds it by; it is never the real name."""

    class Method(models.TextChoices):
        """How the person agreed."""

        VERBAL = "VERBAL", _("Spoken, before a witness")
        WRITTEN = "WRITTEN", _("In writing")
        THUMBPRINT = "THUMBPRINT", _("Thumbprint")
        RECORDED = "RECORDED", _("Recorded")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="consents")
    alias = models.CharField(_("Alias"), max_length=60)
    is_minor = models.BooleanField(_("Under 18"), default=False)
    scopes = ArrayField(models.CharField(max_length=8, choices=ConsentScope), verbose_name=_("Agreed to"))
    language = models.CharField(_("Language in which it was explained"), max_length=5)
    method = models.CharField(_("How the person agreed"), max_length=10, choices=Method)
    refusal_was_free = models.BooleanField(_("It was said that a refusal costs nothing"), default=False)
    withdrawal_channel = models.CharField(_("How the person can withdraw"), max_length=160)
    given_at = models.DateTimeField(_("Given on"))
    expires_on = models.DateField(_("Expires on"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_erased = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    is_demo = models.BooleanField(default=False)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_minor=False) | ~Q(scopes__contains=["NAME"]), name="minor_is_never_named"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")), name="consent_given_then_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"


class ConsentPrivateQuerySet(VisibleQuerySet):
    """Whose consent it is: the owner and the data-protection officer. Every read by the officer is logged."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.DATA_PROTECTION_OFFICER):
            return self
        return self.filter(consent__organization_id__in=actor.organization_ids)


class ConsentPerson(models.Model):
    """The person behind a consent. Removed by an erasure and by the purge; the consent's own row stays."""

    consent = models.OneToOneField(Consent, on_delete=models.CASCADE, related_name="person")
    name = models.CharField(_("Name"), max_length=120)
    contact = models.CharField(_("How to reach the person"), max_length=160, blank=True)
    guardian_name = models.CharField(_("Name of the guardian"), max_length=120, blank=True)
    guardian_relation = models.CharField(_("Relation of the guardian"), max_length=60, blank=True)
    explained_by = models.CharField(_("Explained by"), max_length=120)
    purge_on = models.DateField(_("To be deleted on"))

    objects = ConsentPrivateQuerySet.as_manager()


class ConsentProof(StoredFile):
    """The signed form, the thumbprint, the recording."""

    consent = models.OneToOneField(Consent, on_delete=models.CASCADE, related_name="proof")

    objects = ConsentPrivateQuerySet.as_manager()
