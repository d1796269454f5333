"""Activities in the field, and who took part: counts by sex, age, disability and target group, never names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.access import Role, VisibleQuerySet
from core.geography import District
from core.terms import Term
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
from organizations.models import Organization

if TYPE_CHECKING:
    from core.access import Actor


class Sex(models.TextChoices):
    """Vocabulary `sex`."""

    FEMALE = "F", _("Women and girls")
    MALE = "M", _("Men and boys")
    OTHER = "X", _("Other")
    NOT_RECORDED = "U", _("Not recorded")


class AgeBand(models.TextChoices):
    """Vocabulary `age_band`."""

    A0_9 = "A0_9", _("0–9")
    A10_14 = "A10_14", _("10–14")
    A15_17 = "A15_17", _("15–17")
    A18_24 = "A18_24", _("18–24")
    A25_29 = "A25_29", _("25–29")
    A30_59 = "A30_59", _("30–59")
    A60P = "A60P", _("60 and older")
    NOT_RECORDED = "AU", _("Not recorded")


class Disability(models.TextChoices):
    """Vocabulary `disability`: with = any domain “a lot of difficulty” or worse (Washington Group Short Set)."""

    WITH = "WITH", _("With disability")
    WITHOUT = "WITHOUT", _("Without disability")
    NOT_RECORDED = "U", _("Not asked")


class ActivityQuerySet(RecordQuerySet):
    """As every record."""


class Activity(Record):
    """An event in the field. The code is the project's own number for it and stays.

    `live_on` is the first day of what is published: the list for everyone is read in its order, from an index.
    """

    code = models.SlugField(max_length=24)
    live_on = models.DateField(null=True, blank=True)
    published_revision = published_revision("evidence.ActivityRevision")

    objects = ActivityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="activity_code_once_a_project"),
            models.CheckConstraint(condition=Q(project__isnull=False), name="activity_has_a_project"),
            *record_constraints("activity"),
        ]
        indexes = [
            models.Index(fields=["-saved_at", "-id"], name="activity_recent"),
            models.Index(
                fields=["-live_on", "-id"],
                condition=Q(published_revision__isnull=False, is_held=False, live_on__isnull=False),
                name="activity_live_newest",
            ),
        ]


class ActivityRevision(Revision):
    """What an activity was: kind, dates, place, themes, methods, partners. Its place and counts are other tables."""

    class Status(models.TextChoices):
        """Vocabulary `activity_status`."""

        PLANNED = "PLANNED", _("Planned")
        ONGOING = "ONGOING", _("Ongoing")
        COMPLETED = "COMPLETED", _("Completed")
        POSTPONED = "POSTPONED", _("Postponed")
        CANCELLED = "CANCELLED", _("Cancelled")

    record = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="revisions")
    type = models.ForeignKey(Term, verbose_name=_("Kind of activity"), on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("Title"), max_length=200)
    title_ur = models.CharField(_("Title in Urdu"), max_length=200, blank=True)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.PLANNED)
    status_note = models.CharField(_("Why it was postponed or cancelled"), max_length=300, blank=True)
    starts_on = models.DateField(_("First day"))
    ends_on = models.DateField(_("Last day"))
    district = models.ForeignKey(
        District,
        verbose_name=_("District"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    district_note = models.CharField(_("Why outside the districts of the project"), max_length=300, blank=True)
    setting = models.ForeignKey(
        Term,
        verbose_name=_("Setting"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    themes = models.ManyToManyField(Term, verbose_name=_("Themes"), blank=True, related_name="+")
    drivers = models.ManyToManyField(
        Term, verbose_name=_("Drivers and resilience factors"), blank=True, related_name="+"
    )
    description = models.TextField(_("What happened"), blank=True)
    methods = models.TextField(_("Methods"), blank=True)
    partners = models.ManyToManyField(Organization, verbose_name=_("Together with"), blank=True, related_name="+")
    feedback_score = models.DecimalField(
        _("Feedback of the participants, 1 to 5"), max_digits=2, decimal_places=1, null=True, blank=True
    )
    evidence = models.ManyToManyField(EvidenceItem, verbose_name=_("Evidence"), blank=True, related_name="activities")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="activity_revision_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="activity_ends_after_start"),
            models.CheckConstraint(
                condition=Q(feedback_score=None) | Q(feedback_score__range=(1, 5)), name="activity_feedback_1_to_5"
            ),
        ]
        indexes = [
            models.Index(fields=["district", "starts_on"], name="activity_place_and_day"),
            # As `icontains` asks: in capitals.
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="activity_title_like"),
            GinIndex(OpClass(Upper("title_ur"), name="gin_trgm_ops"), name="activity_title_ur_like"),
        ]

    @property
    def display_title(self) -> str:
        return (self.title_ur if get_language() == "ur" else "") or self.title


class ActivityTransition(Transition):
    """The log of an activity."""

    subject = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="transitions")


class CountsQuerySet(VisibleQuerySet):
    """Unsuppressed counts: the owner, reviewers and the officer. Everybody else gets `core.suppression`'s figures."""

    def visible_to(self, actor: Actor) -> Self:
        revisions = ActivityRevision.objects.visible_to(actor)
        if actor.has(Role.REVIEWER, Role.DATA_PROTECTION_OFFICER):
            return self.filter(revision__in=revisions)
        return self.filter(
            revision__in=revisions,
            revision__record__organization_id__in=actor.organization_ids,
        )


class Turnout(models.Model):
    """The measures of an activity. Attendances (person-visits), distinct persons and media reach are never added.

    Null is not recorded. The cells of `Participation` add up to `attendances`.
    """

    revision = models.OneToOneField(ActivityRevision, on_delete=models.CASCADE, related_name="turnout")
    attendances = models.PositiveIntegerField(_("Attendances"), null=True, blank=True)
    unique_persons = models.PositiveIntegerField(_("Distinct persons"), null=True, blank=True)
    media_reach = models.PositiveIntegerField(_("Estimated media reach"), null=True, blank=True)
    is_disability_asked = models.BooleanField(
        _("Disability was asked with the Washington Group questions"), default=False
    )

    objects = CountsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(attendances=None) | Q(unique_persons=None) | Q(unique_persons__lte=F("attendances")),
                name="persons_not_above_attendances",
            )
        ]


class Participation(models.Model):
    """Attendances of one sex, age band, disability and target group. No group is “not recorded”."""

    revision = models.ForeignKey(ActivityRevision, on_delete=models.CASCADE, related_name="participation")
    sex = models.CharField(max_length=1, choices=Sex)
    age_band = models.CharField(max_length=6, choices=AgeBand)
    disability = models.CharField(max_length=7, choices=Disability, default=Disability.NOT_RECORDED)
    group = models.ForeignKey(Term, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveIntegerField()

    objects = CountsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "sex", "age_band", "disability", "group"],
                nulls_distinct=False,
                name="participation_cell_once",
            ),
            models.CheckConstraint(condition=Q(count__gt=0), name="participation_counts_somebody"),
        ]


class ActivitySiteQuerySet(VisibleQuerySet):
    """Where exactly people meet: the owner and reviewers only. Not NACTA, not the public."""

    def visible_to(self, actor: Actor) -> Self:
        rows = Q(revision__record__organization_id__in=actor.organization_ids)
        if actor.has(Role.REVIEWER, Role.DATA_PROTECTION_OFFICER):
            rows |= Q(revision__submitted_at__isnull=False)
        return self.filter(rows, revision__in=ActivityRevision.objects.visible_to(actor))


class ActivitySite(models.Model):
    """The place of an activity in words. A village in which few people live says who came."""

    revision = models.OneToOneField(ActivityRevision, on_delete=models.CASCADE, related_name="site")
    place = models.CharField(_("Place"), max_length=200)

    objects = ActivitySiteQuerySet.as_manager()


class ActivityCostQuerySet(VisibleQuerySet):
    """As a budget: the owner, managers and the funder. Not NACTA."""

    def visible_to(self, actor: Actor) -> Self:
        rows = Q(revision__record__organization_id__in=actor.organization_ids)
        if actor.has(Role.MANAGER, Role.FUNDER):
            rows |= Q(revision__submitted_at__isnull=False)
        return self.filter(rows, revision__in=ActivityRevision.objects.visible_to(actor))


class ActivityCost(models.Model):
    """What an activity cost, in PKR."""

    revision = models.OneToOneField(ActivityRevision, on_delete=models.CASCADE, related_name="cost")
    amount_pkr = models.DecimalField(_("Cost in PKR"), max_digits=14, decimal_places=2)

    objects = ActivityCostQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_pkr__gte=0), name="activity_cost_not_negative")]
