"""Human stories: the original as it was told, and the redacted text that others read, in two tables with two audiences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.access import FollowingQuerySet, Role, Sensitivity, VisibleQuerySet
from core.geography import District, Province
from core.terms import Term
from core.text import in_own_language
from core.uploads import StoredFile
from evidence.models.consents import Consent, ConsentScope, is_valid_now
from evidence.models.items import EvidenceItem
from evidence.models.records import (
    Record,
    RecordQuerySet,
    Revision,
    RevisionQuerySet,
    Transition,
    published_revision,
    record_constraints,
)

if TYPE_CHECKING:
    from core.access import Actor

#: What showing a story on a page needs from everybody in it.
PUBLICATION_SCOPES = (ConsentScope.STORY, ConsentScope.ONLINE)


class StoryQuerySet(RecordQuerySet):
    """As every record, while the consents hold. NACTA and the funder read beyond the public only with that scope."""

    def live_for(self, actor: Actor) -> Q:
        rows = super().live_for(actor)
        if actor.has(Role.NACTA, Role.FUNDER) and not actor.has(Role.MANAGER, Role.REVIEWER):
            rows &= Q(sensitivity=Sensitivity.PUBLIC) | self.allowing(ConsentScope.DONOR)
        return rows

    def checked(self) -> Q:
        """NACTA reads no story that is not published."""
        return Q(pk__in=[])

    def publishable(self) -> Q:
        return super().publishable() & self.consented()

    def consented(self) -> Q:
        """Somebody consented, and today everybody's consent holds and covers what the story uses of them."""
        consents = StoryConsent.objects.filter(story_id=OuterRef("pk"))
        holds = is_valid_now("consent__") & Q(consent__scopes__contains=F("uses"))
        return Q(Exists(consents)) & ~Q(Exists(consents.exclude(holds)))

    def printable(self) -> Self:
        """What a report may quote now: its readers are all partners, NACTA and the funder among them."""
        shared = Q(sensitivity=Sensitivity.PUBLIC) | self.allowing(ConsentScope.DONOR)
        travels = Q(sensitivity__in=[Sensitivity.PUBLIC, Sensitivity.PARTNER])
        return self.live().filter(self.allowing(ConsentScope.PRINT), shared, travels)

    def allowing(self, scope: str) -> Q:
        """Everybody in the story also allows this use: PRINT for a document, API for the interface, DONOR to share."""
        without = StoryConsent.objects.filter(story_id=OuterRef("pk")).exclude(consent__scopes__contains=[scope])
        return ~Q(Exists(without))


class Story(Record):
    """A story of change (Davies and Dart, Most Significant Change). Its published revision is a redacted text."""

    class Anonymization(models.TextChoices):
        """Vocabulary `anonymization`."""

        NONE = "NONE", _("Real name, with consent")
        PSEUDO = "PSEUDO", _("Alias")
        GENERAL = "GENERAL", _("Alias and a wider place")
        COMPOSITE = "COMPOSITE", _("Several persons in one story")
        FULL = "FULL", _("Nobody can be recognized")

    domain = models.ForeignKey(Term, verbose_name=_("Kind of change"), on_delete=models.PROTECT, related_name="+")
    anonymization = models.CharField(
        _("Anonymization"), max_length=10, choices=Anonymization, default=Anonymization.GENERAL
    )
    consents = models.ManyToManyField(Consent, through="StoryConsent", related_name="stories")
    evidence_level = models.CharField(max_length=2, default="E0")
    published_revision = published_revision("evidence.StoryRevision")

    objects = StoryQuerySet.as_manager()

    class Meta:
        constraints = record_constraints("story")


class StoryText(models.Model):
    """The fields of a story (domain.md, 2.4)."""

    title = models.CharField(_("Title"), max_length=200, blank=True)
    situation_before = models.TextField(_("The situation before"), blank=True)
    what_changed = models.TextField(_("What changed"), blank=True)
    why_it_matters = models.TextField(_("Why it matters to the person"), blank=True)
    contribution = models.TextField(_("What others contributed"), blank=True)
    quote = models.TextField(_("In the person's own words"), blank=True)

    class Meta:
        abstract = True


#: The fields that are redacted side by side, in the order of the page.
STORY_FIELDS = ("title", "situation_before", "what_changed", "why_it_matters", "contribution", "quote")


class StoryOriginalQuerySet(VisibleQuerySet):
    """As it was told: the owner, reviewers once it was sent, and the data-protection officer. Never NACTA."""

    def visible_to(self, actor: Actor) -> Self:
        rows = Q(story__organization_id__in=actor.organization_ids)
        if actor.has(Role.REVIEWER, Role.DATA_PROTECTION_OFFICER):
            rows |= Q(story__first_submitted_at__isnull=False)
        return self.filter(rows, story__in=Story.objects.visible_to(actor))


class StoryOriginal(StoryText):
    """The story with its names and places. One a story; every save is kept in its log by version."""

    story = models.OneToOneField(Story, on_delete=models.CASCADE, related_name="original")
    language = models.CharField(_("Language"), max_length=5, default="ur")
    collected_on = models.DateField(_("Told on"), null=True, blank=True)
    collected_by = models.CharField(_("Written down by"), max_length=120, blank=True)
    district = models.ForeignKey(
        District, verbose_name=_("District"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    protected_words = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("Names and places that may not appear"),
        default=list,
        blank=True,
    )
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    purge_on = models.DateField(_("To be deleted on"), null=True, blank=True)

    objects = StoryOriginalQuerySet.as_manager()


class SearchText(models.Func):
    """The words of several columns for full-text search: spellings made one (`ur_norm`), English words by their stems."""

    template = "to_tsvector('english'::regconfig, ur_norm(%(expressions)s))"
    arg_joiner = " || ' ' || "
    output_field = SearchVectorField()


def search_words(text: str) -> SearchQuery:
    """What a reader typed into a search box, as a query for columns of `SearchText`."""
    return SearchQuery(models.Func(models.Value(text), function="ur_norm"), config="english", search_type="websearch")


class StoryRevision(StoryText, Revision):
    """The redacted text. It needs an approval of its own, by somebody who did not redact it, before it is published."""

    record = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="revisions")
    title_ur = models.CharField(_("Title in Urdu"), max_length=200, blank=True)
    alias = models.CharField(_("Name shown"), max_length=60, blank=True)
    province = models.ForeignKey(
        Province, verbose_name=_("Province"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    district = models.ForeignKey(
        District,
        verbose_name=_("District shown"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    evidence = models.ManyToManyField(EvidenceItem, verbose_name=_("Evidence"), blank=True, related_name="stories")
    redaction_approved_at = models.DateTimeField(null=True, blank=True)
    redaction_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    search = models.GeneratedField(
        expression=SearchText("title", "title_ur", *STORY_FIELDS[1:]), output_field=SearchVectorField(), db_persist=True
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "number"], name="story_revision_once")]
        indexes = [GinIndex(fields=["search"], name="story_search")]

    @property
    def display_title(self) -> str:
        return (self.title_ur if get_language() == "ur" else "") or self.title


class StoryTransition(Transition):
    """The log of a story."""

    subject = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="transitions")


class StoryConsentQuerySet(FollowingQuerySet):
    """Which consents a story rests on: the owner, reviewers, managers and the officer."""

    follows = ("story", "consent")


class StoryConsent(models.Model):
    """A story rests on a person's consent, and what it uses of that person: STORY and ONLINE always."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="story_consents")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="story_consents")
    uses = ArrayField(models.CharField(max_length=8, choices=ConsentScope))

    objects = StoryConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["story", "consent"], name="consent_once_a_story"),
            models.CheckConstraint(condition=Q(uses__contains=["STORY", "ONLINE"]), name="story_uses_story_and_online"),
        ]


class StoryPhotoQuerySet(VisibleQuerySet):
    """The owner and reviewers; others once the photo was published with its story and a consent for pictures holds."""

    def visible_to(self, actor: Actor) -> Self:
        rows = Q(story__organization_id__in=actor.organization_ids)
        if actor.has(Role.REVIEWER, Role.DATA_PROTECTION_OFFICER):
            rows |= Q(story__first_submitted_at__isnull=False)
        return self.filter(rows | self.live(), story__in=Story.objects.visible_to(actor))

    def live(self) -> Q:
        """Photos that a page may show today: of a live story, nobody in them or everybody's consent to pictures holds."""
        consents = Consent.objects.filter(photos=OuterRef("pk"))
        holds = is_valid_now() & Q(scopes__contains=["IMAGE", "ONLINE"])
        everybody = Q(Exists(consents)) & ~Q(Exists(consents.exclude(holds)))
        return Q(live_since__isnull=False, story__in=Story.objects.live()) & (Q(shows_nobody=True) | everybody)


class StoryPhoto(StoredFile):
    """A photo with a story. It needs consents of its own, a description and a credit."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="photos")
    consents = models.ManyToManyField(Consent, blank=True, related_name="photos")
    alt_text = models.CharField(_("Description of the picture"), max_length=300)
    alt_text_ur = models.CharField(_("Description in Urdu"), max_length=300, blank=True)
    credit = models.CharField(_("Credit"), max_length=120)
    taken_on = models.DateField(_("Taken on"), null=True, blank=True)
    shows_nobody = models.BooleanField(_("Shows no person"), default=False)
    live_since = models.DateTimeField(null=True, blank=True)

    objects = StoryPhotoQuerySet.as_manager()

    @property
    def display_alt(self) -> str:
        return in_own_language(self.alt_text, self.alt_text_ur)
