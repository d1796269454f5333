"""The results framework: nodes, indicators, baselines, targets, reporting periods, and the results that are reported.

OECD-DAC results chain and IATI 2.03 measures. A percentage is kept as numerator and denominator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.access import FollowingQuerySet, PublicQuerySet, Role, Sensitivity, VisibleQuerySet
from core.geography import District
from core.terms import Term
from evidence.models.activities import AgeBand, Disability, Sex
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
from organizations.models import Programme, Project

if TYPE_CHECKING:
    from core.access import Actor


class Level(models.TextChoices):
    """Vocabulary `result_level`."""

    IMPACT = "IMPACT", _("Impact")
    OUTCOME = "OUTCOME", _("Outcome")
    OUTPUT = "OUTPUT", _("Output")


class Aggregation(models.TextChoices):
    """How values of several periods or projects become one (vocabulary `aggregation`)."""

    SUM = "SUM", _("Sum")
    MAX = "MAX", _("Highest value")
    LATEST = "LATEST", _("Latest value")
    MEAN = "MEAN", _("Weighted mean")
    UNIQUE = "UNIQUE", _("Distinct persons, not added across projects")
    NONE = "NONE", _("Not rolled up")


class Frequency(models.TextChoices):
    """How often an indicator is reported."""

    MONTHLY = "MONTHLY", _("Monthly")
    QUARTERLY = "QUARTERLY", _("Quarterly")
    SIX_MONTHLY = "SIX_MONTHLY", _("Every six months")
    YEARLY = "YEARLY", _("Yearly")
    ENDLINE = "ENDLINE", _("Once, at the end")


class ResultNode(models.Model):
    """A statement of the logical framework. Outputs stand under outcomes, outcomes under the impact."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="result_nodes")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    level = models.CharField(_("Level"), max_length=7, choices=Level)
    code = models.SlugField(_("Code"), max_length=12)
    statement = models.CharField(_("Statement"), max_length=400)
    statement_ur = models.CharField(_("Statement in Urdu"), max_length=400, blank=True)
    position = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=1)
    is_demo = models.BooleanField(default=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="result_node_code_once"),
            models.CheckConstraint(
                condition=Q(level=Level.IMPACT, parent=None) | (~Q(level=Level.IMPACT) & Q(parent__isnull=False)),
                name="result_node_below_another",
            ),
        ]

    def __str__(self) -> str:
        return (self.statement_ur if get_language() == "ur" else "") or self.statement


class Assumption(models.Model):
    """What must hold for a level to lead to the next. One that failed asks for a lesson."""

    class Status(models.TextChoices):
        """Whether it still holds."""

        HOLDS = "HOLDS", _("Holds")
        IN_DOUBT = "IN_DOUBT", _("In doubt")
        FAILED = "FAILED", _("Failed")

    node = models.ForeignKey(ResultNode, on_delete=models.CASCADE, related_name="assumptions")
    text = models.CharField(_("Assumption"), max_length=400)
    text_ur = models.CharField(_("Assumption in Urdu"), max_length=400, blank=True)
    status = models.CharField(_("Status"), max_length=8, choices=Status, default=Status.HOLDS)
    checked_on = models.DateField(_("Last checked"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PublicQuerySet.as_manager()

    def __str__(self) -> str:
        return (self.text_ur if get_language() == "ur" else "") or self.text


class IndicatorQuerySet(VisibleQuerySet):
    """The programme's indicators are public; a project's own follow the project."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(
            Q(project=None, sensitivity__in=actor.readable_sensitivities())
            | Q(project__in=Project.objects.visible_to(actor), sensitivity__in=actor.readable_sensitivities())
            | Q(project__organization_id__in=actor.organization_ids)
        )

    def standard(self) -> Self:
        """The programme's own, without those that projects adapted."""
        return self.filter(project=None)


class Indicator(models.Model):
    """What is measured. A project's own indicator has a standard one as parent, so that it rolls up.

    The definition is locked once results exist (`is_locked`): a changed one is a new indicator that `replaces` it.
    `higher_is_better` is the direction. `standard_code` is that of the reference data ("OP01"), in every programme and
    also when a standard definition was replaced; it is empty for an indicator that a programme or project wrote itself.
    """

    code = models.SlugField(_("Code"), max_length=32, unique=True)
    standard_code = models.CharField(max_length=12, blank=True)
    node = models.ForeignKey(ResultNode, on_delete=models.PROTECT, related_name="indicators")
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.CASCADE, related_name="indicators")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="adapted")
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    name = models.CharField(_("Name"), max_length=240)
    name_ur = models.CharField(_("Name in Urdu"), max_length=240, blank=True)
    is_ur_reviewed = models.BooleanField(_("The Urdu name was reviewed"), default=False)
    unit = models.ForeignKey(Term, verbose_name=_("Unit"), on_delete=models.PROTECT, related_name="+")
    aggregation = models.CharField(_("Aggregation"), max_length=6, choices=Aggregation)
    frequency = models.CharField(_("Reported"), max_length=12, choices=Frequency)
    disaggregations = ArrayField(
        models.CharField(max_length=8), verbose_name=_("Broken down by"), default=list, blank=True
    )
    higher_is_better = models.BooleanField(_("Higher is better"), default=True)
    means_of_verification = models.CharField(_("Means of verification"), max_length=240, blank=True)
    source = models.CharField(_("Source of the definition"), max_length=240, blank=True)
    method_note = models.TextField(_("Method"), blank=True)
    sensitivity = models.CharField(max_length=12, choices=Sensitivity, default=Sensitivity.PUBLIC)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    is_demo = models.BooleanField(default=False)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(project=None, parent=None) | Q(project__isnull=False, parent__isnull=False),
                name="adapted_indicator_has_a_parent",
            )
        ]
        indexes = [models.Index(fields=["node", "standard_code"], name="indicator_standard")]

    def __str__(self) -> str:
        return (self.name_ur if get_language() == "ur" else "") or self.name

    @property
    def is_percentage(self) -> bool:
        return self.unit.code == "PERCENT"

    @property
    def counts_people(self) -> bool:
        """Whether values fall under the small-count rule."""
        return self.unit.code == "PERSON"


class OfProjectQuerySet(FollowingQuerySet):
    """Follows the project."""

    follows = ("project",)


class ProjectIndicatorQuerySet(FollowingQuerySet):
    """Follows the project and the indicator: what a hidden indicator measures is hidden too."""

    follows = ("project", "indicator")


class ProjectIndicator(models.Model):
    """A project reports on an indicator."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="project_indicators")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="project_indicators")
    version = models.PositiveIntegerField(default=1)
    is_demo = models.BooleanField(default=False)

    objects = ProjectIndicatorQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "indicator"], name="indicator_once_a_project")]


class OfProjectIndicatorQuerySet(FollowingQuerySet):
    """Follows the project's indicator."""

    follows = ("project_indicator",)


class Baseline(models.Model):
    """Where a project started: a value with its date and source, or the reason why there is none. Never blank."""

    class Missing(models.TextChoices):
        """Why there is no baseline."""

        STARTED_BEFORE = "STARTED_BEFORE", _("The work started before a baseline could be taken")
        NO_ACCESS = "NO_ACCESS", _("No safe access to the place")
        NEW_ACTIVITY = "NEW_ACTIVITY", _("Nothing existed before, so the start is zero by nature")
        NOT_COMPARABLE = "NOT_COMPARABLE", _("Earlier data cannot be compared")
        PLANNED = "PLANNED", _("Planned, not yet taken")

    project_indicator = models.OneToOneField(ProjectIndicator, on_delete=models.CASCADE, related_name="baseline")
    value = models.DecimalField(_("Value"), max_digits=14, decimal_places=2, null=True, blank=True)
    numerator = models.PositiveIntegerField(_("Numerator"), null=True, blank=True)
    denominator = models.PositiveIntegerField(_("Denominator"), null=True, blank=True)
    measured_on = models.DateField(_("Measured on"), null=True, blank=True)
    source = models.CharField(_("Source"), max_length=240, blank=True)
    missing_reason = models.CharField(_("Why there is none"), max_length=16, choices=Missing, blank=True)

    objects = OfProjectIndicatorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(missing_reason="") & Q(value__isnull=False) & Q(measured_on__isnull=False))
                | (~Q(missing_reason="") & Q(value=None, numerator=None, denominator=None)),
                name="baseline_or_the_reason_why_not",
            ),
            models.CheckConstraint(
                condition=Q(denominator=None) | (Q(denominator__gt=0) & Q(numerator__lte=F("denominator"))),
                name="baseline_is_part_of_whole",
            ),
        ]


class Period(models.Model):
    """A reporting period of a project, generated from its dates. Locked once a report's snapshot uses it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="periods")
    frequency = models.CharField(max_length=12, choices=Frequency)
    starts_on = models.DateField()
    ends_on = models.DateField()
    due_on = models.DateField()
    locked_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "frequency", "starts_on"], name="period_once_a_project"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), due_on__gt=F("ends_on")), name="period_ends_then_is_due"
            ),
        ]
        indexes = [models.Index(fields=["due_on"], name="period_due")]

    def __str__(self) -> str:
        return f"{self.starts_on}/{self.ends_on}"


class Target(models.Model):
    """What a project aims at in a period, in a district or as a whole. No period: the target at the end."""

    project_indicator = models.ForeignKey(ProjectIndicator, on_delete=models.CASCADE, related_name="targets")
    period = models.ForeignKey(Period, null=True, blank=True, on_delete=models.CASCADE, related_name="targets")
    district = models.ForeignKey(District, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(_("Target"), max_digits=14, decimal_places=2)

    objects = OfProjectIndicatorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project_indicator", "period", "district"],
                nulls_distinct=False,
                name="target_once_a_period_and_district",
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="target_not_negative"),
        ]


class Result(Record):
    """What a project reports for an indicator, a period and a district (or as a whole)."""

    project_indicator = models.ForeignKey(ProjectIndicator, on_delete=models.PROTECT, related_name="results")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="results")
    district = models.ForeignKey(District, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_revision = published_revision("evidence.ResultRevision")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project_indicator", "period", "district"],
                nulls_distinct=False,
                name="result_once_a_period_and_district",
            ),
            models.CheckConstraint(condition=Q(project__isnull=False), name="result_has_a_project"),
            *record_constraints("result"),
        ]


class ResultRevision(Revision):
    """What is said about a result, without its figures. `change_reason` is required once the result was verified."""

    class ChangeReason(models.TextChoices):
        """Why a verified figure changes."""

        CORRECTION = "CORRECTION", _("A mistake in the figure was corrected")
        LATE_DATA = "LATE_DATA", _("Data came in late")
        DOUBLE_COUNT = "DOUBLE_COUNT", _("People or events had been counted twice")
        METHOD = "METHOD", _("The method changed")
        REVIEW = "REVIEW", _("A review or audit asked for it")

    record = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="revisions")
    comment = models.TextField(_("Comment"), blank=True)
    change_reason = models.CharField(_("Why it changed"), max_length=12, choices=ChangeReason, blank=True)
    change_note = models.CharField(_("What changed"), max_length=300, blank=True)
    evidence = models.ManyToManyField(EvidenceItem, verbose_name=_("Evidence"), blank=True, related_name="results")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "number"], name="result_revision_once")]


class ResultFiguresQuerySet(VisibleQuerySet):
    """Unsuppressed figures: the owner, reviewers and the officer, and everybody where no people are counted."""

    def visible_to(self, actor: Actor) -> Self:
        revisions = ResultRevision.objects.visible_to(actor)
        if actor.has(Role.REVIEWER, Role.DATA_PROTECTION_OFFICER):
            return self.filter(revision__in=revisions)
        return self.filter(
            Q(revision__record__organization_id__in=actor.organization_ids)
            | ~Q(revision__record__project_indicator__indicator__unit__code__in=["PERSON", "PERCENT"]),
            revision__in=revisions,
        )


class ResultValue(models.Model):
    """The figure of a result: a value, and for a percentage its numerator and denominator."""

    revision = models.OneToOneField(ResultRevision, on_delete=models.CASCADE, related_name="figure")
    value = models.DecimalField(_("Value"), max_digits=14, decimal_places=2, null=True, blank=True)
    numerator = models.PositiveIntegerField(_("Numerator"), null=True, blank=True)
    denominator = models.PositiveIntegerField(_("Denominator"), null=True, blank=True)

    objects = ResultFiguresQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                # A score has a denominator, of how many it is the mean, and no numerator.
                condition=Q(numerator=None, denominator=None)
                | (Q(denominator__gt=0) & (Q(numerator=None) | Q(numerator__lte=F("denominator")))),
                name="result_is_part_of_whole",
            ),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="result_not_negative"),
        ]


class ResultCell(models.Model):
    """One part of a disaggregated figure. The parts of a dimension add up; the rest is not recorded."""

    revision = models.ForeignKey(ResultRevision, on_delete=models.CASCADE, related_name="cells")
    sex = models.CharField(max_length=1, choices=Sex, default=Sex.NOT_RECORDED)
    age_band = models.CharField(max_length=6, choices=AgeBand, default=AgeBand.NOT_RECORDED)
    disability = models.CharField(max_length=7, choices=Disability, default=Disability.NOT_RECORDED)
    group = models.ForeignKey(Term, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField(null=True, blank=True)

    objects = ResultFiguresQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "sex", "age_band", "disability", "group"],
                nulls_distinct=False,
                name="result_cell_once",
            ),
            models.CheckConstraint(
                condition=Q(denominator=None) | (Q(denominator__gt=0) & Q(value__lte=F("denominator"))),
                name="result_cell_is_part_of_whole",
            ),
        ]


class ResultTransition(Transition):
    """The log of a result."""

    subject = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="transitions")


class ReminderQuerySet(VisibleQuerySet):
    """A person's own."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(user_id=actor.user_id) if actor.user_id else self.none()


class Reminder(models.Model):
    """A digest of what is due went to a person on a day: once, however often the task runs."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sent_on = models.DateField()

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "sent_on"], name="reminder_once_a_day")]
