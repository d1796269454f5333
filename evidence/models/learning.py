"""Lessons, challenges and innovations as records of their own, with the evidence behind them and who took them up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.access import StaffOnlyQuerySet, VisibleQuerySet
from core.geography import District
from core.terms import Term
from evidence.models.activities import Activity
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


class EvidenceLevel(models.TextChoices):
    """Vocabulary `evidence_level`, computed from the evidence attached (domain.md, section 6)."""

    E0 = "E0", _("Assertion: no source recorded")
    E1 = "E1", _("One source")
    E2 = "E2", _("A dated document or data set")
    E3 = "E3", _("Two or more kinds of evidence")
    E4 = "E4", _("An evaluation or study with its method")


class Learning(Record):
    """What lessons, challenges and innovations share.

    `evidence_level` is that of what is published. `repeats` names the first published record that says nearly the
    same; a record and all that repeat it are one group (evidence/learning/likeness.py).
    """

    evidence_level = models.CharField(_("Evidence"), max_length=2, choices=EvidenceLevel, default=EvidenceLevel.E0)
    repeats = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="repeated_by")

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True


def newest_first(name: str) -> models.Index:
    """The order of the library."""
    return models.Index(
        fields=["-published_at", "-id"], condition=Q(published_revision__isnull=False), name=f"{name}_newest"
    )


class LearningRevision(Revision):
    """What the texts of lessons, challenges and innovations share. `search` is filled by a trigger of the database.

    `is_validation` marks the wording of a reviewer: the text as submitted stays beside the text as validated.
    """

    title = models.CharField(_("Title"), max_length=200, blank=True)
    title_ur = models.CharField(_("Title in Urdu"), max_length=200, blank=True)
    districts = models.ManyToManyField(District, verbose_name=_("Districts"), blank=True, related_name="+")
    themes = models.ManyToManyField(Term, verbose_name=_("Themes"), blank=True, related_name="+")
    activities = models.ManyToManyField(Activity, verbose_name=_("Activities"), blank=True, related_name="+")
    is_validation = models.BooleanField(default=False)
    search = SearchVectorField(null=True, editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def display_title(self) -> str:
        return (self.title_ur if get_language() == "ur" else "") or self.title


class Lesson(Learning):
    """Something learned (vocabulary `lesson_type`). Kept as submitted and as validated."""

    published_revision = published_revision("evidence.LessonRevision")

    class Meta:
        constraints = record_constraints("lesson")
        indexes = [newest_first("lesson")]


class LessonRevision(LearningRevision):
    """The text of a lesson. `body` is what a showcase says in one text; the other fields take it apart."""

    class Type(models.TextChoices):
        """Vocabulary `lesson_type`."""

        WORKED = "WORKED", _("What worked")
        ADAPTED = "ADAPTED", _("Adaptation required")
        CONSTRAINT = "CONSTRAINT", _("Operational constraint")
        NOT_WORKED = "NOTWORKED", _("What did not work")
        UNINTENDED = "UNINTENDED", _("Unintended effect")

    record = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="revisions")
    type = models.CharField(_("Kind of lesson"), max_length=10, choices=Type)
    theme = models.ForeignKey(
        Term, verbose_name=_("Subject"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.TextField(_("The lesson"), blank=True)
    context = models.TextField(_("Context"), blank=True)
    what_we_did = models.TextField(_("What we did"), blank=True)
    outcome = models.TextField(_("What came of it"), blank=True)
    why = models.TextField(_("Why"), blank=True)
    recommendation = models.TextField(_("What we recommend"), blank=True)
    for_whom = models.CharField(_("For whom"), max_length=200, blank=True)
    replicability = models.TextField(_("What others need to repeat it"), blank=True)
    evidence = models.ManyToManyField(EvidenceItem, verbose_name=_("Evidence"), blank=True, related_name="lessons")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "number"], name="lesson_revision_once")]
        indexes = [GinIndex(fields=["search"], name="lesson_search")]


class LessonTransition(Transition):
    """The log of a lesson."""

    subject = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="transitions")


class Challenge(Learning):
    """Something that stood in the way."""

    published_revision = published_revision("evidence.ChallengeRevision")

    class Meta:
        constraints = record_constraints("challenge")
        indexes = [newest_first("challenge")]


class ChallengeRevision(LearningRevision):
    """The text of a challenge and what became of it."""

    record = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="revisions")
    category = models.ForeignKey(
        Term, verbose_name=_("Kind of challenge"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    severity = models.ForeignKey(
        Term, verbose_name=_("Severity"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resolution = models.ForeignKey(
        Term, verbose_name=_("Status"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.TextField(_("The challenge"), blank=True)
    effect = models.TextField(_("Effect on the work"), blank=True)
    response = models.TextField(_("What we did about it"), blank=True)
    outcome = models.TextField(_("What came of it"), blank=True)
    support_needed = models.CharField(_("Support needed from"), max_length=200, blank=True)
    began_on = models.DateField(_("Since"), null=True, blank=True)
    evidence = models.ManyToManyField(EvidenceItem, verbose_name=_("Evidence"), blank=True, related_name="challenges")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "number"], name="challenge_revision_once")]
        indexes = [GinIndex(fields=["search"], name="challenge_search")]


class ChallengeTransition(Transition):
    """The log of a challenge."""

    subject = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="transitions")


class Innovation(Learning):
    """Something new that others could take over."""

    published_revision = published_revision("evidence.InnovationRevision")

    class Meta:
        constraints = record_constraints("innovation")
        indexes = [newest_first("innovation")]


class InnovationRevision(LearningRevision):
    """The text of an innovation. PROVEN and beyond need evidence level E3 (domain.md, 2.4)."""

    record = models.ForeignKey(Innovation, on_delete=models.CASCADE, related_name="revisions")
    type = models.ForeignKey(
        Term, verbose_name=_("Kind of innovation"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    maturity = models.ForeignKey(
        Term, verbose_name=_("Maturity"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.TextField(_("The innovation"), blank=True)
    problem = models.TextField(_("The problem it answers"), blank=True)
    what_is_new = models.TextField(_("What is new"), blank=True)
    cost_note = models.CharField(_("What it costs"), max_length=200, blank=True)
    how_to_replicate = models.TextField(_("How to repeat it"), blank=True)
    safeguards = models.TextField(_("Safeguards"), blank=True)
    evidence = models.ManyToManyField(EvidenceItem, verbose_name=_("Evidence"), blank=True, related_name="innovations")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "number"], name="innovation_revision_once")]
        indexes = [GinIndex(fields=["search"], name="innovation_search")]


class InnovationTransition(Transition):
    """The log of an innovation."""

    subject = models.ForeignKey(Innovation, on_delete=models.CASCADE, related_name="transitions")


class UptakeQuerySet(VisibleQuerySet):
    """Follows what was taken up, and who took it up."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(
            Q(lesson__in=Lesson.objects.visible_to(actor)) | Q(innovation__in=Innovation.objects.visible_to(actor)),
            organization__in=Organization.objects.visible_to(actor),
        )


class Uptake(models.Model):
    """An organization reused a lesson or an innovation, and where. Recorded by the one who reused it."""

    lesson = models.ForeignKey(Lesson, null=True, blank=True, on_delete=models.CASCADE, related_name="uptakes")
    innovation = models.ForeignKey(Innovation, null=True, blank=True, on_delete=models.CASCADE, related_name="uptakes")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="uptakes")
    district = models.ForeignKey(District, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("How you used it"), max_length=300)
    used_on = models.DateField(_("Since"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = UptakeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lesson=None, innovation__isnull=False) | Q(lesson__isnull=False, innovation=None),
                name="uptake_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["lesson", "innovation", "organization"], nulls_distinct=False, name="uptake_once"
            ),
        ]


class LibraryWordQuerySet(StaffOnlyQuerySet):
    """Nobody reads the list itself: a word of a record that a reader may not see must not be guessed from it."""


class LibraryWord(models.Model):
    """A word of what is published, and in how many records it stands; kept by triggers, for typing errors and likeness.

    Words with figures, of fewer than four letters or more than forty are left out.
    """

    word = models.CharField(max_length=40, primary_key=True)
    records = models.IntegerField()

    objects = LibraryWordQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(OpClass("word", "gin_trgm_ops"), name="library_word_trgm")]
